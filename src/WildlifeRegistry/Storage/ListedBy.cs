using WildlifeRegistry.Access;
using WildlifeRegistry.Records;

namespace WildlifeRegistry.Storage;

/// <summary>What lists of a kind are filtered by.</summary>
internal static class ListedBy
{
    /// <summary>The property that a record's owner is listed by, beside those that its kind names.</summary>
    public const string Owner = "@owner";

    /// <summary>All that a record is listed by.</summary>
    public static IEnumerable<IndexedValue> ValuesOf(AgencyCode owner, IEnumerable<IndexedValue> index) =>
        index.Append(new IndexedValue(Owner, owner.Value)).Distinct();
}
