using System.Diagnostics;
using WildlifeRegistry.Access;
using WildlifeRegistry.Storage;

namespace WildlifeRegistry.Hosting;

/// <summary>The store, with what it does counted and timed; a span is named for what is done, and says no more.</summary>
internal sealed class MeteredStore(IGraphStore store, RegistryMeter meter, TimeProvider time) : IGraphStore
{
    /// <summary>The source of the store's spans.</summary>
    public static readonly ActivitySource Spans = new(RegistryMeter.Name);

    public IGraphView ViewFor(Reader reader) => new View(store.ViewFor(reader), meter, time);

    public async Task<CommitResult> CommitAsync(ChangeSet changes, Reader author, CancellationToken ct)
    {
        using var span = Spans.StartActivity("commit");
        var begun = time.GetTimestamp();
        var outcome = "failed";
        try
        {
            var result = await store.CommitAsync(changes, author, ct);
            outcome = result switch
            {
                CommitResult.Committed { Replayed: true } => "replayed",
                CommitResult.Committed => "committed",
                CommitResult.Conflict => "conflict",
                CommitResult.Missing => "missing",
                CommitResult.Refused => "refused",
                _ => throw new InvalidOperationException("An outcome outside the closed set."),
            };
            return result;
        }
        finally
        {
            meter.Committed(outcome, time.GetElapsedTime(begun));
        }
    }

    public Task<CommitResult?> ReplayAsync(RequestKey request, Reader author, CancellationToken ct) => store.ReplayAsync(request, author, ct);

    private sealed class View(IGraphView view, RegistryMeter meter, TimeProvider time) : IGraphView
    {
        public async Task<Storage.Reading> ReadAsync(ReadPlan plan, CancellationToken ct)
        {
            using var span = Spans.StartActivity("read");
            var begun = time.GetTimestamp();
            try
            {
                return await view.ReadAsync(plan, ct);
            }
            finally
            {
                meter.Read(time.GetElapsedTime(begun));
            }
        }
    }
}
