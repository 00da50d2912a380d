using System.Text.RegularExpressions;

namespace WildlifeRegistry.Tests.Conversations;

/// <summary>What a reader asks after each step, by every road that there is.</summary>
internal static partial class Questions
{
    private const string Link = "id kind outgoing role leg seizureOpportunity valueAsGiven note period { from until } level handling handlingNote grade { source information } withdrawn version owner { code } other { __typename id caption }";
    private const string Links = $"links(first: 6, withdrawn: $withdrawn) {{ totalCount totalAtLeast pageInfo {{ hasNextPage startCursor endCursor }} nodes {{ {Link} }} }}";
    private const string Record = """
        kind owner { code } level handling handlingNote grade { source information } validation exercise releasedAt edition version reference reviewBy provenance { origin sources }
        releases { to level until } history { version at by validation reason caption changes { field before after } } editions { edition at changes { field before after } } changesSince(edition: 1) { field before after } createdAt updatedAt
        """;

    /// <summary>Anything by ids, whole.</summary>
    public const string Nodes = $$"""
        query ($ids: [ID!]!, $withdrawn: Boolean) { nodes(ids: $ids) { __typename id ... on Linkable { caption {{Links}} } ... on Record { {{Record}} }
          ... on Seizure { occurredOn country placeName narrative modeOfTransport place { id } specimens { id nameAsGiven species { id } quantities { amount unit } marks { id } } }
          ... on Incident { occurredOn country narrative } ... on Suspect { type names { full } nationalities birth offence status { value } } ... on Route { name routeStatus: status legs { from { id } } } } }
        """;

    /// <summary>The lists, with totals and cursors.</summary>
    public const string Lists = $$"""
        query ($exercise: Boolean, $validation: [Validation!], $mine: Boolean) { me { groups }
          seizures(first: 4, filter: { exercise: $exercise, validation: $validation, mine: $mine }) { totalCount totalAtLeast pageInfo { hasNextPage endCursor } edges { cursor node { id caption {{Record}} } } }
          suspects(first: 4, filter: { exercise: $exercise, validation: $validation, mine: $mine }) { totalCount totalAtLeast pageInfo { hasNextPage endCursor } edges { cursor node { id caption } } }
          incidents(first: 4, filter: { exercise: $exercise, validation: $validation }) { totalCount nodes { id caption } }
          routes(first: 4, filter: { exercise: $exercise, validation: $validation }) { totalCount nodes { id caption } } }
        """;

    /// <summary>The rest of a list after a cursor.</summary>
    public const string After = "query ($exercise: Boolean, $after: String) { seizures(first: 3, filter: { exercise: $exercise }, after: $after) { totalCount pageInfo { hasNextPage hasPreviousPage endCursor } nodes { id } } }";

    /// <summary>Identifiers and reference records, and what hangs on them for the reader.</summary>
    public const string Roads = $$"""
        query ($exercise: Boolean, $phone: String!, $plate: String!, $withdrawn: Boolean) {
          phone: identifier(type: PHONE, value: $phone, exercise: $exercise) { id {{Links}} } plate: identifier(type: PLATE, value: $plate, exercise: $exercise) { id {{Links}} }
          container: identifier(type: CONTAINER, value: "CSQU3054383", exercise: $exercise) { id {{Links}} }
          species(name: "Saiga tatarica") { nodes { id counted: links(first: 1, kinds: [OF_SPECIES], exercise: $exercise) { totalCount } links(first: 2, exercise: $exercise) { totalCount totalAtLeast pageInfo { endCursor hasNextPage } nodes { id kind owner { code } other { id caption } } } } }
          places(filter: { name: "Kazakhstan" }) { nodes { id links(first: 5, exercise: $exercise, withdrawn: $withdrawn) { totalCount nodes { id kind other { id caption } } } } } }
        """;

    /// <summary>What liaison officers ask beside.</summary>
    public const string OfLiaison = $$"""
        query ($id: ID!) { operations { id name lead { code } members { code } until officers { officer confirmed until } }
          releasePreview(id: $id, to: "agency:PK-CUSTOMS", level: SANITISED, withLinks: true) { record { id caption level } links { {{Link}} } notYoursToRelease } }
        """;

    /// <summary>References come from keyed counters that hidden records move on: each is called by the order in which it was first heard.</summary>
    public static string Renamed(string answer, Dictionary<string, int> references) => Reference().Replace(answer, match =>
    {
        references.TryAdd(match.Value, references.Count);
        return $"\"reference\":{references[match.Value]}";
    });

    [GeneratedRegex("\"reference\":\"[^\"]+\"", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Reference();
}
