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

/// <summary>What a text brings where a plan asks for it; what few plans ask for is not in all, for rows that may hold much cost much, asked for or not.</summary>
internal enum Neo4jExtent
{
    /// <summary>The links of the records that it starts from, with their number, and behind a position unless it starts from a page; the links of those in turn.</summary>
    Plain,

    /// <summary>Also the releases and versions of the records that it starts from.</summary>
    WithHistory,

    /// <summary>All of that, at every level.</summary>
    Whole,
}

/// <summary>
/// What the text of a reading statement hangs on, and nothing else does: where it starts, how many links it follows one
/// after the other, from where links are listed by an index, and its extent. Which steps there are and
/// over which kinds of links is in the parameters: it costs a filter, while Neo4j needs a second to plan a text that is new
/// to it.
/// </summary>
/// <param name="Depth">As deep as the text goes, which is at least as deep as the plan: a level without steps costs next to nothing.</param>
/// <param name="Hubs">Of each level, the types of links (ordered, joined by |) that some record has so many of that they are listed by the index.</param>
internal sealed record Neo4jShape(Neo4jStart Start, int Depth, string Hubs, Neo4jExtent Extent)
{
    /// <summary>Whether links that start at the level are counted.</summary>
    public bool HasTotals(int level) => Extent == Neo4jExtent.Whole || level == 0;

    /// <summary>Whether links that start at the level may go on behind a position.</summary>
    public bool HasPositions(int level) => Extent == Neo4jExtent.Whole || (level == 0 && Start is not (Neo4jStart.Rising or Neo4jStart.Falling));

    /// <summary>Whether records that so many links were followed to bring their releases and versions.</summary>
    public bool HasHistory(int level) => Extent == Neo4jExtent.Whole || (level == 0 && Extent == Neo4jExtent.WithHistory);
}

/// <summary>
/// The texts of reading statements, each made once. A row of a record is <c>[node, steps, [releases, ledger, versions]]</c>,
/// the last where it is asked for; of a step <c>[its number, whether it must be asked anew by the index, whether more follow,
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
        $"UNWIND $p.ids AS id MATCH (n:Record {{id: id}}) RETURN [{string.Join(", ", Enum.GetValues<LinkKind>().Select(kind => $"COUNT {{ (n)<-[:{Neo4jNames.TypeOf(kind)}]-() }}"))}]";

    private const string Registry = "MATCH (g:Registry {id: 1})";
    private const string Known = $"RETURN g.epoch AS epoch, g.audiences AS audiences, COLLECT {{ {Neo4jOperations.OfOfficer} }} AS groups";

    private readonly Neo4jShape shape;
    private readonly string[] hubs;

    private Neo4jText(Neo4jShape shape)
    {
        this.shape = shape;
        hubs = shape.Hubs.Split(';');
    }

    /// <summary>The texts that every plan comes in as long as no hub is met, but for whole ones that go deep: few ask so, and they are long to plan.</summary>
    public static IEnumerable<string> Common =>
        from start in Enum.GetValues<Neo4jStart>()
        from extent in Neo4jPlan.ExtentsOf(start)
        from depth in Neo4jPlan.Depths
        where depth <= 1 || extent != Neo4jExtent.Whole
        select Of(new Neo4jShape(start, depth, string.Join(';', new string[depth]), extent));

    public static string Of(Neo4jShape shape) => Made.GetOrAdd(shape, static one => Neo4jNames.PlannedOnce + new Neo4jText(one).Write());

    private string Write() => shape.Start switch
    {
        Neo4jStart.Ids => $$"""
            {{Registry}} {{Known}},
            COLLECT { UNWIND $p.ids AS id MATCH (n:Record {id: id}) WHERE n.audience IN $p.seen AND ($p.any OR any(label IN labels(n) WHERE label IN $p.kinds)) AND {{IsLinked}} RETURN {{Row("n", "$p.bring", 0)}} } AS rows
            """,
        Neo4jStart.ImportKey => $$"""
            {{Registry}} {{Known}},
            COLLECT { MATCH (n:Record {importKey: $p.key, owner: $p.agency}) USING INDEX SEEK n:Record(importKey, owner) WHERE n.audience IN $p.full WITH n ORDER BY n.id LIMIT 1 RETURN {{Row("n", "$p.bring", 0)}} } AS rows
            """,
        Neo4jStart.Link => $$"""
            {{Registry}} {{Known}},
            COLLECT { {{Neo4jNames.FindLink("$p.link", "", "n", "l", "f")}} WITH n, l, f WHERE n.audience IN $p.seen AND {{IsVisible("n", "l", "f")}}
              RETURN [{{Row("n", "$p.bring", 0, steps: "[]")}}, [{{Neo4jFound.LinkColumns("n", "l")}}, {{Row("f", "$p.far", 0)}}]] } AS rows
            """,
        Neo4jStart.Rising or Neo4jStart.Falling => Page(),
        _ => throw new InvalidOperationException("A start outside the closed set."),
    };

    /// <summary>
    /// A page comes from the list of the rarest condition, in order; of a condition with several values, from each value's
    /// list, merged. Its total is counted only where the page is not the whole. The ends of a relationship that an index gives
    /// bear no label here: over an empty graph Neo4j would go through all nodes of the label to join them, and keep to it.
    /// </summary>
    private string Page()
    {
        var order = shape.Start == Neo4jStart.Falling ? " DESC" : "";
        var beyond = shape.Start == Neo4jStart.Falling ? "<" : ">";
        string Listed(string low, string high) => $$"""
            MATCH (n)-[x:{{Neo4jListing.Type}}]->() USING INDEX x:{{Neo4jListing.Type}}(at, sort, id)
                WHERE x.at = at AND x.sort >= {{low}} AND x.sort < {{high}} AND x.id IS NOT NULL AND ($p.exact OR x.sort >= $p.from OR x.sort IN $p.also)
                  AND n.audience IN $p.shown AND n.validation IN $p.validations AND all(one IN $p.held WHERE any(entry IN one WHERE entry IN n.index)) AND {{IsLinked}}
            """;
        return $$"""
            {{Registry}}
            CALL () {
              UNWIND $p.lists AS list
              WITH list, COLLECT { UNWIND list AS at MATCH (v:Value {at: at}) RETURN COUNT { (v)<-[:{{Neo4jListing.Type}}]-() } } AS counts
              RETURN list AS ats ORDER BY reduce(sum = 0, count IN counts | sum + count) LIMIT 1
            }
            WITH g, ats, COLLECT {
              UNWIND ats AS at
              CALL (at) {
                {{Listed("$p.lowAfter", "$p.highAfter")}}
                  AND ($p.after IS NULL OR x.sort {{beyond}} $p.after OR x.id {{beyond}} $p.afterId)
                RETURN n ORDER BY x.at{{order}}, x.sort{{order}}, x.id{{order}} LIMIT $p.take
              }
              WITH DISTINCT n RETURN n ORDER BY n.sort{{order}}, n.id{{order}} LIMIT $p.take
            } AS found
            {{Known}}, COLLECT { UNWIND found[0..$p.first] AS n RETURN {{Row("n", "$p.bring", 0)}} } AS rows, size(found) > $p.first AS more,
            CASE WHEN $p.total AND ($p.after IS NOT NULL OR size(found) > $p.first) THEN COUNT {
                UNWIND ats AS at {{Listed("$p.low", "$p.high")}}
                WITH DISTINCT n LIMIT {{ReadPlan.MaxTotal + 1}} RETURN n
              } END AS total
            """;
    }

    /// <summary>A connector is seen through a visible link, and not without one.</summary>
    private static string IsLinked => $$"""(n.audience <> 0 OR EXISTS { MATCH (n)-[c]-(o:Record) WHERE {{IsVisible("n", "c", "o")}} })""";

    /// <summary>The near record is visible itself; a link is at the lowest of its own level and both its ends', and not below its floor.</summary>
    private static string IsVisible(string near, string link, string far) =>
        $"{link}.audience IN $p.seen AND {far}.audience IN $p.seen AND ({link}.floor = 2 OR ({near}.audience IN $p.full AND {link}.audience IN $p.full AND {far}.audience IN $p.full))";

    /// <param name="level">How many links were followed to come here.</param>
    /// <param name="steps">The lists of its links, where they are not as the plan has them.</param>
    private string Row(string node, string bring, int level, string? steps = null)
    {
        steps ??= level == shape.Depth ? "[]" : Steps(node, bring, level);
        var history = shape.HasHistory(level) ? ", " + History(node, bring) : "";
        return $"[{Neo4jFound.Columns(node)}, {steps}{history}]";
    }

    /// <summary>Of the releases only those that name the reader; of versions only what the owner's officers see, and what the reader's editions were.</summary>
    private static string History(string node, string bring) => $$"""
        CASE WHEN {{bring}}.releases THEN [
        CASE WHEN {{node}}.owner <> $p.agency THEN COLLECT { MATCH (e:Edition {record: {{node}}.id}) WHERE e.token IN $p.tokens RETURN [e.token, e.level, e.until, e.since, e.releasedAt, e.edition] } END,
        CASE WHEN {{node}}.owner <> $p.agency THEN COLLECT { MATCH (e:EditionVersion {record: {{node}}.id}) WHERE e.token IN $p.tokens
          OPTIONAL MATCH (v:Version {record: {{node}}.id, number: e.version}) WHERE {{bring}}.versions
          RETURN [e.token, e.level, e.until, e.since, e.showsFrom, e.version, e.at, v] ORDER BY e.edition } END,
        CASE WHEN {{bring}}.versions AND {{node}}.owner = $p.agency AND {{node}}.audience IN $p.full THEN COLLECT { MATCH (v:Version) WHERE v.record = {{node}}.id AND v.number < {{node}}.version RETURN v ORDER BY v.number } END
        ] END
        """;

    private string Steps(string near, string bring, int level)
    {
        var (step, link, far) = ($"s{level}", $"l{level}", $"f{level}");
        var walked = Pattern(near, step, link, far, level);
        var order = $"ORDER BY $p.rank[type({link})], {link}.sort DESC, {link}.id DESC LIMIT $p.limit{level}";
        var onto = $"COUNT {{ ({near})<--() }}";
        var byIndex = hubs[level].Length == 0 ? "" : $$"""

            WHEN {{onto}} - COUNT { ({{near}})<-[:{{hubs[level]}}]-() } <= {{MostWalked}} THEN COLLECT { CALL ({{near}}, {{step}}) { {{ByIndex(near, step, link, far, level)}} } RETURN [{{link}}, {{far}}] {{order}} }
            """;
        var total = !shape.HasTotals(level) ? "" : $$"""
            ,
                CASE WHEN {{step}}.total AND found{{level}} IS NOT NULL AND ({{step}}.first = 0 OR {{step}}.after IS NOT NULL OR size(found{{level}}) > {{step}}.first)
                  THEN COUNT { MATCH ({{near}})-[{{link}}]-({{far}}:Record) WHERE {{Matches(near, step, link, far)}} WITH {{link}} LIMIT {{ReadPlan.MaxTotal + 1}} RETURN {{link}} } END
            """;
        return $$"""
            COLLECT { UNWIND {{bring}}.steps AS {{step}} WITH {{step}} WHERE any(label IN labels({{near}}) WHERE label IN {{step}}.from)
              WITH {{step}}, CASE WHEN {{step}}.walked OR {{onto}} <= {{MostWalked}} THEN COLLECT { {{walked}} RETURN [{{link}}, {{far}}] {{order}} }{{byIndex}} END AS found{{level}}
              RETURN [{{step}}.number, found{{level}} IS NULL, size(found{{level}}) > {{step}}.first AND {{step}}.first > 0,
                COLLECT { UNWIND found{{level}}[0..{{step}}.first] AS pair WITH pair[0] AS {{link}}, pair[1] AS {{far}} RETURN [{{Neo4jFound.LinkColumns(near, link)}}, {{Row(far, step + ".bring", level + 1)}}] }{{total}}] }
            """;
    }

    /// <param name="types">Which to walk, or all: the step's own kinds are a filter, for naming all that there are makes the statement long to plan.</param>
    private string Pattern(string near, string step, string link, string far, int level, string types = "") =>
        $"MATCH ({near})-[{link}{types}]-({far}:Record) WHERE {step}.first > 0 AND {Matches(near, step, link, far)}{AndIsAfter(step, link, level)}";

    private static string Matches(string near, string step, string link, string far) => $"""
        type({link}) IN {step}.types AND ({step}.both OR {step}.outgoing = (startNode({link}) = {near})) AND ({near}.world <> {Storage.Row.NeitherWorld} OR {link}.world = {step}.world)
          AND ({step}.withdrawn OR (NOT {link}.withdrawn AND {far}.validation <> 'WITHDRAWN')) AND {IsVisible(near, link, far)}
        """;

    private string AndIsAfter(string step, string link, int level) => !shape.HasPositions(level) ? "" : $"""
         AND ({step}.after IS NULL OR $p.rank[type({link})] > {step}.rank OR ($p.rank[type({link})] = {step}.rank AND ({link}.sort < {step}.after OR ({link}.sort = {step}.after AND {link}.id < {step}.afterId))))
        """;

    /// <summary>The links of a hub: those onto it of the types that it has many of, by their index, in order; the others as of any record.</summary>
    private string ByIndex(string near, string step, string link, string far, int level)
    {
        var many = hubs[level].Split('|');
        var few = string.Join('|', Enum.GetValues<LinkKind>().Select(Neo4jNames.TypeOf).Except(many, StringComparer.Ordinal));
        string[] walked =
        [
            .. few.Length == 0 ? Array.Empty<string>() : [Pattern(near, step, link, far, level, ":" + few)],
            Pattern(near, step, link, far, level, ":" + hubs[level]).Replace("]-(", "]->(", StringComparison.Ordinal),
        ];
        var listed = many.Select(type => $$"""
            MATCH ({{near}})<-[{{link}}:{{type}}]-({{far}}) USING INDEX {{link}}:{{type}}(toKey, sort, id)
            WHERE {{link}}.toKey = {{near}}.key AND {{link}}.sort <= {{step}}.below.{{type}} AND {{link}}.id IS NOT NULL AND {{Matches(near, step, link, far)}}{{AndIsAfter(step, link, level)}}
            RETURN {{link}}, {{far}} ORDER BY {{link}}.toKey DESC, {{link}}.sort DESC, {{link}}.id DESC LIMIT $p.limit{{level}}
            """);
        return string.Join(" UNION ALL ", walked.Select(pattern => $"{pattern} RETURN {link}, {far}").Concat(listed));
    }
}
