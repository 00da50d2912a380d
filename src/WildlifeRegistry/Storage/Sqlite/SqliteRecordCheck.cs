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

    private const string Indexed = "SELECT row, property, value, kind, world, sort, id, audience, validation FROM indexed INDEXED BY indexed_row ORDER BY row, kind, world, property, value, sort, id";

    private const string Derived = """
        SELECT l.from_row, l.id, l.kind, t.id, l.owner, l.audience, l.floor, l.withdrawn, l.discriminator, l.handling, l.properties
        FROM link l INDEXED BY link_ends CROSS JOIN record t ON t.row = l.to_row WHERE l.derived = 1 ORDER BY l.from_row
        """;

    private const string Running = "SELECT record, token, level, until, since, edition FROM edition ORDER BY record, token, level, until";
    private const string Ledger = "SELECT record, token, level, until, since, edition, version FROM edition_version ORDER BY record, token, level, until, since, edition";

    private readonly SqliteDigest digest = new();

    public void Run()
    {
        var check = new RecordCheck(kinds, keys, audiences, findings);
        using var versions = new Along(session.Statement("SELECT record, version, at, by, validation, audience, handling, details, properties, digest FROM version ORDER BY record, version"));
        using var indexed = new Along(session.Statement(Indexed));
        using var derived = new Along(session.Statement(Derived));
        using var running = new Along(session.Statement(Running));
        using var ledger = new Along(session.Statement(Ledger));
        using var reading = session.Statement(Records).ExecuteReader();
        while (reading.Read())
        {
            findings.StopWhenTold();
            try
            {
                var row = SqliteRow.Read(reading);
                var origin = new RecordOrigin(row.Id.ToBytes(), (int)row.Kind, row.World, row.Owner?.Value, row.Reference, reading.IsDBNull(17) ? null : reading.GetString(17), row.CreatedAt, row.CreatedBy);
                var content = new RecordContent(row.Version, row.UpdatedAt, row.UpdatedBy, (int)row.Validation, row.Audience, (int)row.Handling, row.Details, row.Properties);
                check.Check(new CheckedRecord(
                    row,
                    digest.Of(origin, content).AsSpan().SequenceEqual(reading.GetFieldValue<byte[]>(18)),
                    versions.Of(row.RowId).Select(version => new CheckedVersion(
                        version.GetInt32(1),
                        version.GetInt32(5),
                        digest.Of(origin, SqliteDigestRows.RecordContent(version, 1)).AsSpan().SequenceEqual(version.GetFieldValue<byte[]>(9)))),
                    indexed.Of(row.RowId).Select(one => new CheckedValue(new IndexedValue(one.GetString(1), one.GetString(2)), IsLike(row, one))),
                    derived.Of(row.RowId).Select(DerivedOf),
                    running.Of(row.RowId).Select(ReleaseOf),
                    ledger.Of(row.RowId).Select(one => (ReleaseOf(one), one.GetInt32(6)))));
            }
            catch (Exception fault) when (Findings.IsOfDamage(fault))
            {
                findings.Add("record-form", $"record {Findings.Id(reading.GetFieldValue<byte[]>(1))}", "It cannot be read.");
            }
        }
    }

    private static bool IsLike(Row row, SqliteDataReader one) =>
        one.GetInt32(3) == (int)row.Kind
        && one.GetInt32(4) == row.World
        && string.Equals(one.GetString(5), row.Sort, StringComparison.Ordinal)
        && RecordId.FromBytes(one.GetFieldValue<byte[]>(6)) == row.Id
        && one.GetInt32(7) == row.Audience
        && one.GetInt32(8) == (int)row.Validation;

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
