using System.Collections.Frozen;
using WildlifeRegistry.Links;
using WildlifeRegistry.Records;

namespace WildlifeRegistry.Storage.Neo4j;

/// <summary>The closed sets as they are written in the graph: labels, types of relationships, and values.</summary>
internal static class Neo4jNames
{
    private static readonly FrozenDictionary<LinkKind, string> Types = Enum.GetValues<LinkKind>().ToFrozenDictionary(kind => kind, RecordJson.NameOf);
    private static readonly FrozenDictionary<string, LinkKind> Links = Types.ToFrozenDictionary(type => type.Value, type => type.Key, StringComparer.Ordinal);
    private static readonly FrozenDictionary<RecordKind, string> Labels = Enum.GetValues<RecordKind>().ToFrozenDictionary(kind => kind, kind => kind.ToString());
    private static readonly FrozenDictionary<string, RecordKind> Kinds = Labels.ToFrozenDictionary(label => label.Value, label => label.Key, StringComparer.Ordinal);
    private static readonly FrozenDictionary<Validation, string> Validations = Enum.GetValues<Validation>().ToFrozenDictionary(one => one, RecordJson.NameOf);
    private static readonly FrozenDictionary<string, Validation> ValidationsByName = Validations.ToFrozenDictionary(one => one.Value, one => one.Key, StringComparer.Ordinal);
    private static readonly FrozenDictionary<Handling, string> Handlings = Enum.GetValues<Handling>().ToFrozenDictionary(one => one, RecordJson.NameOf);
    private static readonly FrozenDictionary<string, Handling> HandlingsByName = Handlings.ToFrozenDictionary(one => one.Value, one => one.Key, StringComparer.Ordinal);

    /// <summary>
    /// Before a statement that is long to plan: it is planned once, and not anew whenever the graph has grown or shrunk. It
    /// names its indexes, or can start from no other; a test holds that it is planned alike over an empty graph and a full one.
    /// </summary>
    public const string PlannedOnce = "CYPHER replan=skip\n";

    /// <summary>
    /// Finds a link by its id, whatever its type, with both ends: each type's own index is named, for over an empty graph Neo4j
    /// would go through all links instead, and keep to it.
    /// </summary>
    /// <param name="id">E.g. <c>x.id</c>.</param>
    /// <param name="given">What of the statement around it <paramref name="id"/> is made of: <c>x</c>, or nothing.</param>
    public static string FindLink(string id, string given, string from, string link, string to) =>
        $"CALL ({given}) {{ {string.Join(" UNION ALL ", Enum.GetValues<LinkKind>().Select(TypeOf).Select(type => $"MATCH ({from})-[{link}:{type}]->({to}) USING INDEX {link}:{type}(id) WHERE {link}.id = {id} RETURN {from}, {link}, {to}"))} }}";

    /// <summary>INVOLVES, OF_SPECIES: the relationship's type.</summary>
    public static string TypeOf(LinkKind kind) => Types[kind];

    public static LinkKind LinkOf(string type) => Links[type];

    /// <summary>Seizure: the second label of a record's node.</summary>
    public static string LabelOf(RecordKind kind) => Labels[kind];

    /// <summary>The kind that a node's labels say.</summary>
    /// <exception cref="KeyNotFoundException">They say none.</exception>
    public static RecordKind KindOf(string label) => Kinds[label];

    public static string NameOf(Validation validation) => Validations[validation];

    public static Validation ValidationOf(string name) => ValidationsByName[name];

    public static string NameOf(Handling handling) => Handlings[handling];

    public static Handling HandlingOf(string name) => HandlingsByName[name];

    /// <summary>The id's low 63 bits, as range indexes on relationships keep them.</summary>
    public static long KeyOf(RecordId id) => (long)(ulong)(id.Value & long.MaxValue);
}
