using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using WildlifeRegistry.Records;
using WildlifeRegistry.Storage.Sqlite;

namespace WildlifeRegistry.Benchmarks;

/// <summary>
/// The reading operations of the contract on both engines, over the same records: through the registry, by the registry's own
/// statements sent to Neo4j by hand, and by a statement that was written by hand for the operation.
/// </summary>
internal static class Neo4jTable
{
    private const int Rounds = 500;
    private const int WarmUps = 3;
    private const int Inputs = 50;
    private const int Turn = 25;

    private static readonly MediaTypeHeaderValue Json = new("application/json");

    /// <param name="only">The operations to measure, separated by commas; null: all.</param>
    /// <exception cref="ArgumentException">One of them is not there.</exception>
    public static async Task<bool> RunAsync(string folder, int records, string? only)
    {
        var figures = new Figures(string.Create(CultureInfo.InvariantCulture, $"Neo4j and SQLite, {records} records"));
        await using var issuer = await BenchmarkIssuer.StartAsync();
        var (path, seeded) = await MillionTable.FilledAsync(folder, records);
        MillionTable.Tell(path);
        await using var neo4j = await ServedNeo4j.StartAsync(Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"neo4j-{records}-{MillionTable.Drawn}")));
        using var byHand = new HttpClient { BaseAddress = neo4j.Address };
        await MoveAsync(path, neo4j, byHand, issuer, figures);

        await using var between = await Overhearing.StartAsync(neo4j.Address);
        await using var overheard = await ServedRegistry.StartAsync(OnNeo4j(between.Address, folder), issuer, SeededStore.Agency);
        await using var onNeo4j = await ServedRegistry.StartAsync(OnNeo4j(neo4j.Address, folder), issuer, SeededStore.Agency);
        await using var onSqlite = await ServedRegistry.StartAsync(ServedRegistry.InFile(path), issuer, SeededStore.Agency);
        using var listened = overheard.Of(SeededStore.Agency);
        using var caller = onNeo4j.Of(SeededStore.Agency);
        using var other = onSqlite.Of(SeededStore.Agency);
        var prepared = new List<Prepared>();
        foreach (var operation in Chosen(await OperationsAsync(seeded, other), only))
        {
            prepared.Add(await PrepareAsync(operation, between, listened, caller, other, byHand));
        }

        // All of them before the first is measured, or that one would be measured while the code of both servers is still being compiled.
        foreach (var one in prepared)
        {
            await Load.WarmUpAsync(WarmUps * one.Operation.Rounds, one.Sides, Turn);
        }

        foreach (var one in prepared)
        {
            await MeasureAsync(one, figures);
        }

        figures.Print(Console.Out);
        return figures.AllMet;
    }

    // With time for what Neo4j reads from the disk for the first time.
    private static string[] OnNeo4j(Uri address, string folder) =>
        ["--Store:Engine=neo4j", $"--Store:Neo4j:Uri={address}", $"--Store:Folder={Path.Combine(folder, "moving")}", "--Limits:ExecutionSeconds=60"];

    /// <summary>Moves the store where the database is empty.</summary>
    private static async Task MoveAsync(string path, ServedNeo4j neo4j, HttpClient byHand, BenchmarkIssuer issuer, Figures figures)
    {
        var found = await AskAsync(byHand, JsonSerializer.SerializeToUtf8Bytes(new { statement = "MATCH (n) RETURN count(n)" }));
        using var document = JsonDocument.Parse(found);
        if (document.RootElement.GetProperty("data").GetProperty("values")[0][0].GetInt64() > 0)
        {
            return;
        }

        long moved;
        using (var session = new SqliteSession(path, mayWrite: false))
        {
            moved = (long)session.Scalar("SELECT (SELECT count(*) FROM record) + (SELECT count(*) FROM link)")!;
        }

        var (took, most) = await ServedRegistry.RunAsync([], issuer, SeededStore.Agency, "move", "--from", "sqlite:" + path, "--to", "neo4j:" + neo4j.Address);
        var rate = moved / took.TotalSeconds;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Moved {moved:N0} records and links in {took.TotalSeconds:0} s: {rate:N0} a second."));
        figures.Add(
            "move from SQLite, digests compared",
            string.Create(CultureInfo.InvariantCulture, $"{moved:N0} records and links in {took.TotalSeconds:0} s, {most:0} MB"),
            string.Create(CultureInfo.InvariantCulture, $"{rate:N0} a second"),
            "3,000 a second",
            rate >= 3000);
    }

    /// <summary>The reading operations, each with what it is asked.</summary>
    private static async Task<List<Operation>> OperationsAsync(SeededStore seeded, Caller caller)
    {
        var asked = seeded.Asked.Take(Inputs).Select(id => id.ToString()).ToList();
        var listed = (await caller.DataAsync(Caller.Body(Contract.Text(Contract.Lookups), new { filter = new { owners = new[] { SeededStore.Agency.Value } }, first = 100 }, "Suspects"))).GetProperty("suspects").GetProperty("nodes");
        var suspects = listed.EnumerateArray().Select(suspect => suspect.GetProperty("id").GetString()!).Take(Inputs).ToList();
        var hub = (await caller.DataAsync(Caller.Body("query ($id: ID!) { node(id: $id) { ... on Species { scientificName } } }", new { id = seeded.Hub.ToString() }))).GetProperty("node").GetProperty("scientificName").GetString()!;
        var dates = new { from = "2006", until = "2025" };
        return
        [
            new("SeizureWithLinks", Contract.Seizures, [.. asked.Select(id => new { id, first = 50 })]),
            new("Seizures", Contract.Seizures, [new { filter = new { countries = new[] { "KZ" }, occurredOn = dates }, first = 50 }]),
            new("IdentifierLinks", Contract.Lookups, [.. seeded.Phones.Take(Inputs).Select(value => new { type = "PHONE", value })]),
            new("SpeciesByName", Contract.Lookups, [new { name = hub }]),
            new("SuspectWithLinks", Contract.Lookups, [.. suspects.Select(id => new { id })]),
            new("Suspects", Contract.Lookups, [new { filter = new { types = new[] { "PERSON" } }, first = 25 }]),
            new("Routes", Contract.Lookups, [new { first = 25 }], Rounds: 100),
            new("Anything", Contract.Lookups, [.. asked.Chunk(10).Select(ids => new { ids })]),
        ];
    }

    private static IEnumerable<Operation> Chosen(List<Operation> operations, string? only) => only is null ? operations : only.Split(',').Select(name =>
        operations.Find(one => one.Name == name)
        ?? throw new ArgumentException($"There is no operation {name}: {string.Join(", ", operations.Select(one => one.Name))} are there.", nameof(only)));

    private static async Task<Prepared> PrepareAsync(Operation operation, Overhearing between, Caller listened, Caller caller, Caller other, HttpClient byHand)
    {
        var bodies = operation.Inputs.Select(variables => Caller.Body(Contract.Text(operation.File), variables, operation.Name)).ToList();
        var own = new List<List<byte[]>>();
        var hand = new List<byte[]>();
        foreach (var body in bodies)
        {
            await listened.DataAsync(body); // what it meets first, it asks again
            between.Heard();
            var answer = await listened.DataAsync(body);
            own.Add([.. between.Heard().Where(IsOfPlan)]); // who is asking is asked for as well, and is not the operation's
            hand.Add(HandWrittenCypher.Body(operation.Name, own[^1][0]));
            var byHandToo = Encoding.UTF8.GetString(await AskAsync(byHand, hand[^1]));
            if (Ids(answer).FirstOrDefault(id => !byHandToo.Contains(id, StringComparison.Ordinal)) is { } missing)
            {
                throw new InvalidOperationException($"{operation.Name}: what was written by hand does not bring {missing}, but {byHandToo[..Math.Min(1000, byHandToo.Length)]}");
            }
        }

        return new Prepared(
            operation,
            own.Max(one => one.Count),
            [
                new Side("through the registry", round => caller.AskAsync(bodies[round % bodies.Count])),
                new Side("its own statements", async round =>
                {
                    foreach (var statement in own[round % own.Count])
                    {
                        await AskAsync(byHand, statement);
                    }
                }),
                new Side("by hand", round => AskAsync(byHand, hand[round % hand.Count])),
                new Side("on SQLite", round => other.AskAsync(bodies[round % bodies.Count])),
            ]);
    }

    private static async Task MeasureAsync(Prepared prepared, Figures figures)
    {
        var (operation, statements, sides) = prepared;
        var timings = await Load.RunAsync(operation.Rounds, operation.Rounds, sides, Turn);
        var (through, compiled, written, sqlite) = (timings[0], timings[1], timings[2], timings[3]);
        figures.Add(
            operation.Name,
            through,
            string.Create(CultureInfo.InvariantCulture, $"on SQLite {Figures.Milliseconds(sqlite.P50)}; its own statement{(statements > 1 ? $"s ({statements})" : "")} by hand {Figures.Milliseconds(compiled.P50)}"),
            $"{Figures.Times(through.P50 / compiled.P50)}, {Figures.Milliseconds(through.P50 - compiled.P50)} more",
            "1.5x or 0.6 ms more",
            through.P50 <= 1.5 * compiled.P50 || through.P50 - compiled.P50 <= 0.6);
        figures.Add(
            "its own statement",
            compiled,
            $"written by hand {Figures.Milliseconds(written.P50)}",
            Figures.Times(compiled.P50 / written.P50),
            "1.3x",
            compiled.P50 <= 1.3 * written.P50);
        Console.WriteLine($"{operation.Name}: through {through}, own {compiled}, by hand {written}, SQLite {sqlite}");
    }

    private static bool IsOfPlan(byte[] body) => Encoding.UTF8.GetString(body).Contains(" AS rows", StringComparison.Ordinal);

    /// <summary>The ids of the records and links that an answer has; not those of a record's own parts.</summary>
    private static IEnumerable<string> Ids(JsonElement answer) => answer.ValueKind switch
    {
        JsonValueKind.Object => answer.EnumerateObject().Where(member => !member.NameEquals("specimens")).SelectMany(member =>
            member.NameEquals("id") && member.Value.GetString() is { } id && RecordId.TryParse(id, out _) ? [id] : Ids(member.Value)),
        JsonValueKind.Array => answer.EnumerateArray().SelectMany(Ids),
        _ => [],
    };

    private static async Task<byte[]> AskAsync(HttpClient client, byte[] body)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = Json;
        using var request = new HttpRequestMessage(HttpMethod.Post, "/db/neo4j/query/v2") { Content = content };
        request.Headers.Accept.ParseAdd("application/json");
        using var answer = await client.SendAsync(request);
        return answer.IsSuccessStatusCode
            ? await answer.Content.ReadAsByteArrayAsync()
            : throw new InvalidOperationException("Neo4j answered: " + await answer.Content.ReadAsStringAsync());
    }

    /// <param name="File">Of the contract.</param>
    /// <param name="Inputs">The variables that it is asked with, in turn.</param>
    /// <param name="Rounds">How often, after as many to warm up, and three times as many before any operation is measured.</param>
    private sealed record Operation(string Name, string File, IReadOnlyList<object> Inputs, int Rounds = Neo4jTable.Rounds);

    /// <param name="Statements">How many of its own it takes at most.</param>
    /// <param name="Sides">Through the registry, its own statements, by hand, on SQLite.</param>
    private sealed record Prepared(Operation Operation, int Statements, IReadOnlyList<Side> Sides);
}
