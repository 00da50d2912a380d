using System.Runtime.InteropServices;
using System.Text.Json;
using Microsoft.Extensions.Caching.Memory;
using WildlifeRegistry.Access;
using WildlifeRegistry.Records;

namespace WildlifeRegistry.Storage.Neo4j;

/// <summary>
/// Records and links as they came before. What comes again byte for byte is what it was, seal and all, and need not be read
/// once more; what comes otherwise is. Every reading brings what is there now: nothing is answered from here.
/// </summary>
internal sealed class Neo4jKept : IDisposable
{
    /// <summary>Of what came; what was read of it takes some three times as much.</summary>
    private const long MaxBytes = 8 * 1024 * 1024;

    private readonly MemoryCache kept = new(new MemoryCacheOptions { SizeLimit = MaxBytes });

    /// <exception cref="Neo4jMovedException">The seal is not that of what came.</exception>
    public Neo4jFound Record(string id, JsonElement columns)
    {
        var came = JsonMarshal.GetRawUtf8Value(columns);
        if (kept.TryGetValue(id, out KeptRecord? known) && came.SequenceEqual(known!.Came))
        {
            return known.Found;
        }

        var found = Neo4jFound.Read(columns);
        Keep(id, new KeptRecord(came.ToArray(), found), came.Length);
        return found;
    }

    /// <param name="far">The link's other end: its seal is over both.</param>
    /// <exception cref="Neo4jMovedException">The seal is not that of what came.</exception>
    public (LinkRow Link, Level Floor) Link(Neo4jFound near, JsonElement columns, Row far)
    {
        var id = Neo4jFound.LinkIdOf(columns);
        var came = JsonMarshal.GetRawUtf8Value(columns);
        if (kept.TryGetValue(id, out KeptLink? known) && came.SequenceEqual(known!.Came) && known.Near == near.Row.Id && known.Far == far.Id)
        {
            return (known.Link, known.Floor);
        }

        var (link, floor) = near.Link(columns, far);
        Keep(id, new KeptLink(came.ToArray(), near.Row.Id, far.Id, link, floor), came.Length);
        return (link, floor);
    }

    public void Dispose() => kept.Dispose();

    private void Keep(string id, object one, int size) => kept.Set(id, one, new MemoryCacheEntryOptions { Size = size });

    private sealed record KeptRecord(byte[] Came, Neo4jFound Found);

    private sealed record KeptLink(byte[] Came, RecordId Near, RecordId Far, LinkRow Link, Level Floor);
}
