using System.Net.Http.Json;
using System.Text.Json;
using WildlifeRegistry.Records;
using WildlifeRegistry.Storage;
using WildlifeRegistry.Storage.Neo4j;
using WildlifeRegistry.Tests.Conformance;

namespace WildlifeRegistry.Tests.Neo4j;

/// <summary>Statements are few, whatever lies in the graph and whoever asks; and each starts from an index.</summary>
[Collection(Neo4jTests.Name)]
public sealed class StatementTests
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
        var random = new World(17);
        await world.ReadAsync(GraphWorld.Officer, new PlanStart.ByIds([world.Species], []), new Bring([GraphWorld.Step([], 5)]));
        await world.ReadAsync(GraphWorld.Officer, GraphWorld.Page([new Condition(Synthetic.Country, ["KZ"], IsOpen: true)]));
        for (var n = 0; n < 40; n++)
        {
            await world.ReadAsync(GraphWorld.Officer, random.Start(), random.Bring(2));
        }

        var reading = sent.Texts.Where(text => text.Contains("AS rows", StringComparison.Ordinal) || text == Neo4jText.Degrees).Distinct(StringComparer.Ordinal).ToList();
        Assert.True(reading.Count >= 6);
        foreach (var text in reading)
        {
            await AssertAsync(text);
        }

        await world.Engine.TamperAsync("MATCH (n) WHERE NOT n:Registry AND NOT n:Migration DETACH DELETE n");
        foreach (var text in reading)
        {
            await AssertAsync(text);
        }

        async Task AssertAsync(string text)
        {
            var operators = await OperatorsAsync(world.Engine, text.Replace(Neo4jNames.PlannedOnce, "", StringComparison.Ordinal));
            Assert.Contains(operators, one => one.Contains("IndexSeek", StringComparison.Ordinal));
            Assert.DoesNotContain(operators, one => one.Contains("Scan", StringComparison.Ordinal));
        }
    }

    /// <summary>The names of all operators that Neo4j plans a statement with.</summary>
    private static async Task<List<string>> OperatorsAsync(Neo4jEngine engine, string statement)
    {
        using var http = new HttpClient();
        using var answer = await http.PostAsJsonAsync($"{engine.Address}db/neo4j/query/v2", new { statement = "EXPLAIN " + statement }, Ct);
        var names = new List<string>();
        Add((await answer.Content.ReadFromJsonAsync<JsonElement>(Ct)).GetProperty("queryPlan"));
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
