using System.Collections.Immutable;
using System.Diagnostics;
using WildlifeRegistry.Benchmarks;
using WildlifeRegistry.Links;
using WildlifeRegistry.Records;
using WildlifeRegistry.Seizures;
using WildlifeRegistry.Storage;
using WildlifeRegistry.Storage.Sqlite;

var folder = Directory.CreateTempSubdirectory("wildlife");
var count = int.Parse(args[0]);
await using var store = await SqliteGraphStore.OpenAsync(Path.Combine(folder.FullName, "b.db"), KindCatalogue.Registry().Disclosure(), TimeProvider.System, null, default);
var seeded = new SeededStore(1, count);
var w = Stopwatch.StartNew();
await seeded.FillAsync(store, default);
Console.WriteLine($"fill {w.Elapsed}");
var view = store.ViewFor(SeededStore.Reader);
LinkStep Step(string name, ImmutableArray<LinkKind> kinds, int first, bool own, Bring bring) => new(name, [.. Enum.GetValues<RecordKind>()], kinds, LinkDirection.Both, false, false, first, null, !own, own, bring);
var bring = new Bring([Step("own", [LinkKind.At, LinkKind.OfSpecies, LinkKind.Origin, LinkKind.Export, LinkKind.Transit, LinkKind.Destination, LinkKind.Marked], 200, true, Bring.Nothing), Step("links", [], 50, false, Bring.Nothing)], true);
await Time("seizure", 5000, i => new ReadPlan(new PlanStart.ByIds([seeded.Asked[i % seeded.Asked.Count]], [RecordKind.Seizure]), bring));
var bring2 = new Bring([Step("links", [], 50, false, new Bring([Step("links", [LinkKind.Involves], 20, false, Bring.Nothing)]))]);
await Time("identifier", 2000, i => new ReadPlan(new PlanStart.ByIds([store.Keys.ConnectorId("Phone", seeded.Phones[i % seeded.Phones.Count], false)], []), bring2));
await Time("plate?", 2000, i => new ReadPlan(new PlanStart.ByIds([seeded.Asked[i % seeded.Asked.Count]], []), bring2));
var small = new Bring([Step("own", [LinkKind.OfSpecies], 200, true, Bring.Nothing)]);
foreach (var total in new[] { false, true })
foreach (var after in new Position?[] { null, new Position("2012-03-01/2", default) })
foreach (var n in new[] { 1, 3, 10 })
    await Time($"page c{n} total={total} after={after is not null}", 300, i => new ReadPlan(new PlanStart.Page(RecordKind.Seizure, [new Condition(SeizureKind.Country, [.. new[] { "KZ", "UZ", "TR", "IR", "AF", "AZ", "TJ", "TM", "KG", "PK" }.Take(n)], true)], SortBounds.Overlapping(PartialDate.OfYear(2010), PartialDate.OfYear(2020)), [], [], false, true, 50, after, total), small));
await Time("page all", 300, i => new ReadPlan(new PlanStart.Page(RecordKind.Seizure, [], null, [], [], false, true, 50, null, true), small));
folder.Delete(true);
async Task Time(string name, int n, Func<int, ReadPlan> plan)
{
    for (var i = 0; i < n / 5; i++) await view.ReadAsync(plan(i), default);
    var times = new double[n];
    Reading r = Reading.Empty;
    for (var i = 0; i < n; i++)
    {
        var s = Stopwatch.GetTimestamp();
        r = await view.ReadAsync(plan(i), default);
        times[i] = Stopwatch.GetElapsedTime(s).TotalMicroseconds;
    }
    Array.Sort(times);
    Console.WriteLine($"{name}: p50 {times[n / 2]:0.0} us p99 {times[n * 99 / 100]:0.0}; roots {r.Roots.Records.Length} total {r.Roots.Total} links {r.Roots.Records.FirstOrDefault()?.Links.Values.Sum(l => l.Links.Length)}");
}
