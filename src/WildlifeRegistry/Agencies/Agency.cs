namespace WildlifeRegistry.Agencies;

public enum AgencyType
{
    Customs,
    Prosecutor,
    Police,
    BorderGuard,
    Environment,
    Forestry,
    Fisheries,
    CitesAuthority,
    Secretariat,
}

/// <summary>A service that owns records here, and whom to ask about them.</summary>
public sealed record Agency
{
    /// <summary>As <see cref="Access.AgencyCode"/>.</summary>
    public required string Code { get; init; }

    public required string Name { get; init; }

    public IReadOnlyList<Places.PlaceName> Names { get; init; } = [];

    /// <summary>ISO 3166-1 alpha-2; none for the secretariat.</summary>
    public string? Country { get; init; }

    public required AgencyType Type { get; init; }

    /// <summary>The contact point for hits and requests.</summary>
    public string? Contact { get; init; }

    /// <summary>The roles that the agency's registration allows its officers.</summary>
    public IReadOnlyList<Access.Role> Roles { get; init; } = [];
}
