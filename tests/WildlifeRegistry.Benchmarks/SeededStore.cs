using System.Collections.Immutable;
using System.Globalization;
using WildlifeRegistry.Access;
using WildlifeRegistry.Identifiers;
using WildlifeRegistry.Links;
using WildlifeRegistry.Places;
using WildlifeRegistry.Records;
using WildlifeRegistry.Routes;
using WildlifeRegistry.Seizures;
using WildlifeRegistry.Species;
using WildlifeRegistry.Storage;
using WildlifeRegistry.Storage.Sqlite;
using WildlifeRegistry.Suspects;

namespace WildlifeRegistry.Benchmarks;

/// <summary>
/// A store of seizures made from a seed: ten agencies, twenty years, five hundred species; each seizure with one or
/// two species, a place, a chain of three countries; every third with a suspect, every fourth with a plate or phone,
/// every fifth on a route. A fifth is released to all, a fifth to one neighbour at Sanitised, the rest to nobody.
/// </summary>
internal sealed class SeededStore(int seed, int seizures)
{
    public const int SpeciesCount = 500;

    private static readonly string[] Countries = ["AF", "AZ", "IR", "KZ", "KG", "PK", "TJ", "TR", "TM", "UZ"];
    private static readonly SeizureKind SeizureKind = new();
    private static readonly SuspectKind SuspectKind = new();

    private readonly Random random = new(seed);

    /// <summary>Seizures of the reader's agency that have the most links.</summary>
    public List<RecordId> Asked { get; } = [];

    /// <summary>Phones that hang on a suspect of the reader's agency.</summary>
    public List<string> Phones { get; } = [];

    public List<RecordId> Places { get; } = [];

    public static Reader Reader { get; } = Officer("KZ");

    public static Reader Officer(string country) => new(
        new OfficerId(country + "-CUSTOMS/demo-officer"), new AgencyCode(country + "-CUSTOMS"), country, [Role.Analyst], []);

    public async Task FillAsync(SqliteGraphStore store, CancellationToken ct)
    {
        var keys = store.Keys;
        var registrar = new Reader(new OfficerId("ECO-SECRETARIAT/registrar"), new AgencyCode("ECO-SECRETARIAT"), null, [Role.Liaison], []);
        var species = await FillSpeciesAsync(store, registrar, ct);
        var places = await FillPlacesAsync(store, registrar, ct);
        Places.AddRange(places);
        var pending = new List<Task<CommitResult>>();
        for (var done = 0; done < seizures; done += 50)
        {
            var country = Countries[random.Next(Countries.Length)];
            pending.Add(store.CommitAsync(Batch(keys, country, species, places, Math.Min(50, seizures - done)), Officer(country), ct));
            if (pending.Count == 64)
            {
                await Settle(pending);
            }
        }

        await Settle(pending);
    }

    private static async Task Settle(List<Task<CommitResult>> pending)
    {
        foreach (var result in await Task.WhenAll(pending))
        {
            if (result is not CommitResult.Committed)
            {
                throw new InvalidOperationException("The seeded store could not be made: " + result);
            }
        }

        pending.Clear();
    }

    private static async Task<ImmutableArray<ResolvedSpecies>> FillSpeciesAsync(SqliteGraphStore store, Reader registrar, CancellationToken ct)
    {
        var kind = new SpeciesKind();
        var made = Enumerable.Range(0, SpeciesCount).Select(n => (Id: store.Keys.ReferenceId(RecordKind.Species, "Benchmark " + n), Taxon: new Taxon
        {
            ScientificName = string.Create(CultureInfo.InvariantCulture, $"Exemplum numero{n}"),
            Rank = "SPECIES",
            Genus = "Exemplum",
            Appendices = [new AppendixReport("II", 2015)],
            CommonNames = [new CommonName("en", string.Create(CultureInfo.InvariantCulture, $"Example {n}"))],
        })).ToList();
        await Settle([store.CommitAsync(
            new ChangeSet { Records = [.. made.Select(one => new NewRecord(kind.Store(one.Taxon, RecordEnvelope.OfReference(one.Id, registrar.Agency, RecordDetails.None)), [], null))] },
            registrar,
            ct)]);
        return [.. made.Select(one => new ResolvedSpecies(one.Id, [one.Id]))];
    }

    private static async Task<ImmutableArray<RecordId>> FillPlacesAsync(SqliteGraphStore store, Reader registrar, CancellationToken ct)
    {
        var kind = new PlaceKind();
        var made = Countries.Select(code => (Id: store.Keys.ReferenceId(RecordKind.Place, code), Place: new Place { Type = PlaceType.Country, Code = code, Name = code, Country = code })).ToList();
        await Settle([store.CommitAsync(
            new ChangeSet { Records = [.. made.Select(one => new NewRecord(kind.Store(one.Place, RecordEnvelope.OfReference(one.Id, registrar.Agency, RecordDetails.None)), [], null))] },
            registrar,
            ct)]);
        return [.. made.Select(one => one.Id)];
    }

    private ChangeSet Batch(RegistryKeys keys, string country, ImmutableArray<ResolvedSpecies> species, ImmutableArray<RecordId> places, int count)
    {
        var agency = new AgencyCode(country + "-CUSTOMS");
        var records = ImmutableArray.CreateBuilder<NewRecord>();
        var links = ImmutableArray.CreateBuilder<StoredLink>();
        var connectors = ImmutableArray.CreateBuilder<StoredConnector>();
        for (var n = 0; n < count; n++)
        {
            var audience = random.Next(5) switch
            {
                0 => new Audience(agency, [new Release(Token.Agency(agency), Level.Full), new Release(Token.Eco, Level.Full)]),
                1 => new Audience(agency, [new Release(Token.Agency(agency), Level.Full), new Release(Token.Agency(new AgencyCode(Countries[random.Next(10)] + "-PROSECUTOR")), Level.Sanitised)]),
                _ => Audience.OwnAgency(agency),
            };
            var seizure = Seizure(country, species, places);
            var envelope = new RecordEnvelope(NextId(), audience, false, Validation.Validated, Handling.H1, new RecordDetails(Grade: new Grade(SourceGrade.A, 1), Provenance: new Provenance("ENTERED")));
            records.Add(new NewRecord(SeizureKind.Store(seizure, envelope), SeizureKind.Derive(seizure, envelope, keys), seizure.OccurredOn.First.Year));
            if (n % 3 == 0)
            {
                Involve(keys, seizure, envelope, agency, records, links, connectors);
            }

            if (n % 5 == 0)
            {
                var route = new Route { Name = "Benchmark route", Status = RouteStatus.Suspected, Legs = [new RouteLeg(places[0], places[1], ModeOfTransport.Road, null)] };
                var under = envelope with { Id = NextId() };
                records.Add(new NewRecord(new RouteKind().Store(route, under), new RouteKind().Derive(route, under, keys), seizure.OccurredOn.First.Year));
                links.Add(Link(LinkKind.OnRoute, envelope, under.Id, seizure, new LinkProperties(Leg: 1), Level.Sanitised));
            }

            if (agency == Reader.Agency && n % 15 == 0 && Asked.Count < 400)
            {
                Asked.Add(envelope.Id);
            }
        }

        return new ChangeSet { Records = records.ToImmutable(), Links = links.ToImmutable(), Connectors = connectors.ToImmutable() };
    }

    private void Involve(
        RegistryKeys keys,
        Seizure seizure,
        RecordEnvelope envelope,
        AgencyCode agency,
        ImmutableArray<NewRecord>.Builder records,
        ImmutableArray<StoredLink>.Builder links,
        ImmutableArray<StoredConnector>.Builder connectors)
    {
        var suspect = new Suspect
        {
            Type = SuspectType.Person,
            Names = [new SuspectName("Benchmark Person", "Latn", NameRole.Primary)],
            Nationalities = [seizure.Country],
            Offence = "benchmark",
        };
        var under = envelope with { Id = NextId(), Audience = Audience.OwnAgency(agency) };
        records.Add(new NewRecord(SuspectKind.Store(suspect, under), [], seizure.OccurredOn.First.Year));
        links.Add(Link(LinkKind.Involves, envelope, under.Id, seizure, new LinkProperties(Role: InvolvementRole.Driver), Level.Sanitised));
        var number = string.Create(CultureInfo.InvariantCulture, $"+7701{random.Next(10_000_000):0000000}");
        var phone = Connectors.Of(keys, new Identifier(IdentifierType.Phone, number), exercise: false);
        connectors.Add(phone);
        links.Add(Link(LinkKind.Uses, under, phone.Id, seizure, new LinkProperties(ValueAsGiven: number), Level.Full));
        if (agency == Reader.Agency && Phones.Count < 400)
        {
            Phones.Add(number);
        }

        var plate = Connectors.Of(keys, new Identifier(IdentifierType.Plate, string.Create(CultureInfo.InvariantCulture, $"{random.Next(1000):000}ABC{random.Next(20):00}")), exercise: false);
        connectors.Add(plate);
        links.Add(Link(LinkKind.CarriedBy, envelope, plate.Id, seizure, new LinkProperties(ValueAsGiven: "as given"), Level.Full));
    }

    private StoredLink Link(LinkKind kind, RecordEnvelope from, RecordId to, Seizure seizure, LinkProperties properties, Level floor) => new()
    {
        Id = NextId(),
        Kind = kind,
        From = from.Id,
        To = to,
        Owner = from.Audience.Owner,
        Audience = from.Audience,
        Floor = floor,
        Properties = RecordJson.Write(properties),
    };

    private Seizure Seizure(string country, ImmutableArray<ResolvedSpecies> species, ImmutableArray<RecordId> places) => new()
    {
        OccurredOn = PartialDate.OfDay(new DateOnly(2006, 1, 1).AddDays(random.Next(7300))),
        Country = country,
        PlaceId = places[random.Next(places.Length)],
        PlaceName = "Benchmark post",
        Latitude = 44.17,
        Longitude = 80.3,
        MethodOfDetection = (MethodOfDetection)random.Next(8),
        ModeOfTransport = (ModeOfTransport)random.Next(9),
        Carrier = "Benchmark line " + random.Next(200),
        MethodOfConcealment = "spare wheel",
        ConcealmentClass = ConcealmentClass.InVehicle,
        Nationalities = [new NationalityCount(country, 1)],
        EstimatedValue = new Money(12000.50m, "USD"),
        Narrative = "A benchmark record of the length that officers write: found in the spare wheel, wrapped in cloth, on the way from one post to the next.",
        Quantities = [new Quantity(8.35m, "kg")],
        Specimens =
        [
            .. Enumerable.Range(0, 1 + random.Next(2)).Select(_ => new Specimen
            {
                Id = NextId(),
                NameAsGiven = "Example",
                Species = species[Math.Min(random.Next(SpeciesCount), random.Next(SpeciesCount))],
                Description = "horns",
                Quantities = [new Quantity(random.Next(1, 100), "pieces")],
            }),
        ],
        Chain =
        [
            new ChainStep(ChainRole.Origin, country, null, places[random.Next(10)], false),
            new ChainStep(ChainRole.Transit, "KG", "Torugart", places[random.Next(10)], true),
            new ChainStep(ChainRole.Destination, "CN", null, null, false),
        ],
    };

    private RecordId NextId()
    {
        var bytes = new byte[16];
        random.NextBytes(bytes);
        return RecordId.FromBytes(bytes);
    }
}
