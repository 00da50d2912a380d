using WildlifeRegistry.Records;

namespace WildlifeRegistry.Storage.Neo4j;

/// <summary>
/// What lists come from: each record has a LISTED relationship for every value that it is filtered by, and one for the
/// whole list of its kind, to the value's own node. It carries the record's place (order key and id), so that one index
/// gives the records of a value in order; how many a value has, Neo4j keeps beside its node.
/// </summary>
internal static class Neo4jListing
{
    public const string Type = "LISTED";

    // One key for kind, world, property and value: an index that begins with a list's own key gives just that list.
    private const string Places = """
        UNWIND [''] + coalesce(x.p.index, []) AS entry
        WITH DISTINCT n, x.label + '\u001F' + toString(n.world) + '\u001F' + entry AS at
        MERGE (v:Value {at: at}) CREATE (n)-[:LISTED {at: at, sort: n.sort, id: n.id}]->(v)
        """;

    /// <summary>Lists the records that rows of a parameter have just written, each with its label and its properties p.</summary>
    /// <param name="rows">E.g. <c>$p.added</c>.</param>
    public static string Of(string rows) => $"UNWIND {rows} AS x MATCH (n:Record {{id: x.p.id}}) {Places}";

    /// <summary>As above, of a record <c>n</c> that a row <c>x</c> has just made in the same statement.</summary>
    public static string OfMade() => $"WITH n, x {Places}";

    /// <summary>As above, of records that may be listed already: where they are no longer, they go.</summary>
    public static string Again(string rows) => $"UNWIND {rows} AS x MATCH (n:Record {{id: x.p.id}}) CALL (n) {{ MATCH (n)-[l:LISTED]->() DELETE l }} WITH x, n {Places}";

    /// <summary>As above, of connectors, which another change may have listed before.</summary>
    public static string OfNew(string rows) => $"UNWIND {rows} AS x MATCH (n:Record {{id: x.p.id}}) WHERE NOT EXISTS {{ (n)-[:LISTED]->() }} {Places}";

    /// <summary>The key of the whole list of a kind.</summary>
    public static string KeyOf(RecordKind kind, bool? exercise) =>
        $"{Neo4jNames.LabelOf(kind)}{Neo4jWriting.Unit}{Row.WorldOf(exercise)}{Neo4jWriting.Unit}";

    /// <summary>What a record is listed by, as its own list has it.</summary>
    public static string EntryOf(string property, string value) => property + Neo4jWriting.Unit + value;
}
