using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using WildlifeRegistry.Access;
using WildlifeRegistry.Links;
using WildlifeRegistry.Records;
using WildlifeRegistry.Seizures;
using WildlifeRegistry.Storage;

namespace WildlifeRegistry.Benchmarks;

/// <summary>What reading costs, over HTTP, beside the same rows read by hand.</summary>
internal static class ReadingTable
{
    private const int Rounds = 1500;

    public static async Task<bool> RunAsync(string folder, int seizures)
    {
        await using var host = await BenchmarkHost.StartAsync(folder, seizures, default);
        using var caller = host.Of(SeededStore.Agency);
        var figures = new Figures(string.Create(CultureInfo.InvariantCulture, $"Reading, {seizures} seizures"));
        await SeizuresAsync(host, caller, figures);
        Visibility(host, figures);
        await IdentifiersAsync(host, caller, figures);
        await PagesAsync(caller, figures);
        figures.Print(Console.Out);
        var attacks = new Figures("Attacks on the executor, answered with an error");
        await AttacksAsync(caller, attacks);
        attacks.Print(Console.Out);
        return figures.AllMet && attacks.AllMet;
    }

    private static async Task SeizuresAsync(BenchmarkHost host, Caller caller, Figures figures)
    {
        var asked = host.Seeded.Asked;
        var nothing = Caller.Body("{ __typename }");
        var bodies = asked.Select(id => Caller.Body(Contract.Text(Contract.Seizures), new { id = id.ToString(), first = 50 }, "SeizureWithLinks")).ToList();
        using var byHand = new HandWritten(host.StorePath);
        var answer = await caller.DataAsync(bodies[0]);
        var same = answer.GetProperty("seizure").GetProperty("links").GetProperty("nodes").EnumerateArray().Select(link => link.GetProperty("id").GetString());
        if (!same.SequenceEqual(byHand.Read(asked[0], 50).Select(id => id.ToString()), StringComparer.Ordinal))
        {
            throw new InvalidOperationException("What is read by hand is not what the registry answers.");
        }

        var timings = await Load.RunAsync(
            Rounds,
            new Side("operation", round => caller.AskAsync(bodies[round % bodies.Count])),
            new Side("nothing", _ => caller.AskAsync(nothing)),
            Side.Of("by hand", round => byHand.Read(asked[round % asked.Count], 50)));
        var (operation, empty, hand) = (timings[0], timings[1], timings[2]);
        var own = operation.P50 - empty.P50;
        figures.Add(
            "SeizureWithLinks, less { __typename }",
            new Timing(own, operation.P99 - empty.P99),
            $"by hand {Figures.Milliseconds(hand.P50)}",
            $"{Figures.Times(own / hand.P50)}, {Figures.Milliseconds(own - hand.P50)} more",
            "5x or 0.4 ms more",
            own <= 5 * hand.P50 || own - hand.P50 <= 0.4);
        figures.Add("SeizureWithLinks in all", operation, below: 1.5);
    }

    private static void Visibility(BenchmarkHost host, Figures figures)
    {
        var everyKind = Enum.GetValues<RecordKind>().ToImmutableArray();
        LinkStep Step(string name, ImmutableArray<LinkKind> kinds, bool own) =>
            new(name, everyKind, kinds, LinkDirection.Both, Exercise: false, Withdrawn: own, own ? ReadPlan.MaxPage : 50, null, WantTotal: !own, own, Bring.Nothing);
        var seizure = new ReadPlan(
            new PlanStart.ByIds([host.Seeded.Asked[0]], [RecordKind.Seizure]),
            new Bring([Step("own:0", [LinkKind.OfSpecies, LinkKind.At, LinkKind.Origin, LinkKind.Export, LinkKind.Transit, LinkKind.Destination], own: true), Step("links", [], own: false)], Releases: true));
        var page = new ReadPlan(
            new PlanStart.Page(RecordKind.Seizure, [new Condition(SeizureKind.Country, ["KZ"], IsOpen: true)], SortBounds.Overlapping(PartialDate.OfYear(2010), PartialDate.OfYear(2020)), [], [], false, Descending: true, 50, null, WantTotal: false),
            Bring.Nothing);
        foreach (var (name, plan) in new[] { ("a seizure with its links", seizure), ("a page of 50 by country and dates", page) })
        {
            using var cost = new VisibilityCost(host.StorePath, plan);
            var timings = Load.RunAsync(Rounds, Side.Of("with", _ => cost.RunWith()), Side.Of("without", _ => cost.RunWithout())).GetAwaiter().GetResult();
            var ratio = timings[0].P50 / timings[1].P50;
            figures.Add($"the engine's statements for {name}", timings[0], $"without visibility {Figures.Milliseconds(timings[1].P50)}", Figures.Times(ratio), "1.30x", ratio <= 1.3);
        }
    }

    private static async Task IdentifiersAsync(BenchmarkHost host, Caller caller, Figures figures)
    {
        var bodies = host.Seeded.Phones.Select(phone => Caller.Body(Contract.Text(Contract.Lookups), new { type = "PHONE", value = phone }, "IdentifierLinks")).ToList();
        var found = await caller.DataAsync(bodies[0]);
        if (found.GetProperty("identifier").ValueKind != JsonValueKind.Object)
        {
            throw new InvalidOperationException("The phone was not found.");
        }

        var timings = await Load.RunAsync(Rounds, new Side("identifier", round => caller.AskAsync(bodies[round % bodies.Count])));
        figures.Add("IdentifierLinks, two levels deep", timings[0], below: 3);
    }

    private static async Task PagesAsync(Caller caller, Figures figures)
    {
        var dates = new { from = "2008", until = "2024" };
        foreach (var (name, filter) in new (string, object)[]
        {
            ("one country, dates", new { countries = new[] { "KZ" }, occurredOn = dates }),
            ("three countries, dates", new { countries = new[] { "KZ", "UZ", "TR" }, occurredOn = dates }),
            ("country, mode, dates", new { countries = new[] { "KZ" }, modesOfTransport = new[] { "ROAD" }, occurredOn = dates }),
            ("country, owner, dates", new { countries = new[] { "KZ" }, owners = new[] { "KZ-CUSTOMS" }, occurredOn = dates }),
        })
        {
            // Page by page to the end once: the cursors of the first, the middle and the last.
            var after = new List<string?> { null };
            while (await EndAsync(caller, filter, after[^1]) is { } end)
            {
                after.Add(end);
            }

            string?[] asked = [after[0], after[after.Count / 2], after[^1]];
            foreach (var (place, cursor) in new[] { "first", "middle", "last" }.Zip(asked))
            {
                var body = Body(filter, cursor);
                var timings = await Load.RunAsync(Rounds / 5, new Side("page", _ => caller.AskAsync(body)));
                figures.Add(string.Create(CultureInfo.InvariantCulture, $"page of 50, {name}: the {place} of {after.Count}"), timings[0], below: 5);
            }
        }
    }

    private static async Task<string?> EndAsync(Caller caller, object filter, string? after)
    {
        var info = (await caller.DataAsync(Body(filter, after))).GetProperty("seizures").GetProperty("pageInfo");
        return info.GetProperty("hasNextPage").GetBoolean() ? info.GetProperty("endCursor").GetString() : null;
    }

    private static byte[] Body(object filter, string? after) => Caller.Body(Contract.Text(Contract.Seizures), new { filter, first = 50, after }, "Seizures");

    private static async Task AttacksAsync(Caller caller, Figures figures)
    {
        var nested = new StringBuilder("{ ...F0 }");
        for (var n = 0; n < 24; n++)
        {
            nested.Append(CultureInfo.InvariantCulture, $" fragment F{n} on Query {{ ...F{n + 1} ...F{n + 1} }}");
        }

        nested.Append(" fragment F24 on Query { me { officer } }");
        foreach (var (name, query) in new[]
        {
            ("nested fragment spreads, 1 KB", nested.ToString()),
            ("repeated fields, 120 KB", "{ " + string.Concat(Enumerable.Repeat("__typename ", 11_000)) + "}"),
            ("repeated directives, 180 KB", "{ __typename " + string.Concat(Enumerable.Repeat("@skip(if: 1) ", 14_000)) + "}"),
        })
        {
            var body = Caller.Body(query);
            var answer = Encoding.UTF8.GetString(await caller.AskAsync(body));
            if (!answer.Contains("DOCUMENT_TOO_LARGE", StringComparison.Ordinal))
            {
                throw new InvalidOperationException("The attack was not refused: " + answer[..Math.Min(300, answer.Length)]);
            }

            using var process = Process.GetCurrentProcess();
            process.Refresh();
            var before = process.WorkingSet64;
            var timings = await Load.RunAsync(100, new Side("attack", _ => caller.AskAsync(body)));
            process.Refresh();
            var grown = Math.Max(0, process.WorkingSet64 - before) / (1024.0 * 1024);
            figures.Add(
                name,
                timings[0],
                string.Create(CultureInfo.InvariantCulture, $"{answer.Length} bytes answered"),
                string.Create(CultureInfo.InvariantCulture, $"working set {grown:+0.0} MB after {Load.WarmUp + 100}"),
                "below 100 ms, below 50 MB",
                timings[0].P99 < 100 && grown < 50);
        }
    }
}
