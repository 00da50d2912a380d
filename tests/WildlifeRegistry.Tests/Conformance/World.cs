using System.Collections.Immutable;
using WildlifeRegistry.Access;
using WildlifeRegistry.Links;
using WildlifeRegistry.Records;
using WildlifeRegistry.Storage;
using Xunit;

namespace WildlifeRegistry.Tests.Conformance;

/// <summary>
/// A small, nasty registry drawn from a seed: few sort keys and many ties, text of all planes, audiences of every kind
/// of token that end while the clock moves, hidden things under the keys of visible ones. It draws change sets and
/// plans for the engine and the oracle alike, and never looks at the engine.
/// </summary>
internal sealed class World
{
    public static readonly DateTimeOffset Begin = new(2026, 3, 1, 8, 0, 0, TimeSpan.Zero);

    public static readonly TimeSpan Tick = TimeSpan.FromMinutes(10);

    public static readonly ImmutableArray<AgencyCode> Agencies = [new("KZ-CUSTOMS"), new("KZ-PROSECUTOR"), new("UZ-CUSTOMS"), new("ECO-SECRETARIAT")];

    private static readonly ImmutableArray<string> GroupNames = ["saker", "saker two", "two"];
    private static readonly ImmutableArray<string> Sorts =
    [
        "", "2013-01-01/0", "2013-01-01/1", "2013-05-01/1", "2013-05-21/2", "2013-05-21/2", "2014-01-01/0", "Сокол", "сокол", "é", "e\u0301", "\uFFFDz", "😀", "z",
    ];

    private static readonly ImmutableArray<string> Values = ["KZ", "UZ", "Ё", "ё", "😀", "\uFFFD", ""];
    private static readonly ImmutableArray<string> ImportKeys = ["c4ads:1", "c4ads:2", "cites:ё"];
    private static readonly ImmutableArray<string> Discriminators = ["", "", "a", "ё"];

    private readonly RecordId[] connectors;
    private readonly RecordId[] strangers;

    public World(int seed)
    {
        Random = new Random(seed);
        connectors = [.. Enumerable.Range(0, 6).Select(_ => NewId())];
        strangers = [.. Enumerable.Range(0, 4).Select(_ => NewId())];
        Officers = [.. Agencies.SelectMany(agency => new[] { "a.b", "c.d" }.Select(name => Officer(agency, name, Pick<Role>([Role.Officer, Role.Analyst, Role.Prosecutor, Role.Liaison]))))];
        Readers =
        [
            .. Officers,
            Officer(Pick(Agencies), "observer", Role.Observer),
            Officer(Pick(Agencies), "second observer", Role.Observer),
            Officer(Pick(Agencies), "observer and analyst", Role.Observer, Role.Analyst),
            Officer(Pick(Agencies), "admin", Role.Admin),
            Officer(Pick(Agencies), "auditor", Role.Auditor),
        ];
    }

    /// <summary>What everything is drawn from.</summary>
    public Random Random { get; set; }

    public Oracle Oracle { get; } = new();

    public DateTimeOffset Now { get; set; } = Begin;

    /// <summary>Who writes.</summary>
    public ImmutableArray<Reader> Officers { get; }

    /// <summary>Who reads: they, observers, an administrator, an auditor.</summary>
    public ImmutableArray<Reader> Readers { get; }

    public static IEnumerable<string> SomeImportKeys => ImportKeys;

    public IEnumerable<RecordId> AllIds => Oracle.Records.Select(record => record.Id).Order().Concat(connectors).Concat(strangers);

    public T Pick<T>(IReadOnlyList<T> from) => from[Random.Next(from.Count)];

    public bool OneIn(int n) => Random.Next(n) == 0;

    public RecordId NewId()
    {
        var bytes = new byte[16];
        Random.NextBytes(bytes);
        return RecordId.FromBytes(bytes);
    }

    /// <summary>Fills the world and the store with the same changes, and demands the same results.</summary>
    public async Task BuildAsync(Engine engine, int changes, CancellationToken ct)
    {
        for (var n = 0; n < changes; n++)
        {
            var author = OneIn(15) ? Pick(Readers) : Pick(Officers);
            await CommitAsync(engine, Changes(author, isCareless: OneIn(4)), author, ct);
            if (OneIn(3))
            {
                MoveOn(engine);
            }
        }
    }

    public async Task<CommitResult> CommitAsync(Engine engine, ChangeSet changes, Reader author, CancellationToken ct)
    {
        var result = await engine.Store.CommitAsync(changes, author, ct);
        Assert.Equal(Transcript.Of(Oracle.Commit(changes, author, Now)), Transcript.Of(result));
        return result;
    }

    /// <summary>Commits to the store, and to the oracle without asking whether it agrees.</summary>
    public async Task<CommitResult> CommitAnywayAsync(Engine engine, ChangeSet changes, Reader author, CancellationToken ct)
    {
        Oracle.Commit(changes, author, Now);
        return await engine.Store.CommitAsync(changes, author, ct);
    }

    public void MoveOn(Engine engine)
    {
        Now += Tick;
        engine.Time.SetUtcNow(Now);
    }

    public Audience Audience(AgencyCode owner)
    {
        var releases = new List<Release>();
        if (!OneIn(5))
        {
            releases.Add(new Release(Token.Agency(owner), Level.Full));
        }

        for (var n = Random.Next(4); n > 0; n--)
        {
            // Ends fall on ticks, so that the clock often stands exactly on one.
            releases.Add(new Release(SomeToken(), Pick<Level>([Level.Hit, Level.Sanitised, Level.Sanitised, Level.Full]), OneIn(3) ? Now + (Random.Next(-1, 6) * Tick) : null));
        }

        return new Audience(owner, releases);
    }

    /// <param name="isCareless">True to name now and then what is not there, not visible, not the author's or not of this version.</param>
    public ChangeSet Changes(Reader author, bool isCareless)
    {
        var view = Oracle.Project(author, Now);
        var known = view.Records.Values.Select(seen => (seen.Record.Id, seen.Record.Exercise)).OrderBy(seen => seen.Id).ToList();
        var records = Enumerable.Range(0, Random.Next(4)).Select(_ => Added(author, known, isCareless)).ToImmutableArray();
        var amended = Enumerable.Range(0, Random.Next(4)).Select(_ => Amended(author, view, known, isCareless)).OfType<AmendedRecord>().DistinctBy(one => one.Record.Id).ToImmutableArray();
        var found = connectors.Where(_ => OneIn(4)).Select(id => new StoredConnector(id, IsExercise(id), Synthetic.Connector(id.ToString()))).ToImmutableArray();
        var ends = known
            .Concat(records.Select(added => (added.Record.Id, added.Record.Exercise)))
            .Concat(found.Select(connector => (connector.Id, (bool?)connector.Exercise)))
            .ToList();
        return new ChangeSet
        {
            Records = records,
            Amended = amended,
            Connectors = found,
            Links = [.. Enumerable.Range(0, Random.Next(5)).Select(_ => Link(author, ends, isCareless)).OfType<StoredLink>().DistinctBy(link => link.Id)],
            AmendedLinks = OneIn(3) && AmendedLink(author, view, isCareless) is { } link ? [link] : [],
            RequestKey = OneIn(4) ? new RequestKey(Pick<string>(["recordSeizure", "link"]), Pick<string>(["1", "2"]), Pick<string>(["same", "other"])) : null,
            Unchanged = OneIn(5) && Oracle.Records.Any() ? [Witness(author, view, isCareless)] : [],
            Consents = OneIn(4) && view.Links.Length > 0 ? [new Consent(Pick(view.Links.Select(link => link.Link.Id).Order().ToList()), OneIn(2))] : [],
            Memberships = OneIn(6) ? [new Membership(Pick(GroupNames), Pick(Officers).Officer, Now + (Random.Next(4) * Tick))] : [],
        };
    }

    public NewRecord Added(Reader author, IReadOnlyList<(RecordId Id, bool? Exercise)> known, bool isCareless)
    {
        var kind = Pick<RecordKind>([RecordKind.Seizure, RecordKind.Seizure, RecordKind.Seizure, RecordKind.Suspect, RecordKind.Suspect, RecordKind.Route, RecordKind.Species, RecordKind.Place]);
        var record = Record(NewId(), kind, author.Agency, kind.IsReference() ? null : OneIn(3), kind.IsReference() ? WildlifeRegistry.Access.Audience.Reference(author.Agency) : Audience(author.Agency));
        return new NewRecord(record, Derived(record, known, isCareless), kind.IsReference() ? null : Pick<int?>([null, 2025, 2026]));
    }

    public StoredRecord Record(RecordId id, RecordKind kind, AgencyCode owner, bool? exercise, Audience audience) => new()
    {
        Id = id,
        Kind = kind,
        Owner = owner,
        Audience = audience,
        Exercise = exercise,
        Validation = Pick<Validation>([Validation.Draft, Validation.Submitted, Validation.Validated, Validation.Validated, Validation.Withdrawn]),
        Handling = Pick<Handling>([Handling.H0, Handling.H1, Handling.H2, Handling.H3]),
        Details = OneIn(2) ? new RecordDetails(HandlingNote: "secret", Provenance: new Provenance("ENTERED")) : RecordDetails.None,
        Sort = Pick(Sorts),
        Index = [.. Enumerable.Range(0, Random.Next(5)).Select(_ => new IndexedValue(Pick<string>([Synthetic.Country, Synthetic.Goods, Synthetic.Closed]), Pick(Values)))],
        ImportKey = OneIn(8) ? Pick(ImportKeys) : null,
        Properties = Synthetic.Properties(Random),
    };

    public ReadPlan Plan() => OneIn(6) && Oracle.Links.Any()
        ? new ReadPlan(
            new PlanStart.OfLink(OneIn(6) ? NewId() : Pick(Oracle.Links.Select(link => link.Id).Order().ToList())),
            new Bring([Step("link", 2)], Releases: OneIn(2), Versions: OneIn(3)))
        : new ReadPlan(Start(), Bring(3));

    public PlanStart Start() => Random.Next(5) switch
    {
        0 => new PlanStart.ByIds([.. Enumerable.Range(0, Random.Next(8)).Select(_ => Pick(AllIds.ToList()))], Kinds(2)),
        1 => new PlanStart.ByImportKey(OneIn(5) ? "none" : Pick(ImportKeys)),
        _ => Page(),
    };

    public PlanStart.Page Page()
    {
        var kind = Pick<RecordKind>([RecordKind.Seizure, RecordKind.Seizure, RecordKind.Seizure, RecordKind.Suspect, RecordKind.Route, RecordKind.Species, RecordKind.Place, RecordKind.Identifier]);
        return new PlanStart.Page(
            kind,
            OneIn(3) ? [] : [.. Enumerable.Range(0, Random.Next(3)).Select(_ => Condition())],
            OneIn(2) ? null : Bounds(),
            OneIn(3) ? [Pick(Agencies), Pick(Agencies)] : [],
            OneIn(3) ? [.. Enum.GetValues<Validation>().Where(_ => OneIn(2))] : [],
            kind.IsReference() ? null : OneIn(3),
            OneIn(2),
            Pick<int>([1, 2, 3, 25, ReadPlan.MaxPage]),
            OneIn(4) ? new Position(Pick(Sorts), Pick(AllIds.ToList())) : null,
            OneIn(2));
    }

    public Bring Bring(int depth) => new(
        depth == 0 ? [] : [.. Enumerable.Range(0, Random.Next(3)).Select(n => Step($"step {n}", depth - 1))],
        Releases: OneIn(2),
        Versions: OneIn(3));

    public LinkStep Step(string name, int depth) => new(
        name,
        OneIn(4) ? [.. Enum.GetValues<RecordKind>().Where(_ => OneIn(2))] : [.. Enum.GetValues<RecordKind>()],
        OneIn(2) ? [] : [.. Enumerable.Range(0, 1 + Random.Next(3)).Select(_ => SomeLinkKind())],
        Pick<LinkDirection>([LinkDirection.Both, LinkDirection.Both, LinkDirection.Incoming, LinkDirection.Outgoing]),
        Exercise: OneIn(3),
        Withdrawn: OneIn(2),
        First: Pick<int>([0, 1, 2, 5, 25]),
        After: OneIn(4) ? new LinkPosition(SomeLinkKind(), Pick(Sorts), OneIn(2) || !Oracle.Links.Any() ? NewId() : Pick(Oracle.Links.Select(link => link.Id).Order().ToList())) : null,
        WantTotal: OneIn(2),
        OwnReferences: OneIn(5),
        Bring(depth));

    private static bool IsExercise(RecordId connector) => (connector.Value & 1) == 1;

    private Reader Officer(AgencyCode agency, string name, params ImmutableArray<Role> roles) => new(
        new OfficerId($"{agency}/{name}"),
        agency,
        agency.Value == "ECO-SECRETARIAT" ? null : agency.Value[..2],
        roles,
        [.. GroupNames.Where(_ => OneIn(2))]);

    private Token SomeToken() => Random.Next(6) switch
    {
        0 => Token.Eco,
        1 => Token.Country(Pick<string>(["KZ", "UZ"])),
        2 => Token.Group(Pick(GroupNames)),
        3 => Token.Officer(Pick(Officers).Officer),
        _ => Token.Agency(Pick(Agencies)),
    };

    private LinkKind SomeLinkKind() => Pick<LinkKind>([LinkKind.Involves, LinkKind.Uses, LinkKind.OfSpecies, LinkKind.At, LinkKind.SameAs]);

    private ImmutableArray<RecordKind> Kinds(int oneIn) => OneIn(oneIn) ? [] : [.. Enum.GetValues<RecordKind>().Where(_ => OneIn(2))];

    private Condition Condition()
    {
        var property = Pick<string>([Synthetic.Country, Synthetic.Goods, Synthetic.Closed]);
        return new Condition(property, [.. Enumerable.Range(0, Random.Next(4)).Select(_ => Pick(Values))], Synthetic.IsOpen(property));
    }

    private SortBounds Bounds() => OneIn(2)
        ? SortBounds.Overlapping(OneIn(4) ? null : PartialDate.Parse(Pick<string>(["2013", "2013-05", "2013-05-21", "2014-01-01"])), OneIn(4) ? null : PartialDate.Parse(Pick<string>(["2013", "2013-05", "2013-05-21"])))
        : new SortBounds(OneIn(3) ? null : Pick(Sorts), OneIn(3) ? null : Pick(Sorts), [.. Enumerable.Range(0, Random.Next(3)).Select(_ => Pick(Sorts))]);

    private ImmutableArray<StoredLink> Derived(StoredRecord record, IReadOnlyList<(RecordId Id, bool? Exercise)> known, bool isCareless)
    {
        var ends = known.Where(end => end.Id != record.Id && (end.Exercise is null || record.Exercise is null || end.Exercise == record.Exercise)).ToList();
        return ends.Count == 0 || record.Kind.IsReference() ? [] :
        [
            .. Enumerable.Range(0, Random.Next(3)).Select(_ => new StoredLink
            {
                Id = NewId(),
                Kind = Pick<LinkKind>([LinkKind.OfSpecies, LinkKind.At]),
                From = record.Id,
                To = isCareless && OneIn(10) ? Pick(AllIds.Where(id => id != record.Id).ToList()) : Pick(ends).Id,
                Owner = record.Owner,
                Audience = record.Audience,
                Properties = LinkProperties(),
            }),
        ];
    }

    private StoredLink? Link(Reader author, IReadOnlyList<(RecordId Id, bool? Exercise)> ends, bool isCareless)
    {
        if (ends.Count == 0)
        {
            return null;
        }

        // Few ends and few discriminators: the same link is drawn again and again.
        var from = OneIn(3) ? ends[0] : Pick(ends);
        var fit = ends.Where(end => end.Id != from.Id && ((isCareless && OneIn(10)) || end.Exercise is null || from.Exercise is null || end.Exercise == from.Exercise)).ToList();
        var to = fit.Count == 0 || (isCareless && OneIn(5)) ? Pick(AllIds.ToList()) : Pick(fit).Id;
        return from.Id == to || (fit.Count == 0 && !isCareless) ? null : NewLink(author.Agency, from.Id, to, Audience(author.Agency));
    }

    public StoredLink NewLink(AgencyCode owner, RecordId from, RecordId to, Audience audience) => new()
    {
        Id = NewId(),
        Kind = SomeLinkKind(),
        From = from,
        To = to,
        Owner = owner,
        Audience = audience,
        Floor = OneIn(3) ? Level.Full : Level.Sanitised,
        Withdrawn = OneIn(6),
        Discriminator = Pick(Discriminators),
        Handling = Pick<Handling>([Handling.H0, Handling.H1]),
        Properties = LinkProperties(),
    };

    private byte[] LinkProperties() => OneIn(4) ? RecordJson.Write(new LinkProperties()) : RecordJson.Write(new LinkProperties(
        Role: Pick<InvolvementRole?>([null, InvolvementRole.Courier, InvolvementRole.Organiser, InvolvementRole.Official]),
        Leg: Pick<int?>([null, 2]),
        ValueAsGiven: "+7 701",
        Grade: new Grade(SourceGrade.B, 2),
        Note: "seen by a source"));

    private AmendedRecord? Amended(Reader author, Projection view, IReadOnlyList<(RecordId Id, bool? Exercise)> known, bool isCareless)
    {
        var may = Oracle.Records.Where(record => isCareless || view.Records.GetValueOrDefault(record.Id)?.Record.Owners is not null).OrderBy(record => record.Id).ToList();
        if (may.Count == 0)
        {
            return null;
        }

        var was = Pick(may);
        var audience = was.Kind.IsReference() ? WildlifeRegistry.Access.Audience.Reference(author.Agency)
            : was.Audience.Owner == author.Agency && OneIn(2) ? was.Audience
            : Audience(author.Agency);
        var now = Record(was.Id, was.Kind, author.Agency, was.Exercise, audience);
        return new AmendedRecord(
            OneIn(3) ? now with { Sort = was.Sort, Index = was.Index } : now,
            Oracle.VersionOf(was.Id)!.Value - (isCareless && OneIn(3) ? 1 : 0),
            Derived(now, known, isCareless),
            Pick<Level?>([null, Level.Hit, Level.Sanitised, Level.Full]));
    }

    private Witness Witness(Reader author, Projection view, bool isCareless)
    {
        var own = view.Records.Values.Where(seen => seen.Record.Owners is not null).Select(seen => seen.Record.Id).Order().ToList();
        var id = own.Count == 0 || isCareless ? Pick(Oracle.Records.Select(record => record.Id).Order().ToList()) : Pick(own);
        return new Witness(id, Oracle.VersionOf(id)!.Value - (isCareless && OneIn(3) ? 1 : 0));
    }

    private AmendedLink? AmendedLink(Reader author, Projection view, bool isCareless)
    {
        var may = isCareless ? Oracle.Links.OrderBy(link => link.Id).ToList()
            : [.. Oracle.OwnLinks.Where(link => view.Links.Any(seen => seen.Link.Id == link.Id && seen.Owners is not null)).OrderBy(link => link.Id)];
        if (may.Count == 0)
        {
            return null;
        }

        var was = Pick(may);
        var now = NewLink(author.Agency, was.From, was.To, OneIn(2) && was.Owner == author.Agency ? was.Audience : Audience(author.Agency));
        return new AmendedLink(
            was.Id,
            Oracle.VersionOf(was.Id)!.Value - (isCareless && OneIn(3) ? 1 : 0),
            now.Audience,
            now.Withdrawn,
            now.Handling,
            OneIn(3) ? now.Discriminator : was.Discriminator,
            now.Properties);
    }
}
