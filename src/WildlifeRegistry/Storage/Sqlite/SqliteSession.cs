using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace WildlifeRegistry.Storage.Sqlite;

/// <summary>One connection with its prepared statements. Not for two threads at once.</summary>
internal sealed class SqliteSession : IDisposable
{
    private const int EnableStablePlans = 1007; // SQLITE_DBCONFIG_ENABLE_QPSG
    private const int OperationsBetweenRests = 5000;

    private readonly SqliteConnection connection;
    private readonly Dictionary<string, SqliteCommand> statements = new(StringComparer.Ordinal);

    public SqliteSession(string path, bool mayWrite)
        : this(path, mayWrite, mayWrite ? SqliteOpenMode.ReadWriteCreate : SqliteOpenMode.ReadWrite, "WAL")
    {
    }

    private SqliteSession(string path, bool mayWrite, SqliteOpenMode mode, string journal)
    {
        connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = mode,
            Pooling = false,
            ForeignKeys = mayWrite,
        }.ToString());
        connection.Open();

        var digest = new SqliteDigest();
        connection.CreateFunction("digest", values => digest.Of(values), isDeterministic: true);

        // Without the planner's stability guarantee every newly bound value expires the prepared plan.
        _ = raw.sqlite3_db_config(connection.Handle, EnableStablePlans, 1, out _);
        Execute("PRAGMA busy_timeout = 5000");
        if (mayWrite)
        {
            // Set before anything is written; the mode stays in the file.
            Execute($"PRAGMA journal_mode = {journal}");
            Execute("PRAGMA synchronous = FULL");

            // Pages that change again and again are brought into the file once for many changes, and what a savepoint
            // could take back is kept in memory: it is as much again as the log.
            Execute("PRAGMA wal_autocheckpoint = 8000");
            Execute("PRAGMA temp_store = MEMORY");
        }
        else
        {
            Execute("PRAGMA query_only = ON");
        }

        // Pages stay read from one transaction to the next; all sessions together keep at most 256 MB of them. A reading
        // session drops its own at every change of another's, and the writer goes through its own at every commit: both
        // take the longer the more they are.
        Execute(mayWrite ? "PRAGMA cache_size = -16384" : "PRAGMA cache_size = -8192");
        Execute("PRAGMA soft_heap_limit = 268435456");
    }

    /// <summary>Every statement prepared so far.</summary>
    public IReadOnlyCollection<SqliteCommand> Prepared => statements.Values;

    /// <summary>A prepared statement with these parameters, in order. Its last reader must be closed.</summary>
    public SqliteCommand Statement(string sql, params ReadOnlySpan<object?> values)
    {
        if (!statements.TryGetValue(sql, out var command))
        {
            command = connection.CreateCommand();
            command.CommandText = sql;
            for (var i = 0; i < values.Length; i++)
            {
                command.Parameters.Add(new SqliteParameter { ParameterName = "$" + (i + 1).ToString(System.Globalization.CultureInfo.InvariantCulture) });
            }

            command.Prepare(); // without it every execution parses the text anew
            statements.Add(sql, command);
        }

        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = values[i] ?? DBNull.Value;
        }

        return command;
    }

    public int Execute(string sql, params ReadOnlySpan<object?> values) => Statement(sql, values).ExecuteNonQuery();

    public object? Scalar(string sql, params ReadOnlySpan<object?> values) => Statement(sql, values).ExecuteScalar();

    /// <summary>The first column of every row.</summary>
    public List<string> Texts(string sql)
    {
        var texts = new List<string>();
        using var reading = Statement(sql).ExecuteReader();
        while (reading.Read())
        {
            texts.Add(reading.GetString(0));
        }

        return texts;
    }

    /// <summary>Opens a file that must be there, and leaves it as it is: not even the log of the last writer is brought into it.</summary>
    public static SqliteSession ToInspect(string path) => new(path, mayWrite: false, SqliteOpenMode.ReadOnly, "WAL");

    /// <summary>Opens a copy that is being made: one file with everything in it, that nobody else reads yet.</summary>
    public static SqliteSession ToKeep(string path) => new(path, mayWrite: true, SqliteOpenMode.ReadWrite, "DELETE");

    /// <summary>Runs a text of several statements, outside the cache.</summary>
    public void ExecuteScript(string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    /// <summary>Copies everything into another session's file, some pages at a time.</summary>
    /// <param name="goOn">Asked after each stretch; false ends it with the copy unfinished.</param>
    public void CopyTo(SqliteSession target, int pagesAtOnce, Func<bool> goOn)
    {
        using var backup = raw.sqlite3_backup_init(target.connection.Handle, "main", connection.Handle, "main");
        if (backup.IsInvalid)
        {
            SqliteException.ThrowExceptionForRC(raw.sqlite3_errcode(target.connection.Handle), target.connection.Handle);
        }

        int result;
        do
        {
            result = raw.sqlite3_backup_step(backup, pagesAtOnce);
        }
        while (result == raw.SQLITE_OK && goOn());
        if (result is not (raw.SQLITE_OK or raw.SQLITE_DONE))
        {
            SqliteException.ThrowExceptionForRC(result, target.connection.Handle);
        }
    }

    /// <summary>Every statement from now on rests as the pace says, and is interrupted where that calls it off.</summary>
    public void Keep(Pace pace) => raw.sqlite3_progress_handler(connection.Handle, OperationsBetweenRests, _ => pace.Rest() ? 0 : 1, null);

    /// <summary>Makes a running statement fail with "interrupted"; may be called from another thread.</summary>
    public void Interrupt()
    {
        if (connection.Handle is { } handle)
        {
            raw.sqlite3_interrupt(handle);
        }
    }

    public void Dispose()
    {
        foreach (var statement in statements.Values)
        {
            statement.Dispose();
        }

        connection.Dispose();
    }
}
