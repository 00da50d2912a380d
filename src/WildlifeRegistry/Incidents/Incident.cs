using WildlifeRegistry.Records;
using WildlifeRegistry.Seizures;

namespace WildlifeRegistry.Incidents;

public enum IncidentType
{
    Poaching,
    IllegalLogging,
    IllegalFishing,
    Pollution,
    ForestFire,
    HabitatDestruction,
    Other,
}

/// <summary>Harm to wildlife, forest, water or habitat: an event without a border.</summary>
public sealed record Incident
{
    public required IncidentType Type { get; init; }

    public required PartialDate OccurredOn { get; init; }

    /// <summary>The date as it was written, where that is not the ISO form. Closed.</summary>
    public string? OccurredOnAsGiven { get; init; }

    /// <summary>ISO 3166-1 alpha-2.</summary>
    public required string Country { get; init; }

    public RecordId? PlaceId { get; init; }

    public string? PlaceName { get; init; }

    /// <summary>Degrees, -90 to 90. Closed, with longitude.</summary>
    public double? Latitude { get; init; }

    /// <summary>Degrees, -180 to 180.</summary>
    public double? Longitude { get; init; }

    public decimal? AreaHectares { get; init; }

    public IReadOnlyList<Specimen> Specimens { get; init; } = [];

    public IReadOnlyList<Money> Damage { get; init; } = [];

    /// <summary>The tariff and its version that the damage was reckoned by.</summary>
    public string? DamageTariff { get; init; }

    public string? Narrative { get; init; }
}
