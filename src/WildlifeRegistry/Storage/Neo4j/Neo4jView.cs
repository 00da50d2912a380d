using System.Text.Json;
using WildlifeRegistry.Access;
using WildlifeRegistry.Links;

namespace WildlifeRegistry.Storage.Neo4j;

/// <summary>What one reader may see of the graph: one plan, one statement.</summary>
internal sealed class Neo4jView(Neo4jClient client, Neo4jAudiences audiences, Neo4jHubs hubs, Neo4jKept kept, Disclosure disclosure, Reader reader, TimeProvider time) : IGraphView
{
    /// <summary>How often a statement is sent again that did not come of one moment, or that came upon new audiences or hubs.</summary>
    private const int Tries = 20;

    public async Task<Reading> ReadAsync(ReadPlan plan, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(plan);
        for (var tries = 1; tries <= Tries; tries++)
        {
            var known = audiences.Table.Known; // before the levels: what others take up while this is asked does not count for it
            var seeing = new Seeing(audiences.Table, disclosure, reader, time.GetUtcNow());
            var asked = new Neo4jPlan(plan, new Neo4jSight(seeing), hubs);
            var brought = new Neo4jReading(seeing, plan, kept);
            var (isKnown, reading) = await client.ReadAsync(asked.Text, asked.Write, rows => Read(rows[0], known, brought), ct);
            if (!isKnown)
            {
                await audiences.RefreshAsync(ct);
            }
            else if (brought.Hubs.Count > 0)
            {
                await MeetAsync(brought.Hubs, ct);
            }
            else if (reading is not null)
            {
                return reading;
            }
        }

        throw new StoreException("The store is busy: others changed what was read, again and again.", isTransient: true);
    }

    /// <exception cref="StoreException">The reader was made of groups that are not the officer's any more.</exception>
    /// <returns>Whether the audiences that it was asked with are all there are, and what was read; null where it was not of one moment.</returns>
    private (bool IsKnown, Reading? Reading) Read(JsonElement row, AudiencesKnown known, Neo4jReading brought)
    {
        if (!known.Has(row[0].GetBytesFromBase64(), row[1].GetInt32()))
        {
            return (false, null);
        }

        if (reader.Recalled is { } recalled && !recalled.Confirm(Neo4jOperations.ReadGroups(row[2])))
        {
            throw new StoreException("The officer's joint operations have changed.", isTransient: true);
        }

        try
        {
            return (true, brought.Of(row));
        }
        catch (Neo4jMovedException)
        {
            return (true, null);
        }
    }

    /// <summary>Takes note of the kinds of links that hubs have many of.</summary>
    private async Task MeetAsync(Dictionary<Records.RecordId, Records.RecordKind> met, CancellationToken ct)
    {
        foreach (var (id, kind) in met)
        {
            var degrees = await client.ReadAsync(
                Neo4jText.Degrees,
                parameters => Neo4jWriting.Texts(parameters, "ids", [id.ToString()]),
                static rows => rows.EnumerateArray().SelectMany(row => row[0].EnumerateArray()).Select(degree => degree.GetInt64()).ToList(),
                ct);
            foreach (var link in Enum.GetValues<LinkKind>().Where(link => degrees.Count > 0 && degrees[(int)link] > Neo4jText.FewOfOneType))
            {
                hubs.Add(kind, link);
            }
        }
    }
}
