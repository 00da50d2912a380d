using System.Collections.Frozen;
using WildlifeRegistry.Access;

namespace WildlifeRegistry.Records;

/// <summary>The kinds that the registry knows: one line each in the composition.</summary>
public sealed class KindCatalogue
{
    private readonly FrozenDictionary<RecordKind, IRecordKind> kinds;

    /// <exception cref="ArgumentException">A kind is named twice, or one of the closed set is missing.</exception>
    public KindCatalogue(params IEnumerable<IRecordKind> kinds)
    {
        this.kinds = kinds.ToDictionary(kind => kind.Kind).ToFrozenDictionary();
        if (Enum.GetValues<RecordKind>().Any(kind => !this.kinds.ContainsKey(kind)))
        {
            throw new ArgumentException("Every kind has its slice.", nameof(kinds));
        }
    }

    public IRecordKind this[RecordKind kind] => kinds[kind];

    /// <summary>What each kind declares open, as the one rule of stripping.</summary>
    public Disclosure Disclosure() => new(kinds.Values.Select(kind => KeyValuePair.Create(kind.Kind, kind.OpenPaths)));

    /// <summary>What each kind's own type says of its properties that their JSON does not.</summary>
    public Natures Natures() => new(kinds.Values.Select(kind => KeyValuePair.Create(kind.Kind, kind.Form)));

    /// <summary>The registry's own catalogue.</summary>
    public static KindCatalogue Registry() => new(
        new Seizures.SeizureKind(),
        new Incidents.IncidentKind(),
        new Species.SpeciesKind(),
        new Suspects.SuspectKind(),
        new Routes.RouteKind(),
        new Places.PlaceKind(),
        new Agencies.AgencyKind(),
        new Identifiers.IdentifierKind());
}
