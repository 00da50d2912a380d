using System.Globalization;
using System.Text.RegularExpressions;
using WildlifeRegistry.Places;
using WildlifeRegistry.Records;
using WildlifeRegistry.Seizures;
using WildlifeRegistry.Species;

namespace WildlifeRegistry.Importing;

/// <summary>
/// C4ADS' seizures in air transport. Nothing that a row says is lost: what fits no property, or says more than the
/// property it was mapped to, stands in the narrative as it was given.
/// </summary>
/// <param name="legs">The second file, with each trade chain country by country; null where it was not given.</param>
public sealed partial class C4adsFormat(TaxonTable taxa, PlaceTable places, RegistryKeys keys, TimeProvider time, C4adsLegs? legs) : IImportFormat
{
    private const string Id = "ID", Year = "Year", Date = "Date", Database = "Database", Location = "Location", City = "City, Country",
        Origin = "Origin", Transit = "Transit", Destination = "Destination", Weight = "Weight (kg)", Number = "Number", Airline = "Airline",
        Mode = "Mode of Transport", Detection = "Method of Detection", Obfuscation = "Obfuscation Method", SpeciesColumn = "Species";

    private static readonly string[] DateForms = ["d-MMM-yy", "d-MMM-yyyy", "yyyy-MM-dd"];
    private static readonly string[] Databases = ["Ivory", "Rhino Horn"];

    public string Name => "c4ads";

    public IReadOnlyCollection<string> Columns { get; } =
        [Id, Year, Date, Database, Location, City, Origin, Transit, Destination, Weight, Number, Airline, Mode, Detection, Obfuscation, SpeciesColumn];

    public bool HasOwnIds => true;

    public ImportedRow Read(CsvRow row)
    {
        var id = row[Id].Length is > 0 and <= 50 ? row[Id] : throw new RowRefusedException(Id, row[Id], "A row has an ID, of 50 characters at most: by it the row is known again.");
        var leg = legs?.Find(id);
        var (country, town, asGiven) = Where(row, leg);
        var notes = new List<string>();
        if (asGiven is not null)
        {
            notes.Add($"Place as given: {asGiven}.");
        }

        ChainStep[] chain =
        [
            .. Chain(ChainRole.Origin, Origin, row, leg, notes),
            .. Chain(ChainRole.Transit, Transit, row, leg, notes),
            .. Chain(ChainRole.Destination, Destination, row, leg, notes),
        ];
        var (specimens, mentions) = Specimens(row);
        var quantities = Quantities(row, out var unclear);
        if (specimens.Length == 1)
        {
            specimens[0] = specimens[0] with { Quantities = quantities, Description = Joined(specimens[0].Description, unclear), AmountUnknown = unclear.Count > 0 };
        }
        else
        {
            specimens = [.. specimens.Select(specimen => specimen with { AmountUnknown = unclear.Count > 0 })];
            notes.AddRange(unclear.Select(text => text + "."));
        }

        notes.AddRange(new[] { Mode, Detection }.Where(column => row[column].Length > 0).Select(column => $"{column} as given: {row[column]}."));
        var post = row[Location].Length == 0 ? null : places.PostNamed(country, row[Location]);
        var seizure = new Seizure
        {
            OccurredOn = OccurredOn(row),
            Country = country,
            PlaceId = post is null ? null : PlaceTable.IdOf(post, keys),
            PlaceName = PlaceName(row[Location], town),
            AgencyReference = $"{row[Database]} {id}".Trim(),
            MethodOfDetection = C4adsWords.Detection(row[Detection]),
            ModeOfTransport = C4adsWords.Mode(row[Mode]),
            Carrier = Text(row[Airline]),
            MethodOfConcealment = Text(row[Obfuscation]),
            ConcealmentClass = C4adsWords.Concealment(row[Obfuscation]),
            Narrative = notes.Count == 0 ? null : string.Join(' ', notes),
            Quantities = specimens.Length == 1 ? [] : quantities,
            Specimens = specimens,
            Chain = chain,
        };
        return new ImportedRow($"{row[Database]}/{id}", ImportedRow.DigestOf(Columns.Select(column => row[column]).Concat(leg?.Cells ?? [])), seizure, mentions);
    }

    private static string? Text(string cell) => cell.Length == 0 ? null : cell;

    private static string? Joined(string? description, List<string> more) => description is null && more.Count == 0 ? null : string.Join("; ", (description is null ? [] : new[] { description }).Concat(more));

    private static string? PlaceName(string location, string? town)
    {
        if (town is null || Folding.Fold(location).Contains(Folding.Fold(town), StringComparison.Ordinal))
        {
            return Text(location);
        }

        return location.Length == 0 ? town : $"{location}, {town}";
    }

    private PartialDate OccurredOn(CsvRow row)
    {
        var year = 0;
        if (row[Year].Length > 0 && !(int.TryParse(row[Year], NumberStyles.None, CultureInfo.InvariantCulture, out year) && year is >= 1900 and <= 9999))
        {
            throw new RowRefusedException(Year, row[Year], "A year is four digits.");
        }

        if (row[Date].Length == 0)
        {
            return year > 0 && year <= time.GetUtcNow().Year ? PartialDate.OfYear(year) : throw new RowRefusedException(year > 0 ? Year : Date, row[Year], year > 0 ? "The year lies in the future." : "Neither date nor year is given.");
        }

        if (!DateOnly.TryParseExact(row[Date], DateForms, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
        {
            throw new RowRefusedException(Date, row[Date], "A date is written like 12-Feb-09 or 2009-02-12.");
        }

        if (year > 0 && day.Year != year)
        {
            throw new RowRefusedException(Date, row[Date], string.Create(CultureInfo.InvariantCulture, $"The date is of {day.Year} and the column Year says {year}."));
        }

        return day <= DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime) ? PartialDate.OfDay(day) : throw new RowRefusedException(Date, row[Date], "The date lies in the future.");
    }

    /// <summary>The discovering country and town; the place as given where the country had to come from the legs file.</summary>
    private (string Country, string? Town, string? AsGiven) Where(CsvRow row, LegRow? leg)
    {
        var place = Place(row[City]);
        if (place?.Country is { } country)
        {
            return (country, place.Town ?? leg?.Town, null);
        }

        return leg?.Country is { Length: > 0 } named && places.CountryNamed(named) is { } second
            ? (second, leg.Town, Text(row[City]))
            : throw new RowRefusedException(City, row[City], row[City].Length == 0 ? "No country is named, here or in the legs file." : "The country named last is not known, here or in the legs file.");
    }

    /// <summary>"Town, Country", "Country", or anything else as a text alone.</summary>
    private NamedPlace? Place(string text)
    {
        var parts = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length == 0)
        {
            return null;
        }

        if (places.CountryNamed(parts[^1]) is { } last)
        {
            return new NamedPlace(last, parts.Length == 1 ? null : string.Join(", ", parts[..^1]));
        }

        // "Thailand, Bangkok" occurs too.
        return parts.Length == 2 && places.CountryNamed(parts[0]) is { } first ? new NamedPlace(first, parts[1]) : new NamedPlace(null, text);
    }

    private List<ChainStep> Chain(ChainRole role, string column, CsvRow row, LegRow? leg, List<string> notes)
    {
        var here = row[column].Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(text => Place(text)).OfType<NamedPlace>().ToList();
        var there = (leg?.Steps(role) ?? []).Select(step => places.CountryNamed(step.Country) is { } code
            ? new NamedPlace(code, Text(step.Town))
            : new NamedPlace(null, Text(string.Join(", ", new[] { step.Town, step.Country }.Where(text => text.Length > 0))))).ToList();
        var chain = there.Count == 0 ? here : there;
        if (there.Count > 0 && here.Count == there.Count)
        {
            // The legs file has the better order of parts, but now and then only the country of what is a town here.
            chain = [.. there.Zip(here, (leg, column) => leg.Town is null && leg.SameCountry(column) ? column : leg)];
        }

        if (!chain.SequenceEqual(here))
        {
            if (row[column].Length > 0 && !here.TrueForAll(place => chain.Exists(other => other.Covers(place))))
            {
                notes.Add($"{column} as given: {row[column]}.");
            }
        }

        return [.. chain.Select(place => new ChainStep(role, place.Country, place.Town, place.Country is null ? null : PlaceTable.IdOf(place.Country, keys), SeizureOpportunity: false))];
    }

    /// <summary>The specimens, without quantities, and the names that the Species column mentions.</summary>
    private (Specimen[] Specimens, List<Mention> Mentions) Specimens(CsvRow row)
    {
        var names = row[SpeciesColumn].Split([';', ','], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (names.Length > 0)
        {
            return ([.. names.Select(name => Named(name, name))], [.. names.Select(name => new Mention(name, taxa.Find(name) is not null))]);
        }

        // The databases Ivory and Rhino Horn are what was seized; the others are only the group that the source filed the row under.
        var group = row[Database];
        var isGoods = Databases.Contains(group, StringComparer.OrdinalIgnoreCase);
        return ([Named(isGoods ? group : null, group) with { Description = isGoods || group.Length == 0 ? null : $"No species given; filed under {group}" }], []);
    }

    private Specimen Named(string? nameAsGiven, string name)
    {
        var found = taxa.Find(name);
        return new Specimen
        {
            Id = RecordId.NewRandom(),
            NameAsGiven = nameAsGiven,
            Species = found is { } taxon ? taxa.Resolve(taxon.Taxon, keys) : null,
            CitesTerm = found?.Term,
        };
    }

    private static List<Quantity> Quantities(CsvRow row, out List<string> unclear)
    {
        var quantities = new List<Quantity>();
        unclear = [];
        foreach (var (column, unit) in new[] { (Number, "pieces"), (Weight, "kg") })
        {
            if (AmountForm().IsMatch(row[column]))
            {
                quantities.Add(new Quantity(decimal.Parse(row[column], CultureInfo.InvariantCulture), unit));
            }
            else if (row[column].Length > 0)
            {
                unclear.Add($"{column} as given: {row[column]}");
            }
        }

        return quantities;
    }

    [GeneratedRegex("^[0-9]{1,15}([.][0-9]{1,10})?$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex AmountForm();

    private sealed record NamedPlace(string? Country, string? Town)
    {
        /// <summary>True where this says all that the other says.</summary>
        public bool Covers(NamedPlace other) => SameCountry(other) && (other.Town is null || (Town is not null && string.Equals(Folding.Fold(Town), Folding.Fold(other.Town), StringComparison.Ordinal)));

        public bool SameCountry(NamedPlace other) => string.Equals(Country, other.Country, StringComparison.Ordinal);
    }
}
