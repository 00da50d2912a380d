using System.Collections.Frozen;
using System.Globalization;
using WildlifeRegistry.Importing.Reference;
using WildlifeRegistry.Records;

namespace WildlifeRegistry.Places;

/// <summary>The countries and checkpoints of <c>schema/reference</c>, and which country a name or code means.</summary>
public sealed class PlaceTable
{
    public const string CountriesFile = "schema/reference/countries.csv", CheckpointsFile = "schema/reference/checkpoints.csv";

    private static readonly string[] Languages = ["ar", "fa", "ru", "tr", "ur", "zh"];
    private static readonly string[] CheckpointLanguages = ["ru", "kk"];

    private readonly FrozenDictionary<string, string> countryByName;
    private readonly FrozenSet<string> codes;
    private readonly FrozenDictionary<(string Country, string Name), string> postByName;

    public PlaceTable()
    {
        var places = new List<(string Key, Place Place)>();
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var row in ReferenceFiles.Rows(CountriesFile))
        {
            var code = row["iso2"];
            foreach (var name in row["also"].Split('|').Append(row["name"]).Append(row["official"]).Append(row["iso3"]).Where(name => name.Length > 0))
            {
                names[Folding.Fold(name)] = code;
            }

            places.Add((code, new Place
            {
                Type = PlaceType.Country,
                Code = code,
                Name = row["name"],
                Names = [.. Languages.Where(language => row[language].Length > 0).Select(language => new PlaceName(language, row[language])), new PlaceName("en", row["official"])],
                Country = code,
                Latitude = Number(row["latitude"]),
                Longitude = Number(row["longitude"]),
                Neighbours = Words(row["neighbours"]),
            }));
        }

        codes = places.Select(place => place.Key).ToFrozenSet(StringComparer.Ordinal);
        foreach (var row in ReferenceFiles.Rows(CheckpointsFile))
        {
            // Two posts may share a name, but not a code.
            places.Add(($"{row["country"]}/{(row["code"].Length == 0 ? row["name"] : row["code"])}", new Place
            {
                Type = Enum.Parse<PlaceType>(row["type"].Replace("_", "", StringComparison.Ordinal), ignoreCase: true),
                Code = row["code"].Length == 0 ? null : row["code"],
                Name = row["name"],
                Names = [.. CheckpointLanguages.Where(language => row[language].Length > 0).Select(language => new PlaceName(language, row[language]))],
                Country = row["country"],
                Latitude = Number(row["latitude"]),
                Longitude = Number(row["longitude"]),
                Neighbours = Words(row["neighbour"]),
                Note = row["note"].Length == 0 ? null : row["note"],
            }));
        }

        All = places;
        countryByName = names.ToFrozenDictionary(StringComparer.Ordinal);
        postByName = places.Where(place => place.Place.Type != PlaceType.Country)
            .GroupBy(place => (place.Place.Country!, Folding.Fold(place.Place.Name)))
            .Where(group => group.Count() == 1)
            .ToFrozenDictionary(group => group.Key, group => group.Single().Key);
    }

    /// <summary>All places with the key that their ids are made of: a country's code; of a checkpoint country/code, or country/name where it has no code.</summary>
    public IReadOnlyList<(string Key, Place Place)> All { get; }

    /// <summary>ISO 3166-1 alpha-2 of the country that a name means, in English or as ISO has it; null where the table has no such name.</summary>
    public string? CountryNamed(string name) => countryByName.GetValueOrDefault(Folding.Fold(name));

    /// <summary>The key of the one checkpoint, airport or port of a country that has exactly this name; null for none and where two share it.</summary>
    public string? PostNamed(string country, string name) => postByName.GetValueOrDefault((country, Folding.Fold(name)));

    public bool IsCountry(string code) => codes.Contains(code);

    /// <summary>The id of a country's or checkpoint's record.</summary>
    public static RecordId IdOf(string key, RegistryKeys keys) => keys.ReferenceId(RecordKind.Place, key);

    private static double? Number(string text) => text.Length == 0 ? null : double.Parse(text, CultureInfo.InvariantCulture);

    private static string[] Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
