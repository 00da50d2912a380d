using System.Collections.Immutable;
using System.Text.Json;
using WildlifeRegistry.Access;
using WildlifeRegistry.Links;
using WildlifeRegistry.Records;

namespace WildlifeRegistry.Storage.Neo4j;

/// <summary>All that a change set touches, brought by one statement; the change is decided on it, and made only where it still holds.</summary>
internal sealed record Neo4jAsked(
    byte[] Epoch,
    int Audiences,
    (string Hash, ImmutableArray<RecordId> Ids)? Request,
    IReadOnlyList<KnownRecord> Records,
    IReadOnlyList<(KnownLink Link, KnownRecord From, KnownRecord To)> Links,
    IReadOnlyList<(KnownLink Link, KnownRecord From, KnownRecord To)> Twins,
    IReadOnlyList<KnownRecord> Imported,
    IReadOnlyDictionary<int, long> Counters,
    IReadOnlyList<KnownEdition> Editions,
    IReadOnlyDictionary<RecordId, (RunningOperation Operation, long Revision)> Operations,
    ILookup<RecordId, (KnownLink Link, KnownRecord Far)> Connected)
{
    /// <summary>What tells one link of an owner's from another between the same ends, and is not of this link.</summary>
    private const string Twin = "w.owner = $p.agency AND NOT w.withdrawn AND NOT w.derived";

    // $p.full and $p.open: the audiences that the author has at Full, and at Sanitised or above, connectors' 0 among them.
    public static readonly string Statement = Neo4jNames.PlannedOnce + $$"""
        MATCH (g:Registry {id: 1})
        RETURN g.epoch, g.audiences,
        COLLECT { MATCH (q:Request {officer: $p.officer, field: $p.field, key: $p.key}) WHERE q.at > datetime($p.kept) RETURN [q.hash, q.ids] },
        COLLECT { UNWIND $p.records AS id MATCH (n:Record {id: id}) RETURN {{KnownRecord.Columns("n")}} },
        COLLECT { UNWIND $p.links AS x {{Neo4jNames.FindLink("x.id", "x", "f", "l", "t")}} RETURN [{{KnownLink.Columns("l", "f", "t")}},
          COLLECT { MATCH (:Record {id: f.id})-[w]->(:Record {id: t.id}) WHERE type(w) = type(l) AND w.discriminator = x.discriminator AND w.id <> x.id AND {{Twin}} RETURN {{KnownLink.Columns("w", "f", "t")}} }] },
        COLLECT { UNWIND $p.pairs AS x MATCH (f:Record {id: x.from})-[w]->(t:Record {id: x.to})
          WHERE type(w) = x.type AND w.discriminator = x.discriminator AND w.id <> x.id AND {{Twin}} RETURN {{KnownLink.Columns("w", "f", "t")}} },
        COLLECT { UNWIND $p.importKeys AS key MATCH (n:Record {importKey: key, owner: $p.agency}) USING INDEX SEEK n:Record(importKey, owner) RETURN {{KnownRecord.Columns("n")}} },
        COLLECT { UNWIND $p.years AS year MATCH (c:Counter {agency: $p.agency, year: year}) RETURN [c.year, c.last] },
        COLLECT { UNWIND $p.amended AS id MATCH (e:Edition {record: id}) RETURN [e.record, e.token, e.level, e.until, e.since, e.releasedAt, e.edition] },
        COLLECT { UNWIND $p.operations AS id MATCH (o:Operation {id: id}) RETURN {{Neo4jOperations.Columns}} },
        COLLECT { UNWIND $p.ends AS id MATCH (n:Record {id: id}) WHERE n.audience = 0
          CALL (n) { MATCH (:Record {id: n.id})-[l]-(f)
            WHERE NOT f.id IN $p.amended AND ((l.floor = 2 AND l.audience IN $p.open AND f.audience IN $p.open) OR (l.floor = 3 AND l.audience IN $p.full AND f.audience IN $p.full))
            RETURN l, f LIMIT 1
            UNION ALL UNWIND $p.amended AS other MATCH (f:Record {id: other})-[l]-(:Record {id: n.id}) RETURN l, f }
          RETURN [n.id, {{KnownLink.Columns("l", "startNode(l)", "endNode(l)")}}] }
        """;

    public static Task<Neo4jAsked> AskAsync(Neo4jClient client, ChangeSet changes, RequestKey request, Reader author, AudienceLevels levels, DateTimeOffset kept, CancellationToken ct) =>
        client.ReadAsync(Statement, parameters => Write(parameters, changes, request, author, levels, kept), Read, ct);

    private static void Write(Utf8JsonWriter writer, ChangeSet changes, RequestKey request, Reader author, AudienceLevels levels, DateTimeOffset kept)
    {
        var own = changes.Records.Select(added => added.Record.Id).Concat(changes.Connectors.Select(connector => connector.Id)).ToHashSet();
        var joined = changes.Links.Concat(changes.Records.SelectMany(added => added.Derived)).Concat(changes.Amended.SelectMany(amended => amended.Derived));
        var ends = joined.SelectMany(link => new[] { link.From, link.To }).Where(id => !own.Contains(id)).Distinct().ToList();
        writer.WriteString("officer", author.Officer.Value);
        writer.WriteString("field", request.Field);
        writer.WriteString("key", request.Key);
        writer.WriteString("kept", Neo4jTime.Write(kept.UtcTicks));
        writer.WriteString("agency", author.Agency.Value);
        Ids("records", own.Concat(ends).Concat(changes.Amended.Select(amended => amended.Record.Id)).Concat(changes.Unchanged.Select(witness => witness.Id)).Distinct());
        Ids("ends", ends);

        // The ids of links that spell out a new record's fields are made of its own, which is asked for. An amended link is
        // held against others that say the same.
        var discriminators = changes.AmendedLinks.DistinctBy(link => link.Id).ToDictionary(link => link.Id, link => link.Discriminator);
        var links = changes.Links.Concat(changes.Amended.SelectMany(amended => amended.Derived)).Select(link => link.Id)
            .Concat(discriminators.Keys)
            .Concat(changes.Consents.Select(consent => consent.Link))
            .Concat(changes.Unchanged.Select(witness => witness.Id));
        Neo4jWriting.Each(writer, "links", links.Distinct(), id =>
        {
            writer.WriteString("id", id.ToString());
            writer.WriteString("discriminator", discriminators.GetValueOrDefault(id));
        });
        Ids("amended", changes.Amended.Select(amended => amended.Record.Id));
        Ids("operations", changes.UnchangedOperations.Select(operation => operation.Operation.Id).Concat(changes.Operations.Select(operation => operation.Id)).Distinct());
        var fresh = changes.Records.Select(added => added.Record.Id).ToHashSet(); // what is new has no links yet; a connector may be there
        Pairs(writer, changes.Links.Where(link => !fresh.Contains(link.From) && !fresh.Contains(link.To)));
        Each("importKeys", changes.Records.Select(added => added.Record.ImportKey).OfType<string>().Distinct(StringComparer.Ordinal), writer.WriteStringValue);
        Each("years", changes.Records.Select(added => added.NumberedIn).OfType<int>().Distinct(), writer.WriteNumberValue);
        Audiences("open", Level.Sanitised);
        Audiences("full", Level.Full);

        void Ids(string name, IEnumerable<RecordId> ids) => Each(name, ids, id => writer.WriteStringValue(id.ToString()));

        void Each<T>(string name, IEnumerable<T> all, Action<T> write)
        {
            writer.WriteStartArray(name);
            foreach (var one in all)
            {
                write(one);
            }

            writer.WriteEndArray();
        }

        void Audiences(string name, Level least) => Each(name, ends.Count == 0 ? [] : Enumerable.Range(0, levels.Bytes.Length).Where(id => levels[id] >= least), writer.WriteNumberValue);
    }

    private static void Pairs(Utf8JsonWriter writer, IEnumerable<StoredLink> links) => Neo4jWriting.Each(writer, "pairs", links, link =>
    {
        writer.WriteString("id", link.Id.ToString());
        writer.WriteString("from", link.From.ToString());
        writer.WriteString("to", link.To.ToString());
        writer.WriteString("type", Neo4jNames.TypeOf(link.Kind));
        writer.WriteString("discriminator", link.Discriminator);
    });

    private static Neo4jAsked Read(JsonElement rows)
    {
        var row = rows[0];
        return new Neo4jAsked(
            row[0].GetBytesFromBase64(),
            row[1].GetInt32(),
            row[2].EnumerateArray().Select(one => ((string, ImmutableArray<RecordId>)?)(one[0].GetString()!, [.. one[1].EnumerateArray().Select(Neo4jRows.Id)])).FirstOrDefault(),
            All(row[3], KnownRecord.Read),
            All(row[4], one => KnownLink.Read(one[0])),
            [.. row[4].EnumerateArray().SelectMany(one => All(one[1], KnownLink.Read)), .. All(row[5], KnownLink.Read)],
            All(row[6], KnownRecord.Read),
            row[7].EnumerateArray().ToDictionary(one => one[0].GetInt32(), one => one[1].GetInt64()),
            All(row[8], one => new KnownEdition(Neo4jRows.Id(one[0]), one[1].GetString()!, one[2].GetInt32(), one[3].GetInt64(), one[4].GetInt32(), Neo4jTime.Read(one[5].GetString()!), one[6].GetInt32())),
            All(row[9], Neo4jOperations.Read).ToDictionary(one => one.Operation.Operation.Id),
            row[10].EnumerateArray().ToLookup(one => Neo4jRows.Id(one[0]), Connection));
    }

    /// <summary>A connector's link, and the record at its other end.</summary>
    private static (KnownLink Link, KnownRecord Far) Connection(JsonElement row)
    {
        var (link, from, to) = KnownLink.Read(row[1]);
        return (link, from.Id == Neo4jRows.Id(row[0]) ? to : from);
    }

    private static List<T> All<T>(JsonElement rows, Func<JsonElement, T> read) => [.. rows.EnumerateArray().Select(read)];
}
