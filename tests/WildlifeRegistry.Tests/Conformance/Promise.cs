using System.Globalization;
using WildlifeRegistry.Access;
using WildlifeRegistry.Storage;
using Xunit;

namespace WildlifeRegistry.Tests.Conformance;

/// <summary>What every class of the suite has: an open, empty store of the engine, and worlds drawn from a printed seed.</summary>
/// <remarks><c>WILDLIFE_WORLDS=N</c> says how many worlds; <c>WILDLIFE_SEED=S</c> replays one.</remarks>
public abstract class Promise<TEngine> : IAsyncLifetime
    where TEngine : Engine, new()
{
    private const int WorldsAtADesk = 30;

    protected TEngine Engine { get; } = new();

    protected static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await Presence.RequireAsync(Engine);
        await Engine.OpenAsync();
        Assert.Equal(Engine.ExpectedVersion, await Engine.VersionAsync());
    }

    public async ValueTask DisposeAsync()
    {
        await Engine.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>Runs a promise on one world after another; a failure names the seed that shows it again.</summary>
    protected static async Task InEachWorldAsync(Func<int, Task> promise)
    {
        var first = Number("WILDLIFE_SEED");
        var count = first is null ? Number("WILDLIFE_WORLDS") ?? WorldsAtADesk : 1;
        var seed = first ?? Random.Shared.Next(1_000_000_000);
        TestContext.Current.TestOutputHelper?.WriteLine($"{typeof(TEngine).Name}: {count} worlds from seed {seed}");
        for (var n = 0; n < count; n++)
        {
            try
            {
                await promise(seed + n);
            }
            catch (Exception fault) when (fault is not OperationCanceledException || !Ct.IsCancellationRequested)
            {
                throw new InvalidOperationException($"World {n + 1} of {count}; replay it with WILDLIFE_SEED={seed + n}. {fault.Message}", fault);
            }
        }
    }

    /// <summary>A store like the one in <see cref="Engine"/>, empty, for one world.</summary>
    protected static async Task<TEngine> AnotherAsync()
    {
        var engine = new TEngine();
        await engine.OpenAsync();
        return engine;
    }

    protected Task<Storage.Reading> ReadAsync(Reader reader, PlanStart start, Bring? bring = null) =>
        Engine.Store.ViewFor(reader).ReadAsync(new ReadPlan(start, bring ?? Bring.Nothing), Ct);

    protected Task<CommitResult> CommitAsync(Reader author, ChangeSet changes) => Engine.Store.CommitAsync(changes, author, Ct);

    private static int? Number(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
