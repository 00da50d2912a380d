using System.Collections.Immutable;
using WildlifeRegistry.Access;
using WildlifeRegistry.Identifiers;
using WildlifeRegistry.Incidents;
using WildlifeRegistry.Links;
using WildlifeRegistry.Places;
using WildlifeRegistry.Records;
using WildlifeRegistry.Routes;
using WildlifeRegistry.Seizures;
using WildlifeRegistry.Storage;
using WildlifeRegistry.Suspects;

namespace WildlifeRegistry.Tests.Support;

/// <summary>
/// A registry with a few invented records of KZ-CUSTOMS and UZ-CUSTOMS at every level, shared by the tests that only
/// read. <see cref="Open"/> has everything hanging on it: a suspect with a phone, a container, a route, a twin.
/// </summary>
public class SampleWorld : IAsyncLifetime
{
    public const string Phone = "+77015550101";
    public const string Container = "CSQU3054383";

    /// <summary>A word that stands in every closed property of <see cref="Sanitised"/> and what hangs on it.</summary>
    public const string Closed = "closed-below-full";

    private static readonly AgencyCode Kz = new("KZ-CUSTOMS"), Uz = new("UZ-CUSTOMS");
    private static readonly Audience ToAll = With(Kz, new Release(Token.Eco, Level.Full));
    private static readonly Audience ToUzSanitised = With(Kz, new Release(Token.Agency(Uz), Level.Sanitised));
    private static readonly Audience HitToAll = With(Kz, new Release(Token.Eco, Level.Hit));

    private int lastId;

    public RegistryApplication Registry { get; private set; } = null!;

    /// <summary>A seizure that all see at Full.</summary>
    public RecordId Open { get; } = Id(1);

    /// <summary>A seizure of KZ-CUSTOMS that UZ-CUSTOMS sees at Sanitised.</summary>
    public RecordId Sanitised { get; } = Id(2);

    /// <summary>A seizure of KZ-CUSTOMS that others have a Hit on: nothing in an ordinary read.</summary>
    public RecordId HitOnly { get; } = Id(3);

    /// <summary>A seizure that only KZ-CUSTOMS sees.</summary>
    public RecordId Own { get; } = Id(4);

    public RecordId Suspect { get; } = Id(5);

    public RecordId Organiser { get; } = Id(6);

    public RecordId Route { get; } = Id(7);

    public RecordId Incident { get; } = Id(8);

    /// <summary>A seizure of UZ-CUSTOMS that only it sees.</summary>
    public RecordId OfUz { get; } = Id(9);

    /// <summary>Records of each kind that only KZ-CUSTOMS sees.</summary>
    public IReadOnlyDictionary<RecordKind, RecordId> Hidden { get; } = new Dictionary<RecordKind, RecordId>
    {
        [RecordKind.Seizure] = Id(4),
        [RecordKind.Suspect] = Id(10),
        [RecordKind.Route] = Id(11),
        [RecordKind.Incident] = Id(12),
    };

    /// <summary>Seizures that all see, one a month of 2024, with <see cref="Open"/> the thirteenth in January 2025.</summary>
    public const int Many = 12;

    /// <summary>An id that nothing has.</summary>
    public RecordId Missing { get; } = Id(99_999);

    public RecordId Saiga => Registry.Keys.ReferenceId(RecordKind.Species, "Saiga tatarica");

    public RecordId Kazakhstan => PlaceTable.IdOf("KZ", Registry.Keys);

    public RecordId PhoneId => Registry.Keys.ConnectorId(nameof(IdentifierType.Phone), Phone, exercise: false);

    public async ValueTask InitializeAsync()
    {
        if (await StartAsync() is not { } registry)
        {
            return; // its engine is not here, and the tests say so
        }

        Registry = registry;
        await Registry.WriteAsync(OfKazakhstan(), Registry.ReaderOf("kz-customs-analyst"));
        await Registry.WriteAsync(
            Of(new SeizureKind(), Seizure("2025-02", "UZ"), Envelope(OfUz, Audience.OwnAgency(Uz)), 2025),
            Registry.ReaderOf("uz-customs-officer"));
    }

    public async ValueTask DisposeAsync()
    {
        if (Registry is not null)
        {
            await Registry.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    protected virtual async Task<RegistryApplication?> StartAsync() => await RegistryApplication.StartAsync();

    private ChangeSet OfKazakhstan()
    {
        lastId = 1000;
        var open = Envelope(Open, ToAll) with { Details = new RecordDetails("court only with consent", new Grade(SourceGrade.A, 1), new Provenance("IMPORTED", "c4ads", "seizures.csv", 7, ["https://example.org/1"])), Handling = Handling.H3 };
        var sanitised = Envelope(Sanitised, ToUzSanitised) with { Details = new RecordDetails(Closed, new Grade(SourceGrade.B, 2), new Provenance("IMPORTED", Closed, Closed, 3, [Closed])) };
        var suspect = Envelope(Suspect, ToAll);
        var organiser = Envelope(Organiser, ToUzSanitised);
        var route = Envelope(Route, ToAll);
        var incident = Envelope(Incident, ToAll);
        var own = Audience.OwnAgency(Kz);
        var phone = Connectors.Of(Registry.Keys, new Identifier(IdentifierType.Phone, Phone), exercise: false);
        var container = Connectors.Of(Registry.Keys, new Identifier(IdentifierType.Container, Container), exercise: false);
        var ring = Connectors.Of(Registry.Keys, new Identifier(IdentifierType.Ring, "TA12345"), exercise: false);
        var changes = new[]
        {
            Of(new SeizureKind(), Whole(ring.Id), open, 2025),
            Of(new SeizureKind(), Seizure("2024-06-15", "KZ", Closed), sanitised, 2024),
            Of(new SeizureKind(), Seizure("2024-07", "KZ"), Envelope(HitOnly, HitToAll), 2024),
            Of(new SeizureKind(), Seizure("2024-08", "KZ"), Envelope(Own, own), 2024),
            Of(new SuspectKind(), Person("Exemplar Person", "KZ"), suspect, 2025),
            Of(new SuspectKind(), Person(Closed, "UZ"), organiser, 2025),
            Of(new SuspectKind(), Person("Unseen Person", "KZ"), Envelope(Hidden[RecordKind.Suspect], own), 2025),
            Of(new RouteKind(), Road("Exemplar road"), route, 2025),
            Of(new RouteKind(), Road("Unseen road"), Envelope(Hidden[RecordKind.Route], own), 2025),
            Of(new IncidentKind(), Fire(), incident, 2025),
            Of(new IncidentKind(), Fire(), Envelope(Hidden[RecordKind.Incident], own), 2025),
            Of(new SeizureKind(), Seizure("2025", "KZ"), Envelope(NextId(), ToAll) with { Exercise = true }, 2025),
        }.Concat(Enumerable.Range(1, Many).Select(month => Of(new SeizureKind(), Seizure($"2024-{month:00}", "KZ"), Envelope(NextId(), ToAll), 2024))).ToList();
        return new ChangeSet
        {
            Records = [.. changes.SelectMany(change => change.Records)],
            Connectors = [phone, container, ring],
            Links =
            [
                Link(LinkKind.Involves, Open, Suspect, ToAll, new LinkProperties(InvolvementRole.Driver)),
                Link(LinkKind.CarriedBy, Open, container.Id, ToAll, new LinkProperties(ValueAsGiven: "CSQU 305438-3")),
                Link(LinkKind.Marked, Open, ring.Id, ToAll, new LinkProperties(ValueAsGiven: "TA 12345")),
                Link(LinkKind.OnRoute, Open, Route, ToAll, new LinkProperties(Leg: 1)),
                Link(LinkKind.Uses, Suspect, phone.Id, ToAll, new LinkProperties(ValueAsGiven: "8 701 555 01 01", Period: new Period(PartialDate.OfYear(2024), null)), Level.Full),
                Link(LinkKind.Involves, Sanitised, Organiser, ToUzSanitised, new LinkProperties(InvolvementRole.Organiser, ValueAsGiven: Closed, Note: Closed)),
                Link(LinkKind.CarriedBy, Sanitised, container.Id, ToUzSanitised, new LinkProperties(ValueAsGiven: Closed)),
                Link(LinkKind.Involves, Own, Suspect, own, new LinkProperties(InvolvementRole.Driver)),
            ],
        };
    }

    private ChangeSet Of<T>(RecordKind<T> kind, T value, RecordEnvelope envelope, int year)
        where T : notnull =>
        new() { Records = [new NewRecord(kind.Store(value, envelope), kind.Derive(value, envelope, Registry.Keys), year)] };

    private Seizure Whole(RecordId ring) => Seizure("2025-01-10", "KZ", "Altynkol") with
    {
        AgencyReference = "A/17",
        DetectingAgency = "Post 7",
        MethodOfDetection = MethodOfDetection.Xray,
        ModeOfTransport = ModeOfTransport.Road,
        Carrier = "Exemplar line",
        MethodOfConcealment = "spare wheel",
        ConcealmentClass = ConcealmentClass.InVehicle,
        Latitude = 44.17,
        Longitude = 80.3,
        Nationalities = [new NationalityCount("KZ", 2)],
        EstimatedValue = new Money(12000.50m, "USD"),
        Quantities = [new Quantity(8.350m, "kg")],
        Specimens =
        [
            new Specimen { Id = NextId(), NameAsGiven = "saiga horns", Species = new ResolvedSpecies(Saiga, [Saiga]), Description = "horns", Quantities = [new Quantity(40m, "pieces"), new Quantity(8.350m, "kg")] },
            new Specimen { Id = NextId(), NameAsGiven = "ringed falcon", Marks = [ring], AmountUnknown = true },
        ],
        Chain =
        [
            new ChainStep(ChainRole.Origin, "KZ", null, Kazakhstan, false),
            new ChainStep(ChainRole.Transit, "UZ", "Yallama", PlaceTable.IdOf("UZ", Registry.Keys), true),
            new ChainStep(ChainRole.Destination, "CN", null, null, false),
        ],
    };

    private Seizure Seizure(string on, string country, string? text = null) => new()
    {
        OccurredOn = PartialDate.Parse(on),
        Country = country,
        PlaceId = Kazakhstan,
        PlaceName = text,
        AgencyReference = text,
        DetectingAgency = text,
        Reason = text,
        Carrier = text,
        MethodOfConcealment = text,
        LawCharged = text,
        Disposal = text,
        Narrative = text,
        Specimens = [new Specimen { Id = NextId(), NameAsGiven = text, Description = text, Condition = text, Species = new ResolvedSpecies(Saiga, [Saiga]) }],
        Chain = text is null ? [] : [new ChainStep(ChainRole.Transit, "KZ", text, null, false)],
    };

    private static Suspect Person(string name, string country) => new()
    {
        Type = SuspectType.Person,
        Names = [new SuspectName(name, "Latn", NameRole.Primary), new SuspectName("Пример", "Cyrl", NameRole.Alias)],
        Birth = PartialDate.OfYear(1980),
        Nationalities = [country],
        Status = new SuspectStatus(SuspectStatusValue.Accused, PartialDate.Parse("2025-03")),
        Offence = "invented for tests",
    };

    private Route Road(string name) => new()
    {
        Name = name,
        Status = RouteStatus.Suspected,
        Legs = [new RouteLeg(Kazakhstan, PlaceTable.IdOf("UZ", Registry.Keys), ModeOfTransport.Road, "by night")],
    };

    private static Incident Fire() => new()
    {
        Type = IncidentType.ForestFire,
        OccurredOn = PartialDate.Parse("2025-06"),
        Country = "KZ",
        AreaHectares = 12.5m,
        Damage = [new Money(1000m, "KZT")],
    };

    private static RecordEnvelope Envelope(RecordId id, Audience audience) => new(
        id, audience, false, Validation.Validated, Handling.H1, RecordDetails.None, RecordedBy: new OfficerId(audience.Owner.Value + (audience.Owner == Kz ? "/demo-analyst" : "/demo-officer")));

    private StoredLink Link(LinkKind kind, RecordId from, RecordId to, Audience audience, LinkProperties properties, Level floor = Level.Sanitised) => new()
    {
        Id = NextId(),
        Kind = kind,
        From = from,
        To = to,
        Owner = audience.Owner,
        Audience = audience,
        Floor = floor,
        Discriminator = LinkRules.DiscriminatorOf(properties),
        Properties = RecordJson.Write(properties),
    };

    /// <summary>What a reading operation of the contract is asked with here.</summary>
    public object VariablesOf(string operation) => operation switch
    {
        "SeizureWithLinks" => new { id = Open.ToString() },
        "SuspectWithLinks" => new { id = Suspect.ToString() },
        "IdentifierLinks" => new { type = "PHONE", value = Phone },
        "SpeciesByName" => new { name = "Saiga tatarica" },
        "Anything" => new { ids = new[] { Open.ToString(), Saiga.ToString(), "no id" } },
        _ => new { },
    };

    private static Audience With(AgencyCode owner, Release release) => new(owner, [new Release(Token.Agency(owner), Level.Full), release]);

    private static RecordId Id(int number) => new((UInt128)number << 64);

    private RecordId NextId() => Id(++lastId);
}
