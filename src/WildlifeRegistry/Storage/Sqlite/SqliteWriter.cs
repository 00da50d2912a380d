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

    public SqliteWriter(SqliteSession session, RegistryKeys keys, TimeProvider time, ILogger? logger)
    {
        this.session = session;
        this.keys = keys;
        this.time = time;
        this.logger = logger;
        running = Task.Factory.StartNew(Run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap();
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
        }
        catch (SqliteException fault)
        {
            if (logger is not null)
            {
                LogTransactionFailed(logger, shared.Count, fault.SqliteErrorCode, fault);
            }

            RollBack();
            var translated = SqliteFaults.Translate(fault, CancellationToken.None);
            outcomes = [.. shared.Select(job => (job, (CommitResult?)null, (Exception?)translated))];
        }

        foreach (var (job, result, fault) in outcomes)
        {
            if (fault is null)
            {
                job.Done.TrySetResult(result!);
            }
            else
            {
                job.Done.TrySetException(fault);
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
        catch (SqliteException fault) when (fault.SqliteErrorCode == SqliteFaults.Constraint)
        {
            own = SqliteFaults.Translate(fault, CancellationToken.None);
        }
        catch (Exception fault) when (fault is not SqliteException)
        {
            own = fault; // this change's own fault: its neighbours go on, and so does the writer
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
