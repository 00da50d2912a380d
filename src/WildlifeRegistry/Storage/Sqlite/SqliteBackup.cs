using System.Security.Cryptography;
using Microsoft.Data.Sqlite;
using SQLitePCL;
using WildlifeRegistry.Records;
using WildlifeRegistry.Storage.Checking;

namespace WildlifeRegistry.Storage.Sqlite;

/// <summary>
/// Whole copies of a store, each one file that needs no other. A copy is made of one held snapshot under a name of
/// its own, checked, brought to the disk, and only then given its name: a file with that name is whole.
/// </summary>
internal static class SqliteBackup
{
    private const int PagesAtOnce = 64;

    /// <summary>Copies a store, whether or not a process serves it.</summary>
    /// <returns>What the check of the copy found; where that is a fault, no file was made.</returns>
    /// <exception cref="StoreException">There is no such store, the file is there already, or it cannot be written.</exception>
    public static async Task<CheckReport> WriteAsync(string store, string file, KindCatalogue kinds, Pace pace, CancellationToken ct)
    {
        if (!File.Exists(store))
        {
            throw new StoreException($"There is no store at {store}.", isTransient: false);
        }

        if (File.Exists(file) || Directory.Exists(file))
        {
            throw new StoreException($"{file} is there already: a backup never takes the place of another file.", isTransient: false);
        }

        return await MakeAsync(
            file,
            replace: false,
            part =>
            {
                using (var source = SqliteSession.ToInspect(store))
                {
                    source.Execute("BEGIN");
                    SqliteMigrations.Verify(source);
                    SqliteMove.Whole(source, store);
                    Copy(source, part, pace, ct);
                }

                return CheckAsync(part, kinds, pace, ct);
            },
            ct);
    }

    /// <summary>Puts a backup, which is left as it is, in the place of a store. It is brought up to date where it is of an older program.</summary>
    /// <returns>What the check of the copy found; where that is a fault, no store was made.</returns>
    /// <exception cref="StoreException">There is no such backup, it is of a newer program, or the place is not empty.</exception>
    public static async Task<CheckReport> RestoreAsync(string file, string store, KindCatalogue kinds, DateTimeOffset now, CancellationToken ct)
    {
        if (!File.Exists(file))
        {
            throw new StoreException($"There is no backup at {file}.", isTransient: false);
        }

        // Another store's log beside the file would be read into it.
        if (new[] { store, store + "-wal", store + "-shm", store + "-journal" }.FirstOrDefault(path => File.Exists(path) || Directory.Exists(path)) is { } taken)
        {
            throw new StoreException($"{taken} is there: a store is restored into an empty place only. Move it away, or name another Store:Sqlite:Path.", isTransient: false);
        }

        return await MakeAsync(
            store,
            replace: false,
            part =>
            {
                using (var source = SqliteSession.ToInspect(file))
                {
                    source.Execute("BEGIN");
                    SqliteMigrations.VerifyNotNewer(source);
                    Copy(source, part, pace: null, ct);
                }

                using (var copy = SqliteSession.ToKeep(part))
                {
                    SqliteMigrations.Apply(copy, now);
                    copy.Execute("UPDATE meta SET value = $1 WHERE name = 'epoch'", RandomNumberGenerator.GetBytes(16));
                }

                return CheckAsync(part, kinds, pace: null, ct);
            },
            ct);
    }

    /// <summary>Keeps a store of an older program as it is, beside it, before it is brought up to date.</summary>
    /// <returns>The copy's path: the store's with the first missing migration's name. An earlier one, of a start that did not come to its end, is replaced.</returns>
    public static string BeforeUpgrade(SqliteSession source, string store, string migration, CancellationToken ct)
    {
        var file = $"{store}.before-{Path.GetFileNameWithoutExtension(migration)}";
        var report = MakeAsync(
            file,
            replace: true,
            part =>
            {
                source.Execute("BEGIN");
                try
                {
                    source.Scalar("SELECT count(*) FROM migration"); // the snapshot is taken by the first question
                    Copy(source, part, pace: null, ct);
                }
                finally
                {
                    source.Execute("COMMIT");
                }

                using var copy = SqliteSession.ToInspect(part);
                var findings = new Findings(ct);
                SqliteFileCheck.Run(copy, findings);
                return Task.FromResult(findings.Report([]));
            },
            ct).GetAwaiter().GetResult();
        return report.IsClean ? file : throw new StoreException($"The store {store} is damaged: it is not brought up to date. Restore a backup.", isTransient: false);
    }

    private static async Task<CheckReport> MakeAsync(string file, bool replace, Func<string, Task<CheckReport>> fill, CancellationToken ct)
    {
        var part = file + ".partial";
        try
        {
            if (Path.GetDirectoryName(Path.GetFullPath(file)) is { } folder)
            {
                Directory.CreateDirectory(folder);
            }

            Claim(part, replace);
            try
            {
                var report = await fill(part);
                if (report.IsClean)
                {
                    Flush(part);
                    File.Move(part, file, replace);
                    Flush(file); // and with it, on the file systems of today, its name
                }

                return report;
            }
            finally
            {
                Array.ForEach(["", "-journal", "-wal", "-shm"], beside => File.Delete(part + beside));
            }
        }
        catch (SqliteException fault)
        {
            throw SqliteFaults.OnCopying(fault, file, ct);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new StoreException($"{file} cannot be written: {fault.Message}", isTransient: false, fault);
        }
    }

    /// <summary>Makes the file under its passing name, for the registry's own user alone: it holds the content and the secret.</summary>
    private static void Claim(string part, bool replace)
    {
        if (!replace && File.Exists(part))
        {
            throw new StoreException($"{part} is there: another copy is being written, or one was stopped. Where none is, remove it and try again.", isTransient: false);
        }

        new FileStream(part, replace ? Private.New : Private.First).Dispose();
    }

    /// <summary>
    /// Copies page by page. The source's transaction holds the snapshot all the way: without it, each change of
    /// another process would make SQLite begin anew.
    /// </summary>
    private static void Copy(SqliteSession source, string part, Pace? pace, CancellationToken ct)
    {
        using (var target = SqliteSession.ToKeep(part))
        {
            source.CopyTo(target, PagesAtOnce, () => pace?.Rest() != false && !ct.IsCancellationRequested);
        }

        ct.ThrowIfCancellationRequested();
        SqliteSession.ToKeep(part).Dispose(); // a file by itself, without a log beside it, until it is served
    }

    private static Task<CheckReport> CheckAsync(string part, KindCatalogue kinds, Pace? pace, CancellationToken ct) => new SqliteCheck(
        () =>
        {
            var copy = SqliteSession.ToInspect(part);
            if (pace is not null)
            {
                copy.Keep(pace);
            }

            return copy;
        },
        kinds,
        sideBySide: pace is null,
        ct).RunAsync();

    private static void Flush(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        file.Flush(flushToDisk: true);
    }
}
