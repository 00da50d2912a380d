namespace WildlifeRegistry.Places;

public enum PlaceType
{
    Country,
    Checkpoint,
    Airport,
    Port,
    RailStation,
    Town,
    ProtectedArea,
}

/// <summary>A place that records can name: of the reference, or an agency's own.</summary>
public sealed record Place
{
    public required PlaceType Type { get; init; }

    /// <summary>ISO 3166-1 alpha-2 for countries; the national code of a post where it has one.</summary>
    public string? Code { get; init; }

    /// <summary>The name in English or as the source writes it.</summary>
    public required string Name { get; init; }

    public IReadOnlyList<PlaceName> Names { get; init; } = [];

    /// <summary>ISO 3166-1 alpha-2.</summary>
    public string? Country { get; init; }

    /// <summary>Degrees, -90 to 90.</summary>
    public double? Latitude { get; init; }

    /// <summary>Degrees, -180 to 180.</summary>
    public double? Longitude { get; init; }

    /// <summary>ISO 3166-1 alpha-2 of the countries it borders or leads to.</summary>
    public IReadOnlyList<string> Neighbours { get; init; } = [];

    public string? Note { get; init; }
}

/// <param name="Language">ISO 639-1; "und" where the source does not say.</param>
public sealed record PlaceName(string Language, string Name);
