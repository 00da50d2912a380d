using System.Text.Json.Nodes;
using WildlifeRegistry.Hosting;

namespace WildlifeRegistry.Tests.Recording;

/// <summary>A request sent again: the same answer at today's level, and nothing done twice.</summary>
public sealed class ReplayTests
{
    [Fact]
    public async Task Every_mutation_sent_again_answers_the_same_and_with_other_content_is_refused_and_changes_nothing()
    {
        await using var registry = await RegistryApplication.StartAsync();
        var notebook = new Notebook(registry);
        var sent = new HashSet<string>(StringComparer.Ordinal);
        var world = await RecordsOfAllKinds.MakeAsync(notebook);
        var person = new { type = "PERSON", offence = "invented", names = new[] { new { full = "Exercise Other", role = "PRIMARY" } } };
        var theirs = await notebook.SeizureAsync("uz-customs-officer");
        await notebook.OkAsync(Notebook.Stranger, "release", new { id = theirs, version = 1, to = new[] { "agency:KZ-CUSTOMS" }, level = "FULL" });

        await TwiceAsync(Notebook.Officer, "recordSeizure", Notebook.Seizure(), "narrative");
        await TwiceAsync(Notebook.Officer, "recordIncident", Notebook.Of(new { exercise = true, type = "POACHING", occurredOn = "2026", country = "KZ" }), "narrative");
        await TwiceAsync(Notebook.Analyst, "recordSuspect", Notebook.Of(new { exercise = true, eventId = world.Seizure, role = "OTHER", suspect = person, handling = "H3" }), "handlingNote");
        await TwiceAsync(Notebook.Analyst, "recordRoute", Notebook.Of(new { name = "road", status = "SUSPECTED", legs = new[] { new { fromPlaceId = world.Place, toPlaceId = world.Place } } }), "name");
        await TwiceAsync(Notebook.Liaison, "recordPlace", Notebook.Of(new { type = "TOWN", name = "Another exercise town", country = "KZ" }), "note");
        await TwiceAsync(Notebook.Officer, "amendSeizure", Notebook.Of(new { id = world.Seizure, version = 1, addSuspects = new[] { Notebook.Involved("Exercise Third") } }), "narrative", "seizure { id version }");
        await TwiceAsync(Notebook.Officer, "amendIncident", Notebook.Of(new { id = world.Incident, version = 1 }), "narrative");
        await TwiceAsync(Notebook.Analyst, "amendSuspect", Notebook.Of(new { id = world.Suspect, version = 1, birth = "1984" }), "sex");
        await TwiceAsync(Notebook.Analyst, "amendRoute", Notebook.Of(new { id = world.Route, version = 1 }), "name");
        await TwiceAsync(Notebook.Liaison, "amendPlace", Notebook.Of(new { id = world.Place, version = 1 }), "note");
        await TwiceAsync(Notebook.Analyst, "amendLink", Notebook.Of(new { id = world.Link, version = 1 }), "note");
        var link = await TwiceAsync(Notebook.Analyst, "linkRecords", Notebook.Of(new { kind = "FORENSIC_MATCH", from = world.Seizure, to = theirs }), "note", "link { id }");
        await TwiceAsync(Notebook.Analyst, "linkIdentifier", Notebook.Of(new { from = world.Suspect, @as = "USES", identifier = new { type = "PHONE", value = "+77015550102" } }), "note");
        await TwiceAsync(Notebook.Liaison, "release", Notebook.Of(new { id = world.Seizure, version = 2, to = new[] { "agency:UZ-CUSTOMS" }, level = "SANITISED" }), "until", text: "2099-01-01T00:00:00Z");
        await TwiceAsync(Notebook.Stranger, "consentToLink", Notebook.Of(new { id = link["link"]!["id"]!.GetValue<string>(), given = true }), "id");
        await TwiceAsync(Notebook.Liaison, "recall", Notebook.Of(new { id = world.Seizure, version = 3, from = new[] { "agency:UZ-CUSTOMS" }, reason = "over" }), "reason");
        await TwiceAsync(Notebook.Officer, "submit", Notebook.Of(new { id = world.Seizure, version = 4 }), "id");
        await TwiceAsync(Notebook.Analyst, "returnToAuthor", Notebook.Of(new { id = world.Seizure, version = 5, note = "more" }), "note");
        await notebook.OkAsync(Notebook.Officer, "submit", new { id = world.Seizure, version = 6 });
        await TwiceAsync(Notebook.Analyst, "validate", Notebook.Of(new { id = world.Seizure, version = 7 }), "id");
        await TwiceAsync(Notebook.Officer, "withdraw", Notebook.Of(new { id = world.Seizure, version = 8, reason = "mistaken" }), "reason");
        await TwiceAsync(Notebook.Liaison, "openOperation", Notebook.Of(new { name = "Another", members = new[] { "UZ-CUSTOMS" }, until = "2099-01-01T00:00:00Z" }), "name");
        var officers = new[] { "KZ-CUSTOMS/demo-officer" };
        await TwiceAsync(Notebook.Liaison, "proposeOfficers", Notebook.Of(new { operation = world.Operation, officers }), "operation");
        await TwiceAsync(Notebook.Liaison, "confirmOfficers", Notebook.Of(new { operation = world.Operation, officers }), "operation");
        await TwiceAsync(Notebook.Liaison, "removeOfficers", Notebook.Of(new { operation = world.Operation, officers }), "operation");
        await TwiceAsync(Notebook.Liaison, "endOperation", Notebook.Of(new { operation = world.Operation }), "operation");
        Assert.Equal(RegistrySchema.Build().Mutation!.Fields.Select(field => field.Name).Order(StringComparer.Ordinal), sent.Order(StringComparer.Ordinal));

        async Task<JsonObject> TwiceAsync(string persona, string mutation, JsonObject input, string other, string select = "", string text = "another content")
        {
            sent.Add(mutation);
            input["requestKey"] = "once " + mutation;
            if (mutation == "recordSuspect")
            {
                input["handlingNote"] = "ask first";
            }

            var first = await notebook.SendAsync(persona, mutation, input, select);
            Assert.True(Notebook.Refusals(first.At(mutation)).Count == 0, first.Text);
            var before = await registry.DumpAsync();
            Assert.Equal(first.Text, (await notebook.SendAsync(persona, mutation, input, select)).Text);
            input[other] = text;
            Assert.Equal(["InvalidInput"], Notebook.Refusals((await notebook.SendAsync(persona, mutation, input, select)).At(mutation)));
            Assert.Equal(["requestKey"], Notebook.Fields((await notebook.SendAsync(persona, mutation, input, select)).At(mutation)));
            Assert.Equal(before, await registry.DumpAsync());
            return JsonNode.Parse(first.At(mutation).GetRawText())!.AsObject();
        }
    }

    [Fact]
    public async Task A_request_answers_again_only_to_its_officer_at_what_they_may_see_and_do_today()
    {
        await using var registry = await RegistryApplication.StartAsync();
        var notebook = new Notebook(registry);
        var mine = await notebook.SeizureAsync();
        var theirs = await notebook.SeizureAsync("uz-customs-officer");
        await notebook.OkAsync(Notebook.Stranger, "release", new { id = theirs, version = 1, to = new[] { "agency:KZ-CUSTOMS" }, level = "FULL" });
        var input = Notebook.Of(new { requestKey = "once", kind = "FORENSIC_MATCH", from = mine, to = theirs });
        var first = await notebook.SendAsync(Notebook.Analyst, "linkRecords", input, "link { id other { id } }");
        Assert.NotNull(first.TextAt("linkRecords.link.id"));

        // What it led to is gone from sight: the answer has no link any more, and no error either.
        await notebook.OkAsync(Notebook.Stranger, "recall", new { id = theirs, version = 2, from = new[] { "agency:KZ-CUSTOMS" }, reason = "over" });
        Assert.Equal("""{"data":{"linkRecords":{"link":null,"errors":[]}}}""", (await notebook.SendAsync(Notebook.Analyst, "linkRecords", input, "link { id other { id } }")).Text);

        // The same officer without the role, and another officer with the same words.
        var before = await registry.DumpAsync();
        var document = Notebook.Document("linkRecords", "link { id }");
        Assert.Equal(["FORBIDDEN"], (await registry.AskWithAsync(registry.TokenOf("KZ-CUSTOMS", "demo-analyst", "OFFICER"), document, new { input })).Codes);
        var another = await registry.AskWithAsync(registry.TokenOf("KZ-CUSTOMS", "another", "ANALYST"), document, new { input });
        Assert.Equal(["NotFound"], Notebook.Refusals(another.At("linkRecords")));
        Assert.Equal(before, await registry.DumpAsync());
    }
}
