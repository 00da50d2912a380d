using Microsoft.Data.Sqlite;

namespace WildlifeRegistry.Storage.Sqlite;

/// <summary>The engine's errors as the port's: no text of SQLite's leaves this folder but as an inner exception for the log.</summary>
internal static class SqliteFaults
{
    public const int Constraint = 19;

    private const int Busy = 5, Locked = 6, ReadOnly = 8, Interrupted = 9, InputOutput = 10, Corrupt = 11, Full = 13, CannotOpen = 14, NotADatabase = 26;

    /// <summary>Why a store does not open, as a sentence for who started the program.</summary>
    public static Exception OnOpening(SqliteException fault, string path, CancellationToken ct) => fault.SqliteErrorCode switch
    {
        Interrupted => new OperationCanceledException("The store was told to stop.", fault, ct),
        Busy or Locked => new StoreException($"The store {path} is held by another program.", isTransient: true, fault),
        ReadOnly => new StoreException($"The store {path} cannot be written: the file or its folder is read-only.", isTransient: false, fault),
        CannotOpen => new StoreException($"The store {path} can be neither opened nor made there.", isTransient: false, fault),
        NotADatabase => new StoreException($"The file {path} is not a registry's store.", isTransient: false, fault),
        Corrupt => new StoreException($"The store {path} is damaged: restore a backup.", isTransient: false, fault),
        Full => new StoreException($"There is no room on the disk of the store {path}.", isTransient: false, fault),
        _ => new StoreException($"The store {path} cannot be opened.", isTransient: false, fault),
    };

    /// <summary>Why a copy of a store could not be made, as a sentence for who asked for it.</summary>
    public static Exception OnCopying(SqliteException fault, string file, CancellationToken ct) => fault.SqliteErrorCode switch
    {
        Interrupted => new OperationCanceledException("The copy was called off.", fault, ct),
        Full => new StoreException($"There is no room on the disk for {file}.", isTransient: false, fault),
        Corrupt or NotADatabase => new StoreException("What was to be copied is damaged, or no registry's store.", isTransient: false, fault),
        Busy or Locked => new StoreException("What was to be copied is held by another program.", isTransient: true, fault),
        _ => new StoreException($"{file} could not be written, or what was to be copied could not be read.", isTransient: false, fault),
    };

    public static Exception Translate(SqliteException fault, CancellationToken ct) => fault.SqliteErrorCode switch
    {
        Interrupted => new OperationCanceledException("The store was told to stop.", fault, ct),
        Busy or Locked => new StoreException("The store is busy.", isTransient: true, fault),
        Full => new StoreException("The store's disk is full.", isTransient: false, fault),
        ReadOnly => new StoreException("The store's file or folder is read-only.", isTransient: false, fault),
        InputOutput => new StoreException("The store's file was made read-only, or its disk fails.", isTransient: false, fault),
        Corrupt or NotADatabase => new StoreException("The store is damaged: check it, and restore a backup.", isTransient: false, fault),
        _ => new StoreException("The store failed.", isTransient: false, fault),
    };
}
