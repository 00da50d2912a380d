using System.Collections.Immutable;
using System.Globalization;
using WildlifeRegistry.Access;
using WildlifeRegistry.Identifiers;
using WildlifeRegistry.Importing.Reference;
using WildlifeRegistry.Links;
using WildlifeRegistry.Places;
using WildlifeRegistry.Records;
using WildlifeRegistry.Routes;
using WildlifeRegistry.Seizures;
using WildlifeRegistry.Species;
using WildlifeRegistry.Storage;
using WildlifeRegistry.Suspects;

namespace WildlifeRegistry.Importing.Samples;

/// <summary>
/// The invented records of <c>schema/samples/exercise-world.json</c>, all flagged as exercise: each agency's are
/// recorded at once by one seed officer of its own and validated by a second. Their ids follow from their keys in the
/// file, so that what is there is known.
/// </summary>
public sealed class ExerciseWorld(IGraphStore store, RegistryKeys keys, TaxonTable taxa, PlaceTable places, TimeProvider time)
{
    public const string File = "schema/samples/exercise-world.json";

    private static readonly SeizureKind Seizures = new();
    private static readonly SuspectKind Suspects = new();
    private static readonly RouteKind RouteKind = new();

    /// <summary>The order keys of links that start from a record, by its key: a link may start from another agency's.</summary>

    public async Task LoadAsync(CancellationToken ct)
    {
        WorldFile world;
        using (var stream = ReferenceFiles.Open(File))
        {
            using var text = new StreamReader(stream);
            world = RecordJson.Read<WorldFile>(System.Text.Encoding.UTF8.GetBytes(await text.ReadToEndAsync(ct)));
        }

        foreach (var part in world.Agencies)
        {
            await LoadAsync(part, ct);
        }
    }

    private async Task LoadAsync(AgencyPart part, CancellationToken ct)
    {
        var agency = new AgencyCode(part.Agency);
        var registrar = Officer(agency, "exercise-registrar");
        var records = Records(part, agency).ToList();
        var plan = new ReadPlan(new PlanStart.ByIds([.. records.Select(record => record.Added.Record.Id)], []), Bring.Nothing);
        var known = (await store.ViewFor(registrar).ReadAsync(plan, ct)).Roots.Records;
        if (known.IsEmpty)
        {
            var links = part.Links.Select(link => Link(link, agency, records)).ToList();
            var changes = new ChangeSet
            {
                Records = [.. records.Select(record => record.Added)],
                Connectors = [.. links.Select(link => link.Connector).OfType<StoredConnector>().DistinctBy(connector => connector.Id)],
                Links = [.. links.Select(link => link.Link)],
            };
            if (await store.CommitAsync(changes, registrar, ct) is not CommitResult.Committed)
            {
                throw new InvalidOperationException($"The exercise records of {part.Agency} contradict the store.");
            }
        }

        // Not again where a second officer has been there, or an owner has changed it since.
        var touched = known.Where(brought => brought.Record is not { Validation: Validation.Submitted, Owners.Version: 1 }).Select(brought => brought.Record.Id).ToHashSet();
        var validated = records.Where(record => record.Validated is not null && !touched.Contains(record.Added.Record.Id)).Select(record => record.Validated!).ToList();
        if (validated.Count > 0 && await store.CommitAsync(new ChangeSet { Amended = [.. validated] }, Officer(agency, "exercise-validator"), ct) is not CommitResult.Committed)
        {
            throw new StoreException($"The exercise records of {part.Agency} could not be validated: another program changed the store at the same time.", isTransient: true);
        }
    }

    /// <summary>A seed officer: a name that nobody bears.</summary>
    private static Reader Officer(AgencyCode agency, string name) =>
        new(new OfficerId($"{agency.Value}/{name}"), agency, agency.Value[..2], [Role.Analyst], []);

    private static Audience AudienceOf(AgencyCode owner, IReadOnlyDictionary<string, Level> releases) => new(owner, releases.Select(release =>
        Token.TryParse(release.Key, out var token) ? new Release(token, release.Value) : throw new InvalidOperationException($"{File} releases to {release.Key}, which is nobody.")));

    private IEnumerable<ExerciseRecord> Records(AgencyPart part, AgencyCode agency) =>
    [
        .. part.Seizures.Select(row => Record(Seizures, Seizure(row), row, agency)),
        .. part.Suspects.Select(row => Record(Suspects, Suspect(row), row, agency)),
        .. part.Routes.Select(row => Record(RouteKind, Way(row), row, agency)),
    ];

    private ExerciseRecord Record<T>(RecordKind<T> kind, T value, ExerciseRow row, AgencyCode agency)
        where T : notnull
    {
        var envelope = new RecordEnvelope(
            IdOf(row.Key),
            AudienceOf(agency, row.Audience),
            Exercise: true,
            Validation.Submitted,
            row.Handling,
            new RecordDetails(Provenance: new Provenance("ENTERED")),
            RecordedBy: Officer(agency, "exercise-registrar").Officer);
        var validated = envelope with { Validation = Validation.Validated };
        return new ExerciseRecord(
            row.Key,
            new NewRecord(kind.Store(value, envelope), kind.Derive(value, envelope, keys), time.GetUtcNow().Year),
            row.Validated ? new AmendedRecord(kind.Store(value, validated), 1, kind.Derive(value, validated, keys), Level.Sanitised) : null);
    }

    private RecordId IdOf(string key) => keys.ExerciseId(key);

    private RecordId? PlaceId(string? key) => key is null ? null : PlaceTable.IdOf(key, keys);

    private Seizure Seizure(SeizureRow row) => new()
    {
        OccurredOn = row.OccurredOn,
        Country = row.Country,
        PlaceId = row.Post is null ? null : PlaceId(places.PostNamed(row.Country, row.Post) ?? throw new InvalidOperationException($"{File} names the post {row.Post}, which the reference does not know.")),
        PlaceName = row.PlaceName,
        MethodOfDetection = row.MethodOfDetection,
        ModeOfTransport = row.ModeOfTransport,
        Carrier = row.Carrier,
        MethodOfConcealment = row.MethodOfConcealment,
        ConcealmentClass = row.ConcealmentClass,
        Narrative = row.Narrative,
        Specimens = [.. row.Specimens.Select((specimen, at) => Specimen(specimen, string.Create(CultureInfo.InvariantCulture, $"{row.Key}/{at}")))],
        Chain = [.. row.Chain.Select(step => new ChainStep(step.Role, step.Country, null, PlaceId(step.Country), step.SeizureOpportunity))],
    };

    private Specimen Specimen(SpecimenRow row, string key)
    {
        var found = taxa.Find(row.Name) ?? throw new InvalidOperationException($"{File} names {row.Name}, which the reference does not know.");
        return new Specimen
        {
            Id = IdOf(key),
            NameAsGiven = row.Name,
            Species = taxa.Resolve(found.Taxon, keys),
            CitesTerm = found.Term,
            Quantities = [.. new[] { (Amount: row.Pieces, Unit: "pieces"), (Amount: row.Kg, Unit: "kg") }.Where(given => given.Amount is not null).Select(given => new Quantity(given.Amount!.Value, given.Unit))],
        };
    }

    private static Suspect Suspect(SuspectRow row) => new()
    {
        Type = row.Type,
        Names = [.. row.Names.Select((name, at) => new SuspectName(name, null, at == 0 ? NameRole.Primary : NameRole.Alias))],
        Nationalities = row.Nationalities,
        Status = new SuspectStatus(SuspectStatusValue.Suspect, null),
        Offence = row.Offence,
    };

    private Routes.Route Way(RouteRow row) => new()
    {
        Name = row.Name,
        Status = row.Status,
        Legs = [.. row.Legs.Select(leg => new RouteLeg(PlaceId(leg.From), PlaceId(leg.To), leg.Mode, null))],
    };

    private (StoredLink Link, StoredConnector? Connector) Link(LinkRow row, AgencyCode agency, List<ExerciseRecord> records)
    {
        var from = records.Find(record => string.Equals(record.Key, row.From, StringComparison.Ordinal));
        var connector = row.Identifier is { } type ? Connector(type, row.Value!) : null;
        var to = connector?.Id ?? IdOf(row.To!);
        return (new StoredLink
        {
            Id = keys.ExerciseId($"{row.Kind}/{row.From}/{row.To}{row.Value}"),
            Kind = row.Kind,
            From = IdOf(row.From),
            To = to,
            Owner = agency,
            Audience = row.Audience is { } audience ? AudienceOf(agency, audience) : from!.Added.Record.Audience,
            Floor = row.Identifier is { } identifier ? Connectors.Floor(identifier) : Level.Sanitised,
            Discriminator = row.Role?.ToString() ?? row.Leg?.ToString(CultureInfo.InvariantCulture) ?? "",
            Properties = RecordJson.Write(new LinkProperties(row.Role, row.Leg, ValueAsGiven: row.Value, Provenance: new Provenance("ENTERED"))),
        }, connector);
    }

    private StoredConnector Connector(IdentifierType type, string value) => NormalForm.Of(type, value, null, null) is NormalFormResult.Normal(var identifier)
        ? Connectors.Of(keys, identifier, exercise: true)
        : throw new InvalidOperationException($"{File} has the {type} {value}, which has no normal form.");

    private sealed record ExerciseRecord(string Key, NewRecord Added, AmendedRecord? Validated);

    private sealed record WorldFile(IReadOnlyList<AgencyPart> Agencies);

    private sealed record AgencyPart(string Agency, IReadOnlyList<SeizureRow> Seizures, IReadOnlyList<SuspectRow> Suspects, IReadOnlyList<RouteRow> Routes, IReadOnlyList<LinkRow> Links);

    private abstract record ExerciseRow(string Key, ImmutableDictionary<string, Level> Audience, bool Validated, Handling Handling);

    private sealed record SeizureRow(
        string Key,
        ImmutableDictionary<string, Level> Audience,
        bool Validated,
        Handling Handling,
        PartialDate OccurredOn,
        string Country,
        string? Post,
        string? PlaceName,
        MethodOfDetection? MethodOfDetection,
        ModeOfTransport? ModeOfTransport,
        string? Carrier,
        string? MethodOfConcealment,
        ConcealmentClass? ConcealmentClass,
        string? Narrative,
        IReadOnlyList<SpecimenRow> Specimens,
        IReadOnlyList<StepRow> Chain)
        : ExerciseRow(Key, Audience, Validated, Handling);

    private sealed record SpecimenRow(string Name, decimal? Pieces, decimal? Kg);

    private sealed record StepRow(ChainRole Role, string Country, bool SeizureOpportunity);

    private sealed record SuspectRow(
        string Key,
        ImmutableDictionary<string, Level> Audience,
        bool Validated,
        Handling Handling,
        SuspectType Type,
        IReadOnlyList<string> Names,
        IReadOnlyList<string> Nationalities,
        string Offence)
        : ExerciseRow(Key, Audience, Validated, Handling);

    private sealed record RouteRow(string Key, ImmutableDictionary<string, Level> Audience, bool Validated, Handling Handling, string Name, RouteStatus Status, IReadOnlyList<LegRow> Legs)
        : ExerciseRow(Key, Audience, Validated, Handling);

    private sealed record LegRow(string From, string To, ModeOfTransport Mode);

    private sealed record LinkRow(
        LinkKind Kind,
        string From,
        string? To,
        IdentifierType? Identifier,
        string? Value,
        InvolvementRole? Role,
        int? Leg,
        ImmutableDictionary<string, Level>? Audience);
}
