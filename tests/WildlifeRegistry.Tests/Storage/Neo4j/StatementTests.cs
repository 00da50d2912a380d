using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using WildlifeRegistry.Records;
using WildlifeRegistry.Storage;
using WildlifeRegistry.Storage.Neo4j;
using WildlifeRegistry.Tests.Conformance;

namespace WildlifeRegistry.Tests.Neo4j;

/// <summary>Statements are few, whatever lies in the graph and whoever asks; and each starts from an index.</summary>
[Collection(Neo4jTests.Name)]
public sealed partial class StatementTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Their_number_grows_neither_with_the_data_nor_with_the_readers()
    {
        await Presence.RequireAsync(new Neo4jEngine());
        using var sent = new SentStatements();
        await using var engine = new Neo4jEngine();
        await engine.OpenAsync();
        var world = new World(17);
        await world.BuildAsync(engine, 30, Ct);
        var plans = Enumerable.Range(0, 60).Select(_ => world.Plan()).ToList();
        await AskAsync(world.Officers[0]);
        await AskAsync(world.Officers[0]); // audiences and hubs are known now
        var first = sent.Texts.ToHashSet(StringComparer.Ordinal);

        await world.BuildAsync(engine, 60, Ct);
        foreach (var reader in world.Readers)
        {
            await AskAsync(reader);
        }

        Assert.Equal([], sent.Texts.Except(first, StringComparer.Ordinal));

        async Task AskAsync(WildlifeRegistry.Access.Reader reader)
        {
            foreach (var plan in plans)
            {
                await engine.Store.ViewFor(reader).ReadAsync(plan, Ct);
            }
        }
    }

    [Fact]
    public async Task Each_starts_from_an_index_over_an_empty_graph_and_over_a_full_one()
    {
        await Presence.RequireAsync(new Neo4jEngine());
        using var sent = new SentStatements();
        await using var world = await GraphWorld.OpenAsync(Neo4jText.MostWalked + 1);
        List<string> texts = [.. await ReadingAsync(world, sent), Neo4jAsked.Statement, Neo4jCommitStatement.Text];
        foreach (var text in texts)
        {
            await AssertAsync(text);
        }

        await world.Engine.TamperAsync("MATCH (n) WHERE NOT n:Registry AND NOT n:Migration DETACH DELETE n");
        foreach (var text in texts)
        {
            await AssertAsync(text);
        }

        async Task AssertAsync(string text)
        {
            var operators = await OperatorsAsync(world.Engine, text.Replace(Neo4jNames.PlannedOnce, "", StringComparison.Ordinal));
            Assert.Contains(operators, one => one.Contains("IndexSeek", StringComparison.Ordinal));
            Assert.True(!operators.Any(one => one.Contains("Scan", StringComparison.Ordinal)), $"{string.Join(' ', operators)}: {text}");
        }
    }

    /// <summary>Neo4j does not show how it plans a list within a condition: so each pattern, wherever it stands, begins where it can be found.</summary>
    [Fact]
    public async Task Each_pattern_begins_at_what_was_found_or_at_an_index()
    {
        await Presence.RequireAsync(new Neo4jEngine());
        using var sent = new SentStatements();
        await using var world = await GraphWorld.OpenAsync(Neo4jText.MostWalked + 1);
        var indexed = await IndexedAsync(world.Engine);
        Assert.Contains("Edition.record", indexed);
        foreach (var text in (await ReadingAsync(world, sent)).Append(Neo4jCommitStatement.Text).Append(Neo4jAsked.Statement))
        {
            foreach (var match in Pattern().Matches(text).Where(match => !Begins(text, match, indexed)))
            {
                Assert.Fail($"{match.Value} begins nowhere, in: {text}");
            }
        }
    }

    [Theory]
    [InlineData("MATCH (n:Record {id: $p.id}) RETURN n", true)]
    [InlineData("MATCH (n:Record) WHERE n.id = $p.id RETURN n", true)]
    [InlineData("MATCH (n:Record {id: $p.id}) RETURN COLLECT { MATCH (n)-[l]-(f) RETURN l }", true)]
    [InlineData("MATCH (n:Record {sort: $p.sort}) RETURN n", false)]
    [InlineData("MATCH (n:Record) WHERE n.sort = $p.sort RETURN n", false)]
    [InlineData("MATCH (n:Record {id: $p.id}) RETURN CASE WHEN true THEN COLLECT { MATCH (e:Edition) RETURN e } END", false)]
    [InlineData("MATCH ()-[x:LISTED]->() USING INDEX x:LISTED(at, sort, id) WHERE x.at = $p.at RETURN x", true)]
    [InlineData("MATCH ()-[x:LISTED]->() WHERE x.at = $p.at RETURN x", false)]
    public void A_pattern_that_begins_nowhere_is_told(string text, bool begins) =>
        Assert.Equal(begins, Pattern().Matches(text).All(match => Begins(text, match, ["Record.id", "Edition.record"])));

    [Fact]
    public async Task What_is_planned_ahead_is_what_is_asked_and_changes_nothing()
    {
        await Presence.RequireAsync(new Neo4jEngine());
        using var sent = new SentStatements();
        await using var world = await GraphWorld.OpenAsync(3);
        var store = Assert.IsType<Neo4jGraphStore>(world.Engine.Store);
        var before = await world.Engine.DumpAsync();
        var asked = sent.Texts.Count;
        await store.PrepareAsync(Ct);

        Assert.Equal(before, await world.Engine.DumpAsync());
        var planned = sent.Texts.Skip(asked).ToHashSet(StringComparer.Ordinal);
        Assert.Contains(Neo4jCommitStatement.Text, planned);
        var reading = sent.Texts.Count;
        var random = new World(17);
        for (var n = 0; n < 20; n++)
        {
            await world.ReadAsync(GraphWorld.Officer, random.Start(), random.Bring(2));
        }

        var others = sent.Texts.Skip(reading).Where(text => text.Contains("AS rows", StringComparison.Ordinal)).Except(planned, StringComparer.Ordinal);
        Assert.Equal([], others.Except(Enum.GetValues<Neo4jStart>().Select(start => Neo4jText.Of(new Neo4jShape(start, 3, ";;", Neo4jExtent.Whole))), StringComparer.Ordinal));
    }

    /// <summary>The reading statements of many plans, over a graph with a hub.</summary>
    private static async Task<List<string>> ReadingAsync(GraphWorld world, SentStatements sent)
    {
        var random = new World(17);
        await world.ReadAsync(GraphWorld.Officer, new PlanStart.ByIds([world.Species], []), new Bring([GraphWorld.Step([], 5)]));
        await world.ReadAsync(GraphWorld.Officer, GraphWorld.Page([new Condition(Synthetic.Country, ["KZ"], IsOpen: true)]));
        for (var n = 0; n < 40; n++)
        {
            await world.ReadAsync(GraphWorld.Officer, random.Start(), random.Bring(2));
        }

        var reading = sent.Texts.Where(text => text.Contains("AS rows", StringComparison.Ordinal) || text == Neo4jText.Degrees).Distinct(StringComparer.Ordinal).ToList();
        Assert.True(reading.Count >= 6);
        return [.. reading.Union(Neo4jText.Common, StringComparer.Ordinal)];
    }

    /// <summary>True where its first node was found before, or an index gives what it begins with.</summary>
    private static bool Begins(string text, Match match, HashSet<string> indexed)
    {
        var (node, label, property) = (match.Groups["node"].Value, match.Groups["label"].Value, match.Groups["property"].Value);
        return (node.Length > 0 && Regex.IsMatch(text[..match.Index], $@"\b{node}\b", RegexOptions.None, TimeSpan.FromSeconds(1)))
            || (label.Length > 0 && property.Length > 0 && indexed.Contains($"{label}.{property}"))
            || match.Groups["given"].Success;
    }

    [GeneratedRegex(
        """
        MATCH\s\((?<node>\w*)(:(?<label>\w+))?
        (\s\{(?<property>\w+):
        |\)\sWHERE\s\k<node>\.(?<property>\w+)\s(=|<=?|>=?)\s
        |[^)]*\)<?-\[(?<link>\w*)[^\]]*\]->?\([^)]*\)\sUSING\sINDEX\s\k<link>:(?<given>))?
        """,
        RegexOptions.IgnorePatternWhitespace | RegexOptions.ExplicitCapture,
        1000)]
    private static partial Regex Pattern();

    /// <summary>Labels with the first property of each of their indexes.</summary>
    private static async Task<HashSet<string>> IndexedAsync(Neo4jEngine engine)
    {
        using var http = new HttpClient();
        using var answer = await http.PostAsJsonAsync(
            $"{engine.Address}db/neo4j/query/v2",
            new { statement = "SHOW INDEXES YIELD entityType, labelsOrTypes, properties WHERE entityType = 'NODE' AND properties IS NOT NULL RETURN labelsOrTypes[0] + '.' + properties[0]" },
            Ct);
        var rows = (await answer.Content.ReadFromJsonAsync<JsonElement>(Ct)).GetProperty("data").GetProperty("values");
        return [.. rows.EnumerateArray().Select(row => row[0].GetString()!)];
    }

    /// <summary>The names of all operators that Neo4j plans a statement with.</summary>
    private static async Task<List<string>> OperatorsAsync(Neo4jEngine engine, string statement)
    {
        using var http = new HttpClient();
        using var answer = await http.PostAsJsonAsync($"{engine.Address}db/neo4j/query/v2", new { statement = "EXPLAIN " + statement }, Ct);
        var names = new List<string>();
        using var document = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Ct), new JsonDocumentOptions { MaxDepth = 1000 });
        Add(document.RootElement.GetProperty("queryPlan"));
        return names;

        void Add(JsonElement plan)
        {
            names.Add(plan.GetProperty("operatorType").GetString()!);
            foreach (var child in plan.GetProperty("children").EnumerateArray())
            {
                Add(child);
            }
        }
    }
}
