using System.Collections.Immutable;
using System.Threading.Channels;
using WildlifeRegistry.Access;
using WildlifeRegistry.Records;

namespace WildlifeRegistry.Storage.Neo4j;

/// <summary>
/// The one lane that changes of this server go along, one after the other: what is asked, decided and written of one is
/// not upset by the next. Other servers' changes may come between; then it is decided anew.
/// </summary>
internal sealed partial class Neo4jWriter : IAsyncDisposable
{
    /// <summary>How often a change is decided anew because something it rests on has moved.</summary>
    private const int Tries = 100;

    /// <summary>How often the store may be lost while it writes one change.</summary>
    private const int MaxLost = 3;

    /// <summary>Of a request of the registry's own, where the caller gave none: it tells whether the change was made, and is no caller's to replay.</summary>
    public const string OwnField = "";

    private readonly Neo4jClient client;
    private readonly Neo4jAudiences audiences;
    private readonly RegistryKeys keys;
    private readonly Natures natures;
    private readonly TimeProvider time;
    private readonly ILogger? logger;
    private readonly Channel<Job> jobs = Channel.CreateBounded<Job>(new BoundedChannelOptions(4096) { SingleReader = true });
    private readonly Task running;

    public Neo4jWriter(Neo4jClient client, Neo4jAudiences audiences, RegistryKeys keys, Natures natures, TimeProvider time, ILogger? logger)
    {
        this.client = client;
        this.audiences = audiences;
        this.keys = keys;
        this.natures = natures;
        this.time = time;
        this.logger = logger;
        running = Task.Run(RunAsync);
    }

    public async Task<CommitResult> CommitAsync(ChangeSet changes, Reader author, CancellationToken ct)
    {
        var job = new Job(changes, author, ct);
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

    public async ValueTask DisposeAsync()
    {
        jobs.Writer.TryComplete();
        await running;
    }

    private async Task RunAsync()
    {
        await foreach (var job in jobs.Reader.ReadAllAsync())
        {
            if (job.Cancelled.IsCancellationRequested)
            {
                job.Done.TrySetCanceled(job.Cancelled);
                continue;
            }

            try
            {
                job.Done.TrySetResult(await ApplyAsync(job.Changes, job.Author));
            }
            catch (Exception fault)
            {
                job.Done.TrySetException(fault); // this change's own fault: the next ones go on
            }
        }
    }

    private async Task<CommitResult> ApplyAsync(ChangeSet changes, Reader author)
    {
        // Begun, a change goes to its end: who waits for it may go, and it would be unknown whether it was made.
        var request = changes.RequestKey ?? new RequestKey(OwnField, Guid.NewGuid().ToString("N"), "");
        CommitResult.Committed? sent = null;
        var lost = 0;
        for (var tries = 1; tries <= Tries; tries++)
        {
            try
            {
                var now = time.GetUtcNow();
                var known = audiences.Table.Known; // before the levels, as a reading does
                var levels = audiences.Table.LevelsFor(author, now);
                var asked = await Neo4jAsked.AskAsync(client, changes, request, author, levels, now - RequestKey.Kept, CancellationToken.None);
                if (!known.Has(asked.Epoch, asked.Audiences))
                {
                    await audiences.RefreshAsync(CancellationToken.None);
                    continue;
                }

                if (asked.Request is { } earlier)
                {
                    // What was sent before and never answered was made after all.
                    return sent is not null && sent.Ids.SequenceEqual(earlier.Ids) ? sent : request.Answer(earlier.Hash, earlier.Ids);
                }

                var change = new Neo4jChange(asked, changes, request, author, natures, now);
                var result = new Neo4jCommit(asked, change, audiences.Table, levels, keys, author, now).Decide(changes);
                if (result is not CommitResult.Committed committed)
                {
                    return result;
                }

                sent = committed;
                if (await client.WriteAsync(Neo4jCommitStatement.Text, change.Write, static rows => rows.GetArrayLength() > 0, mayRepeat: true, CancellationToken.None))
                {
                    return result;
                }
            }
            catch (StoreException fault) when (fault.IsTransient && sent is not null)
            {
                if (logger is not null)
                {
                    LogWriteLost(logger, fault);
                }

                // It may have been made: its request tells. Who gave the key can ask under it later, too; who did not cannot.
                if (++lost == MaxLost)
                {
                    throw changes.RequestKey is not null ? fault : new StoreException("It is not known whether the change was made: the store was lost before its answer arrived.", isTransient: false, fault.InnerException);
                }
            }
        }

        throw new StoreException("The store is busy: others changed what the change was decided on, again and again.", isTransient: true);
    }

    [LoggerMessage(3101, LogLevel.Warning, "The store was lost while it wrote a commit; it is asked whether it did.")]
    private static partial void LogWriteLost(ILogger logger, Exception fault);

    private sealed record Job(ChangeSet Changes, Reader Author, CancellationToken Cancelled)
    {
        public TaskCompletionSource<CommitResult> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
