using System.Globalization;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using WildlifeRegistry.Hosting;
using WildlifeRegistry.Records;

namespace WildlifeRegistry.Tests.Faults;

/// <summary>
/// The server is killed without warning while several desks write, again and again on the same store. <c>WILDLIFE_KILLS=N</c>
/// says how often, <c>WILDLIFE_KILLS_SEED</c> repeats a run as far as the machine does.
/// </summary>
public sealed class KillTests
{
    private const int Desks = 6;

    /// <summary>A kill comes before the so many-th acknowledgement since the start.</summary>
    private const int LatestKill = 80;

    private const string ReadBack = "query($ids: [ID!]!) { nodes(ids: $ids) { id ... on Seizure { version validation links(first: 50) { totalCount } } } }";

    private static readonly string[] Personas = ["kz-customs-officer", "kz-customs-analyst", "kz-customs-liaison", "uz-customs-officer", "uz-customs-liaison"];

    [Fact]
    public async Task Nothing_acknowledged_is_lost_and_nothing_is_half_written_when_the_server_is_killed()
    {
        var kills = int.Parse(Environment.GetEnvironmentVariable("WILDLIFE_KILLS") ?? "8", CultureInfo.InvariantCulture);
        var seed = int.Parse(Environment.GetEnvironmentVariable("WILDLIFE_KILLS_SEED") ?? Random.Shared.Next().ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        TestContext.Current.TestOutputHelper!.WriteLine($"WILDLIFE_KILLS_SEED={seed}");
        var random = new Random(seed);
        var folder = Directory.CreateTempSubdirectory("wildlife-kills-").FullName;
        var path = Path.Combine(folder, "registry.db");
        var desks = Enumerable.Range(0, Desks).Select(number => new Desk(number, random.Next())).ToList();
        var acknowledged = new List<Asked>();
        var server = await ServerProcess.StartAsync(path, Personas);
        try
        {
            var (unanswered, committed) = (0, 0);
            for (var kill = 1; kill <= kills; kill++)
            {
                var (answered, open) = await WriteUntilKilledAsync(server, desks, random.Next(1, LatestKill));
                await server.DisposeAsync();
                server = await ServerProcess.StartAsync(path, Personas);

                await AssertCleanAsync(path);
                var kept = Kept(path);
                Assert.All(answered, asked => Assert.Contains(asked.Key, kept));
                unanswered += open.Count;
                committed += open.Count(asked => kept.Contains(asked.Key));

                // What was not acknowledged happened whole or not at all: the key makes it happen now, once.
                foreach (var asked in open)
                {
                    await AskAsync(server, asked);
                }

                acknowledged.AddRange(answered.Concat(open));
                await AssertRepliesAsync(server, [.. answered.Concat(open), .. random.GetItems([.. acknowledged], Math.Min(20, acknowledged.Count))]);
                await AssertHeldAsync(server, desks);
            }

            await server.DisposeAsync();
            var (code, output) = await ServerProcess.RunAsync("check", $"--Store:Sqlite:Path={path}");
            Assert.True(code == CheckCommand.Clean, output);
            TestContext.Current.TestOutputHelper.WriteLine($"{kills} kills, {acknowledged.Count} changes; of {unanswered} that were not acknowledged {committed} had been made.");
        }
        finally
        {
            await server.DisposeAsync();
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Lets the desks write until the server is killed at an acknowledgement; what was answered, and what was not.</summary>
    private static async Task<(List<Asked> Answered, List<Asked> Open)> WriteUntilKilledAsync(ServerProcess server, IEnumerable<Desk> desks, int killAt)
    {
        var left = killAt;
        var desksDone = await Task.WhenAll(desks.Select(async desk =>
        {
            var answered = new List<Asked>();
            while (true)
            {
                var asked = desk.Next();
                try
                {
                    await AskAsync(server, asked);
                }
                catch (HttpRequestException)
                {
                    return (Answered: answered, Open: asked);
                }

                answered.Add(asked);
                if (Interlocked.Decrement(ref left) == 0)
                {
                    server.Kill();
                }
            }
        }));
        await server.HasEndedAsync();
        return ([.. desksDone.SelectMany(done => done.Answered)], [.. desksDone.Select(done => done.Open)]);
    }

    /// <summary>Asks for a change, which must be made, and notes what came of it.</summary>
    private static async Task AskAsync(ServerProcess server, Asked asked)
    {
        var payload = await PayloadAsync(server, asked);
        asked.Ids = IdsOf(payload);
        asked.Done(payload);
    }

    private static async Task<JsonElement> PayloadAsync(ServerProcess server, Asked asked)
    {
        var answer = await server.AskAsync(asked.Persona, ContractFiles.DocumentWith(asked.Operation), asked.Operation, asked.Variables);
        Assert.False(answer.TryGetProperty("errors", out _), answer.ToString());
        var payload = answer.GetProperty("data").EnumerateObject().Single().Value;
        Assert.True(payload.GetProperty("errors").GetArrayLength() == 0, $"{asked.Operation} {asked.Variables}: {payload}");
        return payload;
    }

    /// <summary>The ids that the payload names, in order, without those of links that come later.</summary>
    internal static string IdsOf(JsonElement payload) => string.Join(' ', payload.EnumerateObject().Where(field => field.Name != "errors").SelectMany(field => field.Value.ValueKind switch
    {
        JsonValueKind.Array => field.Value.EnumerateArray().Select(one => one.ValueKind == JsonValueKind.String ? one.GetString() : one.GetProperty("id").GetString()),
        JsonValueKind.String => [field.Value.GetString()],
        _ => [field.Value.GetProperty("id").GetString()],
    }));

    private static async Task AssertRepliesAsync(ServerProcess server, IEnumerable<Asked> acknowledged)
    {
        foreach (var asked in acknowledged)
        {
            Assert.Equal(asked.Ids, IdsOf(await PayloadAsync(server, asked)));
        }
    }

    /// <summary>Every seizure is at the version and in the state that its desk was told, with the links that were drawn from it.</summary>
    private static async Task AssertHeldAsync(ServerProcess server, IEnumerable<Desk> desks)
    {
        foreach (var desk in desks)
        {
            foreach (var some in desk.Seizures.Chunk(25))
            {
                var nodes = (await server.AskAsync(desk.Officer, ReadBack, null, JsonSerializer.SerializeToElement(new { ids = some.Select(held => held.Id) }))).GetProperty("data").GetProperty("nodes");
                Assert.Equal(
                    some.Select(held => (held.Id, held.Version, held.Validation)),
                    nodes.EnumerateArray().Select(node => (node.GetProperty("id").GetString()!, node.GetProperty("version").GetInt32(), node.GetProperty("validation").GetString()!)));
                Assert.All(nodes.EnumerateArray(), node => Assert.True(node.GetProperty("links").GetProperty("totalCount").GetInt32() >= 6, node.ToString()));
            }
        }
    }

    private static async Task AssertCleanAsync(string path)
    {
        using var output = new StringWriter(CultureInfo.InvariantCulture);
        var code = await CheckCommand.RunAsync([$"--Store:Sqlite:Path={path}"], output, TestContext.Current.CancellationToken);
        Assert.True(code == CheckCommand.Clean, output.ToString());
    }

    /// <summary>
    /// The keys of the requests that the store holds. What they wrote is there exactly: a record or link that people wrote
    /// is at the version that as many of them as name it have brought it to.
    /// </summary>
    private static HashSet<string> Kept(string path)
    {
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ToString());
        connection.Open();
        var keys = new HashSet<string>();
        var named = new Dictionary<RecordId, int>();
        foreach (var (key, ids) in Rows(connection, "SELECT key, ids FROM request", row => (row.GetString(0), row.GetFieldValue<byte[]>(1))))
        {
            keys.Add(key);
            foreach (var id in ids.Chunk(16).Select(bytes => RecordId.FromBytes(bytes)))
            {
                named[id] = named.GetValueOrDefault(id) + 1;
            }
        }

        var written = Rows(
            connection,
            "SELECT id, version FROM record WHERE created_by LIKE '%/demo-%' UNION ALL SELECT id, version FROM link WHERE derived = 0",
            row => (Id: RecordId.FromBytes(row.GetFieldValue<byte[]>(0)), Version: row.GetInt32(1)));
        Assert.Equal(named.OrderBy(one => one.Key), written.ToDictionary(one => one.Id, one => one.Version).OrderBy(one => one.Key));
        return keys;
    }

    private static List<T> Rows<T>(SqliteConnection connection, string sql, Func<SqliteDataReader, T> read)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var reading = command.ExecuteReader();
        var rows = new List<T>();
        while (reading.Read())
        {
            rows.Add(read(reading));
        }

        return rows;
    }
}
