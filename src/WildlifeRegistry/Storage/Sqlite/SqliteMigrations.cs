namespace WildlifeRegistry.Storage.Sqlite;

/// <summary>The numbered scripts of <c>schema/sqlite</c>, applied in order, each once, recorded by checksum.</summary>
internal static class SqliteMigrations
{
    private const string Prefix = "schema/sqlite/";

    /// <summary>What of a migration cannot be said in SQL, by the script that it follows.</summary>
    private static readonly Dictionary<string, Action<SqliteSession>> ProgramParts = new(StringComparer.Ordinal)
    {
        ["002-digests.sql"] = SqliteDigestRows.FillIn,
        ["003-ledger-digests.sql"] = SqliteDigestRows.FillInLedgers,
    };

    /// <param name="beforeUpgrade">Called with the first missing script's name before a store of an older program is brought up to date.</param>
    /// <exception cref="StoreException">The store is newer than this program, or was made by another version of a script.</exception>
    public static void Apply(SqliteSession session, DateTimeOffset now, Action<string>? beforeUpgrade = null)
    {
        if (session.Scalar("SELECT 1 FROM sqlite_master WHERE NOT EXISTS (SELECT 1 FROM sqlite_master WHERE name = 'migration') LIMIT 1") is not null)
        {
            throw new StoreException("The file is a database of another program, not a registry.", isTransient: false);
        }

        session.Execute("CREATE TABLE IF NOT EXISTS migration (name TEXT PRIMARY KEY, checksum TEXT NOT NULL, at INTEGER NOT NULL) STRICT");
        if (Missing(session) is [var (first, _), ..] && session.Scalar("SELECT 1 FROM migration LIMIT 1") is not null)
        {
            beforeUpgrade?.Invoke(first);
        }

        session.Execute("BEGIN IMMEDIATE");
        try
        {
            foreach (var (name, sql) in Missing(session))
            {
                session.ExecuteScript(sql);
                ProgramParts.GetValueOrDefault(name)?.Invoke(session);
                session.Execute("INSERT INTO migration (name, checksum, at) VALUES ($1, $2, $3)", name, MigrationScripts.ChecksumOf(sql), now.UtcTicks);
            }

            session.Execute("COMMIT");
        }
        catch
        {
            session.Execute("ROLLBACK");
            throw;
        }
    }

    /// <summary>Succeeds where the store has exactly the scripts that this program knows; writes nothing.</summary>
    /// <exception cref="StoreException">The store is newer or older than this program, was made by another version of a script, or is no registry.</exception>
    public static void Verify(SqliteSession session) => MigrationScripts.None(Known(session));

    /// <summary>Succeeds where the store has the scripts that this program knows, or the first of them; writes nothing.</summary>
    /// <exception cref="StoreException">The store is newer than this program, was made by another version of a script, or is no registry.</exception>
    public static void VerifyNotNewer(SqliteSession session) => Known(session);

    private static List<(string Name, string Sql)> Known(SqliteSession session) =>
        session.Scalar("SELECT 1 FROM sqlite_master WHERE name = 'migration'") is null
            ? throw new StoreException("The file is not a registry's store.", isTransient: false)
            : Missing(session);

    /// <summary>The scripts that the store does not have yet, in order.</summary>
    private static List<(string Name, string Sql)> Missing(SqliteSession session)
    {
        var applied = new Dictionary<string, string?>(StringComparer.Ordinal);
        using (var reader = session.Statement("SELECT name, checksum FROM migration").ExecuteReader())
        {
            while (reader.Read())
            {
                applied.Add(reader.GetString(0), reader.GetString(1));
            }
        }

        return MigrationScripts.Missing(Prefix, applied);
    }
}
