using System.Collections.Immutable;
using WildlifeRegistry.Links;
using WildlifeRegistry.Records;

namespace WildlifeRegistry.Storage;

/// <summary>The answer to a plan: everything that the fields below are looked up in.</summary>
public sealed record Reading(RecordPage Roots)
{
    public static Reading Empty { get; } = new(RecordPage.Empty);
}

/// <param name="HasNext">True where more follow in the order.</param>
/// <param name="Total">Visible matches up to <see cref="ReadPlan.MaxTotal"/> + 1, which says "more"; null where the plan did not ask.</param>
public sealed record RecordPage(ImmutableArray<BroughtRecord> Records, bool HasNext, int? Total)
{
    public static RecordPage Empty { get; } = new([], false, 0);
}

/// <summary>A record with what was brought of it.</summary>
/// <param name="Sort">The kind's order key: with the id, its place in a list.</param>
/// <param name="Links">By <see cref="LinkStep.Name"/>; a step that does not start from this kind is absent.</param>
public sealed record BroughtRecord(SeenRecord Record, string Sort, ImmutableDictionary<string, LinkPage> Links);

/// <param name="Total">As in <see cref="RecordPage"/>.</param>
public sealed record LinkPage(ImmutableArray<BroughtLink> Links, bool HasNext, int? Total)
{
    public static LinkPage Empty { get; } = new([], false, 0);
}

public sealed record BroughtLink(SeenLink Link, string Sort, BroughtRecord Far);
