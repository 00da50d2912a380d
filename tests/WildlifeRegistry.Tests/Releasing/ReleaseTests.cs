using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using WildlifeRegistry.Tests.Recording;

namespace WildlifeRegistry.Tests.Releasing;

/// <summary>Validated by a second officer, shown to whom the owner chooses, as far as chosen, and taken back.</summary>
public sealed class ReleaseTests
{
    private static readonly string[] Closed = ["closed-place", "closed-narrative", "closed-description", "Exercise Person", "+996555010203", "996 555", "ORGANISER"];

    [Fact]
    public async Task A_second_officer_validates_and_neither_author_nor_amender_does()
    {
        await using var registry = await RegistryApplication.StartAsync();
        var notebook = new Notebook(registry);
        var id = await notebook.SeizureAsync(Notebook.Analyst);
        await OkAsync(notebook, Notebook.Analyst, "submit", new { id, version = 1 });
        await NotPermittedAsync(notebook, Notebook.Analyst, "validate", new { id, version = 2 });

        var officers = await notebook.SeizureAsync(Notebook.Officer);
        await NotPermittedAsync(notebook, Notebook.Analyst, "validate", new { id = officers, version = 1 });
        await OkAsync(notebook, Notebook.Officer, "submit", new { id = officers, version = 1 });
        await NotPermittedAsync(notebook, Notebook.Officer, "submit", new { id = officers, version = 2 });
        await OkAsync(notebook, Notebook.Analyst, "returnToAuthor", new { id = officers, version = 2, note = "The post is missing." });
        await OkAsync(notebook, Notebook.Officer, "submit", new { id = officers, version = 3 });
        await OkAsync(notebook, Notebook.Analyst, "validate", new { id = officers, version = 4 });

        // An amendment returns it to SUBMITTED, and its author is no second officer.
        await OkAsync(notebook, Notebook.Analyst, "amendSeizure", new { id = officers, version = 5, narrative = "amended" });
        await NotPermittedAsync(notebook, Notebook.Analyst, "validate", new { id = officers, version = 6 });
        var history = await registry.AskAsync(Notebook.Officer, "query ($id: ID!) { seizure(id: $id) { validation history { validation reason by } } }", new { id = officers });
        Assert.Equal("SUBMITTED", history.TextAt("seizure.validation"));
        Assert.Equal("The post is missing.", history.TextAt("seizure.history[2].reason"));
        Assert.Equal(["DRAFT", "SUBMITTED", "DRAFT", "SUBMITTED", "VALIDATED", "SUBMITTED"], history.At("seizure.history").EnumerateArray().Select(version => version.GetProperty("validation").GetString()));
    }

    [Fact]
    public async Task The_preview_is_what_the_recipient_then_sees_and_nothing_closed_shows_on_any_road()
    {
        await using var registry = await RegistryApplication.StartAsync();
        var notebook = new Notebook(registry);
        var id = await WithPeopleAsync(notebook);
        foreach (var (level, withLinks) in new[] { ("SANITISED", false), ("SANITISED", true), ("FULL", true) })
        {
            var version = await VersionAsync(notebook, id);
            var preview = await registry.AskAsync(Notebook.Liaison, "ReleasePreview", new { id, to = "agency:UZ-CUSTOMS", level, withLinks });
            await OkAsync(notebook, Notebook.Liaison, "release", new { id, version, to = new[] { "agency:UZ-CUSTOMS" }, level, withLinks });
            var seen = await registry.AskAsync("uz-customs-officer", "query ($id: ID!) { node(id: $id) { __typename ... on Record { id caption level } ... on Linkable { links { nodes { kind role other { __typename caption } } } } } }", new { id });
            Assert.Equal(preview.TextAt("releasePreview.record.caption"), seen.TextAt("node.caption"));
            Assert.Equal(level, seen.TextAt("node.level"));
            Assert.Equal(Sorted(preview.At("releasePreview.links")), Sorted(seen.At("node.links.nodes")));
            Assert.Equal(withLinks, seen.At("node.links.nodes").EnumerateArray().Any(link => link.GetProperty("kind").GetString() is not ("OF_SPECIES" or "AT")));
            Assert.Equal("{\"data\":{\"seizure\":null}}", (await registry.AskAsync("tr-customs-liaison", "SeizureWithLinks", new { id })).Text);
            if (level == "SANITISED")
            {
                foreach (var question in new[] { "SeizureWithLinks", "Anything", "Seizures", "Suspects" })
                {
                    var answer = await registry.AskAsync("uz-customs-officer", question, new { id, ids = new[] { id }, filter = new { exercise = true } });
                    Assert.All(Closed, closed => Assert.DoesNotContain(closed, answer.Text, StringComparison.Ordinal));
                }
            }
        }

        await OkAsync(notebook, Notebook.Liaison, "recall", new { id, version = await VersionAsync(notebook, id), from = new[] { "agency:UZ-CUSTOMS" }, reason = "The exercise is over.", withLinks = true });
        Assert.Equal("{\"data\":{\"seizure\":null}}", (await registry.AskAsync("uz-customs-officer", "SeizureWithLinks", new { id })).Text);
        var suspects = await registry.AskAsync("uz-customs-officer", "Suspects", new { filter = new { exercise = true } });
        Assert.Equal(0, suspects.At("suspects.totalAtLeast").GetInt32());
    }

    [Fact]
    public async Task A_recipient_has_editions_of_what_shows_at_their_level_and_begins_again_at_the_next_release()
    {
        await using var registry = await RegistryApplication.StartAsync();
        var notebook = new Notebook(registry);
        var id = await notebook.SeizureAsync();
        await OkAsync(notebook, Notebook.Liaison, "release", new { id, version = 1, to = new[] { "agency:UZ-CUSTOMS" }, level = "SANITISED" });
        await OkAsync(notebook, Notebook.Liaison, "release", new { id, version = 2, to = new[] { "agency:TR-CUSTOMS" }, level = "FULL" });
        await OkAsync(notebook, Notebook.Officer, "amendSeizure", new { id, version = 3, narrative = "only the owner and those at full see this" });
        await OkAsync(notebook, Notebook.Officer, "amendSeizure", new { id, version = 4, modeOfTransport = "RAIL" });

        const string Question = "query ($id: ID!) { seizure(id: $id) { edition version history { version } editions { edition changes { field before after } } changesSince(edition: 1) { field before after } } }";
        var sanitised = await registry.AskAsync("uz-customs-officer", Question, new { id });
        Assert.Equal(2, sanitised.At("seizure.edition").GetInt32());
        Assert.Equal("""[{"edition":1,"changes":[]},{"edition":2,"changes":[{"field":"modeOfTransport","before":null,"after":"RAIL"}]}]""", sanitised.At("seizure.editions").GetRawText());
        Assert.Equal("""[{"field":"modeOfTransport","before":null,"after":"RAIL"}]""", sanitised.At("seizure.changesSince").GetRawText());
        Assert.Null(sanitised.TextAt("seizure.version"));
        Assert.Null(sanitised.TextAt("seizure.history"));
        var full = await registry.AskAsync("tr-customs-liaison", Question, new { id });
        Assert.Equal(3, full.At("seizure.edition").GetInt32());
        Assert.Equal(2, full.At("seizure.changesSince").GetArrayLength());
        var own = await registry.AskAsync(Notebook.Officer, Question, new { id });
        Assert.Null(own.TextAt("seizure.editions"));
        Assert.Equal(5, own.At("seizure.history").GetArrayLength());

        await OkAsync(notebook, Notebook.Liaison, "recall", new { id, version = 5, from = new[] { "agency:UZ-CUSTOMS" }, reason = "Taken back." });
        await OkAsync(notebook, Notebook.Liaison, "release", new { id, version = 6, to = new[] { "agency:UZ-CUSTOMS" }, level = "SANITISED" });
        var again = await registry.AskAsync("uz-customs-officer", Question, new { id });
        Assert.Equal(1, again.At("seizure.edition").GetInt32());
        Assert.Equal("""[{"edition":1,"changes":[]}]""", again.At("seizure.editions").GetRawText());
    }

    [Fact]
    public async Task A_validated_suspect_is_a_hit_for_all_until_its_last_event_is_withdrawn()
    {
        await using var registry = await RegistryApplication.StartAsync();
        var notebook = new Notebook(registry);
        var seizure = await WithPeopleAsync(notebook);
        var suspect = (await registry.AskAsync(Notebook.Officer, "SeizureWithLinks", new { id = seizure })).At("seizure.links.nodes").EnumerateArray().First(link => link.GetProperty("kind").GetString() == "INVOLVES").GetProperty("other").GetProperty("id").GetString()!;
        var second = await notebook.SeizureAsync();
        await OkAsync(notebook, Notebook.Analyst, "linkRecords", new { kind = "INVOLVES", from = second, to = suspect, role = "BROKER" });
        await OkAsync(notebook, Notebook.Officer, "submit", new { id = suspect, version = 1 });
        await OkAsync(notebook, Notebook.Analyst, "validate", new { id = suspect, version = 2 });
        Assert.Equal(["agency:KZ-CUSTOMS FULL", "eco HIT"], await ReleasesAsync(registry, suspect));
        Assert.Equal("{\"data\":{\"suspect\":null}}", (await registry.AskAsync("uz-customs-officer", "query ($id: ID!) { suspect(id: $id) { id } }", new { id = suspect })).Text);

        await OkAsync(notebook, Notebook.Analyst, "amendSuspect", new { id = suspect, version = 3, birth = "1984" });
        Assert.Contains("eco HIT", await ReleasesAsync(registry, suspect));
        await OkAsync(notebook, Notebook.Officer, "withdraw", new { id = seizure, version = 1, reason = "The exercise is over." });
        Assert.Contains("eco HIT", await ReleasesAsync(registry, suspect));
        await OkAsync(notebook, Notebook.Officer, "withdraw", new { id = second, version = 1, reason = "The exercise is over." });
        Assert.Equal(["agency:KZ-CUSTOMS FULL"], await ReleasesAsync(registry, suspect));
    }

    [Fact]
    public async Task A_link_onto_anothers_record_goes_no_further_until_its_owner_consents()
    {
        await using var registry = await RegistryApplication.StartAsync();
        var notebook = new Notebook(registry);
        var mine = await WithPeopleAsync(notebook);
        var theirs = await notebook.SeizureAsync("uz-customs-officer");
        await OkAsync(notebook, "uz-customs-liaison", "release", new { id = theirs, version = 1, to = new[] { "agency:KZ-CUSTOMS", "agency:TR-CUSTOMS" }, level = "SANITISED" });
        var link = (await notebook.MutateAsync(Notebook.Analyst, "linkRecords", Notebook.Of(new { kind = "FORENSIC_MATCH", from = mine, to = theirs }), "link { id }")).GetProperty("link").GetProperty("id").GetString()!;
        await ReleaseAsync(notYours: 1);
        Assert.False(await SeesAsync("tr-customs-liaison"));

        Assert.Equal(["NotFound"], Notebook.Refusals(await notebook.MutateAsync("tr-customs-liaison", "consentToLink", Notebook.Of(new { id = link, given = true }), "")));
        Assert.True(await SeesAsync("uz-customs-liaison"));
        await OkAsync(notebook, "uz-customs-liaison", "consentToLink", new { id = link, given = true });
        await ReleaseAsync(notYours: 0);
        Assert.True(await SeesAsync("tr-customs-liaison"));
        await OkAsync(notebook, "uz-customs-liaison", "consentToLink", new { id = link, given = false });
        Assert.False(await SeesAsync("tr-customs-liaison"));

        async Task ReleaseAsync(int notYours)
        {
            var preview = await registry.AskAsync(Notebook.Liaison, "ReleasePreview", new { id = mine, to = "agency:TR-CUSTOMS", level = "SANITISED", withLinks = true });
            Assert.Equal(notYours, preview.At("releasePreview.notYoursToRelease").GetInt32());
            await OkAsync(notebook, Notebook.Liaison, "release", new { id = mine, version = await VersionAsync(notebook, mine), to = new[] { "agency:TR-CUSTOMS", "agency:UZ-CUSTOMS" }, level = "SANITISED", withLinks = true });
        }

        async Task<bool> SeesAsync(string persona) =>
            (await registry.AskAsync(persona, "query ($id: ID!) { seizure(id: $id) { links(kinds: [FORENSIC_MATCH]) { totalCount } } }", new { id = mine })).At("seizure.links.totalCount").GetInt32() == 1;
    }

    [Fact]
    public async Task A_release_ends_at_its_moment_with_its_links_and_is_begun_anew()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 3, 14, 9, 0, 0, TimeSpan.Zero));
        await using var registry = await RegistryApplication.StartAsync(time: time);
        var notebook = new Notebook(registry);
        var id = await WithPeopleAsync(notebook);
        Assert.Equal(["InvalidInput until"], await notebook.RefusedAsync(Notebook.Liaison, "release", new { id, version = 1, to = new[] { "agency:UZ-CUSTOMS" }, level = "FULL", until = "2026-03-14T09:00:00Z" }));
        await OkAsync(notebook, Notebook.Liaison, "release", new { id, version = 1, to = new[] { "agency:UZ-CUSTOMS" }, level = "FULL", until = "2026-03-14T10:00:00Z", withLinks = true });
        time.SetUtcNow(new DateTimeOffset(2026, 3, 14, 9, 59, 59, TimeSpan.Zero));
        Assert.True(await SuspectsAsync() == 1 && await SeesAsync());
        time.SetUtcNow(new DateTimeOffset(2026, 3, 14, 10, 0, 0, TimeSpan.Zero));
        Assert.False(await SuspectsAsync() != 0 || await SeesAsync());
        Assert.Equal(1, (await registry.AskAsync(Notebook.Officer, "{ suspects(filter: { exercise: true }) { totalCount } }")).At("suspects.totalCount").GetInt32());
        await OkAsync(notebook, Notebook.Officer, "amendSeizure", new { id, version = 2, modeOfTransport = "RAIL" });
        await OkAsync(notebook, Notebook.Liaison, "release", new { id, version = 3, to = new[] { "agency:UZ-CUSTOMS" }, level = "SANITISED" });
        var again = await registry.AskAsync("uz-customs-officer", "query ($id: ID!) { seizure(id: $id) { edition releasedAt level editions { edition } } }", new { id });
        Assert.Equal("""{"data":{"seizure":{"edition":1,"releasedAt":"2026-03-14T10:00:00.000Z","level":"SANITISED","editions":[{"edition":1}]}}}""", again.Text);

        async Task<bool> SeesAsync() => (await registry.AskAsync("uz-customs-officer", "query ($id: ID!) { seizure(id: $id) { id } }", new { id })).At("seizure").ValueKind == JsonValueKind.Object;

        async Task<int> SuspectsAsync() => (await registry.AskAsync("uz-customs-officer", "{ suspects(filter: { exercise: true }) { totalCount } }")).At("suspects.totalCount").GetInt32();
    }

    [Fact]
    public async Task The_preview_knows_what_the_recipient_sees_already_and_that_a_withdrawn_record_shows_nothing()
    {
        await using var registry = await RegistryApplication.StartAsync();
        var notebook = new Notebook(registry);
        var mine = await notebook.SeizureAsync();
        var theirs = await notebook.SeizureAsync("uz-customs-officer");
        await OkAsync(notebook, "uz-customs-liaison", "release", new { id = theirs, version = 1, to = new[] { "agency:KZ-CUSTOMS" }, level = "SANITISED" });
        await OkAsync(notebook, Notebook.Analyst, "linkRecords", new { kind = "FORENSIC_MATCH", from = mine, to = theirs });

        // The link onto the recipient's own record goes with no release, and shows as soon as both ends do.
        var preview = await registry.AskAsync(Notebook.Liaison, "ReleasePreview", new { id = mine, to = "agency:UZ-CUSTOMS", level = "SANITISED", withLinks = false });
        await OkAsync(notebook, Notebook.Liaison, "release", new { id = mine, version = 1, to = new[] { "agency:UZ-CUSTOMS" }, level = "SANITISED" });
        var seen = await registry.AskAsync("uz-customs-officer", "query ($id: ID!) { node(id: $id) { ... on Linkable { links { nodes { kind role other { __typename } } } } } }", new { id = mine });
        Assert.Equal(seen.At("node.links.nodes").EnumerateArray().Select(link => link.GetProperty("kind").GetString()).Order(StringComparer.Ordinal), preview.At("releasePreview.links").EnumerateArray().Select(link => link.GetProperty("kind").GetString()).Order(StringComparer.Ordinal));
        Assert.Contains("FORENSIC_MATCH", preview.Text, StringComparison.Ordinal);

        await OkAsync(notebook, Notebook.Officer, "withdraw", new { id = mine, version = 2, reason = "mistaken" });
        var none = await registry.AskAsync(Notebook.Liaison, "ReleasePreview", new { id = mine, to = "agency:UZ-CUSTOMS", level = "FULL", withLinks = true });
        Assert.Equal("""{"data":{"releasePreview":{"record":null,"links":[],"notYoursToRelease":0}}}""", none.Text);
        foreach (var missing in new[] { theirs, "00000000000000000000000000", "no id" })
        {
            Assert.Equal("""{"data":{"releasePreview":null}}""", (await registry.AskAsync(Notebook.Liaison, "ReleasePreview", new { id = missing, to = "agency:UZ-CUSTOMS", level = "FULL", withLinks = true })).Text);
        }
    }

    [Fact]
    public async Task A_joint_operation_opens_nothing_before_the_lead_confirms_and_ends_on_its_date()
    {
        await using var registry = await RegistryApplication.StartAsync();
        var notebook = new Notebook(registry);
        var opened = await notebook.MutateAsync(Notebook.Liaison, "openOperation", Notebook.Of(new { name = "Exercise operation", members = new[] { "UZ-CUSTOMS" }, until = "2099-01-01T00:00:00Z" }), "operation { id lead { code } }");
        var operation = opened.GetProperty("operation").GetProperty("id").GetString()!;
        var id = await notebook.SeizureAsync();
        await OkAsync(notebook, Notebook.Liaison, "release", new { id, version = 1, to = new[] { "group:" + operation }, level = "FULL" });
        Assert.False(await SeesAsync());

        Assert.Equal(["officers[0]"], Notebook.Fields(await notebook.MutateAsync(Notebook.Stranger, "proposeOfficers", Notebook.Of(new { operation, officers = new[] { "KZ-CUSTOMS/demo-officer" } }), "")));
        await OkAsync(notebook, Notebook.Stranger, "proposeOfficers", new { operation, officers = new[] { "UZ-CUSTOMS/demo-officer" } });
        Assert.False(await SeesAsync());
        await NotPermittedAsync(notebook, Notebook.Stranger, "confirmOfficers", new { operation, officers = new[] { "UZ-CUSTOMS/demo-officer" } });
        Assert.Equal(["NotFound"], Notebook.Refusals(await notebook.MutateAsync("tr-customs-liaison", "confirmOfficers", Notebook.Of(new { operation, officers = new[] { "UZ-CUSTOMS/demo-officer" } }), "")));
        await OkAsync(notebook, Notebook.Liaison, "confirmOfficers", new { operation, officers = new[] { "UZ-CUSTOMS/demo-officer" } });
        Assert.True(await SeesAsync());
        await OkAsync(notebook, Notebook.Liaison, "endOperation", new { operation });
        Assert.False(await SeesAsync());
        await NotPermittedAsync(notebook, Notebook.Liaison, "confirmOfficers", new { operation, officers = new[] { "UZ-CUSTOMS/demo-officer" } });

        async Task<bool> SeesAsync() => (await registry.AskAsync("uz-customs-officer", "query ($id: ID!) { seizure(id: $id) { id } }", new { id })).At("seizure").ValueKind == JsonValueKind.Object;
    }

    [Fact]
    public async Task Of_officers_who_amend_one_version_exactly_one_does_and_none_is_lost()
    {
        await using var registry = await RegistryApplication.StartAsync();
        var notebook = new Notebook(registry);
        var id = await notebook.SeizureAsync();
        for (var version = 1; version <= 8; version++)
        {
            var payloads = await Task.WhenAll(Enumerable.Range(0, 6).Select(n => notebook.MutateAsync(
                n % 2 == 0 ? Notebook.Officer : Notebook.Liaison,
                n == 5 ? "release" : "amendSeizure",
                n == 5 ? Notebook.Of(new { id, version, to = new[] { "eco" }, level = "HIT" }) : Notebook.Of(new { id, version, narrative = $"{version}/{n}" }),
                "")));
            Assert.Equal(1, payloads.Count(payload => Notebook.Refusals(payload).Count == 0));
            Assert.Equal(5, payloads.Count(payload => Notebook.Refusals(payload) is ["VersionConflict"]));
        }

        Assert.Equal(9, await VersionAsync(notebook, id));
    }

    private static Task<string> WithPeopleAsync(Notebook notebook) => notebook.SeizureAsync(with: new JsonObject
    {
        ["suspects"] = new JsonArray(Notebook.Involved(role: "ORGANISER", phone: "+996 555 01 02 03")),
        ["identifiers"] = new JsonArray(Notebook.Of(new { @as = "CARRIED_BY", type = "CONTAINER", value = "CSQU3054383" }), Notebook.Of(new { @as = "CARRIED_BY", type = "PLATE", value = "01 KG 442 ABC" })),
    });

    private static async Task<int> VersionAsync(Notebook notebook, string id) =>
        (await notebook.Registry.AskAsync(Notebook.Officer, "query ($id: ID!) { seizure(id: $id) { version } }", new { id })).At("seizure.version").GetInt32();

    private static async Task<IEnumerable<string>> ReleasesAsync(RegistryApplication registry, string id) =>
        (await registry.AskAsync(Notebook.Officer, "query ($id: ID!) { suspect(id: $id) { releases { to level } } }", new { id })).At("suspect.releases").EnumerateArray()
            .Select(release => $"{release.GetProperty("to").GetString()} {release.GetProperty("level").GetString()}");

    private static IEnumerable<string> Sorted(JsonElement links) => links.EnumerateArray().Select(link => link.GetRawText()).Order(StringComparer.Ordinal);

    private static async Task OkAsync(Notebook notebook, string persona, string mutation, object input)
    {
        var payload = await notebook.MutateAsync(persona, mutation, Notebook.Of(input), "");
        Assert.True(payload.GetProperty("errors").GetArrayLength() == 0, $"{mutation}: {payload}");
    }

    private static async Task NotPermittedAsync(Notebook notebook, string persona, string mutation, object input)
    {
        var before = await notebook.Registry.DumpAsync();
        Assert.Equal(["NotPermitted"], Notebook.Refusals(await notebook.MutateAsync(persona, mutation, Notebook.Of(input), "")));
        Assert.Equal(before, await notebook.Registry.DumpAsync());
    }
}
