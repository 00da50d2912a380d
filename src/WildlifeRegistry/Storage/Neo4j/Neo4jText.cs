using System.Collections.Concurrent;
using WildlifeRegistry.Links;

namespace WildlifeRegistry.Storage.Neo4j;

/// <summary>Where a statement starts: a closed set.</summary>
internal enum Neo4jStart
{
    Ids,
    ImportKey,
    Link,
    Rising,
    Falling,
}

/// <summary>
/// What the text of a reading statement hangs on, and nothing else does: where it starts, how many links it follows one
/// after the other, whether releases or versions are asked for, and from where links are listed by an index. Which steps
/// there are, over which kinds of links, is in the parameters: it costs a filter, while Neo4j needs up to a second to plan
/// a text that is new to it.
/// </summary>
/// <param name="Hubs">Of each level, the types of links (ordered, joined by |) that some record has so many of that they are listed by the index.</param>
internal sealed record Neo4jShape(Neo4jStart Start, int Depth, bool WithHistory, string Hubs);

/// <summary>
/// The texts of reading statements, each made once. A row of a record is <c>[node, steps, releases, ledger, versions]</c>,
/// as far as the shape has them; of a step <c>[its number, whether it must be asked anew by the index, whether more follow,
/// links, total]</c>; of a link <c>[relationship, row of the far record]</c>. Every pattern tests audiences.
/// </summary>
internal sealed class Neo4jText
{
    /// <summary>The most links onto a record that are walked and ordered; where there are more, the index lists them.</summary>
    public const int MostWalked = 1000;

    /// <summary>A type of which a hub has no more than this is walked with the rest: all types together stay below <see cref="MostWalked"/>.</summary>
    public const int FewOfOneType = 50;

    private static readonly ConcurrentDictionary<Neo4jShape, string> Made = new();

    /// <summary>Of records, how many links of each type lead onto them, in the order of <see cref="LinkKind"/>.</summary>
    public static readonly string Degrees =
        $"UNWIND $ids AS id MATCH (n:Record {{id: id}}) RETURN [{string.Join(", ", Enum.GetValues<LinkKind>().Select(kind => $"COUNT {{ (n)<-[:{Neo4jNames.TypeOf(kind)}]-() }}"))}]";

    private const string Registry = "MATCH (g:Registry {id: 1})";
    private const string Known = "RETURN g.epoch AS epoch, g.audiences AS audiences";

    private readonly Neo4jShape shape;
    private readonly string[] hubs;

    private Neo4jText(Neo4jShape shape)
    {
        this.shape = shape;
        hubs = shape.Hubs.Split(';');
    }

    public static string Of(Neo4jShape shape) => Made.GetOrAdd(shape, static one => Neo4jNames.PlannedOnce + new Neo4jText(one).Write());

    private string Write() => shape.Start switch
    {
        Neo4jStart.Ids => $$"""
            {{Registry}} {{Known}},
            COLLECT { UNWIND $ids AS id MATCH (n:Record {id: id}) WHERE n.audience IN $seen AND any(label IN labels(n) WHERE label IN $kinds) AND {{IsLinked}} RETURN {{Row("n", "$bring", 0)}} } AS rows
            """,
        Neo4jStart.ImportKey => $$"""
            {{Registry}} {{Known}},
            COLLECT { MATCH (n:Record {importKey: $key, owner: $agency}) WHERE n.audience IN $full WITH n ORDER BY n.id LIMIT 1 RETURN {{Row("n", "$bring", 0)}} } AS rows
            """,
        Neo4jStart.Link => $$"""
            {{Registry}} {{Known}},
            COLLECT { MATCH (n:Record)-[l:{{Neo4jNames.AnyLink}} {id: $link}]->(f:Record) WHERE n.audience IN $seen AND {{IsVisible("n", "l", "f")}}
              RETURN [{{Row("n", "$bring", shape.Depth)}}, [l, {{Row("f", "$far", 0)}}]] } AS rows
            """,
        Neo4jStart.Rising or Neo4jStart.Falling => Page(),
        _ => throw new InvalidOperationException("A start outside the closed set."),
    };

    /// <summary>
    /// A page comes from the list of the rarest condition, in order; of a condition with several values, from each value's
    /// list, merged. Its total is counted only where the page is not the whole.
    /// </summary>
    private string Page()
    {
        var order = shape.Start == Neo4jStart.Falling ? " DESC" : "";
        var beyond = shape.Start == Neo4jStart.Falling ? "<" : ">";
        string Listed(string low, string high) => $$"""
            MATCH (n:Record)-[x:{{Neo4jListing.Type}}]->(:Value) USING INDEX x:{{Neo4jListing.Type}}(at, sort, id)
                WHERE x.at = at AND x.sort >= {{low}} AND x.sort <= {{high}} AND x.id IS NOT NULL
                  AND ($from IS NULL OR x.sort >= $from OR x.sort IN $also) AND ($below IS NULL OR x.sort < $below)
                  AND n.audience IN $shown AND n.validation IN $validations AND all(one IN $held WHERE any(entry IN one WHERE entry IN n.index)) AND {{IsLinked}}
            """;
        return $$"""
            {{Registry}}
            CALL () {
              UNWIND $lists AS list
              WITH list, COLLECT { UNWIND list AS at MATCH (v:Value {at: at}) RETURN COUNT { (v)<-[:{{Neo4jListing.Type}}]-() } } AS counts
              RETURN list AS ats ORDER BY reduce(sum = 0, count IN counts | sum + count) LIMIT 1
            }
            WITH g, ats, COLLECT {
              UNWIND ats AS at
              CALL (at) {
                {{Listed("$lowAfter", "$highAfter")}}
                  AND ($after IS NULL OR x.sort {{beyond}} $after OR x.id {{beyond}} $afterId)
                RETURN n ORDER BY x.at{{order}}, x.sort{{order}}, x.id{{order}} LIMIT $take
              }
              WITH DISTINCT n RETURN n ORDER BY n.sort{{order}}, n.id{{order}} LIMIT $take
            } AS found
            {{Known}}, COLLECT { UNWIND found[0..$first] AS n RETURN {{Row("n", "$bring", 0)}} } AS rows, size(found) > $first AS more,
            CASE WHEN $total AND ($after IS NOT NULL OR size(found) > $first) THEN COUNT {
                UNWIND ats AS at {{Listed("$low", "$high")}}
                WITH DISTINCT n LIMIT {{ReadPlan.MaxTotal + 1}} RETURN n
              } END AS total
            """;
    }

    /// <summary>A connector is seen through a visible link, and not without one.</summary>
    private static string IsLinked => $$"""(n.audience <> 0 OR EXISTS { MATCH (n)-[c:{{Neo4jNames.AnyLink}}]-(o:Record) WHERE {{IsVisible("n", "c", "o")}} })""";

    /// <summary>The near record is visible itself; a link is at the lowest of its own level and both its ends', and not below its floor.</summary>
    private static string IsVisible(string near, string link, string far) =>
        $"{link}.audience IN $seen AND {far}.audience IN $seen AND ({link}.floor = 2 OR ({near}.audience IN $full AND {link}.audience IN $full AND {far}.audience IN $full))";

    /// <param name="level">How many links were followed to come here.</param>
    private string Row(string node, string bring, int level)
    {
        var steps = level == shape.Depth ? "[]" : Steps(node, bring, level);
        return shape.WithHistory ? $"[{node}, {steps}, {History(node, bring)}]" : $"[{node}, {steps}]";
    }

    /// <summary>Of the releases only those that name the reader; of versions only what the owner's officers see, and what the reader's editions were.</summary>
    private static string History(string node, string bring) => $$"""
        CASE WHEN {{bring}}.releases AND {{node}}.owner <> $agency THEN COLLECT { MATCH (e:Edition {record: {{node}}.id}) WHERE e.token IN $tokens RETURN [e.token, e.level, e.until, e.since, e.releasedAt, e.edition] } END,
        CASE WHEN {{bring}}.releases AND {{node}}.owner <> $agency THEN COLLECT { MATCH (e:EditionVersion {record: {{node}}.id}) WHERE e.token IN $tokens
          OPTIONAL MATCH (v:Version {record: {{node}}.id, number: e.version}) WHERE {{bring}}.versions
          RETURN [e.token, e.level, e.until, e.since, e.showsFrom, e.version, e.at, v] ORDER BY e.edition } END,
        CASE WHEN {{bring}}.versions AND {{node}}.owner = $agency AND {{node}}.audience IN $full THEN COLLECT { MATCH (v:Version) WHERE v.record = {{node}}.id AND v.number < {{node}}.version RETURN v ORDER BY v.number } END
        """;

    private string Steps(string near, string bring, int level)
    {
        var (step, link, far) = ($"s{level}", $"l{level}", $"f{level}");
        var walked = Pattern(near, step, link, far, Neo4jNames.AnyLink);
        var order = $"ORDER BY $rank[type({link})], {link}.sort DESC, {link}.id DESC LIMIT $limit{level}";
        var onto = $"COUNT {{ ({near})<--() }}";
        var byIndex = hubs[level].Length == 0 ? "" : $$"""

            WHEN {{onto}} - COUNT { ({{near}})<-[:{{hubs[level]}}]-() } <= {{MostWalked}} THEN COLLECT { CALL ({{near}}, {{step}}) { {{ByIndex(near, step, link, far, level)}} } RETURN [{{link}}, {{far}}] {{order}} }
            """;
        return $$"""
            COLLECT { UNWIND {{bring}}.steps AS {{step}} WITH {{step}} WHERE any(label IN labels({{near}}) WHERE label IN {{step}}.from)
              WITH {{step}}, CASE WHEN {{step}}.walked OR {{onto}} <= {{MostWalked}} THEN COLLECT { {{walked}} RETURN [{{link}}, {{far}}] {{order}} }{{byIndex}} END AS found{{level}}
              RETURN [{{step}}.number, found{{level}} IS NULL, size(found{{level}}) > {{step}}.first AND {{step}}.first > 0,
                COLLECT { UNWIND found{{level}}[0..{{step}}.first] AS pair WITH pair[0] AS {{link}}, pair[1] AS {{far}} RETURN [{{link}}, {{Row(far, step + ".bring", level + 1)}}] },
                CASE WHEN {{step}}.total AND found{{level}} IS NOT NULL AND ({{step}}.first = 0 OR {{step}}.after IS NOT NULL OR size(found{{level}}) > {{step}}.first)
                  THEN COUNT { MATCH ({{near}})-[{{link}}:{{Neo4jNames.AnyLink}}]-({{far}}:Record) WHERE {{Matches(near, step, link, far)}} WITH {{link}} LIMIT {{ReadPlan.MaxTotal + 1}} RETURN {{link}} } END] }
            """;
    }

    private static string Pattern(string near, string step, string link, string far, string types) =>
        $"MATCH ({near})-[{link}:{types}]-({far}:Record) WHERE {step}.first > 0 AND {Matches(near, step, link, far)} AND {IsAfter(step, link)}";

    private static string Matches(string near, string step, string link, string far) => $"""
        type({link}) IN {step}.types AND ({step}.both OR {step}.outgoing = (startNode({link}) = {near})) AND ({near}.world <> {Storage.Row.NeitherWorld} OR {link}.world = {step}.world)
          AND ({step}.withdrawn OR (NOT {link}.withdrawn AND {far}.validation <> 'WITHDRAWN')) AND {IsVisible(near, link, far)}
        """;

    private static string IsAfter(string step, string link) => $"""
        ({step}.after IS NULL OR $rank[type({link})] > {step}.rank OR ($rank[type({link})] = {step}.rank AND ({link}.sort < {step}.after OR ({link}.sort = {step}.after AND {link}.id < {step}.afterId))))
        """;

    /// <summary>The links of a hub: those onto it of the types that it has many of, by their index, in order; the others as of any record.</summary>
    private string ByIndex(string near, string step, string link, string far, int level)
    {
        var many = hubs[level].Split('|');
        var few = string.Join('|', Enum.GetValues<LinkKind>().Select(Neo4jNames.TypeOf).Except(many, StringComparer.Ordinal));
        string[] walked =
        [
            .. few.Length == 0 ? Array.Empty<string>() : [Pattern(near, step, link, far, few)],
            Pattern(near, step, link, far, hubs[level]).Replace("]-(", "]->(", StringComparison.Ordinal),
        ];
        var listed = many.Select(type => $$"""
            MATCH ({{near}})<-[{{link}}:{{type}}]-({{far}}:Record) USING INDEX {{link}}:{{type}}(toKey, sort, id)
            WHERE {{link}}.toKey = {{near}}.key AND {{link}}.sort <= {{step}}.below.{{type}} AND {{link}}.id IS NOT NULL AND {{Matches(near, step, link, far)}} AND {{IsAfter(step, link)}}
            RETURN {{link}}, {{far}} ORDER BY {{link}}.toKey DESC, {{link}}.sort DESC, {{link}}.id DESC LIMIT $limit{{level}}
            """);
        return string.Join(" UNION ALL ", walked.Select(pattern => $"{pattern} RETURN {link}, {far}").Concat(listed));
    }
}
