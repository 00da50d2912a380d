using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using WildlifeRegistry.Records;
using WildlifeRegistry.Storage;

namespace WildlifeRegistry.Tests.Recording;

/// <summary>Many officers write to one store at once, and others read it.</summary>
public sealed class ConcurrencyTests
{
    private const int Writers = 12;

    [Fact]
    public async Task Exactly_the_acknowledged_amendments_are_in_and_all_others_are_told_of_the_conflict()
    {
        await using var registry = await RegistryApplication.StartAsync();
        var notebook = new Notebook(registry);
        var ids = new[] { await notebook.SeizureAsync(), await notebook.SeizureAsync(), await notebook.SeizureAsync() };
        var acknowledged = new ConcurrentBag<(string Id, string Written)>();
        var conflicts = 0;
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(async writer =>
        {
            for (var n = 0; n < 6; n++)
            {
                var id = ids[(writer + n) % ids.Length];
                var narrative = string.Create(CultureInfo.InvariantCulture, $"writer {writer}, change {n}");
                var version = (await registry.AskAsync(Notebook.Officer, "query ($id: ID!) { seizure(id: $id) { version } }", new { id })).At("seizure.version").GetInt32();
                var payload = await notebook.MutateAsync(Notebook.Officer, "amendSeizure", Notebook.Of(new { id, version, narrative }), "seizure { version }");
                if (Notebook.Refusals(payload).Count == 0)
                {
                    acknowledged.Add((id, string.Create(CultureInfo.InvariantCulture, $"{version + 1}: {narrative}")));
                }
                else
                {
                    Assert.Equal(["VersionConflict"], Notebook.Refusals(payload));
                    Assert.True(payload.GetProperty("errors")[0].GetProperty("current").GetInt32() > version);
                    Interlocked.Increment(ref conflicts);
                }
            }
        }));

        Assert.Equal(Writers * 6, acknowledged.Count + conflicts);
        foreach (var id in ids)
        {
            var history = (await registry.AskAsync(Notebook.Officer, "query ($id: ID!) { seizure(id: $id) { version history { version changes { field after } } } }", new { id })).At("seizure");
            var versions = history.GetProperty("history").EnumerateArray().ToList();
            Assert.Equal(Enumerable.Range(1, versions.Count), versions.Select(version => version.GetProperty("version").GetInt32()));
            Assert.Equal(versions.Count, history.GetProperty("version").GetInt32());

            // Each on the version that it was made on: none went over another's head.
            var written = versions.Skip(1).Select(version => $"{version.GetProperty("version")}: {version.GetProperty("changes").EnumerateArray().Single(change => change.GetProperty("field").GetString() == "narrative").GetProperty("after").GetString()}");
            Assert.Equal(acknowledged.Where(one => one.Id == id).Select(one => one.Written).Order(StringComparer.Ordinal), written.Order(StringComparer.Ordinal));
        }

        await CleanAsync(registry);
    }

    [Fact]
    public async Task References_and_editions_are_unique_however_many_write_at_once()
    {
        await using var registry = await RegistryApplication.StartAsync();
        var notebook = new Notebook(registry);
        var references = new ConcurrentBag<string>();
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(async writer =>
        {
            for (var n = 0; n < 4; n++)
            {
                var payload = await notebook.MutateAsync(writer % 2 == 0 ? Notebook.Officer : "uz-customs-officer", "recordSeizure", Notebook.Seizure(new System.Text.Json.Nodes.JsonObject { ["suspects"] = new System.Text.Json.Nodes.JsonArray(Notebook.Involved(phone: "+996 555 01 02 03")) }), "seizure { reference links(kinds: [INVOLVES]) { nodes { other { ... on Suspect { reference } } } } }");
                references.Add(payload.GetProperty("seizure").GetProperty("reference").GetString()!);
                references.Add(payload.GetProperty("seizure").GetProperty("links").GetProperty("nodes")[0].GetProperty("other").GetProperty("reference").GetString()!);
            }
        }));
        Assert.Equal(Writers * 4 * 2, references.Distinct(StringComparer.Ordinal).Count());

        // Editions run on without a gap, whoever amends and whoever is released to meanwhile.
        var id = await notebook.SeizureAsync();
        await notebook.OkAsync(Notebook.Liaison, "release", new { id, version = 1, to = new[] { "agency:UZ-CUSTOMS" }, level = "SANITISED" });
        string[] modes = ["RAIL", "ROAD", "SEA", "POST"];
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(async writer =>
        {
            for (var isDone = false; !isDone;)
            {
                var version = (await registry.AskAsync(Notebook.Officer, "query ($id: ID!) { seizure(id: $id) { version } }", new { id })).At("seizure.version").GetInt32();
                var payload = writer % 3 == 0
                    ? await notebook.MutateAsync(Notebook.Liaison, "release", Notebook.Of(new { id, version, to = new[] { $"officer:TR-CUSTOMS/{writer}" }, level = "FULL" }), "")
                    : await notebook.MutateAsync(Notebook.Officer, "amendSeizure", Notebook.Of(new { id, version, modeOfTransport = modes[writer % modes.Length], narrative = $"closed {writer}" }), "");
                isDone = Notebook.Refusals(payload).Count == 0;
            }
        }));
        var seen = (await registry.AskAsync("uz-customs-officer", "query ($id: ID!) { seizure(id: $id) { edition editions { edition changes { field } } } }", new { id })).At("seizure");
        var editions = seen.GetProperty("editions").EnumerateArray().ToList();
        Assert.Equal(Enumerable.Range(1, editions.Count), editions.Select(edition => edition.GetProperty("edition").GetInt32()));
        Assert.Equal(editions.Count, seen.GetProperty("edition").GetInt32());
        Assert.All(editions.Skip(1), edition => Assert.Equal("modeOfTransport", Assert.Single(edition.GetProperty("changes").EnumerateArray()).GetProperty("field").GetString()));
        await CleanAsync(registry);
    }

    [Fact]
    public async Task One_request_sent_many_times_at_once_is_made_once_and_answers_all_alike()
    {
        await using var registry = await RegistryApplication.StartAsync();
        var notebook = new Notebook(registry);
        var input = Notebook.Seizure(Notebook.Of(new { requestKey = "the same" }));
        var answers = await Task.WhenAll(Enumerable.Range(0, Writers).Select(_ => notebook.SendAsync(Notebook.Officer, "recordSeizure", input, "seizure { id version reference }")));
        Assert.Single(answers.Select(answer => answer.Text).Distinct());
        Assert.Equal(1, (await registry.AskAsync(Notebook.Officer, "{ seizures(filter: { exercise: true }) { totalCount } }")).At("seizures.totalCount").GetInt32());
    }

    [Fact]
    public async Task An_answer_is_of_one_committed_state_while_others_write()
    {
        await using var registry = await RegistryApplication.StartAsync();
        var notebook = new Notebook(registry);
        var id = await notebook.SeizureAsync(with: Notebook.Of(new { carrier = "0", narrative = "0", lawCharged = "0" }));
        var writing = WriteAsync();
        await Task.WhenAll(Enumerable.Range(0, 3).Select(async _ =>
        {
            bool isLast;
            do
            {
                isLast = writing.IsCompleted; // what is asked after the last write is asked once more
                var seen = (await registry.AskAsync(Notebook.Analyst, "query ($id: ID!) { seizure(id: $id) { version carrier narrative lawCharged history { version } links(kinds: [INVOLVES]) { totalCount } } }", new { id })).At("seizure");
                var said = seen.GetProperty("version").GetInt32() - 1;
                Assert.All(new[] { "carrier", "narrative", "lawCharged" }, field => Assert.Equal(said.ToString(CultureInfo.InvariantCulture), seen.GetProperty(field).GetString()));
                Assert.Equal(said + 1, seen.GetProperty("history").GetArrayLength());
                Assert.Equal(said, seen.GetProperty("links").GetProperty("totalCount").GetInt32());
            }
            while (!isLast);
        }));
        await writing;

        async Task WriteAsync()
        {
            for (var n = 1; n <= 30; n++)
            {
                var said = n.ToString(CultureInfo.InvariantCulture);
                var suspects = new[] { Notebook.Involved($"Exercise {said}") };
                await notebook.OkAsync(Notebook.Officer, "amendSeizure", new { id, version = n, carrier = said, narrative = said, lawCharged = said, addSuspects = suspects });
            }
        }
    }

    [Fact]
    public async Task Readers_are_answered_while_a_write_is_held_open()
    {
        await using var registry = await RegistryApplication.StartAsync();
        var notebook = new Notebook(registry);
        var id = await notebook.SeizureAsync();
        await using (var connection = new SqliteConnection($"Data Source={registry.StorePath};Pooling=False"))
        {
            await connection.OpenAsync(TestContext.Current.CancellationToken);
            await using var command = connection.CreateCommand();
            command.CommandText = "BEGIN IMMEDIATE; UPDATE record SET version = version + 1 WHERE owner = 'KZ-CUSTOMS'";
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);

            // The write has the store's one lock, and keeps it until these have been answered.
            var seen = await registry.AskAsync(Notebook.Officer, "query ($id: ID!) { seizure(id: $id) { version } seizures(filter: { exercise: true }) { totalCount } }", new { id });
            Assert.Equal("""{"data":{"seizure":{"version":1},"seizures":{"totalCount":1}}}""", seen.Text);
            command.CommandText = "ROLLBACK";
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }

        await notebook.OkAsync(Notebook.Officer, "amendSeizure", new { id, version = 1, narrative = "after it" });
    }

    private static async Task CleanAsync(RegistryApplication registry)
    {
        var report = await registry.Services.GetRequiredService<IStoreMaintenance>().CheckAsync(registry.Services.GetRequiredService<KindCatalogue>(), TestContext.Current.CancellationToken);
        Assert.True(report.IsClean, JsonSerializer.Serialize(report.Faults));
    }
}
