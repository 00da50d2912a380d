using System.Globalization;

namespace WildlifeRegistry.Storage.Neo4j;

/// <summary>
/// What seals each version of a record or link together with its audience: Neo4j gives no statement a snapshot, so a
/// reading makes the seal again of what came to it, and asks anew where the two differ. It is the digest that a check
/// holds the version against.
/// </summary>
internal static class Neo4jSeal
{
    [ThreadStatic]
    private static VersionDigest? digest;

    public static string Of(in RecordOrigin of, in RecordContent says) => Convert.ToBase64String((digest ??= new VersionDigest()).Of(of, says));

    public static string Of(in LinkOrigin of, in LinkContent says) => Convert.ToBase64String((digest ??= new VersionDigest()).Of(of, says));

    /// <summary>Of the values of one row of a ledger, in the order that they are named in; numbers are 64 bits.</summary>
    public static string Of(params ReadOnlySpan<object?> row) => Convert.ToBase64String((digest ??= new VersionDigest()).Of(row));
}

/// <summary>Times: UTC, 100 ns since year 1, as text that Neo4j makes a native time of and gives back alike.</summary>
internal static class Neo4jTime
{
    public static string Write(long ticks) => new DateTime(ticks, DateTimeKind.Utc).ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture);

    /// <exception cref="FormatException">Not a time in UTC.</exception>
    public static long Read(string text) =>
        DateTime.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal | DateTimeStyles.AssumeUniversal).Ticks;
}
