using System.Globalization;
using System.Text.Json;
using System.Threading.Channels;
using WildlifeRegistry.Access;
using WildlifeRegistry.Hosting;
using WildlifeRegistry.Importing.Sheets;
using WildlifeRegistry.Records;
using WildlifeRegistry.Storage;

namespace WildlifeRegistry.Importing;

/// <summary>Why a place in the queue is not given.</summary>
public enum QueueAnswer
{
    Given,
    Full,
    TooManyOfOfficer,
}

/// <summary>
/// The imports that were posted. A bounded number waits and runs; their files lie beside the store, for its own user
/// alone, and go when they are done with. What became of each outlives a restart.
/// </summary>
public sealed partial class ImportQueue(string folder, ImportLimits limits, RegistryParts parts, ImportTables tables, TimeProvider time, IHostApplicationLifetime host, ILogger<ImportQueue> logger) : BackgroundService
{
    /// <summary>Ended imports that are kept to be asked about.</summary>
    private const int MostKept = 200;

    private readonly Lock gate = new();
    private readonly Dictionary<string, PostedImport> known = new(StringComparer.Ordinal);
    private readonly Dictionary<OfficerId, int> places = [];
    private readonly Channel<PostedImport> waiting = Channel.CreateUnbounded<PostedImport>();

    private int taken;

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        Private.Folder(folder);
        foreach (var path in Directory.EnumerateFiles(folder, "*.part").ToList())
        {
            File.Delete(path);
        }

        foreach (var path in Directory.EnumerateFiles(folder, "*.json").ToList())
        {
            Recall(path);
        }

        return base.StartAsync(cancellationToken);
    }

    /// <summary>Takes a place before anything is sent; it is given back by <see cref="GiveBack"/>, or when the import has ended.</summary>
    public QueueAnswer Take(OfficerId officer)
    {
        lock (gate)
        {
            var own = places.GetValueOrDefault(officer);
            if (own >= limits.PerOfficer)
            {
                return QueueAnswer.TooManyOfOfficer;
            }

            if (taken >= limits.Queue)
            {
                return QueueAnswer.Full;
            }

            taken++;
            places[officer] = own + 1;
            return QueueAnswer.Given;
        }
    }

    public void GiveBack(OfficerId officer)
    {
        lock (gate)
        {
            taken--;
            if (--places[officer] == 0)
            {
                places.Remove(officer);
            }
        }
    }

    /// <summary>Where a file of an import lies.</summary>
    public string PathOf(string id, string what) => Path.Combine(folder, $"{id}.{what}");

    /// <summary>Lets an import wait for its turn, on a place that was taken.</summary>
    public PostedImport Enqueue(Reader author, string id, ImportRequest request)
    {
        var posted = new PostedImport(author, new ImportState(id, ImportPhase.Queued, request.Format, request.Name, time.GetUtcNow(), null, 0, 0, 0, 0, 0, 0, [], [], [], null, null)) { Request = request };
        Keep(posted.Officer, posted.State);
        lock (gate)
        {
            known.Add(id, posted);
        }

        waiting.Writer.TryWrite(posted);
        return posted;
    }

    /// <summary>The officer's own import; null for one that is another's, as for one that is not there.</summary>
    public PostedImport? Find(string id, OfficerId officer)
    {
        lock (gate)
        {
            return known.TryGetValue(id, out var posted) && posted.Officer == officer ? posted : null;
        }
    }

    /// <summary>Forgets an import that has ended, with its error file.</summary>
    public void Forget(PostedImport posted)
    {
        lock (gate)
        {
            known.Remove(posted.State.Id);
        }

        File.Delete(PathOf(posted.State.Id, "json"));
        File.Delete(PathOf(posted.State.Id, "errors.csv"));
        posted.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // As soon as the host begins to stop, not after the last answer has left: there is then time to end in order.
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, host.ApplicationStopping);
        await Task.WhenAll(Enumerable.Range(0, limits.AtOnce).Select(_ => Task.Run(() => WorkAsync(stopping.Token), CancellationToken.None)));
    }

    private async Task WorkAsync(CancellationToken stopping)
    {
        try
        {
            await foreach (var posted in waiting.Reader.ReadAllAsync(stopping))
            {
                await RunAsync(posted, stopping);
            }
        }
        catch (OperationCanceledException)
        {
            // Stopping: what waits is found interrupted at the next start.
        }
    }

    private async Task RunAsync(PostedImport posted, CancellationToken stopping)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stopping, posted.Cancelled);
        var (phase, failure) = (ImportPhase.Done, default(string));
        try
        {
            either.Token.ThrowIfCancellationRequested();
            await ImportAsync(posted, either.Token);
        }
        catch (OperationCanceledException)
        {
            phase = stopping.IsCancellationRequested ? ImportPhase.Interrupted : ImportPhase.Cancelled;
        }
        catch (Exception fault) when (fault is ImportException or StoreException)
        {
            (phase, failure) = (ImportPhase.Failed, fault.Message);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            LogNoDisk(logger, fault);
            (phase, failure) = (ImportPhase.Failed, "The registry's disk did not take or give a file. What was counted is imported; the same file again goes on from here.");
        }
#pragma warning disable CA1031 // whatever is wrong with one import must not end the others
        catch (Exception fault)
        {
            LogFault(logger, fault);
            (phase, failure) = (ImportPhase.Failed, "A fault of the registry's own, which is in its log. What was counted is imported.");
        }
#pragma warning restore CA1031

        End(posted, phase, failure);
    }

    private async Task ImportAsync(PostedImport posted, CancellationToken ct)
    {
        posted.Move(state => state with { Phase = ImportPhase.Running });
        Keep(posted.Officer, posted.State);
        using var file = ImportFile.Open(posted.Request!, posted.Author, parts, tables);
        posted.Move(state => state with { ReadAs = file.Rows.EncodingName, NotImported = [.. file.Unread.Take(ImportReport.MaxListed)] });
        ErrorFile? errors = null;
        try
        {
            await file.Run.RunAsync(
                file.Rows,
                (row, refused) => (errors ??= NewErrors(posted, file.Rows)).Add(row, refused),
                report => posted.Move(state => state.With(report, file.Rows.Fraction)),
                ct);
            errors?.Flush();
        }
        finally
        {
            errors?.Dispose();
            posted.Move(state => state.With(file.Run.Report, file.Rows.Fraction) with
            {
                Kept = [.. file.Run.Report.Unresolved.Take(ImportReport.MaxListed).Select(name => new UnresolvedName(name.Name, name.Times))],
            });
        }
    }

    private ErrorFile NewErrors(PostedImport posted, IFileRows rows)
    {
        var path = PathOf(posted.State.Id, "errors.csv");
        new FileStream(path, Private.New).Dispose();
        return new ErrorFile(path, rows);
    }

    /// <summary>Whoever sees that it has ended finds its files gone, its place given back and its end written down.</summary>
    private void End(PostedImport posted, ImportPhase phase, string? failure)
    {
        Remove(posted.Request);
        posted.Request = null;
        var ended = posted.State with { Phase = phase, Failure = failure, EndedAt = time.GetUtcNow(), Progress = phase == ImportPhase.Done ? 1 : posted.State.Progress };
        Keep(posted.Officer, ended);
        GiveBack(posted.Officer);
        posted.Move(_ => ended);
        parts.Meter.Imported(ended);
        LogEnded(logger, ended.Id, phase, ended.Imported, ended.Amended, ended.Unchanged, ended.Refused);
        PostedImport? oldest;
        lock (gate)
        {
            var done = known.Values.Where(one => one.State.HasEnded).OrderBy(one => one.State.EndedAt).ToList();
            oldest = done.Count > MostKept ? done[0] : null;
        }

        if (oldest is not null)
        {
            Forget(oldest);
        }
    }

    /// <summary>Removes the files that were sent.</summary>
    public static void Remove(ImportRequest? request)
    {
        foreach (var path in new[] { request?.Path, request?.LegsPath }.OfType<string>())
        {
            File.Delete(path);
        }
    }

    /// <summary>Writes down how far an import is. Where the disk does not take it, the import goes on: it is then only not known after a restart.</summary>
    private void Keep(OfficerId officer, ImportState state)
    {
        var path = PathOf(state.Id, "json");
        try
        {
            using (var file = new FileStream(path + ".part", Private.New))
            {
                JsonSerializer.Serialize(file, new KeptImport(officer.Value, state), RecordJson.Options);
            }

            File.Move(path + ".part", path, overwrite: true);
        }
        catch (IOException fault)
        {
            LogNoDisk(logger, fault);
        }
    }

    private void Recall(string path)
    {
        try
        {
            var kept = JsonSerializer.Deserialize<KeptImport>(File.ReadAllBytes(path), RecordJson.Options)!;
            var officer = new OfficerId(kept.Officer);
            var agency = new AgencyCode(kept.Officer.Split('/')[0]);
            var wasRunning = !kept.State.HasEnded;
            var state = wasRunning ? kept.State with { Phase = ImportPhase.Interrupted, EndedAt = time.GetUtcNow() } : kept.State;

            // It can only be asked about: nothing is read or written as this reader again.
            var posted = new PostedImport(new Reader(officer, agency, null, [Role.Observer], []), state);
            known[state.Id] = posted;
            if (wasRunning)
            {
                Keep(officer, state);
            }
        }
        catch (Exception fault) when (fault is JsonException or ArgumentException or IOException or NullReferenceException)
        {
            LogNoDisk(logger, fault);
        }
    }

    [LoggerMessage(3101, LogLevel.Information, "Import {Id} has ended, {Phase}: {Imported} imported, {Amended} amended, {Unchanged} unchanged, {Refused} refused.")]
    private static partial void LogEnded(ILogger logger, string id, ImportPhase phase, int imported, int amended, int unchanged, int refused);

    [LoggerMessage(3102, LogLevel.Error, "An import failed by a fault of the registry's own.")]
    private static partial void LogFault(ILogger logger, Exception fault);

    [LoggerMessage(3103, LogLevel.Error, "A file of the imports could not be read or written.")]
    private static partial void LogNoDisk(ILogger logger, Exception fault);
}
