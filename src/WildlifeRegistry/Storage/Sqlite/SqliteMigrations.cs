using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;

namespace WildlifeRegistry.Storage.Sqlite;

/// <summary>The numbered scripts of <c>schema/sqlite</c>, applied in order, each once, recorded by checksum.</summary>
internal static class SqliteMigrations
{
    private const string Prefix = "schema/sqlite/";

    /// <exception cref="StoreException">The store is newer than this program, or was made by another version of a script.</exception>
    public static void Apply(SqliteSession session, DateTimeOffset now)
    {
        if (session.Scalar("SELECT 1 FROM sqlite_master WHERE NOT EXISTS (SELECT 1 FROM sqlite_master WHERE name = 'migration') LIMIT 1") is not null)
        {
            throw new StoreException("The file is a database of another program, not a registry.", isTransient: false);
        }

        session.Execute("CREATE TABLE IF NOT EXISTS migration (name TEXT PRIMARY KEY, checksum TEXT NOT NULL, at INTEGER NOT NULL) STRICT");
        session.Execute("BEGIN IMMEDIATE");
        try
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

            foreach (var (name, sql) in known)
            {
                var checksum = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(sql)));
                if (!applied.TryGetValue(name, out var had))
                {
                    session.ExecuteScript(sql);
                    session.Execute("INSERT INTO migration (name, checksum, at) VALUES ($1, $2, $3)", name, checksum, now.UtcTicks);
                }
                else if (!string.Equals(had, checksum, StringComparison.Ordinal))
                {
                    throw new StoreException(string.Create(CultureInfo.InvariantCulture, $"The store was made by another version of the migration {name}: this program would misread it."), isTransient: false);
                }
            }

            session.Execute("COMMIT");
        }
        catch
        {
            session.Execute("ROLLBACK");
            throw;
        }
    }

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
