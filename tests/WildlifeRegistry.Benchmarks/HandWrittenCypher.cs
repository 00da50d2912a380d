using System.Collections.Frozen;
using System.Text.Json;
using WildlifeRegistry.Links;
using WildlifeRegistry.Storage;
using WildlifeRegistry.Storage.Neo4j;

namespace WildlifeRegistry.Benchmarks;

/// <summary>
/// The reading operations of the contract as one would write them by hand for this graph: each for the one operation, with the
/// types of links that it asks for, and with the same tests of what the reader may see. Of a record or link they bring the same
/// properties, for these are not the compilation's: without them it cannot be told whether what came is of one moment. They are
/// given the parameters of the registry's own statement.
/// </summary>
internal static class HandWrittenCypher
{
    private static readonly string AnyLink = string.Join('|', Enum.GetValues<LinkKind>().Select(Neo4jNames.TypeOf));

    public static FrozenDictionary<string, string> Of { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["SeizureWithLinks"] = $$"""
            MATCH (n:Record {id: $p.ids[0]}) WHERE n:Seizure AND n.audience IN $p.seen
            RETURN {{Record("n")}}, {{Own("OF_SPECIES|MARKED|AT|ORIGIN|EXPORT|TRANSIT|DESTINATION")}}, {{Linked("n", AnyLink, 50, "l", "f")}}, {{Total(AnyLink)}},
            COLLECT { MATCH (e:Edition {record: n.id}) WHERE e.token IN $p.tokens RETURN [e.token, e.level, e.until, e.since, e.releasedAt, e.edition] }
            """,
        ["Seizures"] = Page($"{Record("n")}, {Own("OF_SPECIES")}", 50),
        ["IdentifierLinks"] = $$"""
            MATCH (n:Record {id: $p.ids[0]})
            RETURN {{Record("n")}}, COLLECT { MATCH (n)-[l:{{AnyLink}}]-(f:Record) WHERE {{Shown("n", "l", "f")}} WITH l, f {{Order("l", 51)}}
              RETURN [{{Link("n", "l")}}, {{Record("f")}}, CASE WHEN f:Suspect THEN {{Linked("f", "INVOLVES", 20, "m", "g")}} END] }
            """,
        ["SpeciesByName"] = Page(
            $$"""
            {{Record("n")}}, COLLECT { MATCH (n)<-[l:OF_SPECIES]-(f) USING INDEX l:OF_SPECIES(toKey, sort, id)
                WHERE l.toKey = n.key AND l.sort <= $p.high AND l.id IS NOT NULL AND {{Shown("n", "l", "f")}}
              RETURN [{{Link("n", "l")}}, {{Record("f")}}] ORDER BY l.toKey DESC, l.sort DESC, l.id DESC LIMIT 11 }, {{Total("OF_SPECIES")}}
            """,
            10,
            order: ""),
        ["SuspectWithLinks"] = $$"""
            MATCH (n:Record {id: $p.ids[0]}) WHERE n:Suspect AND n.audience IN $p.seen
            RETURN {{Record("n")}}, {{Linked("n", AnyLink, 50, "l", "f")}}, {{Total(AnyLink)}}
            """,
        ["Suspects"] = Page(Record("n"), 25, order: ""),
        ["Routes"] = Page($"{Record("n")}, {Own("PASSES")}, {Linked("n", "ON_ROUTE", 5, "l", "f")}, {Total("ON_ROUTE")}", 25, order: ""),
        ["Anything"] = $"UNWIND $p.ids AS id MATCH (n:Record {{id: id}}) WHERE n.audience IN $p.seen RETURN {Record("n")}",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The hand-written statement, with the parameters of the registry's.</summary>
    /// <param name="own">The body that the registry sent.</param>
    public static byte[] Body(string operation, byte[] own)
    {
        using var sent = JsonDocument.Parse(own);
        return JsonSerializer.SerializeToUtf8Bytes(new { statement = Of[operation], parameters = sent.RootElement.GetProperty("parameters"), accessMode = "READ" });
    }

    private static string Record(string node) => Neo4jFound.Columns(node);

    private static string Link(string near, string link) => Neo4jFound.LinkColumns(near, link);

    private static string Seen(string near, string link, string far) =>
        $"{link}.audience IN $p.seen AND {far}.audience IN $p.seen AND ({link}.floor = 2 OR ({near}.audience IN $p.full AND {link}.audience IN $p.full AND {far}.audience IN $p.full))";

    private static string Shown(string near, string link, string far) => $"NOT {link}.withdrawn AND {far}.validation <> 'WITHDRAWN' AND {Seen(near, link, far)}";

    private static string Order(string link, int limit) => $"ORDER BY $p.rank[type({link})], {link}.sort DESC, {link}.id DESC LIMIT {limit}";

    private static string Own(string types) => $"COLLECT {{ MATCH (n)-[o:{types}]->(r:Record) WHERE o.derived AND {Seen("n", "o", "r")} RETURN [{Link("n", "o")}, {Record("r")}] }}";

    private static string Linked(string near, string types, int first, string link, string far) =>
        $"COLLECT {{ MATCH ({near})-[{link}:{types}]-({far}:Record) WHERE {Shown(near, link, far)} WITH {link}, {far} {Order(link, first + 1)} RETURN [{Link(near, link)}, {Record(far)}] }}";

    private static string Total(string types) => $"COUNT {{ MATCH (n)-[c:{types}]-(t:Record) WHERE {Shown("n", "c", "t")} WITH c LIMIT {ReadPlan.MaxTotal + 1} RETURN c }}";

    private static string Page(string columns, int first, string order = " DESC") => $$"""
        RETURN COLLECT {
          UNWIND $p.lists[0] AS at
          CALL (at) {
            {{Listed("n")}}
            RETURN n ORDER BY x.at{{order}}, x.sort{{order}}, x.id{{order}} LIMIT {{first + 1}}
          }
          RETURN [{{columns}}]
        }, CASE WHEN $p.total THEN COUNT { UNWIND $p.lists[0] AS at {{Listed("m")}} WITH m LIMIT {{ReadPlan.MaxTotal + 1}} RETURN m } END
        """;

    private static string Listed(string node) => $"""
        MATCH ({node})-[x:LISTED]->() USING INDEX x:LISTED(at, sort, id)
        WHERE x.at = at AND x.sort >= $p.low AND x.sort < $p.high AND x.id IS NOT NULL AND {node}.audience IN $p.seen AND {node}.validation IN $p.validations
        """;
}
