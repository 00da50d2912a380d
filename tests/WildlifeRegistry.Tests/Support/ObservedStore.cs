using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using WildlifeRegistry.Access;
using WildlifeRegistry.Storage;
using WildlifeRegistry.Storage.Sqlite;

namespace WildlifeRegistry.Tests.Support;

/// <summary>The registry's own store, watched: every plan that was asked is kept, and a test may answer instead.</summary>
public sealed class ObservedStore : IGraphStore
{
    private readonly ConcurrentQueue<ReadPlan> plans = new();
    private SqliteGraphStore store = null!;

    public IReadOnlyList<ReadPlan> Plans => [.. plans];

    /// <summary>What answers instead of the store; null: the store does.</summary>
    public Func<ReadPlan, CancellationToken, Task<Storage.Reading>>? Instead { get; set; }

    /// <summary>What a commit waits for; null: nothing.</summary>
    public Func<Task>? BeforeCommit { get; set; }

    /// <summary>Puts it in front of a registry's store.</summary>
    public void Watch(WebApplicationBuilder builder) => builder.Services.AddSingleton<IGraphStore>(services =>
    {
        store = services.GetRequiredService<SqliteGraphStore>();
        return this;
    });

    public IGraphView ViewFor(Reader reader) => new View(this, store.ViewFor(reader));

    public async Task<CommitResult> CommitAsync(ChangeSet changes, Reader author, CancellationToken ct)
    {
        await (BeforeCommit?.Invoke() ?? Task.CompletedTask);
        return await store.CommitAsync(changes, author, ct);
    }

    public Task<CommitResult?> ReplayAsync(RequestKey request, Reader author, CancellationToken ct) => store.ReplayAsync(request, author, ct);

    public void Forget() => plans.Clear();

    private sealed class View(ObservedStore observed, IGraphView view) : IGraphView
    {
        public Task<Storage.Reading> ReadAsync(ReadPlan plan, CancellationToken ct)
        {
            observed.plans.Enqueue(plan);
            return observed.Instead is { } instead ? instead(plan, ct) : view.ReadAsync(plan, ct);
        }
    }
}
