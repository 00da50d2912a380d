using System.Text.Json;
using System.Text.Json.Nodes;

namespace WildlifeRegistry.Tests.Recording;

/// <summary>Correcting what was recorded, whatever its kind.</summary>
public sealed class AmendTests
{
    [Theory]
    [InlineData("recordSeizure", "amendSeizure", "seizure")]
    [InlineData("recordIncident", "amendIncident", "incident")]
    public async Task An_officer_corrects_an_event_by_adding_a_driver_a_plate_and_a_phone(string record, string amend, string field)
    {
        await using var registry = await RegistryApplication.StartAsync();
        var notebook = new Notebook(registry);
        var input = field == "seizure" ? Notebook.Seizure() : Notebook.Of(new { exercise = true, type = "POACHING", occurredOn = "2026", country = "KZ" });
        var id = (await notebook.OkAsync(Notebook.Officer, record, input, $"{field} {{ id }}")).GetProperty(field).GetProperty("id").GetString()!;
        await notebook.OkAsync(Notebook.Liaison, "release", new { id, version = 1, to = new[] { "agency:UZ-CUSTOMS" }, level = "FULL" });

        var amended = await notebook.OkAsync(Notebook.Officer, amend, new { id, version = 2, handling = "H3", handlingNote = "ask first", addSuspects = new[] { Notebook.Involved(phone: "+996 555 01 02 03") }, addIdentifiers = new[] { new { @as = "CARRIED_BY", type = "PLATE", value = "01 KG 442 АВС" } } }, field + " { id version }");
        Assert.Equal((id, 3), (amended.GetProperty(field).GetProperty("id").GetString(), amended.GetProperty(field).GetProperty("version").GetInt32()));
        var links = await notebook.LinksAsync(Notebook.Officer, id);
        var driver = links.Single(link => link.GetProperty("kind").GetString() == "INVOLVES");
        Assert.Equal("01KG442ABC", links.Single(link => link.GetProperty("kind").GetString() == "CARRIED_BY").GetProperty("other").GetProperty("caption").GetString());
        Assert.Equal("ask first", driver.GetProperty("handlingNote").GetString());
        var suspect = driver.GetProperty("other").GetProperty("id").GetString()!;

        // Whoever the event was released to before is not shown who was added to it since.
        var stranger = await registry.AskAsync(Notebook.Stranger, "query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Linkable { id links { nodes { kind } } } } }", new { ids = new[] { id, suspect } });
        Assert.Equal(JsonValueKind.Null, stranger.At("nodes[1]").ValueKind);
        Assert.DoesNotContain("INVOLVES", stranger.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("CARRIED_BY", stranger.Text, StringComparison.Ordinal);

        // A phone of the driver who is there already; nothing is drawn twice.
        await notebook.OkAsync(Notebook.Officer, amend, new { id, version = 3, addSuspects = new[] { new { role = "DRIVER", suspectId = suspect, identifiers = new[] { new { type = "PHONE", value = "+996 555 09 09 09" } } } } });
        Assert.Equal(["996555010203", "996555090909"], (await notebook.LinksAsync(Notebook.Officer, suspect)).Where(link => link.GetProperty("kind").GetString() == "USES").Select(link => link.GetProperty("other").GetProperty("caption").GetString()!.TrimStart('+')).Order(StringComparer.Ordinal));
        Assert.Single(await notebook.LinksAsync(Notebook.Officer, id), link => link.GetProperty("kind").GetString() == "INVOLVES");
        Assert.Equal(
            ["InvalidInput addSuspects[0].suspectId", "InvalidInput addSuspects[1].identifiers[0].value", "InvalidInput addSuspects[2].new.identifiers[1].value", "InvalidInput addSuspects[3].new", "InvalidInput addIdentifiers[0].value", "InvalidInput addIdentifiers[2].value"],
            await notebook.RefusedAsync(Notebook.Officer, amend, new
            {
                id,
                version = 4,
                addSuspects = new object[]
                {
                    new { role = "DRIVER", suspectId = suspect },
                    new { role = "DRIVER", suspectId = suspect, identifiers = new[] { new { type = "PHONE", value = "+996555090909" } } },
                    JsonNode.Parse(Notebook.Involved().ToJsonString().Replace("\"identifiers\":[]", "\"identifiers\":[{\"type\":\"PLATE\",\"value\":\"A 123 BC\"},{\"type\":\"PLATE\",\"value\":\"А123ВС\"}]", StringComparison.Ordinal))!,
                    new { role = "DRIVER" },
                },
                addIdentifiers = new[] { new { @as = "CARRIED_BY", type = "PLATE", value = "01KG442ABC" }, new { @as = "CARRIED_BY", type = "PLATE", value = "777 ABC 02" }, new { @as = "CARRIED_BY", type = "PLATE", value = "777ABC02" } },
            }));
    }

    [Fact]
    public async Task What_must_be_there_is_not_cleared_whatever_the_kind()
    {
        await using var registry = await RegistryApplication.StartAsync();
        var notebook = new Notebook(registry);
        var world = await RecordsOfAllKinds.MakeAsync(notebook);
        string? none = null;
        Assert.Equal(["InvalidInput occurredOn", "InvalidInput country", "InvalidInput handling"], await notebook.RefusedAsync(Notebook.Officer, "amendSeizure", new { id = world.Seizure, version = 1, occurredOn = none, country = none, handling = none }));
        Assert.Equal(["InvalidInput type", "InvalidInput occurredOn", "InvalidInput country", "InvalidInput handling"], await notebook.RefusedAsync(Notebook.Officer, "amendIncident", new { id = world.Incident, version = 1, type = none, occurredOn = none, country = none, handling = none }));
        Assert.Equal(["InvalidInput status", "InvalidInput reviewBy", "InvalidInput handling", "InvalidInput names", "InvalidInput offence"], (await notebook.RefusedAsync(Notebook.Analyst, "amendSuspect", new { id = world.Suspect, version = 1, status = none, reviewBy = none, handling = none, names = none, offence = none })));
        Assert.Equal(["InvalidInput status", "InvalidInput handling", "InvalidInput name", "InvalidInput legs"], await notebook.RefusedAsync(Notebook.Analyst, "amendRoute", new { id = world.Route, version = 1, status = none, handling = none, name = none, legs = none }));
        Assert.Equal(["InvalidInput type", "InvalidInput country", "InvalidInput name"], await notebook.RefusedAsync(Notebook.Liaison, "amendPlace", new { id = world.Place, version = 1, type = none, country = none, name = none }));
        Assert.Equal(["InvalidInput handling", "InvalidInput role"], await notebook.RefusedAsync(Notebook.Analyst, "amendLink", new { id = world.Link, version = 1, handling = none, role = none }));
        Assert.Equal(["InvalidInput reviewBy"], await notebook.RefusedAsync(Notebook.Analyst, "amendSuspect", new { id = world.Suspect, version = 1, reviewBy = "1999" }));
    }

    [Fact]
    public async Task Each_kind_keeps_what_is_absent_and_clears_what_is_null()
    {
        await using var registry = await RegistryApplication.StartAsync();
        var notebook = new Notebook(registry);
        var world = await RecordsOfAllKinds.MakeAsync(notebook);
        string? none = null;
        await notebook.OkAsync(Notebook.Officer, "amendIncident", new { id = world.Incident, version = 1, coordinates = "44.17, 80.30", areaHectares = "12.5", narrative = "burnt" });
        await notebook.OkAsync(Notebook.Officer, "amendIncident", new { id = world.Incident, version = 2, coordinates = none, narrative = none });
        var incident = await registry.AskAsync(Notebook.Officer, "query ($id: ID!) { incident(id: $id) { type latitude longitude areaHectares narrative history { changes { field before after } } } }", new { id = world.Incident });
        Assert.Equal("""{"type":"POACHING","latitude":null,"longitude":null,"areaHectares":"12.5","narrative":null""", incident.At("incident").GetRawText()[..incident.At("incident").GetRawText().IndexOf(",\"history", StringComparison.Ordinal)]);
        Assert.Equal("""[{"field":"latitude","before":"44.17","after":null},{"field":"longitude","before":"80.3","after":null},{"field":"narrative","before":"burnt","after":null}]""", incident.At("incident.history[2].changes").GetRawText());

        await notebook.OkAsync(Notebook.Analyst, "amendRoute", new { id = world.Route, version = 1, periodFrom = "2024", periodUntil = "2026-05", status = "CONFIRMED" });
        await notebook.OkAsync(Notebook.Analyst, "amendRoute", new { id = world.Route, version = 2, periodUntil = none });
        var route = await registry.AskAsync(Notebook.Officer, "query ($id: ID!) { route(id: $id) { name status period { from until } legs { from { name } } } }", new { id = world.Route });
        Assert.Equal("""{"name":"Exercise road","status":"CONFIRMED","period":{"from":"2024","until":null},"legs":[{"from":{"name":"Exercise town"}}]}""", route.At("route").GetRawText());

        await notebook.OkAsync(Notebook.Analyst, "amendLink", new { id = world.Link, version = 1, note = "seen by the post", grade = new { source = "B", information = 2 } });
        await notebook.OkAsync(Notebook.Analyst, "amendLink", new { id = world.Link, version = 2, grade = none, role = "OWNER" });
        var link = await notebook.LinkAsync(Notebook.Officer, world.Seizure, "INVOLVES");
        Assert.Equal(("OWNER", "seen by the post", 3), (link.GetProperty("role").GetString(), link.GetProperty("note").GetString(), link.GetProperty("version").GetInt32()));

        await notebook.OkAsync(Notebook.Analyst, "amendSuspect", new { id = world.Suspect, version = 1, birth = "1363-05-12", status = "ACCUSED", statusSince = "2026-03" });
        await notebook.OkAsync(Notebook.Analyst, "amendSuspect", new { id = world.Suspect, version = 2, sex = "male", statusSince = none });
        var suspect = await registry.AskAsync(Notebook.Officer, "query ($id: ID!) { suspect(id: $id) { birth birthAsGiven sex status { value since } names { full } } }", new { id = world.Suspect });
        Assert.Equal("""{"birth":"1984-08-03","birthAsGiven":"1363-05-12","sex":"MALE","status":{"value":"ACCUSED","since":null},"names":[{"full":"Exercise Person"}]}""", suspect.At("suspect").GetRawText());

        await notebook.OkAsync(Notebook.Liaison, "amendPlace", new { id = world.Place, version = 1, names = new[] { new { language = "kk", name = "Jattyghu" } }, code = "X1" });
        await notebook.OkAsync(Notebook.Liaison, "amendPlace", new { id = world.Place, version = 2, code = none });
        var place = await registry.AskAsync(Notebook.Stranger, "query ($id: ID!) { place(id: $id) { name code country names { name } } }", new { id = world.Place });
        Assert.Equal("""{"name":"Exercise town","code":null,"country":"KZ","names":[{"name":"Jattyghu"}]}""", place.At("place").GetRawText());

        var species = (await registry.AskAsync(Notebook.Officer, "{ species(name: \"Falco cherrug\") { nodes { id } } }")).TextAt("species.nodes[0].id");
        var specimen = (await registry.AskAsync(Notebook.Officer, "query ($id: ID!) { seizure(id: $id) { specimens { id } } }", new { id = world.Seizure })).TextAt("seizure.specimens[0].id");
        await notebook.OkAsync(Notebook.Officer, "amendSeizure", new { id = world.Seizure, version = 1, specimens = new[] { new { id = specimen, nameAsGiven = "Saiga tatarica", speciesId = species } } });
        Assert.Equal("Falco cherrug", await SpeciesAsync());
        await notebook.OkAsync(Notebook.Officer, "amendSeizure", new { id = world.Seizure, version = 2, placeName = "Nur Zholy", specimens = new[] { new { id = specimen, nameAsGiven = "Saiga tatarica", speciesId = none } } });
        Assert.Null(await SpeciesAsync());
        await notebook.OkAsync(Notebook.Officer, "amendSeizure", new { id = world.Seizure, version = 3, placeId = none });
        var seizure = await registry.AskAsync(Notebook.Officer, "query ($id: ID!) { seizure(id: $id) { placeName place { id } } }", new { id = world.Seizure });
        Assert.Equal("""{"placeName":"Nur Zholy","place":null}""", seizure.At("seizure").GetRawText());

        async Task<string?> SpeciesAsync() => (await registry.AskAsync(Notebook.Officer, "query ($id: ID!) { seizure(id: $id) { specimens { species { scientificName } } } }", new { id = world.Seizure })).TextAt("seizure.specimens[0].species") is null
            ? null
            : (await registry.AskAsync(Notebook.Officer, "query ($id: ID!) { seizure(id: $id) { specimens { species { scientificName } } } }", new { id = world.Seizure })).TextAt("seizure.specimens[0].species.scientificName");
    }

    [Fact]
    public async Task Marks_follow_the_specimens_and_a_mark_of_the_event_itself_stays()
    {
        await using var registry = await RegistryApplication.StartAsync();
        var notebook = new Notebook(registry);
        var id = await notebook.SeizureAsync(with: JsonNode.Parse("""
            { "specimens": [{ "nameAsGiven": "Falco cherrug", "marks": [{ "type": "RING", "value": "TA 1" }] }, { "nameAsGiven": "Falco cherrug", "marks": [{ "type": "RING", "value": "TA 1" }] }],
              "identifiers": [{ "as": "MARKED", "type": "RING", "value": "TA 9" }] }
            """)!.AsObject());
        Assert.Equal(["TA1", "TA9"], await MarksAsync());
        await notebook.OkAsync(Notebook.Officer, "amendSeizure", new { id, version = 1, specimens = new[] { new { nameAsGiven = "Falco cherrug", marks = new[] { new { type = "RING", value = "TA 2" } } } } });
        Assert.Equal(["TA2", "TA9"], await MarksAsync());
        await notebook.OkAsync(Notebook.Officer, "amendSeizure", new { id, version = 2, specimens = new[] { new { nameAsGiven = "Falco cherrug", marks = new[] { new { type = "RING", value = "TA 1" } } } } });
        Assert.Equal(["TA1", "TA9"], await MarksAsync());

        async Task<IEnumerable<string>> MarksAsync() => (await notebook.LinksAsync(Notebook.Officer, id)).Where(link => link.GetProperty("kind").GetString() == "MARKED").Select(link => link.GetProperty("other").GetProperty("caption").GetString()!).Order(StringComparer.Ordinal);
    }

    [Fact]
    public async Task An_officer_lists_the_drafts_and_the_withdrawn_records_of_their_own()
    {
        await using var registry = await RegistryApplication.StartAsync();
        var notebook = new Notebook(registry);
        var (draft, gone, colleagues) = (await notebook.SeizureAsync(), await notebook.SeizureAsync(), await notebook.SeizureAsync(Notebook.Analyst));
        await notebook.OkAsync(Notebook.Officer, "withdraw", new { id = gone, version = 1, reason = "recorded twice" });
        Assert.Equal([draft], await MineAsync("DRAFT"));
        Assert.Equal([gone], await MineAsync("WITHDRAWN"));
        Assert.Equal([], await MineAsync("VALIDATED"));
        var all = (await registry.AskAsync(Notebook.Officer, "{ seizures(filter: { exercise: true }) { nodes { id } } }")).Text;
        Assert.Contains(colleagues, all, StringComparison.Ordinal);
        Assert.DoesNotContain(gone, all, StringComparison.Ordinal);
        var withdrawn = await registry.AskAsync(Notebook.Officer, "query ($id: ID!) { seizure(id: $id) { validation history { reason by } } }", new { id = gone });
        Assert.Equal("recorded twice", withdrawn.TextAt("seizure.history[1].reason"));

        async Task<IEnumerable<string>> MineAsync(string validation) =>
            (await registry.AskAsync(Notebook.Officer, "query ($filter: SeizureFilter) { seizures(filter: $filter) { nodes { id } } }", new { filter = new { exercise = true, mine = true, validation = new[] { validation } } })).At("seizures.nodes").EnumerateArray().Select(node => node.GetProperty("id").GetString()!);
    }

    [Fact]
    public async Task A_restriction_to_nobody_else_is_the_author_alone_and_a_blank_one_is_refused()
    {
        await using var registry = await RegistryApplication.StartAsync();
        var notebook = new Notebook(registry);
        Assert.Equal(["InvalidInput restrictTo[0]"], await notebook.RefusedAsync(Notebook.Officer, "recordSeizure", Notebook.Seizure(Notebook.Of(new { restrictTo = new[] { " " } }))));
        Assert.Equal(["InvalidInput requestKey", "InvalidInput restrictTo[0]"], await notebook.RefusedAsync(Notebook.Officer, "recordSeizure", Notebook.Seizure(Notebook.Of(new { requestKey = "", restrictTo = new[] { "group:00000000000000000000000000" } }))));
        var id = await notebook.SeizureAsync(with: new JsonObject { ["restrictTo"] = new JsonArray(), ["suspects"] = new JsonArray(Notebook.Involved(phone: "+996 555 01 02 03")) });
        var suspect = (await notebook.LinkAsync(Notebook.Officer, id, "INVOLVES")).GetProperty("other").GetProperty("id").GetString()!;
        await notebook.OkAsync(Notebook.Officer, "amendSeizure", new { id, version = 1, addSuspects = new[] { Notebook.Involved("Exercise Colleague") } });
        foreach (var persona in new[] { Notebook.Analyst, Notebook.Liaison, Notebook.Stranger })
        {
            var answer = await registry.AskAsync(persona, "query ($ids: [ID!]!) { nodes(ids: $ids) { id } suspects(filter: { exercise: true }) { totalCount } identifier(type: PHONE, value: \"+996555010203\", exercise: true) { id } }", new { ids = new[] { id, suspect } });
            Assert.Equal("""{"data":{"nodes":[null,null],"suspects":{"totalCount":0},"identifier":null}}""", answer.Text);
        }
    }
}
