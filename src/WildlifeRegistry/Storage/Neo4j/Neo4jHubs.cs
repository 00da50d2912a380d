using System.Collections.Concurrent;
using WildlifeRegistry.Links;
using WildlifeRegistry.Records;

namespace WildlifeRegistry.Storage.Neo4j;

/// <summary>
/// Which kinds of records have turned out to have more links of a kind onto them than can be walked: the first question
/// that meets one is asked twice, all later ones list such links by their index from the start.
/// </summary>
internal sealed class Neo4jHubs
{
    private readonly ConcurrentDictionary<(RecordKind Record, LinkKind Link), bool> met = new();

    public bool Has(RecordKind record, LinkKind link) => met.ContainsKey((record, link));

    public void Add(RecordKind record, LinkKind link) => met.TryAdd((record, link), true);
}
