using Microsoft.Extensions.Time.Testing;
using WildlifeRegistry.Records;
using WildlifeRegistry.Storage;

namespace WildlifeRegistry.Tests.Conformance;

/// <summary>
/// An engine as the suite sees it: one store of its own, empty at first, that can be closed, opened again, and
/// tampered with from outside. A new engine is one class like this and a line for each promise.
/// </summary>
public abstract class Engine : IAsyncDisposable
{
    /// <summary>As <c>WILDLIFE_ENGINES</c> names it.</summary>
    public abstract string Name { get; }

    /// <summary>The engine's name and version that this program is made for.</summary>
    public abstract string ExpectedVersion { get; }

    public FakeTimeProvider Time { get; } = new(World.Begin);

    /// <summary>The open store.</summary>
    public abstract IGraphStore Store { get; }

    public abstract IGroupRegister Groups { get; }

    public abstract RegistryKeys Keys { get; }

    /// <summary>Why the engine is not to be had here; null where it is.</summary>
    public abstract Task<string?> AbsenceAsync();

    /// <summary>What the open store's own engine says it is.</summary>
    public abstract Task<string> VersionAsync();

    /// <summary>Opens the store, making it the first time.</summary>
    public abstract Task OpenAsync();

    public abstract Task CloseAsync();

    /// <summary>Everything that lies in the store, as text: two dumps are equal exactly where nothing was changed.</summary>
    public abstract Task<string> DumpAsync();

    /// <summary>Does to the closed store what must stop it from opening.</summary>
    public abstract Task SpoilAsync(Spoiled how);

    /// <summary>Begins a new epoch under the running program, as restoring a copy does, in which no audience is known yet.</summary>
    public abstract Task ForgetAudiencesAsync();

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        await RemoveAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>Leaves nothing behind.</summary>
    protected abstract Task RemoveAsync();
}

/// <summary>What may be wrong with a store before it is opened.</summary>
public enum Spoiled
{
    /// <summary>A later program has been here.</summary>
    Newer,

    /// <summary>A migration ran in another form.</summary>
    ChangedMigration,

    /// <summary>Not a store at all.</summary>
    Nonsense,

    /// <summary>A store, and another program's.</summary>
    Foreign,

    /// <summary>It can be neither made nor written where it should lie.</summary>
    ReadOnly,
}
