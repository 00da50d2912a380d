using WildlifeRegistry.Records;

namespace WildlifeRegistry.Seizures;

public enum MethodOfDetection
{
    RoutineInspection,
    RiskProfile,
    Xray,
    Canine,
    Information,
    Investigation,
    Patrol,
    Other,
}

public enum ModeOfTransport
{
    AirCargo,
    AirPassenger,
    Road,
    Rail,
    Sea,
    River,
    Post,
    Pedestrian,
    Other,
}

public enum ConcealmentClass
{
    InBaggage,
    OnBody,
    InVehicle,
    InCargo,
    Misdeclared,
    FalseDocuments,
    None,
    Other,
}

public enum ChainRole
{
    Origin,
    Export,
    Transit,
    Destination,
}

/// <summary>Where a load came from, passed, or was meant to go.</summary>
/// <param name="Country">ISO 3166-1 alpha-2.</param>
/// <param name="SeizureOpportunity">True where it passed a control there unseen.</param>
public sealed record ChainStep(ChainRole Role, string? Country, string? PlaceName, RecordId? PlaceId, bool SeizureOpportunity);

/// <summary>How many offenders of a nationality: a count, not a person.</summary>
public sealed record NationalityCount(string Country, int Count);

/// <summary>Wildlife goods taken by an agency: when, where, what, how found, and the trade chain around it.</summary>
public sealed record Seizure
{
    public required PartialDate OccurredOn { get; init; }

    /// <summary>The date as it was written, where that is not the ISO form. Closed.</summary>
    public string? OccurredOnAsGiven { get; init; }

    /// <summary>The discovering country, ISO 3166-1 alpha-2.</summary>
    public required string Country { get; init; }

    public RecordId? PlaceId { get; init; }

    public string? PlaceName { get; init; }

    /// <summary>Degrees, -90 to 90. Closed, with longitude and precision.</summary>
    public double? Latitude { get; init; }

    /// <summary>Degrees, -180 to 180.</summary>
    public double? Longitude { get; init; }

    public decimal? PrecisionKm { get; init; }

    /// <summary>The agency's own number; it may repeat.</summary>
    public string? AgencyReference { get; init; }

    /// <summary>Who found it, as text, where that is not a registered agency.</summary>
    public string? DetectingAgency { get; init; }

    public string? Reason { get; init; }

    public MethodOfDetection? MethodOfDetection { get; init; }

    public ModeOfTransport? ModeOfTransport { get; init; }

    /// <summary>Airline or line.</summary>
    public string? Carrier { get; init; }

    public string? MethodOfConcealment { get; init; }

    public ConcealmentClass? ConcealmentClass { get; init; }

    public IReadOnlyList<NationalityCount> Nationalities { get; init; } = [];

    public string? LawCharged { get; init; }

    public string? Disposal { get; init; }

    public Money? EstimatedValue { get; init; }

    public string? Narrative { get; init; }

    /// <summary>Figures that the source gives for the whole event, not for one specimen.</summary>
    public IReadOnlyList<Quantity> Quantities { get; init; } = [];

    public IReadOnlyList<Specimen> Specimens { get; init; } = [];

    public IReadOnlyList<ChainStep> Chain { get; init; } = [];
}
