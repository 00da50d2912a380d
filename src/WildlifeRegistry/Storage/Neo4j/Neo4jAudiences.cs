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
    /// <summary>How often what is missing between the first and the last is asked for: a commit comes into view piece by piece.</summary>
    private const int Tries = 3;

    // $p.from: the first id that is not known.
    private const string From = """
        MATCH (g:Registry {id: 1})
        RETURN g.epoch, g.audiences, COLLECT { MATCH (a:Audience) WHERE a.id >= $p.from RETURN [a.id, a.owner, a.reference, a.releases] ORDER BY a.id }
        """;

    public AudienceTable Table { get; } = new();

    public async Task RefreshAsync(CancellationToken ct)
    {
        for (var tries = 1; ; tries++)
        {
            var known = Table.Count;
            var (epoch, last, found) = await AskAsync(known, ct);
            if (known > 1 && !Table.IsOf(epoch))
            {
                (epoch, last, found) = await AskAsync(known = 1, ct);
            }

            if (found.Count >= last - known + 1 || tries == Tries)
            {
                Table.Grow(epoch, from => from >= known ? found : [], last);
                return;
            }
        }
    }

    private Task<(byte[] Epoch, int Last, List<(int Id, Audience Audience)> Found)> AskAsync(int from, CancellationToken ct) => client.ReadAsync(
        From,
        parameters => parameters.WriteNumber("from", from),
        static rows => (rows[0][0].GetBytesFromBase64(), rows[0][1].GetInt32(), rows[0][2].EnumerateArray().Select(Read).ToList()),
        ct);

    private static (int Id, Audience Audience) Read(JsonElement row) => (
        row[0].GetInt32(),
        new Audience(new AgencyCode(row[1].GetString()!), AudienceTable.ReadReleases(row[3].GetString()!), row[2].GetBoolean()));
}
