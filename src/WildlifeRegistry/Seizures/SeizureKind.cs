using WildlifeRegistry.Links;
using WildlifeRegistry.Records;

namespace WildlifeRegistry.Seizures;

public sealed class SeizureKind : RecordKind<Seizure>
{
    /// <summary>Names of the properties that lists filter by.</summary>
    public const string Country = "country", SpeciesId = "speciesId", SpeciesUnder = "speciesUnder", Mode = "modeOfTransport",
        Detection = "methodOfDetection", Origin = "origin", Destination = "destination", Place = "placeId", Carrier = "carrier";

    public override RecordKind Kind => RecordKind.Seizure;

    public override IEnumerable<string> OpenPaths =>
    [
        "occurredOn", "country", "placeId", "methodOfDetection", "modeOfTransport", "concealmentClass", "nationalities", "quantities",
        .. Specimen.OpenPaths("specimens"),
        "chain.role", "chain.country", "chain.placeId", "chain.seizureOpportunity",
    ];

    public override string Caption(Seizure value)
    {
        var goods = value.Specimens.Select(specimen => specimen.NameAsGiven).Where(name => name is not null).Distinct(StringComparer.OrdinalIgnoreCase).ToList();
        var what = goods.Count switch
        {
            0 => "seizure",
            1 => goods[0]!,
            _ => $"{goods[0]} and {goods.Count - 1} more",
        };
        return $"{value.OccurredOn} {value.Country}: {what}";
    }

    protected override string Sort(Seizure value) => value.OccurredOn.SortKey;

    protected override IEnumerable<IndexedValue> Index(Seizure value) =>
    [
        new(Country, value.Country),
        .. value.Specimens.Where(specimen => specimen.Species is not null).Select(specimen => new IndexedValue(SpeciesId, specimen.Species!.Id.ToString())),
        .. value.Specimens.Where(specimen => specimen.Species is not null).SelectMany(specimen => specimen.Species!.Under).Select(id => new IndexedValue(SpeciesUnder, id.ToString())),
        .. value.ModeOfTransport is { } mode ? [new IndexedValue(Mode, mode.ToString())] : Array.Empty<IndexedValue>(),
        .. value.MethodOfDetection is { } detection ? [new IndexedValue(Detection, detection.ToString())] : Array.Empty<IndexedValue>(),
        .. value.PlaceId is { } place ? [new IndexedValue(Place, place.ToString())] : Array.Empty<IndexedValue>(),
        .. value.Carrier is { } carrier ? [new IndexedValue(Carrier, Folding.Fold(carrier))] : Array.Empty<IndexedValue>(),
        .. value.Chain.Where(step => step is { Role: ChainRole.Origin, Country: not null }).Select(step => new IndexedValue(Origin, step.Country!)),
        .. value.Chain.Where(step => step is { Role: ChainRole.Destination, Country: not null }).Select(step => new IndexedValue(Destination, step.Country!)),
    ];

    protected override IEnumerable<OwnLink> OwnLinks(Seizure value) =>
        EventLinks.Of(value.PlaceId, value.Specimens).Concat(value.Chain.Where(step => step.PlaceId is not null).Select(step => new OwnLink(
            step.Role switch
            {
                ChainRole.Origin => LinkKind.Origin,
                ChainRole.Export => LinkKind.Export,
                ChainRole.Transit => LinkKind.Transit,
                ChainRole.Destination => LinkKind.Destination,
                _ => throw new ArgumentOutOfRangeException(nameof(value)),
            },
            step.PlaceId!.Value,
            new LinkProperties(SeizureOpportunity: step.Role == ChainRole.Transit ? step.SeizureOpportunity : null))));
}

/// <summary>The own links that seizures and incidents share.</summary>
public static class EventLinks
{
    public static IEnumerable<OwnLink> Of(RecordId? place, IEnumerable<Specimen> specimens) =>
        specimens.Where(specimen => specimen.Species is not null)
            .Select(specimen => new OwnLink(LinkKind.OfSpecies, specimen.Species!.Id, new LinkProperties()))
            .Concat(place is { } id ? [new OwnLink(LinkKind.At, id, new LinkProperties())] : []);
}
