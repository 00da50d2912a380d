using System.Collections.Frozen;
using WildlifeRegistry.Places;
using WildlifeRegistry.Records;

namespace WildlifeRegistry.Importing.Sheets;

/// <summary>Which country an officer means: by its code, or by its name in any language that the reference has.</summary>
public sealed class CountryNames
{
    private readonly PlaceTable places;
    private readonly FrozenDictionary<string, string> byName;

    public CountryNames(PlaceTable places)
    {
        this.places = places;
        byName = places.All
            .Where(place => place.Place.Type == PlaceType.Country)
            .SelectMany(place => place.Place.Names.Select(name => (Name: Folding.Fold(name.Name), place.Key)))
            .GroupBy(pair => pair.Name, StringComparer.Ordinal)
            .Where(group => group.Select(pair => pair.Key).Distinct(StringComparer.Ordinal).Count() == 1)
            .ToFrozenDictionary(group => group.Key, group => group.First().Key, StringComparer.Ordinal);
    }

    /// <summary>ISO 3166-1 alpha-2; null for what is no country.</summary>
    public string? Find(string text)
    {
        var code = text.Trim().ToUpperInvariant();
        return places.IsCountry(code) ? code : places.CountryNamed(text) ?? byName.GetValueOrDefault(Folding.Fold(text));
    }
}
