using Microsoft.Data.Sqlite;

namespace WildlifeRegistry.Storage.Sqlite;

/// <summary>Rows of the tables that carry digests, read for them; and the filling in of a store of before there were any.</summary>
internal static class SqliteDigestRows
{
    public const string RecordOriginColumns = "id, kind, world, owner, reference, import_key, created_at, created_by";
    public const string VersionColumns = "version, at, by, validation, audience, handling, details, properties";
    public const string LinkOriginColumns = "l.id, l.kind, l.from_row, l.to_row, l.owner, l.floor, l.derived, l.created_at, l.created_by";
    public const string LinkContentColumns = "l.version, l.updated_at, l.updated_by, l.audience, l.withdrawn, l.handling, l.properties";
    public const string LinkVersionColumns = "version, at, by, audience, withdrawn, handling, properties";

    /// <summary>What is kept beside records and links, with the columns that SQL's <c>digest(...)</c> is over, in order.</summary>
    public static readonly (string Table, string Columns)[] Ledgers =
    [
        ("edition", "record, token, level, until, since, released_at, edition"),
        ("edition_version", "record, token, level, until, since, edition, shows_from, version, at"),
        ("request", "officer, field, key, hash, ids, at"),
        ("consent", "link, agency, at, by"),
        ("operation", "id, name, lead, until"),
        ("operation_agency", "agency, operation"),
        ("membership", "officer, grp, until, confirmed"),
    ];

    private const string Records = $"SELECT row, {RecordOriginColumns}, version, updated_at, updated_by, validation, audience, handling, details, properties FROM record ORDER BY row";
    private const string Versions = $"SELECT record, {VersionColumns} FROM version ORDER BY record, version";
    private const string Links = $"SELECT row, {LinkOriginColumns}, {LinkContentColumns} FROM link l ORDER BY row";
    private const string LinkVersions = $"SELECT link, {LinkVersionColumns} FROM link_version ORDER BY link, version";

    private const int Origin = 1, RecordSays = 9, LinkSays = 10, VersionSays = 1, Batch = 10_000;

    /// <param name="at">Where <see cref="RecordOriginColumns"/> begin.</param>
    public static RecordOrigin RecordOrigin(SqliteDataReader reading, int at) => new(
        reading.GetFieldValue<byte[]>(at),
        reading.GetInt32(at + 1),
        reading.GetInt32(at + 2),
        Text(reading, at + 3),
        Text(reading, at + 4),
        Text(reading, at + 5),
        reading.GetInt64(at + 6),
        reading.GetString(at + 7));

    /// <param name="at">Where <see cref="VersionColumns"/> begin, or what they are of a record itself.</param>
    public static RecordContent RecordContent(SqliteDataReader reading, int at) => new(
        reading.GetInt32(at),
        reading.GetInt64(at + 1),
        reading.GetString(at + 2),
        reading.GetInt32(at + 3),
        reading.GetInt32(at + 4),
        reading.GetInt32(at + 5),
        Text(reading, at + 6),
        reading.GetFieldValue<byte[]>(at + 7));

    /// <param name="at">Where <see cref="LinkOriginColumns"/> begin.</param>
    public static LinkRowOrigin LinkOrigin(SqliteDataReader reading, int at) => new(
        reading.GetFieldValue<byte[]>(at),
        reading.GetInt32(at + 1),
        reading.GetInt64(at + 2),
        reading.GetInt64(at + 3),
        reading.GetString(at + 4),
        reading.GetFieldValue<byte[]>(at + 5),
        reading.GetInt32(at + 6),
        reading.GetInt64(at + 7),
        reading.GetString(at + 8));

    /// <param name="at">Where <see cref="LinkContentColumns"/> or <see cref="LinkVersionColumns"/> begin.</param>
    public static LinkContent LinkContent(SqliteDataReader reading, int at) => new(
        reading.GetInt32(at),
        reading.GetInt64(at + 1),
        reading.GetString(at + 2),
        reading.GetInt32(at + 3),
        reading.GetInt32(at + 4),
        reading.GetInt32(at + 5),
        reading.GetFieldValue<byte[]>(at + 6));

    /// <summary>Gives every version in a store of before their digests; inside the migration's transaction.</summary>
    public static void FillIn(SqliteSession session)
    {
        var digest = new SqliteDigest();
        Fill(session, Records, Versions, "record", "version",
            (one, of) => digest.Of(RecordOrigin(of, Origin), one == of ? RecordContent(one, RecordSays) : RecordContent(one, VersionSays)));
        Fill(session, Links, LinkVersions, "link", "link_version",
            (one, of) => digest.Of(LinkOrigin(of, Origin), one == of ? LinkContent(one, LinkSays) : LinkContent(one, VersionSays)));
    }

    /// <summary>Gives every row of a ledger of before their digests; inside the migration's transaction.</summary>
    public static void FillInLedgers(SqliteSession session)
    {
        foreach (var (table, columns) in Ledgers)
        {
            session.Execute($"UPDATE {table} SET digest = digest({columns})");
        }
    }

    /// <param name="digest">Of a row and the current one that it is of.</param>
    private static void Fill(SqliteSession session, string current, string superseded, string table, string versions, Func<SqliteDataReader, SqliteDataReader, byte[]> digest)
    {
        // Rows are not changed while they are read: SQLite leaves open what the reading then sees.
        for (var (last, more) = (0L, true); more;)
        {
            var digests = new List<(long Row, int? Version, byte[] Digest)>();
            using (var along = new Along(session.Statement(superseded.Replace(" ORDER BY", $" WHERE {table} > $1 ORDER BY", StringComparison.Ordinal), last)))
            using (var reading = session.Statement(current.Replace(" ORDER BY", " WHERE row > $1 ORDER BY", StringComparison.Ordinal) + " LIMIT $2", last, Batch).ExecuteReader())
            {
                more = false;
                while (reading.Read())
                {
                    (last, more) = (reading.GetInt64(0), true);
                    digests.Add((last, null, digest(reading, reading)));
                    digests.AddRange(along.Of(last).Select(version => (last, (int?)version.GetInt32(1), digest(version, reading))));
                }
            }

            foreach (var (row, version, bytes) in digests)
            {
                if (version is { } number)
                {
                    session.Execute($"UPDATE {versions} SET digest = $3 WHERE {table} = $1 AND version = $2", row, number, bytes);
                }
                else
                {
                    session.Execute($"UPDATE {table} SET digest = $2 WHERE row = $1", row, bytes);
                }
            }
        }
    }

    private static string? Text(SqliteDataReader reading, int at) => reading.IsDBNull(at) ? null : reading.GetString(at);
}
