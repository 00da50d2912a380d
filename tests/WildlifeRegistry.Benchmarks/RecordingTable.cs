using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;

namespace WildlifeRegistry.Benchmarks;

/// <summary>What recording and releasing cost, over HTTP, every acknowledged change on the disk.</summary>
internal static class RecordingTable
{
    private const int Alone = 300;
    private const int Together = 8000;
    private const int Callers = 16;
    private const int Links = 50;

    public static async Task<bool> RunAsync(string folder, int seizures)
    {
        var figures = new Figures(string.Create(CultureInfo.InvariantCulture, $"Recording, {seizures} seizures"));
        Timing small;
        await using (var host = await BenchmarkHost.StartAsync(folder, 1000, default))
        {
            using var caller = host.Of(SeededStore.Agency);
            small = (await Load.RunAsync(Alone, Recording(caller, "small"))).Single();
        }

        await using (var host = await BenchmarkHost.StartAsync(folder, seizures, default))
        {
            using var caller = host.Of(SeededStore.Agency);
            using var disk = new Disk(folder);
            var timings = await Load.RunAsync(Alone, Recording(caller, "large"), Side.Of("fsync", _ => disk.WriteThrough()), Side.Of("insert", _ => disk.Insert()));
            figures.Add("RecordSeizure, one caller", timings[0], $"one durable INSERT {Figures.Milliseconds(timings[2].P50)}, one fsync {Figures.Milliseconds(timings[1].P50)}", Figures.Times(timings[0].P50 / timings[2].P50), "below 15 ms", timings[0].P50 < 15);
            var growth = timings[0].P50 / small.P50;
            figures.Add("the same at 1,000 seizures", small, "at the size above", Figures.Times(growth), "1.50x", growth <= 1.5);
            await TogetherAsync(host, figures);
            await ReleasingAsync(host, figures);
        }

        figures.Print(Console.Out);
        return figures.AllMet;
    }

    private static Side Recording(Caller caller, string run) => new("record", async round => await RecordAsync(caller, $"{run}-{round}-{Guid.NewGuid():N}"));

    private static async Task TogetherAsync(BenchmarkHost host, Figures figures)
    {
        // What is asked is made before the clock runs.
        var bodies = Enumerable.Range(0, Callers)
            .Select(n => Enumerable.Range(0, Together / Callers).Select(round => Body("RecordSeizure", Seizure($"together-{n}-{round}-{Guid.NewGuid():N}"))).ToList())
            .ToList();
        var times = new double[Callers][];
        var began = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(n => Task.Run(async () =>
        {
            using var caller = host.Of(SeededStore.Agency);
            times[n] = new double[bodies[n].Count];
            for (var round = 0; round < times[n].Length; round++)
            {
                var start = Stopwatch.GetTimestamp();
                await ChangedAsync(caller, bodies[n][round]);
                times[n][round] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            }
        })));
        var rate = times.Sum(one => one.Length) / Stopwatch.GetElapsedTime(began).TotalSeconds;
        var timing = Timing.Of(times.SelectMany(one => one));
        figures.Add("RecordSeizure, 16 callers", timing, "", string.Create(CultureInfo.InvariantCulture, $"{rate:0} a second"), "500 a second, below 35 ms", rate >= 500 && timing.P50 < 35);
    }

    /// <summary>Releases a seizure with its links and takes it back, in turn.</summary>
    private static async Task ReleasingAsync(BenchmarkHost host, Figures figures)
    {
        using var analyst = host.Of(SeededStore.Agency);
        using var liaison = host.Of(SeededStore.Agency, "LIAISON");
        var input = Seizure("release-" + Guid.NewGuid().ToString("N"));
        input["suspects"] = new JsonArray([.. Enumerable.Range(0, Links).Select(n => (JsonNode)new JsonObject
        {
            ["role"] = "COURIER",
            ["new"] = new JsonObject { ["type"] = "PERSON", ["offence"] = "An offence of the benchmark", ["names"] = new JsonArray(new JsonObject { ["full"] = "Benchmark Person " + n, ["role"] = "PRIMARY" }) },
        })]);
        input["identifiers"] = new JsonArray();
        var id = (await MutateAsync(analyst, "RecordSeizure", input)).GetProperty("seizure").GetProperty("id").GetString()!;
        var version = 1;
        var releases = new List<double>();
        for (var round = 0; round < 60; round++)
        {
            var start = Stopwatch.GetTimestamp();
            await MutateAsync(liaison, "Release", new JsonObject { ["requestKey"] = Key(), ["id"] = id, ["version"] = version++, ["to"] = new JsonArray("agency:UZ-CUSTOMS"), ["level"] = "SANITISED", ["withLinks"] = true });
            releases.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            await MutateAsync(liaison, "Recall", new JsonObject { ["requestKey"] = Key(), ["id"] = id, ["version"] = version++, ["from"] = new JsonArray("agency:UZ-CUSTOMS"), ["reason"] = "The benchmark goes on.", ["withLinks"] = true });
        }

        figures.Add("Release withLinks of 50 links", Timing.Of(releases.Skip(10)), below: 20);

        static string Key() => Guid.NewGuid().ToString("N");
    }

    /// <summary>Records a seizure of the size of the contract's story.</summary>
    public static Task<JsonElement> RecordAsync(Caller caller, string key) => MutateAsync(caller, "RecordSeizure", Seizure(key));

    private static Task<JsonElement> MutateAsync(Caller caller, string operation, JsonObject input) => ChangedAsync(caller, Body(operation, input));

    private static byte[] Body(string operation, JsonObject input) => Caller.Body(Contract.Text(Contract.Recording), new { input }, operation);

    private static async Task<JsonElement> ChangedAsync(Caller caller, byte[] body)
    {
        var payload = (await caller.DataAsync(body)).EnumerateObject().Single().Value;
        return payload.GetProperty("errors").GetArrayLength() == 0 ? payload : throw new InvalidOperationException("Refused: " + payload);
    }

    /// <summary>A seizure of the size of the contract's story.</summary>
    private static JsonObject Seizure(string key) => JsonNode.Parse($$$"""
        {
          "requestKey": "{{{key}}}", "exercise": true,
          "occurredOn": "2026-03-14", "country": "KZ", "placeName": "Nur Zholy", "latitude": 44.17, "longitude": 80.30,
          "agencyReference": "EX-17/2026", "methodOfDetection": "XRAY", "modeOfTransport": "ROAD", "methodOfConcealment": "spare wheel",
          "handling": "H1", "grade": {"source": "A", "information": 1},
          "estimatedValue": {"amount": "12000.50", "currency": "USD"}, "nationalities": [{"country": "KG", "count": 1}],
          "specimens": [{"nameAsGiven": "Saiga tatarica", "description": "horns", "quantities": [{"amount": "46", "unit": "pieces"}, {"amount": "8.35", "unit": "kg"}]}, {"nameAsGiven": "unknown feathers", "amountUnknown": true}],
          "chain": [{"role": "ORIGIN", "country": "KZ"}, {"role": "TRANSIT", "country": "KG", "placeName": "Torugart", "seizureOpportunity": true}, {"role": "DESTINATION", "country": "CN"}],
          "suspects": [{"role": "DRIVER", "new": {"type": "PERSON", "offence": "An offence of the benchmark", "names": [{"full": "Benchmark Person", "role": "PRIMARY"}], "birth": "1984", "nationalities": ["KG"], "identifiers": [{"type": "PHONE", "value": "+996 555 {{{Random.Shared.Next(100, 999)}}} {{{Random.Shared.Next(100, 999)}}}"}]}}],
          "identifiers": [{"as": "CARRIED_BY", "type": "PLATE", "value": "01 KG {{{Random.Shared.Next(100, 999)}}} ABC"}],
          "narrative": "A benchmark record."
        }
        """)!.AsObject();

    /// <summary>What the disk itself takes: one block written through, and one row by a bare durable INSERT.</summary>
    private sealed class Disk : IDisposable
    {
        private readonly FileStream file;
        private readonly SqliteConnection connection;
        private readonly byte[] block = new byte[4096];

        public Disk(string folder)
        {
            file = new FileStream(Path.Combine(folder, "fsync.bin"), FileMode.Create);
            connection = new SqliteConnection($"Data Source={Path.Combine(folder, "insert.db")};Pooling=False");
            connection.Open();
            Execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE IF NOT EXISTS t (id INTEGER PRIMARY KEY, text TEXT)");
        }

        public void WriteThrough()
        {
            file.Write(block);
            file.Flush(flushToDisk: true);
        }

        public void Insert() => Execute("INSERT INTO t (text) VALUES ('A benchmark row of some length, as a narrative is.')");

        public void Dispose()
        {
            file.Dispose();
            connection.Dispose();
        }

        private void Execute(string sql)
        {
            using var command = connection.CreateCommand();
            command.CommandText = sql;
            command.ExecuteNonQuery();
        }
    }
}
