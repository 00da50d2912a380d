namespace WildlifeRegistry.Storage.Moving;

/// <summary>A whole store as the operator's move reads and fills it; nothing under a request can reach it. It is served by nobody meanwhile.</summary>
internal interface IMovedStore : IAsyncDisposable
{
    /// <summary>What it is called in a sentence, e.g. <c>sqlite:registry.db</c>.</summary>
    string Name { get; }

    /// <summary>What to do where it was begun to be filled and is not whole, as a sentence.</summary>
    string StartOver { get; }

    /// <summary>What is derived of it stays the same wherever the registry lies.</summary>
    byte[] Secret { get; }

    /// <summary>All that lies in it: records before the links that join them, and each before what is kept of it.</summary>
    /// <exception cref="StoreException">The engine failed, or what was read is not all there is, or it was changed meanwhile.</exception>
    IAsyncEnumerable<MovedRow> RowsAsync(CancellationToken ct);

    /// <summary>Takes up rows in the order that <see cref="RowsAsync"/> gives them in.</summary>
    Task TakeAsync(IReadOnlyList<MovedRow> rows, CancellationToken ct);

    /// <summary>It is whole: a registry may serve it from now on.</summary>
    Task CompleteAsync(CancellationToken ct);
}
