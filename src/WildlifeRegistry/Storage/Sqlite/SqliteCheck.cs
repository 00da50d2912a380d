using System.Globalization;
using Microsoft.Data.Sqlite;
using WildlifeRegistry.Access;
using WildlifeRegistry.Records;
using WildlifeRegistry.Storage.Checking;

namespace WildlifeRegistry.Storage.Sqlite;

/// <summary>
/// Holds a whole store against its promises, table by table in the order that they lie in. In memory are the audiences
/// and what hangs on one record or link; the rest streams by. Its parts go side by side, each on a session of its own
/// and inside one read transaction: nothing that one of them says hangs on what another read.
/// </summary>
/// <param name="open">A session that reads the store.</param>
/// <param name="sideBySide">False: the parts follow one another, where a check must leave the machine to others.</param>
internal sealed class SqliteCheck(Func<SqliteSession> open, KindCatalogue kinds, bool sideBySide, CancellationToken ct)
{
    private const int Corrupt = 11, NotADatabase = 26;

    /// <summary>How many parts go at once: a check leaves the rest of a machine to others.</summary>
    private const int SideBySide = 2;

    /// <summary>Tables whose rows are read along with what they hang on: a row that hangs on nothing shows there.</summary>
    private static readonly string[] ReadAlong = ["version", "indexed", "edition", "edition_version", "link", "link_version", "consent"];

    private static readonly (string Of, string Table)[] Counted =
    [
        ("records", "record"), ("earlier versions", "version"), ("links", "link"), ("earlier versions of links", "link_version"),
        ("indexed values", "indexed"), ("audiences", "audience"), ("running releases", "edition"), ("requests", "request"), ("joint operations", "operation"),
    ];

    public async Task<CheckReport> RunAsync()
    {
        var counts = new List<CheckCount>();

        // The longest first: what is left over at the end is short.
        var parts = new Action<SqliteSession, Findings>[]
        {
            SqliteFileCheck.Run,
            (session, findings) =>
            {
                if (Keys(session) is { } keys)
                {
                    new SqliteRecordCheck(session, kinds, keys, Audiences(session, findings), findings).Run();
                }
            },
            (session, findings) => new SqliteLinkCheck(session, kinds, Audiences(session, new Findings(ct)), findings).Run(),
            (session, findings) => CheckLedgersAndRest(session, findings, counts),
        };
        var found = new Findings[parts.Length];
        await Parallel.ForAsync(0, parts.Length, new ParallelOptions { MaxDegreeOfParallelism = sideBySide ? SideBySide : 1, CancellationToken = ct }, (n, _) =>
        {
            found[n] = Part(parts[n]);
            return ValueTask.CompletedTask;
        });
        return found[0].Any
            ? found[0].Report([]) // what a damaged file answers to other questions is worth nothing
            : Findings.Together(found, ct).Report(counts);
    }

    private Findings Part(Action<SqliteSession, Findings> check)
    {
        var findings = new Findings(ct);
        using var session = open();
        using var interrupt = ct.UnsafeRegister(static state => ((SqliteSession)state!).Interrupt(), session);
        try
        {
            session.Execute("BEGIN");
            check(session, findings);
        }
        catch (SqliteException fault) when (fault.SqliteErrorCode is Corrupt or NotADatabase)
        {
            findings.Add("file", "the file", "SQLite cannot read it through: it is damaged.");
        }
        catch (Exception fault) when (Findings.IsOfDamage(fault))
        {
            findings.Add("form", "the store", "A counter, a request or a joint operation cannot be read.");
        }

        return findings;
    }

    private static CheckedAudiences Audiences(SqliteSession session, Findings findings)
    {
        IEnumerable<(int, string, bool, string, string)> Rows()
        {
            using var reading = session.Statement("SELECT id, owner, reference, releases, canonical FROM audience ORDER BY id").ExecuteReader();
            while (reading.Read())
            {
                yield return (reading.GetInt32(0), reading.GetString(1), reading.GetInt64(2) == 1, reading.GetString(3), reading.GetString(4));
            }
        }

        return new CheckedAudiences(Rows(), findings);
    }

    private static void CheckLedgersAndRest(SqliteSession session, Findings findings, List<CheckCount> counts)
    {
        counts.AddRange(Counted.Select(one => new CheckCount(one.Of, (long)session.Scalar($"SELECT count(*) FROM {one.Table}")!)));
        CheckForeignKeys(session, findings);
        CheckLedgers(session, findings);
        CheckMeta(session, findings);
        if (Keys(session) is { } keys)
        {
            CheckCounters(session, findings, keys);
        }

        CheckRequests(session, findings);
        CheckOperations(session, findings);
    }

    private static void CheckForeignKeys(SqliteSession session, Findings findings)
    {
        foreach (var table in session.Texts("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").Except(ReadAlong, StringComparer.Ordinal))
        {
            using var reading = session.Statement($"PRAGMA foreign_key_check(\"{table}\")").ExecuteReader();
            while (reading.Read())
            {
                findings.AddOrphan(table, reading.GetString(2));
            }
        }
    }

    private static void CheckMeta(SqliteSession session, Findings findings)
    {
        if (Keys(session) is null || Meta(session, "epoch") is not { Length: 16 })
        {
            findings.Add("meta", "the store", "Its secret or its epoch is missing or has the wrong length.");
        }
    }

    /// <summary>What is derived from the store's secret; null where it has none: nothing that hangs on it can be told.</summary>
    private static RegistryKeys? Keys(SqliteSession session) => Meta(session, "secret") is { Length: RegistryKeys.SecretLength } secret ? new RegistryKeys(secret) : null;

    private static byte[]? Meta(SqliteSession session, string name) => session.Scalar("SELECT value FROM meta WHERE name = $1", name) as byte[];

    /// <summary>Every row that is kept beside records and links is what was written.</summary>
    private static void CheckLedgers(SqliteSession session, Findings findings)
    {
        foreach (var (table, columns) in SqliteDigestRows.Ledgers)
        {
            if (session.Scalar($"SELECT count(*) FROM {table} WHERE digest <> digest({columns})") is long and > 0 and var others)
            {
                findings.Add("ledger-digest", table, string.Create(CultureInfo.InvariantCulture, $"{others} of its rows are not what was written: their digest is another."));
            }
        }
    }

    /// <summary>The counter of an agency and year has given exactly the references that its records bear.</summary>
    private static void CheckCounters(SqliteSession session, Findings findings, RegistryKeys keys)
    {
        var given = new Dictionary<string, long>(StringComparer.Ordinal);
        using (var reading = session.Statement("SELECT agency, year, last FROM counter ORDER BY agency, year").ExecuteReader())
        {
            while (reading.Read())
            {
                var (agency, year, last) = (reading.GetString(0), reading.GetInt32(1), reading.GetInt64(2));
                var where = string.Create(CultureInfo.InvariantCulture, $"{agency} {year}");
                if (!AgencyCode.IsCode(agency) || last is < 0 or >= ReferenceNumbers.Count)
                {
                    findings.Add("reference-counter", where, "It is not a counter of an agency's references.");
                    continue;
                }

                var used = 0L;
                for (var n = 0L; n <= last; n++)
                {
                    findings.StopWhenTold();
                    used += session.Scalar("SELECT 1 FROM record WHERE reference = $1", keys.Reference(Row.Agency(agency), year, n)) is null ? 0 : 1; // it begins with its owner's code
                }

                given[agency] = given.GetValueOrDefault(agency) + used;
                if (used != last + 1)
                {
                    findings.Add("reference-counter", where, string.Create(CultureInfo.InvariantCulture, $"It has given {last + 1} references, and {used} of them are there."));
                }
            }
        }

        using var counting = session.Statement("SELECT owner, count(*) FROM record WHERE reference IS NOT NULL GROUP BY owner ORDER BY owner").ExecuteReader();
        while (counting.Read())
        {
            if (!counting.IsDBNull(0) && counting.GetInt64(1) != given.GetValueOrDefault(counting.GetString(0)))
            {
                findings.Add("reference-counter", counting.GetString(0), string.Create(CultureInfo.InvariantCulture, $"It has {counting.GetInt64(1)} references, of which its counters have given {given.GetValueOrDefault(counting.GetString(0))}."));
            }
        }
    }

    /// <summary>What a request answers when it is repeated is there, whole.</summary>
    private static void CheckRequests(SqliteSession session, Findings findings)
    {
        using var reading = session.Statement("SELECT field, at, ids FROM request").ExecuteReader();
        while (reading.Read())
        {
            findings.StopWhenTold();
            var ids = reading.GetFieldValue<byte[]>(2);
            if (ids.Length % 16 != 0 || ids.Chunk(16).Any(id => !IsThere(session, id)))
            {
                findings.Add("request-ids", string.Create(CultureInfo.InvariantCulture, $"{reading.GetString(0)} at {Row.Time(reading.GetInt64(1)):O}"), "It names something that is not there.");
            }
        }
    }

    private static bool IsThere(SqliteSession session, byte[] id) =>
        session.Scalar("SELECT 1 FROM record WHERE id = $1", id) is not null
        || session.Scalar("SELECT 1 FROM link WHERE id = $1", id) is not null
        || session.Scalar("SELECT 1 FROM operation WHERE id = $1", RecordId.FromBytes(id).ToString()) is not null;

    /// <summary>A group whose name is an id is a joint operation; it has its lead among its agencies.</summary>
    private static void CheckOperations(SqliteSession session, Findings findings)
    {
        using (var reading = session.Statement("SELECT DISTINCT m.grp FROM membership m WHERE NOT EXISTS (SELECT 1 FROM operation o WHERE o.id = m.grp) ORDER BY m.grp").ExecuteReader())
        {
            while (reading.Read())
            {
                if (RecordId.TryParse(reading.GetString(0), out var id))
                {
                    findings.Add("membership", $"operation {id}", "It has officers, and is not there.");
                }
            }
        }

        using var leads = session.Statement("SELECT o.id FROM operation o WHERE NOT EXISTS (SELECT 1 FROM operation_agency a WHERE a.operation = o.id AND a.agency = o.lead) ORDER BY o.id").ExecuteReader();
        while (leads.Read())
        {
            findings.Add("operation-lead", $"operation {leads.GetString(0)}", "The agency that leads it is not of it.");
        }
    }
}

/// <summary>Rows of one table in the order of what they hang on, read along with it.</summary>
internal sealed class Along : IDisposable
{
    private readonly SqliteDataReader reading;
    private readonly Action? hangsOnNothing;
    private readonly Action<SqliteDataReader>? each;
    private bool hasRow;
    private long at = long.MinValue;

    /// <param name="rows">Their first column is the number of the row that they hang on; they rise by it.</param>
    /// <param name="hangsOnNothing">Called for each row whose number was passed over.</param>
    /// <param name="each">Called with each row.</param>
    public Along(SqliteCommand rows, Action? hangsOnNothing = null, Action<SqliteDataReader>? each = null)
    {
        this.hangsOnNothing = hangsOnNothing;
        this.each = each;
        reading = rows.ExecuteReader();
        Next();
    }

    /// <summary>Goes on to a row that is there, past all that hangs on rows before it.</summary>
    public void To(long row)
    {
        for (; hasRow && reading.GetInt64(0) < row; Next())
        {
            if (reading.GetInt64(0) > at) // else it hangs on the last row, and was left unread
            {
                hangsOnNothing?.Invoke();
            }
        }

        at = row;
    }

    /// <summary>There are no rows more to hang on.</summary>
    public void ToEnd() => To(long.MaxValue);

    /// <summary>The rows that hang on this one; to be read through before the next are asked for.</summary>
    public IEnumerable<SqliteDataReader> Of(long row)
    {
        To(row);
        while (hasRow && reading.GetInt64(0) == row)
        {
            yield return reading;
            Next();
        }
    }

    public void Dispose() => reading.Dispose();

    private void Next()
    {
        hasRow = reading.Read();
        if (hasRow)
        {
            each?.Invoke(reading);
        }
    }
}
