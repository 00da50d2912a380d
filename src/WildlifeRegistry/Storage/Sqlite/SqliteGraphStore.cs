using System.Collections.Concurrent;
using System.Security.Cryptography;
using Microsoft.Data.Sqlite;
using WildlifeRegistry.Access;
using WildlifeRegistry.Records;

namespace WildlifeRegistry.Storage.Sqlite;

/// <summary>The port in SQL, over one file: one writer, readers in parallel, every acknowledged commit on the disk.</summary>
public sealed class SqliteGraphStore : IGraphStore, IGroupRegister, IStoreMaintenance, IAsyncDisposable
{
    private const int MaxIdleSessions = 16;

    private readonly string path;
    private readonly Disclosure disclosure;
    private readonly TimeProvider time;
    private readonly AudienceTable audiences = new();
    private readonly ReferenceRows references = new();
    private readonly ConcurrentBag<SqliteSession> idle = [];
    private long length; // of the file: while it is served it grows and never shrinks

    private SqliteGraphStore(string path, Disclosure disclosure, TimeProvider time, RegistryKeys keys, SqliteWriter writer)
    {
        this.path = path;
        this.disclosure = disclosure;
        this.time = time;
        Writer = writer;
        Keys = keys;
        length = Length(path);
    }

    /// <summary>What is derived from the registry's secret, which the store keeps.</summary>
    public RegistryKeys Keys { get; }

    internal SqliteWriter Writer { get; }

    /// <summary>Where the store lies as it was, where opening it brought it up to date.</summary>
    public string? KeptBeforeUpgrade { get; private init; }

    /// <summary>The engine's name and version, e.g. <c>SQLite 3.50.4</c>.</summary>
    public static string Version
    {
        get
        {
            using var connection = new SqliteConnection("Data Source=:memory:");
            connection.Open();
            return "SQLite " + connection.ServerVersion;
        }
    }

    /// <summary>Opens the file, making it where there is none, and brings its schema up to date.</summary>
    /// <exception cref="StoreException">It cannot be opened, is newer than this program, or is not a registry.</exception>
    public static Task<SqliteGraphStore> OpenAsync(string path, Disclosure disclosure, TimeProvider time, ILogger? logger, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        SqliteSession? session = null;
        try
        {
            if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder)
            {
                Directory.CreateDirectory(folder);
            }

            if (!File.Exists(path))
            {
                new FileStream(path, Private.Kept).Dispose(); // what SQLite keeps beside it takes its mode
            }

            session = new SqliteSession(path, mayWrite: true);
            string? kept = null;
            SqliteMigrations.Apply(session, time.GetUtcNow(), missing => kept = SqliteBackup.BeforeUpgrade(session, path, missing, ct));
            SqliteMove.Whole(session, path);
            var keys = Keyring(session);
            return Task.FromResult(new SqliteGraphStore(path, disclosure, time, keys, new SqliteWriter(session, keys, time, logger)) { KeptBeforeUpgrade = kept });
        }
        catch (SqliteException fault)
        {
            session?.Dispose();
            throw SqliteFaults.OnOpening(fault, path, ct);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new StoreException($"The store cannot be made at {path}: its folder can be neither made nor written.", isTransient: false, fault);
        }
        catch
        {
            session?.Dispose();
            throw;
        }
    }

    /// <summary>Checks a file that is there without serving it, whether or not another process does; it is left as it is.</summary>
    /// <exception cref="StoreException">It cannot be opened, is newer or older than this program, or is not a registry.</exception>
    public static async Task<CheckReport> CheckAsync(string path, KindCatalogue kinds, CancellationToken ct)
    {
        if (!File.Exists(path))
        {
            throw new StoreException($"There is no store at {path}.", isTransient: false);
        }

        try
        {
            using (var session = SqliteSession.ToInspect(path))
            {
                session.Execute("BEGIN");
                SqliteMigrations.Verify(session);
                SqliteMove.Whole(session, path);
            }

            return await new SqliteCheck(() => SqliteSession.ToInspect(path), kinds, sideBySide: true, ct).RunAsync();
        }
        catch (SqliteException fault)
        {
            throw SqliteFaults.OnOpening(fault, path, ct);
        }
    }

    /// <summary>Writes a verified copy of a store into one file, whether or not a process serves it, and leaves most of the machine to that.</summary>
    /// <returns>What the check of the copy found; where that is a fault, no file was made.</returns>
    /// <exception cref="StoreException">There is no store that this program can copy, or the file cannot be written.</exception>
    public static Task<CheckReport> BackupAsync(string path, string file, KindCatalogue kinds, TimeProvider time, CancellationToken ct) =>
        SqliteBackup.WriteAsync(path, file, kinds, new Pace(time, ct), ct);

    /// <summary>Makes a store of a backup in an empty place, under a new epoch.</summary>
    /// <returns>What the check of the copy found; where that is a fault, no store was made.</returns>
    /// <exception cref="StoreException">There is no backup that this program can restore, or the place is not empty.</exception>
    public static Task<CheckReport> RestoreAsync(string file, string path, KindCatalogue kinds, TimeProvider time, CancellationToken ct) =>
        SqliteBackup.RestoreAsync(file, path, kinds, time.GetUtcNow(), ct);

    public IGraphView ViewFor(Reader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        return new View(this, reader);
    }

    public Task<CommitResult> CommitAsync(ChangeSet changes, Reader author, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(changes);
        ArgumentNullException.ThrowIfNull(author);
        ChangeSetRules.Check(changes, author);
        return Writer.CommitAsync(changes, author, ct);
    }

    public Task<CommitResult?> ReplayAsync(RequestKey request, Reader author, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(author);
        return WithSession(session => SqliteCommit.Earlier(session, request, author, time.GetUtcNow().UtcTicks), ct);
    }

    public Task<IReadOnlyList<string>> GroupsOfAsync(OfficerId officer, CancellationToken ct) => WithSession<IReadOnlyList<string>>(
        session =>
        {
            var groups = new List<string>();
            using var reader = session.Statement("SELECT grp FROM membership WHERE officer = $1 AND until > $2 AND confirmed = 1 ORDER BY grp", officer.Value, time.GetUtcNow().UtcTicks).ExecuteReader();
            while (reader.Read())
            {
                groups.Add(reader.GetString(0));
            }

            return groups;
        },
        ct);

    public Task<IReadOnlyList<RunningOperation>> OperationsOfAsync(AgencyCode agency, CancellationToken ct) =>
        WithSession<IReadOnlyList<RunningOperation>>(session => SqliteOperations.Of(session, agency), ct);

    public Task<bool> HasLoadedAsync(string name, string checksum, CancellationToken ct) => WithSession(
        session => session.Scalar("SELECT 1 FROM loaded WHERE name = $1 AND checksum = $2", name, checksum) is not null,
        ct);

    public Task MarkLoadedAsync(string name, string checksum, CancellationToken ct) =>
        Writer.RunAsync(session => session.Execute("INSERT OR IGNORE INTO loaded (name, checksum, at) VALUES ($1, $2, $3)", name, checksum, time.GetUtcNow().UtcTicks), ct);

    public async Task PingAsync(CancellationToken ct)
    {
        // Asked of the file system: opening the file beside SQLite and closing it again would let go of SQLite's locks on it.
        length = Length(path) is var now && now >= length ? now : throw new StoreException("The store's file is shorter than it was: restore a backup.", isTransient: false);
        await WithSession(session => session.Scalar("SELECT count(*) FROM meta"), ct);
        await Writer.PingAsync(ct);
    }

    public Task<CheckReport> CheckAsync(KindCatalogue kinds, CancellationToken ct) => CheckAsync(path, kinds, ct);

    public async ValueTask DisposeAsync()
    {
        await Writer.DisposeAsync();
        while (idle.TryTake(out var session))
        {
            session.Dispose();
        }
    }

    private static long Length(string path) => new FileInfo(path) is { Exists: true } file ? file.Length : 0;

    private static RegistryKeys Keyring(SqliteSession session)
    {
        session.Execute("INSERT OR IGNORE INTO meta (name, value) VALUES ('secret', $1)", RandomNumberGenerator.GetBytes(RegistryKeys.SecretLength));
        session.Execute("INSERT OR IGNORE INTO meta (name, value) VALUES ('epoch', $1)", RandomNumberGenerator.GetBytes(16));
        return new RegistryKeys(
            (byte[])session.Scalar("SELECT value FROM meta WHERE name = 'secret'")!,
            (byte[])session.Scalar("SELECT value FROM meta WHERE name = 'epoch'")!);
    }

    /// <summary>Runs a read on a session of its own, in one transaction, interrupted when the caller gives up.</summary>
    private Task<T> WithSession<T>(Func<SqliteSession, T> read, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        try
        {
            var session = idle.TryTake(out var free) ? free : new SqliteSession(path, mayWrite: false);
            try
            {
                using var interrupt = ct.UnsafeRegister(static state => ((SqliteSession)state!).Interrupt(), session);
                session.Execute("BEGIN");
                var answer = read(session);
                session.Execute("COMMIT");
                ct.ThrowIfCancellationRequested();
                Return(session);
                return Task.FromResult(answer);
            }
            catch
            {
                session.Dispose();
                throw;
            }
        }
        catch (SqliteException fault)
        {
            throw SqliteFaults.Translate(fault, ct);
        }
    }

    private void Return(SqliteSession session)
    {
        if (idle.Count < MaxIdleSessions)
        {
            idle.Add(session);
        }
        else
        {
            session.Dispose();
        }
    }

    private sealed class View(SqliteGraphStore store, Reader reader) : IGraphView
    {
        public Task<Reading> ReadAsync(ReadPlan plan, CancellationToken ct)
        {
            ArgumentNullException.ThrowIfNull(plan);
            return store.WithSession(
                session =>
                {
                    store.audiences.Refresh(session);
                    var now = store.time.GetUtcNow();
                    return new SqliteReading(session, store.audiences, store.references, store.disclosure, reader, now).Answer(plan);
                },
                ct);
        }
    }
}
