using System.Globalization;
using System.Net;
using System.Text.Json;
using WildlifeRegistry.Hosting;

namespace WildlifeRegistry.Tests.Faults;

/// <summary>
/// Neo4j is killed without warning while desks write and others read, again and again, and the registry goes on.
/// <c>WILDLIFE_NEO4J_KILLS=N</c> says how often, <c>WILDLIFE_KILLS_SEED</c> repeats a run as far as the machine does.
/// </summary>
[Collection(MortalNeo4jTests.Name)]
public sealed class Neo4jKillTests
{
    private const int Desks = 4, Readers = 2;

    /// <summary>A kill comes before the so many-th acknowledgement since the last.</summary>
    private const int LatestKill = 40;

    private const string ReadBack = "query($ids: [ID!]!) { nodes(ids: $ids) { id ... on Seizure { version validation links(first: 50) { totalCount } } } }";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Nothing_acknowledged_is_lost_or_doubled_or_half_written_when_neo4j_is_killed()
    {
        Conformance.Presence.Require("neo4j", Neo4jServer.MortalAbsence());
        var kills = int.Parse(Environment.GetEnvironmentVariable("WILDLIFE_NEO4J_KILLS") ?? "4", CultureInfo.InvariantCulture);
        var seed = int.Parse(Environment.GetEnvironmentVariable("WILDLIFE_KILLS_SEED") ?? Random.Shared.Next().ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        TestContext.Current.TestOutputHelper!.WriteLine($"WILDLIFE_KILLS_SEED={seed}");
        var random = new Random(seed);
        await using var neo4j = await Neo4jServer.StartAsync(isShortLived: true);
        await using var registry = await RegistryApplication.StartAsync([.. neo4j.Arguments, "Limits:ExecutionSeconds=300"], isEmpty: true);
        await AwayTests.UntilReadyAsync(registry);
        var desks = Enumerable.Range(0, Desks).Select(number => new Desk(number, random.Next())).ToList();
        var acknowledged = new List<Asked>();
        var refused = 0;
        for (var kill = 1; kill <= kills; kill++)
        {
            var left = random.Next(1, LatestKill);
            var killed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            async Task WhileThereAsync(Func<Task> work)
            {
                try
                {
                    while (!killed.Task.IsCompleted)
                    {
                        await work();
                    }
                }
                catch (Exception fault)
                {
                    killed.TrySetException(fault); // nobody waits for a kill that will not come
                    throw;
                }
            }

            var writing = desks.Select(async desk =>
            {
                var answered = new List<Asked>();
                await WhileThereAsync(async () =>
                {
                    var asked = desk.Next();
                    var payload = await UntilAnsweredAsync(registry, asked.Persona, asked.Operation, asked.Variables, () => Interlocked.Increment(ref refused));
                    Assert.True(payload.GetProperty("errors").GetArrayLength() == 0, $"{asked.Operation} {asked.Variables}: {payload}");
                    asked.Ids = KillTests.IdsOf(payload);
                    asked.Done(payload);
                    answered.Add(asked);
                    if (Interlocked.Decrement(ref left) == 0)
                    {
                        await neo4j.KillAsync();
                        killed.TrySetResult();
                    }
                });
                return answered;
            }).ToList();
            var reading = Enumerable.Range(0, Readers).Select(_ => WhileThereAsync(
                () => UntilAnsweredAsync(registry, "kz-customs-officer", "Seizures", JsonSerializer.SerializeToElement(new { first = 20 }), () => Interlocked.Increment(ref refused)))).ToList();

            await killed.Task;
            await neo4j.RestartAsync();
            await Task.WhenAll(reading);
            acknowledged.AddRange((await Task.WhenAll(writing)).SelectMany(some => some));

            await AssertCleanAsync(neo4j);
            foreach (var asked in random.GetItems([.. acknowledged], Math.Min(40, acknowledged.Count)))
            {
                Assert.Equal(asked.Ids, KillTests.IdsOf(await UntilAnsweredAsync(registry, asked.Persona, asked.Operation, asked.Variables, static () => { })));
            }

            await AssertHeldAsync(registry, desks);
            Assert.Equal(desks.Sum(desk => desk.Seizures.Count), await neo4j.Client.ReadAsync("MATCH (s:Seizure) RETURN count(s)", static _ => { }, static rows => rows[0][0].GetInt32(), Ct));
        }

        TestContext.Current.TestOutputHelper.WriteLine($"{neo4j.Version}: {kills} kills, {acknowledged.Count} changes; {refused} times a question was put off.");
    }

    /// <summary>Asks, again while the registry says that the store is away; it says nothing else than that.</summary>
    private static async Task<JsonElement> UntilAnsweredAsync(RegistryApplication registry, string persona, string operation, JsonElement variables, Action putOff)
    {
        while (true)
        {
            Ct.ThrowIfCancellationRequested();
            var answer = await registry.AskWithAsync(await registry.TokenOfAsync(persona), operation, variables);
            if (answer.Codes.Count == 0)
            {
                return answer.Json.GetProperty("data").EnumerateObject().Single().Value;
            }

            Assert.Equal(["STORE_BUSY"], answer.Codes.Distinct());
            Assert.True(answer.Status == HttpStatusCode.OK || answer.Headers.Contains("Retry-After"), answer.Text);
            putOff();
        }
    }

    private static async Task AssertCleanAsync(Neo4jServer neo4j)
    {
        using var output = new StringWriter(CultureInfo.InvariantCulture);
        var code = await CheckCommand.RunAsync([.. neo4j.Arguments.Select(setting => "--" + setting)], output, Ct);
        Assert.True(code == CheckCommand.Clean, output.ToString());
    }

    /// <summary>Every seizure is at the version and in the state that its desk was told, with the links that were drawn from it.</summary>
    private static async Task AssertHeldAsync(RegistryApplication registry, IEnumerable<Desk> desks)
    {
        foreach (var desk in desks)
        {
            foreach (var some in desk.Seizures.Chunk(25))
            {
                var answer = await registry.AskAsync(desk.Officer, ReadBack, new { ids = some.Select(held => held.Id) });
                var nodes = answer.At("nodes").EnumerateArray().ToList();
                Assert.Equal(
                    some.Select(held => (held.Id, held.Version, held.Validation)),
                    nodes.Select(node => (node.GetProperty("id").GetString()!, node.GetProperty("version").GetInt32(), node.GetProperty("validation").GetString()!)));
                Assert.All(nodes, node => Assert.True(node.GetProperty("links").GetProperty("totalCount").GetInt32() >= 6, node.ToString()));
            }
        }
    }
}
