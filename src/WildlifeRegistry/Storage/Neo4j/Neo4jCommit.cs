using System.Collections.Immutable;
using WildlifeRegistry.Access;
using WildlifeRegistry.Links;
using WildlifeRegistry.Records;

namespace WildlifeRegistry.Storage.Neo4j;

/// <summary>
/// Decides one change set on what was asked of the graph, in the order of the embedded engine's commit: each step changes
/// what is known here, so that the next one is decided on it. What comes of it is written by one statement, only where all
/// that it was decided on still holds.
/// </summary>
internal sealed class Neo4jCommit
{
    private readonly RegistryKeys keys;
    private readonly Reader author;
    private readonly DateTimeOffset at;
    private readonly AudienceLevels levels;
    private readonly AudienceTable audiences;
    private readonly Neo4jAsked asked;
    private readonly Neo4jChange change;
    private readonly Dictionary<Audience, int> interned = [];
    private readonly List<Level> internedLevels = [];
    private readonly Dictionary<RecordId, KnownRecord> records = [];
    private readonly Dictionary<RecordId, KnownLink> links = [];
    private readonly Dictionary<(RecordId From, RecordId To), HashSet<RecordId>> between = [];
    private readonly HashSet<RecordId> written = [];
    private readonly HashSet<RecordId> respelled = [];
    private readonly List<KnownLink> joined = [];
    private readonly Dictionary<int, long> counters;

    /// <param name="now">The time of the commit.</param>
    public Neo4jCommit(Neo4jAsked asked, Neo4jChange change, AudienceTable audiences, AudienceLevels levels, RegistryKeys keys, Reader author, DateTimeOffset now)
    {
        this.asked = asked;
        this.change = change;
        this.audiences = audiences;
        this.levels = levels;
        this.keys = keys;
        this.author = author;
        at = now;
        counters = new Dictionary<int, long>(asked.Counters);
        foreach (var record in asked.Records)
        {
            records[record.Id] = record;
        }

        foreach (var (link, from, to) in asked.Links.Concat(asked.Twins))
        {
            records.TryAdd(from.Id, from);
            records.TryAdd(to.Id, to);
            Put(link);
        }
    }

    public CommitResult Decide(ChangeSet changes)
    {
        Weigh(changes);
        var fault = changes.Unchanged.Select(Witnessed).FirstOrDefault(Failed)
            ?? changes.UnchangedOperations.Select(Witnessed).FirstOrDefault(Failed)
            ?? changes.Records.Select(Add).FirstOrDefault(Failed)
            ?? changes.Amended.Select(Amend).FirstOrDefault(Failed);
        if (fault is not null)
        {
            return fault;
        }

        foreach (var connector in changes.Connectors)
        {
            Connect(connector);
        }

        fault = changes.Records.Select(record => Derive(record.Record.Id, record.Derived)).FirstOrDefault(Failed)
            ?? changes.Amended.Select(record => Derive(record.Record.Id, record.Derived)).FirstOrDefault(Failed)
            ?? changes.Links.Select(link => Join(link, isDerived: false)).FirstOrDefault(Failed)
            ?? changes.AmendedLinks.Select(Amend).FirstOrDefault(Failed)
            ?? changes.Consents.Select(Consent).FirstOrDefault(Failed);
        if (fault is not null)
        {
            return fault;
        }

        foreach (var operation in changes.Operations)
        {
            change.Operation(operation, asked.Operations.TryGetValue(operation.Id, out var known) ? known.Operation.Operation.Lead : operation.Lead);
        }

        foreach (var membership in changes.Memberships)
        {
            change.Membership(membership);
        }

        var ids = changes.OutcomeIds;

        change.Request(ids);
        return new CommitResult.Committed(ids, Replayed: false);
    }

    /// <summary>
    /// Interns the audiences of the change before anything is tested: what it writes first must count for what it
    /// writes next, whether or not somebody used the same audience before.
    /// </summary>
    private void Weigh(ChangeSet changes)
    {
        foreach (var audience in changes.Audiences)
        {
            Intern(audience);
        }
    }

    /// <summary>The audience's id: the one it has, or the next; a new one holds only where no other server interns first.</summary>
    private int Intern(Audience audience)
    {
        if (interned.TryGetValue(audience, out var id))
        {
            return id;
        }

        if (audiences.Find(audience) is { } known)
        {
            return interned[audience] = known;
        }

        id = asked.Audiences + 1 + internedLevels.Count;
        internedLevels.Add(Visibility.LevelFor(author, audience.IsReference ? RecordKind.Species : RecordKind.Seizure, audience, at));
        change.Intern(id, audience);
        return interned[audience] = id;
    }

    private Level LevelOf(int audience) => audience > asked.Audiences && audience <= asked.Audiences + internedLevels.Count ? internedLevels[audience - asked.Audiences - 1] : levels[audience];

    private static bool Failed(CommitResult? result) => result is not null;

    private CommitResult? Add(NewRecord added)
    {
        var record = added.Record;
        if (records.ContainsKey(record.Id))
        {
            return new CommitResult.Refused(RefusalReason.IdTaken, record.Id);
        }

        if (record.ImportKey is { } importKey && Imported(importKey).Any(other => LevelOf(other.Audience) >= Level.Full))
        {
            return new CommitResult.Refused(RefusalReason.ImportKeyTaken, record.Id);
        }

        var reference = added.NumberedIn is { } year ? NextReference(year) : null;
        var known = new KnownRecord(record.Id, record.Kind, Row.WorldOf(record.Exercise), record.Owner, record.Sort, Intern(record.Audience), 1, reference, record.ImportKey, at.UtcTicks, author.Officer.Value);
        Write(known);
        change.Add(known, record);
        change.Release(known, record.Audience, [], showsFrom: null);
        return null;
    }

    /// <summary>The author's agency's records with an import key: as they were asked for, and of this change.</summary>
    private IEnumerable<KnownRecord> Imported(string key) => asked.Imported.Select(record => records.GetValueOrDefault(record.Id) ?? record)
        .Concat(written.Select(id => records[id]))
        .Where(record => string.Equals(record.ImportKey, key, StringComparison.Ordinal) && record.Owner == author.Agency);

    private CommitResult? Witnessed(Witness witness) => (Own(witness.Id)?.Version ?? OwnLinkVersion(witness.Id)) switch
    {
        null => new CommitResult.Missing(witness.Id),
        { } version when version != witness.Version => new CommitResult.Conflict(witness.Id, version),
        _ => null,
    };

    private CommitResult? Witnessed(RunningOperation read) =>
        asked.Operations.TryGetValue(read.Operation.Id, out var now) && now.Operation.IsLike(read) ? null : new CommitResult.Conflict(read.Operation.Id, 0);

    private string NextReference(int year)
    {
        var last = counters[year] = counters.TryGetValue(year, out var before) ? before + 1 : 0;
        change.Count(year, last);
        return keys.Reference(author.Agency, year, last);
    }

    private CommitResult? Amend(AmendedRecord amended)
    {
        var record = amended.Record;
        if (Own(record.Id) is not { } known)
        {
            return new CommitResult.Missing(record.Id);
        }

        if (known.Version != amended.ExpectedVersion)
        {
            return new CommitResult.Conflict(record.Id, known.Version);
        }

        if (known.Kind != record.Kind || known.World != Row.WorldOf(record.Exercise) || written.Contains(record.Id))
        {
            throw new ArgumentException("An amendment keeps the record's kind and exercise flag, and there is one of a record.", nameof(amended));
        }

        var next = known with { Sort = record.Sort, Audience = Intern(record.Audience), Version = known.Version + 1 };
        Write(next);
        change.Amend(next, record, isReordered: !string.Equals(known.Sort, record.Sort, StringComparison.Ordinal));
        change.Release(next, record.Audience, [.. asked.Editions.Where(edition => edition.Record == record.Id)], amended.ShowsFrom);
        return null;
    }

    /// <summary>A record of the author's agency that the author has at Full.</summary>
    private KnownRecord? Own(RecordId id) =>
        records.TryGetValue(id, out var known) && known.Owner == author.Agency && LevelOf(known.Audience) >= Level.Full ? known : null;

    private int? OwnLinkVersion(RecordId id) =>
        links.TryGetValue(id, out var known) && known.Owner == author.Agency && LevelOf(known.Audience) >= Level.Full ? known.Version : null;

    /// <summary>Two servers may come upon the same connector at once: it is made by whoever is first.</summary>
    private void Connect(StoredConnector connector)
    {
        if (!records.TryGetValue(connector.Id, out var known))
        {
            known = new KnownRecord(connector.Id, RecordKind.Identifier, Row.WorldOf(connector.Exercise), null, "", 0, 1, null, null, 0, "registry");
            change.Connect(known, connector);
        }

        Write(known);
    }

    private CommitResult? Derive(RecordId record, ImmutableArray<StoredLink> spelled)
    {
        respelled.Add(record);
        foreach (var link in links.Values.Where(link => link.Derived && link.From == record).ToList())
        {
            links.Remove(link.Id);
        }

        return spelled.Select(link => Join(link, isDerived: true)).FirstOrDefault(Failed);
    }

    private CommitResult? Join(StoredLink link, bool isDerived)
    {
        if (End(link.From) is not { } from)
        {
            return new CommitResult.Missing(link.From);
        }

        if (End(link.To) is not { } to)
        {
            return new CommitResult.Missing(link.To);
        }

        if (from.World != to.World && from.World < 2 && to.World < 2)
        {
            return new CommitResult.Refused(RefusalReason.ExerciseMixed, link.Id);
        }

        if (!isDerived && HasVisibleTwin(link.Kind, from, to, link.Discriminator, link.Id))
        {
            return new CommitResult.Refused(RefusalReason.DuplicateLink, link.Id);
        }

        if (links.ContainsKey(link.Id))
        {
            return new CommitResult.Refused(RefusalReason.IdTaken, link.Id);
        }

        AgencyCode?[] owners = [ForeignOwner(from), ForeignOwner(to)];
        if (!isDerived && !link.Audience.StaysWith([link.Owner, .. owners.OfType<AgencyCode>()]) && owners.Any(owner => owner is not null))
        {
            return new CommitResult.Refused(RefusalReason.ConsentMissing, link.Id); // nobody has consented to a new link
        }

        var known = new KnownLink(
            link.Id, link.Kind, link.From, link.To, link.Owner, Intern(link.Audience), link.Floor, link.Withdrawn, isDerived, link.Discriminator, link.Handling, 1, at.UtcTicks, author.Officer.Value, link.Properties, []);
        Put(known);
        joined.Add(known);
        change.Join(known, from.World < 2 ? from.World : to.World, from.Sort);
        return null;
    }

    private bool HasVisibleTwin(LinkKind kind, KnownRecord from, KnownRecord to, string discriminator, RecordId except) =>
        between.TryGetValue((from.Id, to.Id), out var all)
        && all.Select(id => links.GetValueOrDefault(id)).OfType<KnownLink>().Any(other =>
            other.Kind == kind && other.Owner == author.Agency && string.Equals(other.Discriminator, discriminator, StringComparison.Ordinal)
            && other.Id != except && !other.Withdrawn && !other.Derived && IsVisible(other, from, to));

    private bool IsVisible(KnownLink link, KnownRecord from, KnownRecord to) =>
        LevelOf(link.Audience) >= link.Floor && LevelOf(from.Audience) >= link.Floor && LevelOf(to.Audience) >= link.Floor;

    /// <summary>Whose consent a link to the record needs: nobody's for the author's own, for reference records and for connectors.</summary>
    private AgencyCode? ForeignOwner(KnownRecord record) => OwnerOf(record) is { } owner && owner != author.Agency ? owner : null;

    /// <summary>The owner that a record's links are its business; reference records and connectors have none here.</summary>
    private static AgencyCode? OwnerOf(KnownRecord record) => record.Kind.IsReference() ? null : record.Owner;

    private CommitResult? Amend(AmendedLink amended)
    {
        if (!links.TryGetValue(amended.Id, out var known) || known.Derived || known.Owner != author.Agency
            || LevelOf(known.Audience) < Level.Full || !IsVisible(known, records[known.From], records[known.To]))
        {
            return new CommitResult.Missing(amended.Id);
        }

        if (known.Version != amended.ExpectedVersion)
        {
            return new CommitResult.Conflict(amended.Id, known.Version);
        }

        var (from, to) = (records[known.From], records[known.To]);
        if (!amended.Withdrawn && HasVisibleTwin(known.Kind, from, to, amended.Discriminator, amended.Id))
        {
            return new CommitResult.Refused(RefusalReason.DuplicateLink, amended.Id);
        }

        AgencyCode[] foreign = [.. new[] { ForeignOwner(from), ForeignOwner(to) }.OfType<AgencyCode>()];
        if (foreign.Length > 0 && !amended.Audience.StaysWith([author.Agency, .. foreign]) && !foreign.All(agency => known.Consents.Contains(agency.Value, StringComparer.Ordinal)))
        {
            return new CommitResult.Refused(RefusalReason.ConsentMissing, amended.Id);
        }

        Rewrite(known, amended);
        return null;
    }

    private CommitResult? Consent(Consent consent)
    {
        if (!links.TryGetValue(consent.Link, out var known) || known.Derived || known.Owner == author.Agency || !IsVisible(known, records[known.From], records[known.To]))
        {
            return new CommitResult.Missing(consent.Link);
        }

        AgencyCode[] owners = [.. new[] { OwnerOf(records[known.From]), OwnerOf(records[known.To]) }.OfType<AgencyCode>()];
        if (!owners.Contains(author.Agency))
        {
            return new CommitResult.Missing(consent.Link);
        }

        var agency = author.Agency.Value;
        if (consent.Given)
        {
            if (!known.Consents.Contains(agency, StringComparer.Ordinal))
            {
                known = known with { Consents = [.. known.Consents.Append(agency).Order(StringComparer.Ordinal)] };
                Put(known);
                change.Consent(known, isGiven: true);
            }

            return null;
        }

        known = known with { Consents = known.Consents.Remove(agency, StringComparer.Ordinal) };
        Put(known);
        change.Consent(known, isGiven: false);
        var audience = audiences[known.Audience];
        AgencyCode[] agencies = [audience.Owner, .. owners];
        if (!audience.StaysWith(agencies))
        {
            Rewrite(known, new AmendedLink(known.Id, known.Version, audience.Within(agencies), known.Withdrawn, known.Handling, known.Discriminator, known.Properties));
        }

        return null;
    }

    private void Rewrite(KnownLink known, AmendedLink amended)
    {
        var next = known with
        {
            Audience = Intern(amended.Audience),
            Withdrawn = amended.Withdrawn,
            Discriminator = amended.Discriminator,
            Handling = amended.Handling,
            Version = known.Version + 1,
            Properties = amended.Properties,
        };
        Put(next);
        change.Amend(next);
    }

    /// <summary>An end of a link: of this change, or visible to the author.</summary>
    private KnownRecord? End(RecordId id)
    {
        if (!records.TryGetValue(id, out var known))
        {
            return null;
        }

        if (written.Contains(id))
        {
            return known;
        }

        return LevelOf(known.Audience) >= Level.Sanitised && (known.Audience != 0 || IsConnected(known)) ? known : null;
    }

    /// <summary>
    /// A connector is seen through a visible link, and not without one: through one that the change leaves alone, one of a
    /// record that it amends, as that is now, or one that it has made.
    /// </summary>
    private bool IsConnected(KnownRecord connector) =>
        asked.Connected[connector.Id].Any(through => !(through.Link.Derived && respelled.Contains(through.Link.From)) && IsVisible(through.Link, connector, records.GetValueOrDefault(through.Far.Id) ?? through.Far))
        || joined.Exists(link => (link.From == connector.Id || link.To == connector.Id) && IsVisible(link, records[link.From], records[link.To]));

    private void Write(KnownRecord record)
    {
        records[record.Id] = record;
        written.Add(record.Id);
    }

    private void Put(KnownLink link)
    {
        links[link.Id] = link;
        if (!between.TryGetValue((link.From, link.To), out var all))
        {
            between[(link.From, link.To)] = all = [];
        }

        all.Add(link.Id);
    }
}
