using System.Text.Json;
using WildlifeRegistry.Access;

namespace WildlifeRegistry.Storage.Neo4j;

/// <summary>
/// The interned audiences in memory, as they lie in the graph. Every statement brings the registry's epoch and the number
/// of its last audience: where the table does not know them, it is brought up to date and the statement sent again, so that
/// what another server interned counts at once.
/// </summary>
internal sealed class Neo4jAudiences(Neo4jClient client)
{
    // $p.from: the first id that is not known.
    private const string Known = """
        MATCH (h:Registry {id: 1})
        RETURN h.epoch, h.audiences, COLLECT { MATCH (a:Audience) WHERE a.id >= $p.from RETURN [a.id, a.owner, a.reference, a.releases] ORDER BY a.id }
        """;

    private const string UnderLock = $"MATCH (g:Registry {{id: 1}}) SET g.lock = true WITH g\n{Known}";

    public AudienceTable Table { get; } = new();

    /// <summary>
    /// Takes up what it does not know. A commit comes into view piece by piece: where audiences are missing up to the last,
    /// they are asked for again under the lock that every commit holds until all of it is there; what is missing then is not.
    /// </summary>
    public async Task RefreshAsync(CancellationToken ct)
    {
        var known = Table.Count;
        for (var isLocked = false; ; isLocked = true)
        {
            var (epoch, last, found) = await AskAsync(known, isLocked, ct);
            if (known > 1 && !Table.IsOf(epoch))
            {
                (epoch, last, found) = await AskAsync(known = 1, isLocked, ct);
            }

            if (isLocked || found.Count >= last - known + 1)
            {
                Table.Grow(epoch, from => from >= known ? found : [], last);
                return;
            }
        }
    }

    private Task<(byte[] Epoch, int Last, List<(int Id, Audience Audience)> Found)> AskAsync(int from, bool isLocked, CancellationToken ct)
    {
        return isLocked ? client.WriteAsync(UnderLock, Write, Found, mayRepeat: true, ct) : client.ReadAsync(Known, Write, Found, ct);

        void Write(Utf8JsonWriter parameters) => parameters.WriteNumber("from", from);
    }

    private static (byte[] Epoch, int Last, List<(int Id, Audience Audience)> Found) Found(JsonElement rows) =>
        (rows[0][0].GetBytesFromBase64(), rows[0][1].GetInt32(), rows[0][2].EnumerateArray().Select(Read).ToList());

    private static (int Id, Audience Audience) Read(JsonElement row) => (
        row[0].GetInt32(),
        new Audience(new AgencyCode(row[1].GetString()!), AudienceTable.ReadReleases(row[3].GetString()!), row[2].GetBoolean()));
}
