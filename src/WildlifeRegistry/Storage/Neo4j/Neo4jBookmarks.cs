namespace WildlifeRegistry.Storage.Neo4j;

/// <summary>
/// How far the registry has seen the database: sent with each statement, so that on a cluster whoever answers has come
/// as far first. What this registry wrote, it reads.
/// </summary>
internal sealed class Neo4jBookmarks
{
    private readonly Lock gate = new();
    private volatile string[] latest = [];

    public string[] Latest => latest;

    /// <summary>An answer's bookmarks stand for those that were sent for it; what others brought meanwhile stays.</summary>
    public void Replace(string[] sent, string[] brought)
    {
        if (brought.All(latest.Contains))
        {
            return;
        }

        lock (gate)
        {
            latest = [.. latest.Except(sent, StringComparer.Ordinal).Union(brought, StringComparer.Ordinal)];
        }
    }

    /// <summary>They are not this database's: another one was put in its place.</summary>
    public void Forget()
    {
        lock (gate)
        {
            latest = [];
        }
    }
}
