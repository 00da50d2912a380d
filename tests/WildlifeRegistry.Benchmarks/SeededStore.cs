using System.Collections.Immutable;
using System.Globalization;
using WildlifeRegistry.Access;
using WildlifeRegistry.Agencies;
using WildlifeRegistry.Identifiers;
using WildlifeRegistry.Links;
using WildlifeRegistry.Places;
using WildlifeRegistry.Records;
using WildlifeRegistry.Routes;
using WildlifeRegistry.Seizures;
using WildlifeRegistry.Species;
using WildlifeRegistry.Storage;
using WildlifeRegistry.Suspects;

namespace WildlifeRegistry.Benchmarks;

/// <summary>
/// Seizures made from a seed over the shipped reference: customs and prosecutors of ten states (and their environment agencies, where an agency has neighbours), twenty years, taxa
/// that have a trade name, the more common ones far more often; each seizure with one to three specimens, a place and
/// a chain; every third with a suspect (two in five of them known from earlier seizures), every second with a plate,
/// container or flight, every fifth on a route. One in twelve is released to all, one in five to one other agency,
/// some of these for a time; the rest to nobody.
/// </summary>
/// <param name="neighbours">How many other agencies an agency releases to, and then a sixtieth to all; 0: any, and a twelfth to all.</param>
/// <param name="mostAsked">Most seizures and phones that are kept to ask for.</param>
internal sealed class SeededStore(int seed, int seizures, RegistryKeys keys, int neighbours = 0, int mostAsked = 400)
{
    /// <summary>How many of its seizures, suspects and identifiers are seizures, about.</summary>
    public const double SeizuresPerRecord = 0.62;

    private const int PerCommit = 50;

    private static readonly (string Country, int Weight)[] Countries =
        [("TR", 16), ("KZ", 14), ("PK", 14), ("IR", 14), ("UZ", 12), ("AZ", 9), ("KG", 7), ("TJ", 6), ("AF", 5), ("TM", 3)];

    private static readonly SeizureKind SeizureKind = new();
    private static readonly SuspectKind SuspectKind = new();
    private static readonly RouteKind RouteKind = new();

    private readonly Random random = new(seed);
    private readonly TaxonTable taxa = new();
    private readonly Dictionary<AgencyCode, List<RecordId>> suspects = [];
    private readonly Dictionary<AgencyCode, List<RecordId>> routes = [];
    private readonly Dictionary<Place, RecordId> placeIds = new(ReferenceEqualityComparer.Instance);
    private ImmutableArray<Taxon> traded = [];
    private ImmutableArray<AgencyCode> agencies = [];
    private ILookup<string, Place> posts = Enumerable.Empty<Place>().ToLookup(place => "");

    /// <summary>Seizures of the reader's agency with a suspect, a conveyance and a route: those with the most links.</summary>
    public List<RecordId> Asked { get; } = [];

    /// <summary>Phones that suspects of the reader's agency use.</summary>
    public List<string> Phones { get; } = [];

    /// <summary>The taxon that most seizures are of.</summary>
    public RecordId Hub => TaxonTable.IdOf(traded[0].ScientificName, keys);

    public static AgencyCode Agency { get; } = new("KZ-CUSTOMS");

    /// <summary>Makes the store, or, where the very same was made before, only finds out again what to ask it for.</summary>
    public async Task FillAsync(IGraphStore store, IStoreMaintenance maintenance, CancellationToken ct)
    {
        var mark = string.Create(CultureInfo.InvariantCulture, $"{seed}/{seizures}");
        if (await maintenance.HasLoadedAsync("benchmark", mark, ct))
        {
            await DrawAsync();
            return;
        }

        await FillAsync(store);
        await maintenance.MarkLoadedAsync("benchmark", mark, ct);
    }

    /// <summary>Only finds out what to ask a store for that was filled before.</summary>
    public Task DrawAsync() => FillAsync(store: null);

    /// <param name="store">Null: nothing is written.</param>
    public async Task FillAsync(IGraphStore? store)
    {
        Draw();
        var pending = new List<Task<CommitResult>>();
        for (var done = 0; done < seizures; done += PerCommit)
        {
            var agency = SomeAgency();
            var changes = Batch(agency, Math.Min(PerCommit, seizures - done));
            if (store is not null)
            {
                pending.Add(store.CommitAsync(changes, Officer(agency), default));
            }

            if (pending.Count == 64)
            {
                await Settle(pending);
            }
        }

        await Settle(pending);
    }

    public static Reader Officer(AgencyCode agency) =>
        new(new OfficerId(agency.Value + "/benchmark"), agency, agency.Value[..2], [Role.Analyst], []);

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

    private void Draw()
    {
        traded = [.. taxa.All.Where(taxon => taxon.CommonNames.Count > 0).OrderBy(_ => random.Next())];
        agencies = [.. new AgencyRegister().All
            .Where(agency => agency.Type is AgencyType.Customs or AgencyType.Prosecutor || (agency.Type is AgencyType.Environment && neighbours > 0))
            .Select(agency => new AgencyCode(agency.Code))];

        var places = new PlaceTable().All;
        foreach (var (key, place) in places)
        {
            placeIds.Add(place, PlaceTable.IdOf(key, keys));
        }

        posts = places.Select(place => place.Place).Where(place => place.Country is not null).ToLookup(place => place.Country!);
    }

    private AgencyCode SomeAgency()
    {
        var at = random.Next(Countries.Sum(country => country.Weight));
        var chosen = Countries.SkipWhile(country => (at -= country.Weight) >= 0).First().Country;
        return new AgencyCode(chosen + (random.Next(10) switch
        {
            9 when neighbours > 0 => "-ENVIRONMENT",
            < 7 => "-CUSTOMS",
            _ => "-PROSECUTOR",
        }));
    }

    private ChangeSet Batch(AgencyCode agency, int count)
    {
        var batch = new Changes();
        for (var n = 0; n < count; n++)
        {
            var seizure = Seizure(agency.Value[..2]);
            var envelope = new RecordEnvelope(
                NextId(),
                SomeAudience(agency),
                Exercise: false,
                random.Next(10) == 0 ? Validation.Submitted : Validation.Validated,
                Handling.H1,
                new RecordDetails(Grade: new Grade(SourceGrade.A, 1), Provenance: new Provenance("ENTERED", Sources: ["officer's own observation"])),
                RecordedBy: Officer(agency).Officer);
            batch.Records.Add(new NewRecord(SeizureKind.Store(seizure, envelope), SeizureKind.Derive(seizure, envelope, keys), seizure.OccurredOn.First.Year));
            if (n % 3 == 0)
            {
                Involve(batch, seizure, envelope);
            }

            if (n % 2 == 0)
            {
                Carry(batch, seizure, envelope);
            }

            if (n % 5 == 0)
            {
                var route = SomeRoute(batch, envelope, seizure);
                batch.Links.Add(Link(LinkKind.OnRoute, envelope, route, seizure, new LinkProperties(Leg: 1), Level.Sanitised));
            }

            if (agency == Agency && n % 30 == 0 && Asked.Count < mostAsked)
            {
                Asked.Add(envelope.Id);
            }
        }

        return new ChangeSet { Records = batch.Records.ToImmutable(), Links = batch.Links.ToImmutable(), Connectors = batch.Connectors.ToImmutable() };
    }

    private Audience SomeAudience(AgencyCode agency)
    {
        var own = new Release(Token.Agency(agency), Level.Full);
        var other = agencies[neighbours == 0 ? random.Next(agencies.Length) : (agencies.IndexOf(agency) + 1 + random.Next(neighbours)) % agencies.Length];
        var toAll = neighbours == 0 ? 5 : 1;
        return random.Next(60) switch
        {
            var drawn when drawn < toAll => new Audience(agency, [own, new Release(Token.Eco, Level.Full)]),
            < 12 when other != agency => new Audience(agency, [own, new Release(Token.Agency(other), Level.Sanitised)]),
            < 15 when other != agency => new Audience(agency, [own, new Release(Token.Agency(other), Level.Full)]),
            < 17 when other != agency => new Audience(agency, [own, new Release(Token.Agency(other), Level.Full, new DateTimeOffset(2030, 1 + random.Next(neighbours == 0 ? 12 : 2), 1, 0, 0, 0, TimeSpan.Zero))]),
            _ => Audience.OwnAgency(agency),
        };
    }

    private void Involve(Changes batch, Seizure seizure, RecordEnvelope envelope)
    {
        var agency = envelope.Audience.Owner;
        var known = suspects.TryGetValue(agency, out var had) ? had : suspects[agency] = [];
        if (known.Count > 0 && random.Next(5) < 2)
        {
            batch.Links.Add(Link(LinkKind.Involves, envelope, known[Skewed(known.Count)], seizure, new LinkProperties(Role: SomeRole()), Level.Sanitised));
            return;
        }

        var suspect = new Suspect
        {
            Type = random.Next(8) == 0 ? SuspectType.Company : SuspectType.Person,
            Names = [new SuspectName("Benchmark Person " + known.Count, "Latn", NameRole.Primary), new SuspectName("Benchmark Alias", "Latn", NameRole.Alias)],
            Birth = PartialDate.OfYear(1950 + random.Next(50)),
            Nationalities = [seizure.Country],
            Status = new SuspectStatus(SuspectStatusValue.Accused, seizure.OccurredOn),
            Offence = "An offence of the benchmark",
        };
        var audience = new Audience(agency, [new Release(Token.Agency(agency), Level.Full), new Release(Token.Eco, Level.Hit)]);
        var under = envelope with { Id = NextId(), Audience = audience };
        known.Add(under.Id);
        batch.Records.Add(new NewRecord(SuspectKind.Store(suspect, under), [], seizure.OccurredOn.First.Year));
        batch.Links.Add(Link(LinkKind.Involves, envelope, under.Id, seizure, new LinkProperties(Role: SomeRole()), Level.Sanitised));
        var number = string.Create(CultureInfo.InvariantCulture, $"+7701{Skewed(Math.Max(100, seizures / 4)):0000000}");
        Join(batch, LinkKind.Uses, under, new Identifier(IdentifierType.Phone, number), seizure, number);
        if (agency == Agency && Phones.Count < mostAsked)
        {
            Phones.Add(number);
        }
    }

    private void Carry(Changes batch, Seizure seizure, RecordEnvelope envelope)
    {
        var number = Skewed(Math.Max(100, seizures / 2));
        var identifier = seizure.ModeOfTransport switch
        {
            ModeOfTransport.AirCargo or ModeOfTransport.AirPassenger => new Identifier(IdentifierType.Flight, string.Create(CultureInfo.InvariantCulture, $"KC{1 + (number % 900)}")),
            ModeOfTransport.Sea or ModeOfTransport.Rail => new Identifier(IdentifierType.Container, string.Create(CultureInfo.InvariantCulture, $"BMKU{number:0000000}")),
            _ => new Identifier(IdentifierType.Plate, string.Create(CultureInfo.InvariantCulture, $"{number % 1000:000}ABC{number / 1000 % 100:00}")),
        };
        Join(batch, LinkKind.CarriedBy, envelope, identifier, seizure, identifier.Normalised.ToLowerInvariant());
    }

    private void Join(Changes batch, LinkKind kind, RecordEnvelope from, Identifier identifier, Seizure seizure, string given)
    {
        var connector = Connectors.Of(keys, identifier, exercise: false);
        batch.Connectors.Add(connector);
        batch.Links.Add(Link(kind, from, connector.Id, seizure, new LinkProperties(ValueAsGiven: given), Connectors.Floor(identifier.Type)));
    }

    /// <summary>One of the agency's twenty routes, made when it is first sat on.</summary>
    private RecordId SomeRoute(Changes batch, RecordEnvelope envelope, Seizure seizure)
    {
        var agency = envelope.Audience.Owner;
        var known = routes.TryGetValue(agency, out var had) ? had : routes[agency] = [];
        if (known.Count == 20)
        {
            return known[Skewed(known.Count)];
        }

        var route = new Route
        {
            Name = "Benchmark route " + known.Count,
            Status = RouteStatus.Suspected,
            Legs = [new RouteLeg(SomePlace(seizure.Country), SomePlace("CN"), ModeOfTransport.Road, null)],
        };
        var under = envelope with { Id = NextId(), Audience = Audience.OwnAgency(agency) };
        known.Add(under.Id);
        batch.Records.Add(new NewRecord(RouteKind.Store(route, under), RouteKind.Derive(route, under, keys), seizure.OccurredOn.First.Year));
        return under.Id;
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
        Discriminator = LinkRules.DiscriminatorOf(properties),
        Properties = RecordJson.Write(properties),
    };

    private Seizure Seizure(string country)
    {
        var place = Some(posts[country]);
        var day = new DateOnly(2006, 1, 1).AddDays(7300 - 1 - Skewed(7300)); // more of them in later years
        return new Seizure
        {
            OccurredOn = random.Next(20) switch { 0 => PartialDate.OfYear(day.Year), 1 => PartialDate.OfMonth(day.Year, day.Month), _ => PartialDate.OfDay(day) },
            Country = country,
            PlaceId = placeIds[place],
            PlaceName = place.Name,
            Latitude = place.Latitude,
            Longitude = place.Longitude,
            MethodOfDetection = (MethodOfDetection)Skewed(8),
            ModeOfTransport = (ModeOfTransport)random.Next(9),
            Carrier = "Benchmark line " + Skewed(200),
            MethodOfConcealment = "spare wheel",
            ConcealmentClass = ConcealmentClass.InVehicle,
            Nationalities = [new NationalityCount(country, 1)],
            LawCharged = "Article of the benchmark",
            EstimatedValue = new Money(12000.50m, "USD"),
            Narrative = "A benchmark record of the length that officers write: found in the spare wheel, wrapped in cloth, on the way from one post to the next.",
            Quantities = [new Quantity(8.35m, "kg")],
            Specimens =
            [
                .. Enumerable.Range(0, 1 + Skewed(3)).Select(_ => traded[Skewed(traded.Length)]).Distinct().Select(taxon => new Specimen
                {
                    Id = NextId(),
                    NameAsGiven = taxon.CommonNames[0].Name,
                    Species = taxa.Resolve(taxon, keys),
                    Description = "horns",
                    Quantities = [new Quantity(random.Next(1, 100), "pieces")],
                    CitesSource = "W",
                    CitesPurpose = "T",
                }),
            ],
            Chain =
            [
                new ChainStep(ChainRole.Origin, country, null, placeIds[posts[country].First()], SeizureOpportunity: false),
                new ChainStep(ChainRole.Transit, "KG", "Torugart", placeIds[posts["KG"].First()], SeizureOpportunity: true),
                new ChainStep(ChainRole.Destination, "CN", null, random.Next(2) == 0 ? placeIds[posts["CN"].First()] : null, SeizureOpportunity: false),
            ],
        };
    }

    private RecordId SomePlace(string country) => placeIds[Some(posts[country])];

    private Place Some(IEnumerable<Place> places) => places.ElementAt(random.Next(places.Count()));

    private InvolvementRole SomeRole() => (InvolvementRole)random.Next(11);

    /// <summary>0 to <paramref name="count"/> - 1, the small ones more often.</summary>
    private int Skewed(int count)
    {
        var drawn = random.NextDouble();
        return (int)(count * drawn * drawn);
    }

    private RecordId NextId()
    {
        var bytes = new byte[16];
        random.NextBytes(bytes);
        return RecordId.FromBytes(bytes);
    }

    private sealed class Changes
    {
        public ImmutableArray<NewRecord>.Builder Records { get; } = ImmutableArray.CreateBuilder<NewRecord>();

        public ImmutableArray<StoredLink>.Builder Links { get; } = ImmutableArray.CreateBuilder<StoredLink>();

        public ImmutableArray<StoredConnector>.Builder Connectors { get; } = ImmutableArray.CreateBuilder<StoredConnector>();
    }
}
