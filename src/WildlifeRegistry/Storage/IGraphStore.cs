using WildlifeRegistry.Access;
using WildlifeRegistry.Records;

namespace WildlifeRegistry.Storage;

/// <summary>The port: a store of records and links that is blind to kinds and never answers without a reader.</summary>
public interface IGraphStore
{
    /// <summary>The only way to read: everything the view answers is what this reader may see now.</summary>
    IGraphView ViewFor(Reader reader);

    /// <summary>
    /// Makes all changes or none. Expected versions, visibility to the author and the request key are tested inside
    /// the same transaction; when it returns, a commit is durable.
    /// </summary>
    /// <exception cref="StoreException">The engine failed; where <see cref="StoreException.IsTransient"/>, nothing was changed and the same change set may be tried again.</exception>
    /// <exception cref="ArgumentException">The change set contradicts itself, e.g. a record of an agency that is not the author's.</exception>
    Task<CommitResult> CommitAsync(ChangeSet changes, Reader author, CancellationToken ct);

    /// <summary>What <see cref="CommitAsync"/> would answer to this request key without making a change: the earlier outcome, a refusal for another content, or null where the key is new.</summary>
    /// <exception cref="StoreException">The engine failed.</exception>
    Task<CommitResult?> ReplayAsync(RequestKey request, Reader author, CancellationToken ct);
}

/// <summary>What one reader may see.</summary>
public interface IGraphView
{
    /// <summary>Answers a plan from one consistent state of the store.</summary>
    /// <exception cref="StoreException">The engine failed.</exception>
    /// <exception cref="OperationCanceledException">Cancelled or timed out: never a partial answer.</exception>
    Task<Reading> ReadAsync(ReadPlan plan, CancellationToken ct);
}

/// <summary>The register of joint operations, read to make a reader; it shows no record.</summary>
public interface IGroupRegister
{
    /// <summary>Ids of the groups that the officer belongs to now, ordered.</summary>
    Task<IReadOnlyList<string>> GroupsOfAsync(OfficerId officer, CancellationToken ct);

    /// <summary>
    /// Those that the officer belonged to when last asked for, without asking; null where the engine keeps none, for asking
    /// costs it nothing, or has not been asked. A reader that is made of them bears them as <see cref="Reader.Recalled"/>,
    /// and each reading for it confirms them or fails.
    /// </summary>
    IReadOnlyList<string>? RecallGroups(OfficerId officer) => null;

    /// <summary>The joint operations that the agency is a member of, with the members' officers, by id; ended ones too.</summary>
    Task<IReadOnlyList<RunningOperation>> OperationsOfAsync(AgencyCode agency, CancellationToken ct);
}

/// <summary>The operator's door: nothing under a request can reach it. It tells counts and checksums, never content.</summary>
public interface IStoreMaintenance
{
    /// <summary>True where a file of this name and checksum was loaded whole.</summary>
    Task<bool> HasLoadedAsync(string name, string checksum, CancellationToken ct);

    /// <summary>Remembers that a file was loaded whole.</summary>
    Task MarkLoadedAsync(string name, string checksum, CancellationToken ct);

    /// <summary>Succeeds where the store can answer, and where it can write, if the last change could not be; its failure is not ready.</summary>
    Task PingAsync(CancellationToken ct);

    /// <summary>Holds everything in the store against what the store promises, each part of it from one consistent state, while others read and write.</summary>
    /// <exception cref="StoreException">The engine failed otherwise than by finding damage.</exception>
    Task<CheckReport> CheckAsync(KindCatalogue kinds, CancellationToken ct);
}

/// <summary>A fault of an engine. No text of the engine's is in the message.</summary>
public sealed class StoreException : Exception
{
    public StoreException(string message, bool isTransient, Exception? inner = null)
        : base(message, inner) => IsTransient = isTransient;

    /// <summary>True where trying again may help: the store was busy or away, and nothing was changed.</summary>
    public bool IsTransient { get; }
}
