using System.Collections.Immutable;

namespace WildlifeRegistry.Storage;

/// <summary>What a check of a whole store found: counts and ids, never content.</summary>
/// <param name="Faults">The first of them, at most <see cref="MaxFaults"/>.</param>
/// <param name="More">How many more there are.</param>
public sealed record CheckReport(ImmutableArray<CheckCount> Counts, ImmutableArray<CheckFault> Faults, long More)
{
    /// <summary>Most faults that a report names.</summary>
    public const int MaxFaults = 100;

    public bool IsClean => Faults.IsEmpty;
}

public sealed record CheckCount(string Of, long Count);

/// <summary>One promise of the store's that does not hold.</summary>
/// <param name="Code">Which promise, e.g. <c>link-sort</c>.</param>
/// <param name="Where">What it is about, e.g. <c>link 0ABC...</c>: an id or the number of a row.</param>
/// <param name="Says">What is wrong, as a sentence.</param>
public sealed record CheckFault(string Code, string Where, string Says);
