using WildlifeRegistry.Access;
using WildlifeRegistry.Records;
using WildlifeRegistry.Storage;
using WildlifeRegistry.Storage.Sqlite;

namespace WildlifeRegistry.Benchmarks;

/// <summary>
/// The engine's own commits into a store that nobody else uses yet, many of them in one transaction and none waited for
/// on the disk: what is left lies exactly as the engine would have left it, in a tenth of the time.
/// </summary>
internal sealed class BulkStore : IGraphStore, IDisposable
{
    private const int PerTransaction = 400;

    private readonly SqliteSession session;
    private readonly RegistryKeys keys;
    private readonly AudienceTable audiences = new();
    private readonly DateTimeOffset at = TimeProvider.System.GetUtcNow();
    private int open;

    /// <param name="path">A store that is up to date.</param>
    public BulkStore(string path, RegistryKeys keys)
    {
        this.keys = keys;
        session = new SqliteSession(path, mayWrite: true);
        session.Execute("PRAGMA synchronous = OFF");
        session.Execute("PRAGMA soft_heap_limit = 0");
        session.Execute("PRAGMA cache_size = -1500000");
        session.Execute("PRAGMA mmap_size = 0");
        session.Execute("PRAGMA wal_autocheckpoint = 100000");
    }

    public IGraphView ViewFor(Reader reader) => throw new NotSupportedException("A store that is being filled is not read.");

    public Task<CommitResult?> ReplayAsync(RequestKey request, Reader author, CancellationToken ct) => throw new NotSupportedException("A store that is being filled is asked nothing twice.");

    public Task<CommitResult> CommitAsync(ChangeSet changes, Reader author, CancellationToken ct)
    {
        if (open++ % PerTransaction == 0)
        {
            if (open > 1)
            {
                session.Execute("COMMIT");
            }

            session.Execute("BEGIN IMMEDIATE");
        }

        return Task.FromResult(new SqliteCommit(session, audiences, keys, author, at).Apply(changes));
    }

    public void Dispose()
    {
        if (open > 0)
        {
            session.Execute("COMMIT");
        }

        session.Execute("PRAGMA wal_checkpoint(TRUNCATE)");
        session.Dispose();
    }
}
