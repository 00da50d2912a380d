using System.Net;
using System.Security.Authentication;

namespace WildlifeRegistry.Storage.Neo4j;

/// <summary>What Neo4j called a fault, for the log and for who must tell faults apart: a word of its closed list, e.g. <c>Neo.ClientError.Schema.ConstraintValidationFailed</c>.</summary>
/// <param name="text">What it said of it. It may hold values and statements: no log and no caller is shown it.</param>
internal sealed class Neo4jError(string code, string text) : Exception(code)
{
    public string Code { get; } = code;

    public string Text { get; } = text;
}

/// <summary>A fault before it is known what it means to who asked: a write's outcome matters, a read's does not.</summary>
/// <param name="says">A sentence without a word of the engine's.</param>
internal sealed class Neo4jFault(string says, Exception? inner = null) : Exception(says, inner)
{
    /// <summary>True where it passes by itself.</summary>
    public bool IsPassing { get; init; }

    /// <summary>True where asking again at once may help.</summary>
    public bool IsBrief { get; init; }

    /// <summary>True where it is certain that nothing was changed.</summary>
    public bool IsHarmless { get; init; }
}

/// <summary>The engine's errors as the port's: no text of Neo4j's, or of what lies between, leaves this folder but as an inner exception for the log.</summary>
internal static class Neo4jFaults
{
    private const string Away = "The store cannot be reached.";
    private const string Broken = "The store's answer did not arrive whole.";
    private const string Unknown = "It is not known whether the change was made: the store was lost before its answer arrived.";

    /// <summary>What a fault means for a read, or for a write that does no harm when it is sent again.</summary>
    public static StoreException OfRepeatable(Neo4jFault fault) => new(fault.Message, fault.IsPassing, fault.InnerException);

    /// <summary>What a fault means for a write that must not be made twice.</summary>
    public static StoreException OfWrite(Neo4jFault fault) => fault.IsHarmless
        ? OfRepeatable(fault)
        : new StoreException(Unknown, isTransient: false, fault.InnerException);

    public static Neo4jFault Queued() => new("The store has too much to do.") { IsPassing = true, IsHarmless = true };

    public static Neo4jFault Late(Exception fault) => new("The store took too long.", fault) { IsPassing = true };

    /// <summary>Nothing was sent: no connection came to be.</summary>
    public static Neo4jFault NotConnected(Exception fault) => fault.InnerException is AuthenticationException
        ? new("The store's certificate is not trusted.", fault) { IsHarmless = true }
        : new(Away, fault) { IsPassing = true, IsBrief = true, IsHarmless = true };

    /// <summary>It was sent, or may have been, and no whole answer came.</summary>
    public static Neo4jFault Cut(Exception? fault) => new(Broken, fault) { IsPassing = true, IsBrief = true };

    public static Neo4jFault TooLong() => new("The store's answer was too long.");

    /// <summary>Somebody answered who is not Neo4j, or not one with the Query API: a proxy, a page.</summary>
    public static Neo4jFault NotNeo4j(HttpStatusCode status) => (int)status >= 500
        ? new(Away, new HttpRequestException(null, null, status)) { IsPassing = true, IsBrief = true }
        : new("What answers at Store:Neo4j:Uri is not Neo4j 5.26 or later with its HTTP Query API.", new HttpRequestException(null, null, status)) { IsHarmless = status == HttpStatusCode.NotFound };

    /// <summary>Neo4j's own verdict, by its code. But where said otherwise it undid what the statement had done.</summary>
    public static Neo4jFault Of(Neo4jError error, string database) => error.Code switch
    {
        "Neo.ClientError.Security.CredentialsExpired" => Wrong("The store's user must change its password first: Neo4j demands it.", error),
        "Neo.ClientError.Security.AuthenticationRateLimit" => new("The store takes no more sign-ins for some seconds: too many were wrong.", error) { IsPassing = true, IsHarmless = true },
        "Neo.ClientError.Security.AuthorizationExpired" => Busy(error),
        "Neo.ClientError.Security.Unauthorized" => Wrong("The store does not accept Store:Neo4j:User and Store:Neo4j:Password.", error),
        "Neo.ClientError.Security.Forbidden" => Wrong("The store does not let Store:Neo4j:User do what the registry must.", error),
        "Neo.ClientError.Database.DatabaseNotFound" => Wrong($"The store has no database {database} (Store:Neo4j:Database).", error),
        "Neo.ClientError.General.ForbiddenOnReadOnlyDatabase" or "Neo.ClientError.General.WriteOnReadOnlyAccessDatabase" => Wrong("The store is read-only.", error),
        "Neo.ClientError.Cluster.NotALeader" or "Neo.ClientError.Transaction.InvalidBookmark" => Busy(error),

        // The leader was lost while it committed: the change may have been made.
        "Neo.TransientError.Transaction.LeaderSwitch" => new("The store is busy.", error) { IsPassing = true, IsBrief = true },
        { } code when code.StartsWith("Neo.TransientError.Cluster.", StringComparison.Ordinal) => new("The store is busy.", error) { IsPassing = true, IsBrief = true },

        { } code when code.StartsWith("Neo.ClientError.Transaction.TransactionTimedOut", StringComparison.Ordinal) => new("The store took too long.", error) { IsPassing = true, IsHarmless = true },
        { } code when code.EndsWith(".DatabaseUnavailable", StringComparison.Ordinal) => new("The store's database is not up.", error) { IsPassing = true, IsBrief = true, IsHarmless = true },
        { } code when code.StartsWith("Neo.TransientError.", StringComparison.Ordinal) => Busy(error),
        { } code when code.StartsWith("Neo.ClientError.", StringComparison.Ordinal) => Wrong("The store failed.", error),
        _ => new("The store failed.", error),
    };

    private static Neo4jFault Busy(Neo4jError error) => new("The store is busy.", error) { IsPassing = true, IsBrief = true, IsHarmless = true };

    private static Neo4jFault Wrong(string says, Neo4jError error) => new(says, error) { IsHarmless = true };
}
