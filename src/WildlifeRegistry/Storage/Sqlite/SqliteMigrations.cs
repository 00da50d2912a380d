using System.Reflection;
using System.Security.Cryptography;
using System.Text;

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
                session.Execute("INSERT INTO migration (name, checksum, at) VALUES ($1, $2, $3)", name, ChecksumOf(sql), now.UtcTicks);
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
    public static void Verify(SqliteSession session)
    {
        if (Known(session) is [var (name, _), ..])
        {
            throw new StoreException($"The store does not have the migration {name} yet: it is older than this program, which brings it up to date when it serves.", isTransient: false);
        }
    }

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
        var applied = new Dictionary<string, string>(StringComparer.Ordinal);
        using (var reader = session.Statement("SELECT name, checksum FROM migration").ExecuteReader())
        {
            while (reader.Read())
            {
                applied.Add(reader.GetString(0), reader.GetString(1));
            }
        }

        var known = Scripts();
        if (applied.Keys.Except(known.Select(script => script.Name), StringComparer.Ordinal).Order(StringComparer.Ordinal).FirstOrDefault() is { } newer)
        {
            throw new StoreException($"The store has the migration {newer}, which this program does not know: it is newer than the program. Start it with the program that made it, or a later one.", isTransient: false);
        }

        if (known.Where(script => applied.TryGetValue(script.Name, out var had) && !string.Equals(had, ChecksumOf(script.Sql), StringComparison.Ordinal)).Select(script => script.Name).FirstOrDefault() is { } other)
        {
            throw new StoreException($"The store was made by another version of the migration {other}: this program would misread it.", isTransient: false);
        }

        return [.. known.Where(script => !applied.ContainsKey(script.Name))];
    }

    private static string ChecksumOf(string sql) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(sql)));

    private static List<(string Name, string Sql)> Scripts()
    {
        var assembly = Assembly.GetExecutingAssembly();
        return [.. assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(name =>
            {
                using var stream = assembly.GetManifestResourceStream(name)!;
                using var reader = new StreamReader(stream, Encoding.UTF8);
                return (name[Prefix.Length..], reader.ReadToEnd().ReplaceLineEndings("\n"));
            })];
    }
}
