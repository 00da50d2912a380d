using System.Threading.Channels;
using Microsoft.Data.Sqlite;
using WildlifeRegistry.Access;
using WildlifeRegistry.Records;

namespace WildlifeRegistry.Storage.Sqlite;

/// <summary>
/// The one writer. Changes that wait at the same time share one transaction, each inside its own savepoint, and are
/// acknowledged together once it is on the disk.
/// </summary>
internal sealed partial class SqliteWriter : IAsyncDisposable
{
    private const int MaxShared = 256;

    private readonly SqliteSession session;
    private readonly RegistryKeys keys;
    private readonly TimeProvider time;
    private readonly ILogger? logger;
    private readonly Channel<Job> jobs = Channel.CreateBounded<Job>(new BoundedChannelOptions(4096) { SingleReader = true });
    private readonly Task running;
    private AudienceTable audiences = new();
    private volatile StoreException? fault;

    public SqliteWriter(SqliteSession session, RegistryKeys keys, TimeProvider time, ILogger? logger)
    {
        this.session = session;
        this.keys = keys;
        this.time = time;
        this.logger = logger;
        running = Task.Factory.StartNew(Run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap();
    }

    /// <summary>Succeeds where a change can be written, as far as is known: the last one could, or one more of the size of a change can.</summary>
    /// <exception cref="StoreException">The last write failed, and so did this one.</exception>
    public async Task PingAsync(CancellationToken ct)
    {
        if (fault is not null)
        {
            await RunAsync(session => session.Execute("INSERT OR REPLACE INTO meta (name, value) VALUES ('room', randomblob(65536))"), ct);
            await RunAsync(session => session.Execute("DELETE FROM meta WHERE name = 'room'"), ct);
        }
    }

    public Task<CommitResult> CommitAsync(ChangeSet changes, Reader author, CancellationToken ct) => EnqueueAsync(
        () =>
        {
            audiences.Refresh(session);
            return new SqliteCommit(session, audiences, keys, author, time.GetUtcNow()).Apply(changes);
        },
        ct);

    public Task RunAsync(Action<SqliteSession> write, CancellationToken ct) => EnqueueAsync(
        () =>
        {
            write(session);
            return new CommitResult.Committed([], Replayed: false);
        },
        ct);

    public async ValueTask DisposeAsync()
    {
        jobs.Writer.TryComplete();
        await running;
        session.Dispose();
    }

    private async Task<CommitResult> EnqueueAsync(Func<CommitResult> work, CancellationToken ct)
    {
        var job = new Job(work, ct);
        try
        {
            await jobs.Writer.WriteAsync(job, ct);
        }
        catch (ChannelClosedException closed)
        {
            throw new StoreException("The store is closing.", isTransient: true, closed);
        }

        return await job.Done.Task;
    }

    private async Task Run()
    {
        while (await jobs.Reader.WaitToReadAsync())
        {
            var shared = new List<Job>();
            while (shared.Count < MaxShared && jobs.Reader.TryRead(out var job))
            {
                if (job.Cancelled.IsCancellationRequested)
                {
                    job.Done.TrySetCanceled(job.Cancelled);
                }
                else
                {
                    shared.Add(job);
                }
            }

            if (shared.Count > 0)
            {
                RunTogether(shared);
            }
        }
    }

    private void RunTogether(List<Job> shared)
    {
        var outcomes = new List<(Job Job, CommitResult? Result, Exception? Fault)>(shared.Count);
        try
        {
            session.Execute("BEGIN IMMEDIATE");
            foreach (var job in shared)
            {
                outcomes.Add(RunOne(job));
            }

            session.Execute("COMMIT");
            fault = null;
        }
        catch (SqliteException failed)
        {
            if (logger is not null)
            {
                LogTransactionFailed(logger, shared.Count, failed.SqliteErrorCode, failed);
            }

            RollBack();
            var translated = SqliteFaults.Translate(failed, CancellationToken.None);
            fault = translated as StoreException;
            outcomes = [.. shared.Select(job => (job, (CommitResult?)null, (Exception?)translated))];
        }

        foreach (var (job, result, own) in outcomes)
        {
            if (own is null)
            {
                job.Done.TrySetResult(result!);
            }
            else
            {
                job.Done.TrySetException(own);
            }
        }
    }

    private (Job Job, CommitResult? Result, Exception? Fault) RunOne(Job job)
    {
        session.Execute("SAVEPOINT change");
        CommitResult? result = null;
        Exception? own = null;
        try
        {
            result = job.Work();
        }
        catch (SqliteException failed) when (failed.SqliteErrorCode == SqliteFaults.Constraint)
        {
            own = SqliteFaults.Translate(failed, CancellationToken.None);
        }
        catch (Exception failed) when (failed is not SqliteException)
        {
            own = failed; // this change's own fault: its neighbours go on, and so does the writer
        }

        if (result is not CommitResult.Committed)
        {
            session.Execute("ROLLBACK TO change");
            audiences = new AudienceTable(); // it may hold ids that were just taken back
        }

        session.Execute("RELEASE change");
        return (job, result, own);
    }

    private void RollBack()
    {
        audiences = new AudienceTable();
        try
        {
            session.Execute("ROLLBACK");
        }
        catch (SqliteException)
        {
            // SQLite has rolled back by itself, or the transaction never began.
        }
    }

    [LoggerMessage(3001, LogLevel.Error, "A write transaction of {Changes} change sets failed with SQLite code {Code}.")]
    private static partial void LogTransactionFailed(ILogger logger, int changes, int code, Exception fault);

    private sealed record Job(Func<CommitResult> Work, CancellationToken Cancelled)
    {
        public TaskCompletionSource<CommitResult> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
