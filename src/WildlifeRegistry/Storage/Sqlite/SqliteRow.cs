using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;
using WildlifeRegistry.Access;
using WildlifeRegistry.Links;
using WildlifeRegistry.Records;

namespace WildlifeRegistry.Storage.Sqlite;

/// <summary>Records and links as they lie in their tables.</summary>
internal static class SqliteRow
{
    /// <param name="isOwners">False to leave out what only the owner's officers are shown.</param>
    public static Row Read(SqliteDataReader reading, bool isOwners = true) => new(
        reading.GetInt64(0),
        RecordId.FromBytes(reading.GetFieldValue<byte[]>(1)),
        (RecordKind)reading.GetInt32(2),
        reading.GetInt32(3),
        reading.GetInt32(4),
        (Validation)reading.GetInt32(5),
        reading.GetInt32(6),
        (Handling)reading.GetInt32(7),
        reading.IsDBNull(8) ? null : Row.Agency(reading.GetString(8)),
        reading.GetString(9),
        reading.IsDBNull(10) ? null : reading.GetString(10),
        isOwners ? reading.GetInt64(11) : 0,
        isOwners ? reading.GetString(12) : "",
        reading.GetInt64(13),
        isOwners ? reading.GetString(14) : "",
        reading.IsDBNull(15) ? null : reading.GetString(15),
        reading.GetFieldValue<byte[]>(16));

    public static LinkRow ReadLink(SqliteDataReader reading, int at) => new(
        reading.GetBoolean(at),
        reading.GetInt32(at + 1),
        RecordId.FromBytes(reading.GetFieldValue<byte[]>(at + 2)),
        (LinkKind)reading.GetInt32(at + 3),
        Row.Agency(reading.GetString(at + 4)),
        (Handling)reading.GetInt32(at + 5),
        reading.GetBoolean(at + 6),
        reading.GetInt32(at + 7),
        reading.GetString(at + 8),
        LinkRow.Says(reading.GetFieldValue<byte[]>(at + 9)),
        reading.IsDBNull(at + 10) ? [] : [.. reading.GetString(at + 10).Split(',').Select(Row.Agency).OrderBy(agency => agency.Value, StringComparer.Ordinal)]);
}

/// <summary>
/// Rows of reference records that were read: they are few, change seldom and come up in every answer. A row is known
/// by its version, which every change raises; that its reader may see it was decided before it is read.
/// </summary>
internal sealed class ReferenceRows
{
    private const int MaxKept = 20_000;

    private readonly ConcurrentDictionary<long, Row> kept = new();

    public Row Read(SqliteDataReader reading)
    {
        var row = reading.GetInt64(0);
        if (kept.TryGetValue(row, out var known) && known.Version == reading.GetInt32(6) && known.Audience == reading.GetInt32(3) && known.UpdatedAt == reading.GetInt64(13))
        {
            return known;
        }

        var read = SqliteRow.Read(reading);
        if (kept.Count < MaxKept)
        {
            kept[row] = read;
        }

        return read;
    }
}
