using System.Diagnostics;
using System.Globalization;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using WildlifeRegistry.Access;
using WildlifeRegistry.Hosting;
using WildlifeRegistry.Records;
using WildlifeRegistry.Storage;
using WildlifeRegistry.Storage.Sqlite;

namespace WildlifeRegistry.Benchmarks;

/// <summary>What a store of a million records costs to read, to keep and to have in memory; the registry runs in a process of its own.</summary>
internal static class MillionTable
{
    /// <summary>What a store was drawn by: another drawing needs another store.</summary>
    public const string Drawn = "3";

    private const int Small = 10_000;
    private const int Rounds = 1000;
    private const int Callers = 16;
    private const int ImportedRows = 20_000;
    private const int Turns = 5;

    private static readonly TimeSpan Stretch = TimeSpan.FromSeconds(20);
    private static readonly AgencyCode Agency = SeededStore.Agency;

    public static async Task<bool> RunAsync(string folder, int records)
    {
        var figures = new Figures(string.Create(CultureInfo.InvariantCulture, $"A store of {records} records"));
        await using var issuer = await BenchmarkIssuer.StartAsync();
        Timing small;
        var (path, seeded) = await FilledAsync(folder, Small);
        await using (var registry = await ServedRegistry.StartAsync(ServedRegistry.InFile(path), issuer, Agency))
        {
            small = await SeizuresAsync(registry, seeded);
        }

        (path, seeded) = await FilledAsync(folder, records);
        Tell(path);
        var check = await ServedRegistry.RunAsync(ServedRegistry.InFile(path), issuer, Agency, "check");
        Add(figures, "check", check.Took.TotalSeconds, string.Create(CultureInfo.InvariantCulture, $"s, {check.Most:0} MB"), below: 180);
        await using (var registry = await ServedRegistry.StartAsync(ServedRegistry.InFile(path), issuer, Agency))
        {
            Add(figures, "ready after the start", registry.ReadyAfter.TotalSeconds, "s", below: 3);
            await ReadAsync(registry, seeded, small, figures);
            await LoadAsync(registry, seeded, figures, async load =>
            {
                var copy = Path.Combine(folder, "copy.db");
                File.Delete(copy);
                var backup = ServedRegistry.RunAsync(ServedRegistry.InFile(path), issuer, Agency, "backup", copy);
                var during = await load();
                var (took, most) = await backup;
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"The backup took {took.TotalSeconds:0} s and {most:0} MB, of {new FileInfo(copy).Length / 1048576.0:0} MB."));
                File.Delete(copy);
                return during;
            });
            var (all, ofFile) = registry.Megabytes;
            Add(figures, "in memory after all that", all, string.Create(CultureInfo.InvariantCulture, $"MB, of these {ofFile:0} MB of files"), below: 500);
        }

        await ImportAsync(folder, issuer, figures);
        figures.Print(Console.Out);
        return figures.AllMet;
    }

    /// <summary>A store with so many seizures, suspects and identifiers together.</summary>
    public static async Task<(string Path, SeededStore Seeded)> FilledAsync(string folder, int records)
    {
        var seizures = (int)(records * SeededStore.SeizuresPerRecord);
        var path = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"million-{records}-{Drawn}.db"));
        var began = Stopwatch.GetTimestamp();
        RegistryKeys keys;
        bool isThere;
        await using (var app = await RegistryHost.BuildAsync([$"--Store:Sqlite:Path={path}", "--urls=http://127.0.0.1:0", "--environment=Production", "--Logging:LogLevel:Default=Warning"], default))
        {
            keys = app.Services.GetRequiredService<RegistryKeys>();
            isThere = await app.Services.GetRequiredService<IStoreMaintenance>().HasLoadedAsync("million", Drawn, default);
        }

        var seeded = new SeededStore(1, seizures, keys, neighbours: 3, mostAsked: 5000);
        if (isThere)
        {
            await seeded.DrawAsync();
        }
        else
        {
            using (var bulk = new BulkStore(path, keys))
            {
                await seeded.FillAsync(bulk);
            }

            await using var store = await SqliteGraphStore.OpenAsync(path, KindCatalogue.Registry().Disclosure(), TimeProvider.System, logger: null, default);
            await store.MarkLoadedAsync("million", Drawn, default);
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{path}: {(isThere ? "found" : "filled")} in {Stopwatch.GetElapsedTime(began).TotalSeconds:0} s"));
        return (path, seeded);
    }

    /// <summary>What is there, and how much of it the reader sees.</summary>
    public static void Tell(string path)
    {
        using var session = new SqliteSession(path, mayWrite: false);
        var audiences = new AudienceTable();
        audiences.Refresh(session);
        var levels = audiences.LevelsFor(SeededStore.Officer(Agency), TimeProvider.System.GetUtcNow()).Bytes.ToArray();
        long Count(string sql) => (long)session.Scalar(sql)!;
        var seizures = Count("SELECT count(*) FROM record WHERE kind = 0");
        var seen = (long)session.Scalar("SELECT count(*) FROM record WHERE kind = 0 AND substr($1, audience + 1, 1) >= x'02'", levels)!;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{seizures:N0} seizures, of which the reader sees {100.0 * seen / seizures:0.0} %; {Count("SELECT count(*) FROM record WHERE kind IN (3, 7)"):N0} suspects and identifiers; {Count("SELECT count(*) FROM link"):N0} links; {Count("SELECT count(*) FROM audience"):N0} audiences; {Count("SELECT count(DISTINCT owner) FROM record"):N0} owners; {new FileInfo(path).Length / 1048576.0:N0} MB"));
    }

    private static async Task<Timing> SeizuresAsync(ServedRegistry registry, SeededStore seeded)
    {
        using var caller = registry.Of(Agency);
        var bodies = Bodies(seeded);
        await caller.DataAsync(bodies[0]);
        return (await Load.RunAsync(Rounds, new Side("seizure", round => caller.AskAsync(bodies[round % bodies.Count])))).Single();
    }

    private static List<byte[]> Bodies(SeededStore seeded) =>
        [.. seeded.Asked.Select(id => Caller.Body(Contract.Text(Contract.Seizures), new { id = id.ToString(), first = 50 }, "SeizureWithLinks"))];

    private static async Task ReadAsync(ServedRegistry registry, SeededStore seeded, Timing small, Figures figures)
    {
        var seizure = await SeizuresAsync(registry, seeded);
        figures.Add("SeizureWithLinks", seizure, below: 2);
        var growth = seizure.P50 / small.P50;
        figures.Add("SeizureWithLinks at 10,000 records", small, "at the size above", Figures.Times(growth), "1.50x", growth <= 1.5);

        using var caller = registry.Of(Agency);
        var phones = seeded.Phones.Select(phone => Caller.Body(Contract.Text(Contract.Lookups), new { type = "PHONE", value = phone }, "IdentifierLinks")).ToList();
        await AskAsync("IdentifierLinks", 3, round => phones[round % phones.Count]);

        var filter = new { countries = new[] { "KZ" }, occurredOn = new { from = "2006", until = "2025" } };
        byte[] Page(string? after) => Caller.Body(Contract.Text(Contract.Seizures), new { filter, first = 50, after }, "Seizures");
        string? cursor = null;
        var page = 1;
        for (; page < 1000; page++)
        {
            var info = (await caller.DataAsync(Page(cursor))).GetProperty("seizures").GetProperty("pageInfo");
            if (!info.GetProperty("hasNextPage").GetBoolean())
            {
                break;
            }

            cursor = info.GetProperty("endCursor").GetString();
        }

        await AskAsync("page of 50 by country and dates: the first", 6, _ => Page(null));
        await AskAsync(string.Create(CultureInfo.InvariantCulture, $"page of 50 by country and dates: the {page}th"), 6, _ => Page(cursor));

        var hub = Caller.Body(
            "query ($id: ID!) { node(id: $id) { ... on Linkable { links(first: 50) { pageInfo { hasNextPage endCursor } nodes { id kind owner { code } level other { __typename id caption } } } } } }",
            new { id = seeded.Hub.ToString() });
        var links = (await caller.DataAsync(hub)).GetProperty("node").GetProperty("links").GetProperty("nodes").GetArrayLength();
        await AskAsync(string.Create(CultureInfo.InvariantCulture, $"a hub's first {links} links"), 10, _ => hub);

        async Task AskAsync(string name, double below, Func<int, byte[]> body)
        {
            await caller.DataAsync(body(0));
            figures.Add(name, (await Load.RunAsync(Rounds, new Side(name, round => caller.AskAsync(body(round))))).Single(), below);
        }
    }

    private static async Task LoadAsync(ServedRegistry registry, SeededStore seeded, Figures figures, Func<Func<Task<(double Rate, Timing Timing)>>, Task<(double Rate, Timing Timing)>> whileBackedUp)
    {
        var bodies = Bodies(seeded);
        Task<(double Rate, Timing Timing)> RunAsync() => TogetherAsync(registry, bodies);
        await RunAsync(); // to the last compiled tier
        var alone = await RunAsync();
        figures.Add("SeizureWithLinks, 16 callers", alone.Timing, "", Rate(alone.Rate), "1,000 a second, p99 below 60 ms", alone.Rate >= 1000 && alone.Timing.P99 < 60);

        // One stretch with a writer beside one without it tells more of the machine than of the writer: by turns, and the middle one of each.
        var (besideWriter, without, written) = (new List<(double Rate, Timing Timing)>(), new List<double> { alone.Rate }, 0.0);
        for (var turn = 0; turn < Turns; turn++)
        {
            using var over = new CancellationTokenSource();
            var writing = WriteAsync(registry, over.Token);
            besideWriter.Add(await RunAsync());
            await over.CancelAsync();
            written += await writing / Turns;
            without.Add((await RunAsync()).Rate);
        }

        Compare(string.Create(CultureInfo.InvariantCulture, $"with a writer of {written:0} seizures a second"), besideWriter.OrderBy(one => one.Rate).ElementAt(Turns / 2), without.Order().ElementAt((Turns + 1) / 2), most: 0.2);

        var besideBackup = await whileBackedUp(RunAsync);
        var last = await RunAsync();
        Compare("while a backup is made", besideBackup, (without[^1] + last.Rate) / 2, most: 0.3);

        void Compare(string name, (double Rate, Timing Timing) beside, double without, double most)
        {
            var less = 1 - (beside.Rate / without);
            figures.Add(name, beside.Timing, "without, before and after: " + Rate(without), string.Create(CultureInfo.InvariantCulture, $"{Rate(beside.Rate)}, {less:P0} less"), string.Create(CultureInfo.InvariantCulture, $"at most {most:P0} less"), less <= most);
        }
    }

    private static string Rate(double rate) => string.Create(CultureInfo.InvariantCulture, $"{rate:N0} a second");

    private static async Task<(double Rate, Timing Timing)> TogetherAsync(ServedRegistry registry, List<byte[]> bodies)
    {
        var began = Stopwatch.GetTimestamp();
        var times = await Task.WhenAll(Enumerable.Range(0, Callers).Select(n => Task.Run(async () =>
        {
            using var caller = registry.Of(Agency);
            var own = new List<double>();
            for (var round = n; Stopwatch.GetElapsedTime(began) < Stretch; round += Callers)
            {
                var start = Stopwatch.GetTimestamp();
                await caller.AskAsync(bodies[round % bodies.Count]);
                own.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            }

            return own;
        })));
        var all = times.SelectMany(own => own).ToList();
        return (all.Count / Stopwatch.GetElapsedTime(began).TotalSeconds, Timing.Of(all));
    }

    /// <summary>Records twenty seizures a second, as far as they are answered in time.</summary>
    /// <returns>How many a second it came to.</returns>
    private static async Task<double> WriteAsync(ServedRegistry registry, CancellationToken ct)
    {
        using var caller = registry.Of(Agency);
        using var clock = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        var began = Stopwatch.GetTimestamp();
        var written = 0;
        try
        {
            while (await clock.WaitForNextTickAsync(ct))
            {
                await RecordingTable.RecordAsync(caller, "million-" + Guid.NewGuid().ToString("N"));
                written++;
            }
        }
        catch (OperationCanceledException)
        {
            // It is over.
        }

        return written / Stopwatch.GetElapsedTime(began).TotalSeconds;
    }

    private static async Task ImportAsync(string folder, BenchmarkIssuer issuer, Figures figures)
    {
        var (sheet, store) = (Path.Combine(folder, "import.csv"), Path.Combine(folder, "import.db"));
        foreach (var old in Directory.GetFiles(folder, "import.db*"))
        {
            File.Delete(old);
        }

        var rows = new StringBuilder("Agency reference;Date of seizure;Country of discovery;Alleged country of origin;Alleged final destination;Species;Quantity;Unit;Suspect name;Suspect role;Suspect offence;Identifier type;Identifier value\n");
        for (var n = 0; n < ImportedRows; n++)
        {
            rows.Append(CultureInfo.InvariantCulture, $"BENCHMARK-{n};{2006 + (n % 19)}-{1 + (n % 12):00}-{1 + (n % 28):00};KZ;KG;CN;Saker Falcons;{1 + (n % 40)};pieces;Benchmark Person {n};DRIVER;An offence of the benchmark;PLATE;{n % 1000:000} BMK {n / 1000:00}\n");
        }

        await File.WriteAllTextAsync(sheet, rows.ToString());
        await using (await SqliteGraphStore.OpenAsync(store, KindCatalogue.Registry().Disclosure(), TimeProvider.System, logger: null, default))
        {
            // Made, and empty.
        }

        string[] asAnalyst = ["--format", "seizures", "--token", issuer.Token(Agency, "ANALYST")];
        var empty = await ServedRegistry.RunAsync(ServedRegistry.InFile(store), issuer, Agency, ["import", await FirstRowAsync(sheet), .. asAnalyst]); // the reference is loaded
        var before = Count(store);
        var (took, most) = await ServedRegistry.RunAsync(ServedRegistry.InFile(store), issuer, Agency, ["import", sheet, .. asAnalyst]);
        var rate = (Count(store) - before) / (took - empty.Took).TotalSeconds;
        figures.Add("import of seizures", new Timing(took.TotalMilliseconds, took.TotalMilliseconds), string.Create(CultureInfo.InvariantCulture, $"{ImportedRows} rows"), string.Create(CultureInfo.InvariantCulture, $"{rate:N0} records and links a second, {most:0} MB"), "5,000 a second, below 300 MB", rate >= 5000 && most < 300);
    }

    private static async Task<string> FirstRowAsync(string sheet)
    {
        var first = sheet + ".first.csv";
        await File.WriteAllLinesAsync(first, (await File.ReadAllLinesAsync(sheet)).Take(2));
        return first;
    }

    private static long Count(string store)
    {
        using var session = new SqliteSession(store, mayWrite: false);
        return (long)session.Scalar("SELECT (SELECT count(*) FROM record) + (SELECT count(*) FROM link)")!;
    }

    private static void Add(Figures figures, string name, double value, string unit, double below) =>
        figures.Add(name, "", string.Create(CultureInfo.InvariantCulture, $"{value:0.0} {unit}"), string.Create(CultureInfo.InvariantCulture, $"below {below:0}"), value < below);
}
