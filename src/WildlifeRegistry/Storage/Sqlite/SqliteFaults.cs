using Microsoft.Data.Sqlite;

namespace WildlifeRegistry.Storage.Sqlite;

/// <summary>The engine's errors as the port's: no text of SQLite's leaves this folder but as an inner exception for the log.</summary>
internal static class SqliteFaults
{
    public const int Constraint = 19;

    private const int Busy = 5, Locked = 6, Interrupted = 9, Full = 13;

    public static Exception Translate(SqliteException fault, CancellationToken ct) => fault.SqliteErrorCode switch
    {
        Interrupted => new OperationCanceledException("The store was told to stop.", fault, ct),
        Busy or Locked => new StoreException("The store is busy.", isTransient: true, fault),
        Full => new StoreException("The store's disk is full.", isTransient: false, fault),
        _ => new StoreException("The store failed.", isTransient: false, fault),
    };
}
