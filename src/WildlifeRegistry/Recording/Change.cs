using System.Collections.Concurrent;
using System.Collections.Immutable;
using WildlifeRegistry.Access;
using WildlifeRegistry.Hosting;
using WildlifeRegistry.Identifiers;
using WildlifeRegistry.Links;
using WildlifeRegistry.Records;
using WildlifeRegistry.Storage;

namespace WildlifeRegistry.Recording;

/// <summary>One attempt to make what a mutation asks for: what is read for it, what it adds and amends, and why it is refused.</summary>
public sealed class Change
{
    /// <summary>Most look-ups that are remembered.</summary>
    private const int MaxFound = 5_000;

    private readonly string requestKey;
    private readonly List<NewRecord> records = [];
    private readonly List<AmendedRecord> amended = [];
    private readonly Dictionary<RecordId, StoredConnector> connectors = [];
    private readonly List<StoredLink> links = [];
    private readonly List<AmendedLink> amendedLinks = [];
    private readonly List<Witness> witnesses = [];
    private readonly HashSet<RecordId> stated = [];
    private int ordinal;

    internal Change(RequestContext request, IDictionary<string, object?> input, string requestKey, CancellationToken ct)
    {
        this.requestKey = requestKey;
        Request = request;
        Input = new Input(input, "", Refusals);
        Ct = ct;
        Now = request.Parts.Time.GetUtcNow();
    }

    public RequestContext Request { get; }

    public Reader Author => Request.Reader;

    public Input Input { get; }

    public CancellationToken Ct { get; }

    public DateTimeOffset Now { get; }

    /// <summary>The last day that something can have happened on: today, wherever on earth it is.</summary>
    public DateOnly Today => DateOnly.FromDateTime(Now.UtcDateTime.AddHours(14));

    public List<Refusal> Refusals { get; } = [];

    /// <summary>What an import has looked up already; null: every look-up is a read of its own.</summary>
    internal ConcurrentDictionary<string, RecordPage>? Found { get; init; }

    /// <summary>How far checked new records are: what an officer enters is a draft.</summary>
    internal Validation RecordedAs { get; init; } = Validation.Draft;

    /// <summary>Whether the event that is recorded or amended is of the exercise world.</summary>
    public bool IsExercise { get; set; }

    public ImmutableArray<Consent> Consents { get; set; } = [];

    public ImmutableArray<JointOperation> Operations { get; set; } = [];

    public ImmutableArray<Membership> Memberships { get; set; } = [];

    /// <summary>Joint operations that the change was decided on, as they were read.</summary>
    public ImmutableArray<RunningOperation> OperationsAsRead { get; set; } = [];

    public RecordId NewId() => Request.Parts.Ids.Next(Author.Officer, requestKey, ordinal++);

    public void Refuse(Refusal refusal) => Refusals.Add(refusal);

    /// <summary>The record or link of the author's agency that the input states: what the answer shows.</summary>
    internal RecordId? Subject { get; set; }

    /// <summary>True where the caller named this record or link: its conflict is the caller's to settle.</summary>
    internal bool IsStated(RecordId id) => stated.Contains(id);

    /// <param name="key">Null: the change is known by no request key.</param>
    internal ChangeSet Set(RequestKey? key) => new()
    {
        RequestKey = key,
        Subject = Subject,
        Records = [.. records],
        Amended = [.. amended],
        Connectors = [.. connectors.Values],
        Links = [.. links],
        AmendedLinks = [.. amendedLinks],
        Unchanged = [.. witnesses],
        Consents = Consents,
        Operations = Operations,
        Memberships = Memberships,
        UnchangedOperations = OperationsAsRead,
    };

    /// <summary>The envelope of a new record of the author's agency, at its default audience or the narrower one that the input asks for.</summary>
    public RecordEnvelope NewEnvelope(Audience audience, bool exercise, Handling? handling, RecordDetails details) => new(
        NewId(),
        audience,
        exercise,
        RecordedAs,
        handling ?? Handling.H0,
        details,
        RecordedBy: Author.Officer);

    /// <summary>Adds a record, numbered in this year.</summary>
    public void Add<T>(RecordKind<T> kind, T value, RecordEnvelope envelope)
        where T : notnull => records.Add(new NewRecord(kind.Store(value, envelope), kind.Derive(value, envelope, Request.Parts.Keys), Now.UtcDateTime.Year));

    /// <summary>Adds a record without a reference: a place.</summary>
    public void AddUnnumbered<T>(RecordKind<T> kind, T value, RecordEnvelope envelope)
        where T : notnull => records.Add(new NewRecord(kind.Store(value, envelope), kind.Derive(value, envelope, Request.Parts.Keys), NumberedIn: null));

    /// <summary>Writes a record of the author's agency anew, on the version that was read.</summary>
    /// <param name="value">The kind's properties; null: as they are.</param>
    public void Amend(OwnRecord own, object? value = null, Validation? validation = null, Audience? audience = null, Handling? handling = null, RecordDetails? details = null)
    {
        var seen = own.Seen;
        var kind = (IOwnedKind)Request.Parts.Kinds[seen.Kind];
        var envelope = new RecordEnvelope(
            seen.Id,
            audience ?? own.Owners.Audience,
            seen.Exercise,
            validation ?? seen.Validation,
            handling ?? seen.Handling,
            details ?? seen.Details with { Reason = null },
            RecordedBy: seen.Kind.IsReference() ? null : own.Owners.CreatedBy);
        var written = value ?? kind.Read(seen.Properties);
        var stored = kind.Store(written, envelope);
        amended.Add(new AmendedRecord(stored, own.Owners.Version, kind.Derive(written, envelope, Request.Parts.Keys), ShowsFrom(seen, stored)));
    }

    /// <summary>Adds a link of the author's agency.</summary>
    public RecordId Link(LinkKind kind, RecordId from, RecordId to, Audience audience, Handling handling, LinkProperties properties, Level floor = Level.Sanitised)
    {
        var turned = LinkRules.IsSymmetric(kind) && from > to;
        var id = NewId();
        links.Add(new StoredLink
        {
            Id = id,
            Kind = kind,
            From = turned ? to : from,
            To = turned ? from : to,
            Owner = Author.Agency,
            Audience = audience,
            Floor = floor,
            Discriminator = LinkRules.DiscriminatorOf(properties),
            Handling = handling,
            Properties = RecordJson.Write(properties),
        });
        return id;
    }

    /// <summary>Adds a link to the connector of an identifier, and the connector where it is new.</summary>
    public RecordId LinkIdentifier(LinkKind kind, RecordId from, GivenIdentifier identifier, bool exercise, Audience audience, Handling handling, LinkProperties properties)
    {
        var connector = Connectors.Of(Request.Parts.Keys, identifier.Identifier, exercise);
        connectors[connector.Id] = connector;
        return Link(kind, from, connector.Id, audience, handling, properties with { ValueAsGiven = identifier.AsGiven }, Connectors.Floor(identifier.Identifier.Type));
    }

    /// <summary>Writes a link of the author's agency anew, on the version that was read.</summary>
    public void Amend(SeenLink link, Audience? audience = null, bool? withdrawn = null, Handling? handling = null, LinkProperties? properties = null)
    {
        var says = properties ?? link.Properties;
        amendedLinks.Add(new AmendedLink(
            link.Id,
            link.Owners!.Version,
            audience ?? link.Owners.Audience,
            withdrawn ?? link.Withdrawn,
            handling ?? link.Handling,
            LinkRules.DiscriminatorOf(says),
            RecordJson.Write(says)));
    }

    /// <summary>The change is made only if this record of the author's agency is still as it was read.</summary>
    public void Witness(OwnRecord own) => witnesses.Add(new Witness(own.Seen.Id, own.Owners.Version));

    /// <summary>The change is made only if this link of the author's agency is still as it was read.</summary>
    public void Witness(SeenLink link) => witnesses.Add(new Witness(link.Id, link.Owners!.Version));

    /// <summary>The record that the input names, where the author may write it on the version that it states.</summary>
    /// <param name="kinds">Empty: any.</param>
    /// <returns>Null where it is refused: hidden, missing and another agency's alike.</returns>
    public async Task<OwnRecord?> StatedAsync(ImmutableArray<RecordKind> kinds, Bring? bring = null)
    {
        var given = Input.Id("id") ?? "";
        var own = RecordId.TryParse(given, out var id) ? await OwnAsync(id, kinds, bring) : null;
        if (own is null)
        {
            Refuse(new NotFound(given));
            return null;
        }

        Subject = id;
        stated.Add(id);
        if (Input.Value<int>("version") is { } version && version != own.Owners.Version)
        {
            Refuse(new VersionConflict(own.Owners.Version));
            return null;
        }

        return own;
    }

    /// <summary>A record that the author may write; null where there is none for them.</summary>
    public async Task<OwnRecord?> OwnAsync(RecordId id, ImmutableArray<RecordKind> kinds, Bring? bring = null) =>
        await VisibleAsync(id, kinds, (bring ?? Bring.Nothing) with { Versions = true }) is { Record.Owners: { } owners } found ? new OwnRecord(found, owners) : null;

    /// <summary>A record that the author sees at Sanitised or above; null where there is none for them.</summary>
    public async Task<BroughtRecord?> VisibleAsync(RecordId id, ImmutableArray<RecordKind> kinds, Bring? bring = null) =>
        (await ReadAsync(new PlanStart.ByIds([id], kinds), bring ?? Bring.Nothing)).Records.FirstOrDefault();

    /// <summary>
    /// The record that a field of the input names, to be linked; null where the field is absent. Refused where the
    /// author sees none, where it has been withdrawn, and where it is of the other world.
    /// </summary>
    /// <param name="exercise">The world that it is to be linked in; null: any.</param>
    public async Task<SeenRecord?> NamedAsync(Input input, string field, ImmutableArray<RecordKind> kinds, bool? exercise)
    {
        if (input.Id(field) is not { } given)
        {
            return null;
        }

        if (!RecordId.TryParse(given, out var id) || await VisibleAsync(id, kinds) is not { Record: var found })
        {
            Refuse(new NotFound(given));
            return null;
        }

        stated.Add(id);
        if (found.Validation == Validation.Withdrawn)
        {
            Refuse(new NotPermitted("A record that has been withdrawn is not linked any more."));
        }
        else if (exercise is { } world && found.Exercise == !world)
        {
            input.Fault(field, world ? "It is a real record; an exercise record is linked only to exercise records." : "It is an exercise record; a real record is linked only to real ones.");
        }

        return found;
    }

    /// <summary>The link with this id, and the record that it starts from; null where the author sees none.</summary>
    public async Task<(SeenRecord From, SeenLink Link, SeenRecord To)?> LinkAsync(RecordId id)
    {
        stated.Add(id);
        var step = new LinkStep("link", [], [], LinkDirection.Outgoing, Exercise: false, Withdrawn: true, 1, After: null, WantTotal: false, OwnReferences: false, Bring.Nothing);
        var page = await ReadAsync(new PlanStart.OfLink(id), new Bring([step]));
        return page.Records is [var from] && from.Links["link"].Links is [var link] ? (from.Record, link.Link, link.Far.Record) : null;
    }

    /// <summary>Reference records by their names; asked once where many changes share <see cref="Found"/>.</summary>
    public async Task<RecordPage> LookUpAsync(PlanStart.Page page)
    {
        var question = $"{page.Kind} {string.Join('\u001f', page.Conditions.Select(condition => $"{condition.Property}={string.Join('\u001e', condition.AnyOf)}"))}";
        if (Found is not null && Found.TryGetValue(question, out var known))
        {
            return known;
        }

        var read = await ReadAsync(page, Bring.Nothing);
        if (Found is { Count: < MaxFound })
        {
            Found[question] = read;
        }

        return read;
    }

    public async Task<RecordPage> ReadAsync(PlanStart start, Bring bring) =>
        (await Request.Parts.Store.ViewFor(Author).ReadAsync(new ReadPlan(start, bring), Ct)).Roots;

    /// <summary>
    /// The audience of what is recorded now: the author's agency at Full, or, where the input restricts it, only the
    /// officers and joint operations that it names, and the author.
    /// </summary>
    public Audience AudienceOfNew()
    {
        if (Input.IsNull("restrictTo"))
        {
            return Audience.OwnAgency(Author.Agency);
        }

        var named = Input.Lines("restrictTo"); // none: only the author

        var tokens = new List<Token> { Token.Officer(Author.Officer) };
        foreach (var (text, path) in named)
        {
            if (Token.TryParse(text, out var token)
                && ((token.IsOf(Author.Agency) && token != Token.Agency(Author.Agency)) || Author.Groups.Any(group => token == Token.Group(group))))
            {
                tokens.Add(token);
            }
            else
            {
                Input.Fault(path, $"It names neither an officer of your own agency (officer:{Author.Agency}/NAME) nor a joint operation that you belong to (group:ID).");
            }
        }

        return new Audience(Author.Agency, tokens.Select(token => new Release(token, Level.Full)));
    }

    /// <summary>
    /// The audience of a new link: as restricted as the author's own records at its ends, and the owners of the others,
    /// who must know what hangs on their records.
    /// </summary>
    public Audience AudienceOfLink(params ReadOnlySpan<LinkEnd> ends)
    {
        var releases = new List<Release> { OwnAgency };
        foreach (var end in ends)
        {
            if (end.Audience is { } own && !own.Releases.Contains(OwnAgency))
            {
                releases = [.. DefaultBeside(own).Releases];
            }
        }

        foreach (var end in ends)
        {
            if (end.Owner is { } owner && owner != Author.Agency)
            {
                releases.RemoveAll(release => release.To.IsGroup); // a group may have officers of third agencies
                releases.Add(new Release(Token.Agency(owner), Level.Full));
            }
        }

        return new Audience(Author.Agency, releases);
    }

    /// <summary>
    /// The audience of what is recorded beside a record of the author's agency: as restricted as that is, and released
    /// to nobody whom that was released to since.
    /// </summary>
    public Audience DefaultBeside(Audience own) => own.Releases.Contains(OwnAgency)
        ? Audience.OwnAgency(Author.Agency)
        : new Audience(
            Author.Agency,
            own.Releases.Where(release => release.Level == Level.Full && (release.To.IsOf(Author.Agency) || Author.Groups.Any(group => release.To == Token.Group(group))))
                .Append(new Release(Token.Officer(Author.Officer), Level.Full)));

    public Release OwnAgency => new(Token.Agency(Author.Agency), Level.Full);

    /// <summary>The lowest level at which the difference between two states of a record shows; null where it shows to nobody.</summary>
    private Level? ShowsFrom(SeenRecord before, StoredRecord after)
    {
        var disclosure = Request.Parts.Disclosure;
        if (before.Validation != after.Validation
            || before.Handling != after.Handling
            || !disclosure.Properties(before.Kind, Level.Sanitised, before.Properties).AsSpan().SequenceEqual(disclosure.Properties(before.Kind, Level.Sanitised, after.Properties)))
        {
            return Level.Sanitised;
        }

        return before.Properties.AsSpan().SequenceEqual(after.Properties) && before.Details with { Reason = null } == after.Details with { Reason = null } ? null : Level.Full;
    }

    /// <summary>Today's date plus a time of keeping, e.g. for the date by which a nominal record is confirmed or erased.</summary>
    public PartialDate In(int years) => PartialDate.OfDay(DateOnly.FromDateTime(Now.UtcDateTime).AddYears(years));
}

/// <summary>An end of a new link.</summary>
/// <param name="Owner">Null for reference records and connectors, which nobody's consent hangs on.</param>
/// <param name="Audience">Of a record of the author's agency.</param>
public readonly record struct LinkEnd(AgencyCode? Owner, Audience? Audience)
{
    public static LinkEnd Of(SeenRecord record) => record.Kind.IsReference() ? default : new LinkEnd(record.Owner, record.Owners?.Audience);

    public static LinkEnd Of(RecordEnvelope added) => new(added.Audience.Owner, added.Audience);
}

/// <summary>A record of the author's agency that the author sees at Full.</summary>
public sealed record OwnRecord(BroughtRecord Brought, OwnersView Owners)
{
    public SeenRecord Seen => Brought.Record;

    /// <summary>True where the record's agency as a whole is not in its audience.</summary>
    public bool IsRestricted => !Owners.Audience.Releases.Contains(new Release(Token.Agency(Owners.Audience.Owner), Level.Full));
}
