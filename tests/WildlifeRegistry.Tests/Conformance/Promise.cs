using WildlifeRegistry.Access;
using WildlifeRegistry.Storage;
using Xunit;

namespace WildlifeRegistry.Tests.Conformance;

/// <summary>What every class of the suite has: an open, empty store of the engine, and worlds drawn from a printed seed.</summary>
public abstract class Promise<TEngine> : IAsyncLifetime
    where TEngine : Engine, new()
{
    protected TEngine Engine { get; } = new();

    protected static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await Presence.RequireAsync(Engine);
        await Engine.OpenAsync();
        var version = await Engine.VersionAsync();
        TestContext.Current.TestOutputHelper?.WriteLine($"On {version}.");
        Assert.Equal(Engine.ExpectedVersion, version);
    }

    public async ValueTask DisposeAsync()
    {
        await Engine.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>Runs a promise on one world after another.</summary>
    protected static Task InEachWorldAsync(Func<int, Task> promise) => Worlds.EachAsync(typeof(TEngine).Name, promise);

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
}
