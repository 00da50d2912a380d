using System.Text.Json;
using WildlifeRegistry.Access;
using WildlifeRegistry.Records;

namespace WildlifeRegistry.Storage.Neo4j;

/// <summary>
/// Reads joint operations with their officers. An operation's revision rises with every change to it or to its officers:
/// what was decided on them holds while it stays.
/// </summary>
internal static class Neo4jOperations
{
    /// <summary>Of an operation <c>o</c>.</summary>
    public const string Columns = """
        [o.id, o.name, o.lead, o.until, o.revision,
        COLLECT { MATCH (a:OperationAgency {operation: o.id}) RETURN a.agency ORDER BY a.agency },
        COLLECT { MATCH (m:Membership {group: o.id}) RETURN [m.officer, m.until, m.confirmed] ORDER BY m.officer }]
        """;

    /// <summary>
    /// The groups that an officer, if one is given, belongs to at a time. The property is looked up by its name: as long as
    /// nobody was confirmed, Neo4j knows none of that name, and would add a warning to every answer where it is written as others are.
    /// </summary>
    public const string OfOfficer = "MATCH (m:Membership {officer: $p.officer}) USING INDEX m:Membership(officer) WHERE m.until > datetime($p.now) AND properties(m)['confirmed'] RETURN m.group ORDER BY m.group";

    private const string OfAgency = $"MATCH (a:OperationAgency {{agency: $p.agency}}) MATCH (o:Operation {{id: a.operation}}) WITH o ORDER BY o.id RETURN {Columns}";

    /// <summary>Those that the agency is a member of, by id.</summary>
    public static Task<IReadOnlyList<RunningOperation>> OfAsync(Neo4jClient client, AgencyCode agency, CancellationToken ct) => client.ReadAsync<IReadOnlyList<RunningOperation>>(
        OfAgency,
        parameters => parameters.WriteString("agency", agency.Value),
        static rows => [.. rows.EnumerateArray().Select(row => Read(row[0]).Operation)],
        ct);

    /// <summary>Ids of the groups that the officer belongs to at a time, ordered.</summary>
    public static Task<IReadOnlyList<string>> GroupsOfAsync(Neo4jClient client, OfficerId officer, DateTimeOffset now, CancellationToken ct) => client.ReadAsync<IReadOnlyList<string>>(
        OfOfficer,
        parameters =>
        {
            parameters.WriteString("officer", officer.Value);
            parameters.WriteString("now", Neo4jTime.Write(now.UtcTicks));
        },
        static rows => [.. rows.EnumerateArray().Select(row => row[0].GetString()!)],
        ct);

    /// <param name="rows">What a list of <see cref="OfOfficer"/> brought.</param>
    public static IReadOnlyList<string> ReadGroups(JsonElement rows) => [.. rows.EnumerateArray().Select(group => group.GetString()!)];

    public static (RunningOperation Operation, long Revision) Read(JsonElement row)
    {
        var id = row[0].GetString()!;
        return (
            new RunningOperation(
                new JointOperation(
                    RecordId.TryParse(id, out var parsed) ? parsed : default,
                    row[1].GetString()!,
                    Row.Agency(row[2].GetString()!),
                    [.. row[5].EnumerateArray().Select(agency => Row.Agency(agency.GetString()!))],
                    Time(row[3])),
                [.. row[6].EnumerateArray().Select(one => new Membership(id, new OfficerId(one[0].GetString()!), Time(one[1]), one[2].GetBoolean()))]),
            row[4].GetInt64());
    }

    private static DateTimeOffset Time(JsonElement value) => new(Neo4jTime.Read(value.GetString()!), TimeSpan.Zero);
}
