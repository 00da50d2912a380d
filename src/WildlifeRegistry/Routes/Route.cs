using WildlifeRegistry.Records;
using WildlifeRegistry.Seizures;

namespace WildlifeRegistry.Routes;

public enum RouteStatus
{
    Suspected,
    Confirmed,
}

/// <param name="Note">Closed.</param>
public sealed record RouteLeg(RecordId? FromPlaceId, RecordId? ToPlaceId, ModeOfTransport? Mode, string? Note);

/// <summary>A way that goods take, as ordered legs; seizures sit on it, at a leg.</summary>
public sealed record Route
{
    /// <summary>Closed, as free text.</summary>
    public string? Name { get; init; }

    public required RouteStatus Status { get; init; }

    public IReadOnlyList<RouteLeg> Legs { get; init; } = [];

    public Period? Period { get; init; }
}
