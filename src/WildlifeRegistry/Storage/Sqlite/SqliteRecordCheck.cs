using Microsoft.Data.Sqlite;
using WildlifeRegistry.Records;
using WildlifeRegistry.Storage.Checking;

namespace WildlifeRegistry.Storage.Sqlite;

/// <summary>Reads each record with what hangs on it, for the check of records.</summary>
internal sealed class SqliteRecordCheck(SqliteSession session, KindCatalogue kinds, RegistryKeys keys, CheckedAudiences audiences, Findings findings)
{
    private const string Records = """
        SELECT row, id, kind, audience, world, validation, version, handling, owner, sort, reference, created_at, created_by, updated_at, updated_by, details, properties, import_key, digest FROM record ORDER BY row
        """;

    // By the index, which holds all of these; and in the order that they lie in.
    private const string Indexed = "SELECT row, kind, world, property, value, sort, id FROM indexed INDEXED BY indexed_row ORDER BY row, kind, world, property, value, sort, id";
    private const string Listed = "SELECT row, kind, world, property, value, sort, id, audience, validation FROM indexed ORDER BY kind, world, property, value, sort, id";

    private static readonly int[] OfIndexed = [0, 1, 2, 3, 4, 5, 6], KeyOfListed = [1, 2, 3, 4, 5, 6];

    private const string Derived = """
        SELECT l.from_row, l.id, l.kind, t.id, l.owner, l.audience, l.floor, l.withdrawn, l.discriminator, l.handling, l.properties
        FROM link l INDEXED BY link_ends CROSS JOIN record t ON t.row = l.to_row WHERE l.derived = 1 ORDER BY l.from_row
        """;

    private const string Running = "SELECT record, token, level, until, since, edition FROM edition ORDER BY record, token, level, until";
    private const string Ledger = "SELECT record, token, level, until, since, edition, version FROM edition_version ORDER BY record, token, level, until, since, edition";

    private readonly SqliteDigest digest = new();
    private readonly RowSum byIndex = new();
    private readonly Dictionary<long, (int Audience, int Validation)> listed = new((int)(long)session.Scalar("SELECT count(*) FROM record")!);

    /// <summary>What the index of <c>indexed</c> holds, in its order.</summary>
    public static string[] IndexedColumns { get; } = ["row", "kind", "world", "property", "value", "sort", "id"];

    public void Run()
    {
        CheckRecords();
        CheckListed();
    }

    private void CheckRecords()
    {
        var check = new RecordCheck(kinds, keys, audiences, findings);
        using var versions = new Along(session.Statement($"SELECT record, {SqliteDigestRows.VersionColumns}, digest FROM version ORDER BY record, version"), () => findings.AddOrphan("version", "record"));
        using var indexed = new Along(session.Statement(Indexed), () => findings.AddOrphan("indexed", "record"), row => byIndex.AddInOrder(row, OfIndexed, OfIndexed));
        using var derived = new Along(session.Statement(Derived));
        using var running = new Along(session.Statement(Running), () => findings.AddOrphan("edition", "record"));
        using var ledger = new Along(session.Statement(Ledger), () => findings.AddOrphan("edition_version", "record"));
        Along[] along = [versions, indexed, running, ledger];
        using var reading = session.Statement(Records).ExecuteReader();
        while (reading.Read())
        {
            findings.StopWhenTold();
            Array.ForEach(along, rows => rows.To(reading.GetInt64(0)));
            try
            {
                var row = SqliteRow.Read(reading);
                if (!row.Kind.IsConnector() && audiences.Find(row.Audience) is not null)
                {
                    listed.Add(row.RowId, (row.Audience, (int)row.Validation));
                }

                var origin = new RecordOrigin(row.Id.ToBytes(), (int)row.Kind, row.World, row.Owner?.Value, row.Reference, reading.IsDBNull(17) ? null : reading.GetString(17), row.CreatedAt, row.CreatedBy);
                var content = new RecordContent(row.Version, row.UpdatedAt, row.UpdatedBy, (int)row.Validation, row.Audience, (int)row.Handling, row.Details, row.Properties);
                check.Check(new CheckedRecord(
                    row,
                    digest.Of(origin, content).AsSpan().SequenceEqual(reading.GetFieldValue<byte[]>(18)),
                    versions.Of(row.RowId).Select(version =>
                    {
                        var said = SqliteDigestRows.RecordContent(version, 1);
                        return new CheckedVersion(said.Version, said.Audience, digest.Of(origin, said).AsSpan().SequenceEqual(version.GetFieldValue<byte[]>(9)));
                    }),
                    indexed.Of(row.RowId).Select(one => new CheckedValue(new IndexedValue(one.GetString(3), one.GetString(4)), IsLike(row, one))),
                    derived.Of(row.RowId).Select(DerivedOf),
                    running.Of(row.RowId).Select(ReleaseOf),
                    ledger.Of(row.RowId).Select(one => (ReleaseOf(one), one.GetInt32(6)))));
            }
            catch (Exception fault) when (Findings.IsOfDamage(fault))
            {
                findings.Add("record-form", $"record {Findings.Id(reading.GetFieldValue<byte[]>(1))}", "It cannot be read.");
            }
        }

        Array.ForEach(along, rows => rows.ToEnd());
    }

    /// <summary>What is listed carries its record's audience and validation; and its index holds just that.</summary>
    private void CheckListed()
    {
        var asItLies = new RowSum();
        using var reading = session.Statement(Listed).ExecuteReader();
        while (reading.Read())
        {
            findings.StopWhenTold();
            asItLies.AddInOrder(reading, OfIndexed, KeyOfListed);
            if (listed.TryGetValue(reading.GetInt64(0), out var record) && (reading.GetInt32(7) != record.Audience || reading.GetInt32(8) != record.Validation))
            {
                findings.Add("indexed-differs", $"record {Findings.Id(reading.GetFieldValue<byte[]>(6))}", $"Where it is listed by {reading.GetString(3)}, its audience or validation is another.");
            }
        }

        if (!asItLies.IsInOrder)
        {
            findings.Add("file", "the file", "A row of indexed is not in its order.");
        }

        if (!byIndex.IsInOrder || byIndex.Value != asItLies.Value)
        {
            findings.Add("file", "the file", "The index of indexed does not hold what its table holds, or not in its order.");
        }
    }

    private static bool IsLike(Row row, SqliteDataReader one) =>
        one.GetInt32(1) == (int)row.Kind
        && one.GetInt32(2) == row.World
        && string.Equals(one.GetString(5), row.Sort, StringComparison.Ordinal)
        && RecordId.FromBytes(one.GetFieldValue<byte[]>(6)) == row.Id;

    private static CheckedDerived DerivedOf(SqliteDataReader one) => new(
        Findings.Id(one.GetFieldValue<byte[]>(1)),
        one.GetInt32(2),
        RecordId.FromBytes(one.GetFieldValue<byte[]>(3)),
        one.GetString(8),
        one.GetInt32(5),
        Row.Agency(one.GetString(4)),
        one.GetFieldValue<byte[]>(6) is [var floor] ? floor : (byte)0,
        one.GetInt32(7) != 0,
        one.GetInt32(9),
        one.GetFieldValue<byte[]>(10));

    private static CheckedRelease ReleaseOf(SqliteDataReader one) => new(one.GetString(1), one.GetInt32(2), one.GetInt64(3), one.GetInt64(4), one.GetInt32(5));
}
