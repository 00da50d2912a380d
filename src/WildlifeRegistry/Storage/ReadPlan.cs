using System.Collections.Immutable;
using WildlifeRegistry.Access;
using WildlifeRegistry.Links;
using WildlifeRegistry.Records;

namespace WildlifeRegistry.Storage;

/// <summary>
/// One question to the store, as a closed value that knows nothing of kinds beyond their labels: where to start, and
/// which links to follow from there.
/// </summary>
public sealed record ReadPlan(PlanStart Start, Bring Bring)
{
    /// <summary>Most records that one plan may ask for (product of its page sizes).</summary>
    public const int MaxRecords = 10_000;

    /// <summary>Rows of a page where the caller does not say.</summary>
    public const int DefaultPage = 25;

    public const int MaxPage = 200;

    /// <summary>Totals are exact up to here.</summary>
    public const int MaxTotal = 1000;

    /// <summary>What one record's own references (species of its specimens, places) count for in <see cref="Records"/>.</summary>
    public const int OwnReferences = 10;

    /// <summary>The most records that this plan can bring, saturating.</summary>
    public long Records => Bring.Cost(Start.Size);
}

/// <summary>Where a plan starts: a closed set.</summary>
public abstract record PlanStart
{
    private PlanStart()
    {
    }

    /// <summary>The most records that the start can bring.</summary>
    public abstract int Size { get; }

    /// <summary>The records or connectors with these ids; those not visible, not of the kinds, or not there are absent, all alike.</summary>
    /// <param name="Kinds">Empty: any.</param>
    public sealed record ByIds(ImmutableArray<RecordId> Ids, ImmutableArray<RecordKind> Kinds) : PlanStart
    {
        public override int Size => Ids.Length;
    }

    /// <summary>The author's own agency's record with an import key: only at Full and only of the reader's agency.</summary>
    public sealed record ByImportKey(string Key) : PlanStart
    {
        public override int Size => 1;
    }

    /// <summary>The record that the visible link with this id starts from; the one step of the plan brings just that link, and only Bring is read of the step.</summary>
    public sealed record OfLink(RecordId Link) : PlanStart
    {
        public override int Size => 1;
    }

    /// <summary>A page of the visible records of one kind, ordered by the kind's order key and then by id.</summary>
    /// <param name="Conditions">All must hold.</param>
    /// <param name="SortWithin">Bounds on the order key; null for none.</param>
    /// <param name="Owners">Empty: any.</param>
    /// <param name="Validations">Empty: all but WITHDRAWN.</param>
    /// <param name="Exercise">Which world; null for reference kinds, which are in neither.</param>
    /// <param name="Descending">Both the order key and the id.</param>
    /// <param name="First">1 to <see cref="ReadPlan.MaxPage"/>.</param>
    public sealed record Page(
        RecordKind Kind,
        ImmutableArray<Condition> Conditions,
        SortBounds? SortWithin,
        ImmutableArray<AgencyCode> Owners,
        ImmutableArray<Validation> Validations,
        bool? Exercise,
        bool Descending,
        int First,
        Position? After,
        bool WantTotal) : PlanStart
    {
        public override int Size => First;

        /// <summary>The level that a record must be visible at to match: a closed property cannot be asked for below Full.</summary>
        public Level Floor => Conditions.Any(condition => !condition.IsOpen) ? Level.Full : Level.Sanitised;
    }
}

/// <summary>The record has at least one of the values under an indexed property. No values: nothing matches.</summary>
/// <param name="IsOpen">False for a closed property: then only records at Full match.</param>
public sealed record Condition(string Property, ImmutableArray<string> AnyOf, bool IsOpen);

/// <summary>
/// The order key is at least <paramref name="From"/>, or one of <paramref name="Also"/>; and below
/// <paramref name="Below"/>. Compared ordinally. Also holds the vaguer dates that begin earlier and reach into a range.
/// </summary>
public sealed record SortBounds(string? From, string? Below, ImmutableArray<string> Also)
{
    /// <summary>The bounds that find the partial dates which overlap with from..until, both included.</summary>
    public static SortBounds Overlapping(PartialDate? from, PartialDate? until)
    {
        ImmutableArray<string> also = [];
        if (from is { } start)
        {
            also = [PartialDate.OfYear(start.First.Year).SortKey, PartialDate.OfMonth(start.First.Year, start.First.Month).SortKey];
        }

        // Every precision of the last day sorts below "day/9".
        return new SortBounds(
            from?.First.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture),
            until is { } end ? end.Last.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture) + "/9" : null,
            also);
    }

    public bool Contains(string sort) =>
        (From is null || string.CompareOrdinal(sort, From) >= 0 || Also.Contains(sort, StringComparer.Ordinal))
        && (Below is null || string.CompareOrdinal(sort, Below) < 0);
}

/// <summary>A place in an ordered list of records: after this one.</summary>
public sealed record Position(string Sort, RecordId Id);

/// <summary>A place in the links of a record: after this one.</summary>
public sealed record LinkPosition(LinkKind Kind, string Sort, RecordId Id);

/// <summary>What to bring back of each record: its links, step by step, and what only some of its readers may see.</summary>
/// <param name="Links">Links to follow.</param>
/// <param name="Releases">True to bring the reader's date of release and edition.</param>
/// <param name="Versions">True to bring the list of versions, for officers of the owner, and the list of editions, for other readers.</param>
public sealed record Bring(ImmutableArray<LinkStep> Links, bool Releases = false, bool Versions = false)
{
    public static Bring Nothing { get; } = new([]);

    internal long Cost(long records) => Links.Aggregate(
        records,
        (sum, step) => Math.Min(long.MaxValue / 1000, sum + step.Bring.Cost(Math.Min(long.MaxValue / 1_000_000, records * (step.OwnReferences ? ReadPlan.OwnReferences : step.First)))));
}

/// <summary>Which links to follow from a record. A page of them, ordered by kind, then newest order key, then largest id first.</summary>
/// <param name="Name">Tells the steps of one <see cref="Bring"/> apart.</param>
/// <param name="From">The step is taken from records of these kinds only.</param>
/// <param name="Kinds">Empty: all.</param>
/// <param name="Exercise">From a record that is neither real nor exercise: which world its links lead to. Elsewhere the links are of the record's own world anyway.</param>
/// <param name="Withdrawn">True to list withdrawn links and links to withdrawn records too.</param>
/// <param name="First">0 to <see cref="ReadPlan.MaxPage"/>; 0 where only the total is wanted.</param>
/// <param name="OwnReferences">True for the derived links that a record's own fields are answered from: counted as a few.</param>
/// <param name="Bring">What to bring of the far ends.</param>
public sealed record LinkStep(
    string Name,
    ImmutableArray<RecordKind> From,
    ImmutableArray<LinkKind> Kinds,
    LinkDirection Direction,
    bool Exercise,
    bool Withdrawn,
    int First,
    LinkPosition? After,
    bool WantTotal,
    bool OwnReferences,
    Bring Bring);

public enum LinkDirection
{
    Both,
    Outgoing,
    Incoming,
}
