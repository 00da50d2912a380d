using System.Text.Json.Nodes;

namespace WildlifeRegistry.Tests.Recording;

/// <summary>Links: drawn with all their faults named, seen by whoever drew them, taken back.</summary>
public sealed class LinkTests
{
    [Fact]
    public async Task All_faults_of_a_link_come_at_once_and_H3_says_which_restriction()
    {
        await using var registry = await RegistryApplication.StartAsync();
        var notebook = new Notebook(registry);
        var (left, right) = (await notebook.SeizureAsync(), await notebook.SeizureAsync(with: Notebook.Of(new { handling = "H3", handlingNote = "ask the post" })));
        Assert.Equal(
            ["NotFound", "InvalidInput leg", "InvalidInput handlingNote", "InvalidInput periodUntil", "InvalidInput grade.information"],
            (await notebook.RefusedAsync(Notebook.Analyst, "linkRecords", new { kind = "FORENSIC_MATCH", from = left, to = "nothing", leg = 1, handling = "H3", periodFrom = "2026", periodUntil = "2025", grade = new { source = "A", information = 9 } })));
        var link = (await notebook.OkAsync(Notebook.Analyst, "linkRecords", new { kind = "FORENSIC_MATCH", from = left, to = right }, "link { id version handling handlingNote }")).GetProperty("link");
        Assert.Equal(("H3", "ask the post"), (link.GetProperty("handling").GetString(), link.GetProperty("handlingNote").GetString()));
        var id = link.GetProperty("id").GetString();
        Assert.Equal(["InvalidInput handlingNote"], await notebook.RefusedAsync(Notebook.Analyst, "amendLink", new { id, version = 1, handlingNote = (string?)null }));
        Assert.Equal(["NotPermitted"], await notebook.RefusedAsync(Notebook.Analyst, "linkRecords", new { kind = "FORENSIC_MATCH", from = right, to = left }));
        await notebook.OkAsync(Notebook.Officer, "withdraw", new { id, version = 1, reason = "another laboratory disagrees" });
        Assert.DoesNotContain(await notebook.LinksAsync(Notebook.Officer, left), one => one.GetProperty("kind").GetString() == "FORENSIC_MATCH");
        Assert.Single(await notebook.LinksAsync(Notebook.Officer, left, withdrawn: true), one => one.GetProperty("withdrawn").GetBoolean());
        await notebook.OkAsync(Notebook.Analyst, "linkRecords", new { kind = "FORENSIC_MATCH", from = left, to = right });
    }

    [Fact]
    public async Task Links_say_what_the_laboratory_found_what_joins_two_suspects_and_one_judgement_at_a_time()
    {
        await using var registry = await RegistryApplication.StartAsync();
        var notebook = new Notebook(registry);
        var (left, right) = (await notebook.SeizureAsync(with: new JsonObject { ["suspects"] = new JsonArray(Notebook.Involved("Exercise One")) }), await notebook.SeizureAsync(with: new JsonObject { ["suspects"] = new JsonArray(Notebook.Involved("Exercise Two")) }));
        var one = (await notebook.LinkAsync(Notebook.Officer, left, "INVOLVES")).GetProperty("other").GetProperty("id").GetString();
        var two = (await notebook.LinkAsync(Notebook.Officer, right, "INVOLVES")).GetProperty("other").GetProperty("id").GetString();
        var dna = new { kind = "DNA", laboratory = "Exercise laboratory", reportNumber = "7/26", method = "STR", likelihood = "very strong support" };
        const string Said = "link { id association strength forensic { kind laboratory reportNumber method likelihood } }";
        var match = (await notebook.OkAsync(Notebook.Analyst, "linkRecords", new { kind = "FORENSIC_MATCH", from = left, to = right, forensic = dna }, Said)).GetProperty("link");
        Assert.Equal("""{"kind":"DNA","laboratory":"Exercise laboratory","reportNumber":"7/26","method":"STR","likelihood":"very strong support"}""", match.GetProperty("forensic").GetRawText());
        await notebook.OkAsync(Notebook.Analyst, "linkRecords", new { kind = "FORENSIC_MATCH", from = left, to = right, forensic = new { kind = "ISOTOPE" } });
        Assert.Equal(["NotPermitted"], await notebook.RefusedAsync(Notebook.Analyst, "linkRecords", new { kind = "FORENSIC_MATCH", from = right, to = left, forensic = new { kind = "DNA" } }));
        await notebook.OkAsync(Notebook.Analyst, "linkRecords", new { kind = "ASSOCIATED_WITH", from = one, to = two, association = "FAMILY", strength = "STRONG", note = "same address" });
        Assert.Equal(["InvalidInput strength", "InvalidInput forensic"], await notebook.RefusedAsync(Notebook.Analyst, "linkRecords", new { kind = "SAME_AS", from = one, to = two, strength = "WEAK", forensic = dna }));

        // What the laboratory found is closed to whoever sees the link sanitised.
        await notebook.OkAsync(Notebook.Liaison, "release", new { id = left, version = 1, to = new[] { "agency:UZ-CUSTOMS" }, level = "SANITISED", withLinks = true });
        var stranger = await registry.AskAsync(Notebook.Stranger, "query ($id: ID!) { seizure(id: $id) { links { nodes { kind association strength forensic { kind } } } } }", new { id = left });
        Assert.Contains("""{"kind":"FORENSIC_MATCH","association":null,"strength":null,"forensic":null}""", stranger.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("DNA", stranger.Text, StringComparison.Ordinal);

        var same = (await notebook.OkAsync(Notebook.Analyst, "linkRecords", new { kind = "SAME_AS", from = one, to = two }, "link { id }")).GetProperty("link").GetProperty("id").GetString();
        Assert.Equal(["NotPermitted"], await notebook.RefusedAsync(Notebook.Analyst, "linkRecords", new { kind = "NOT_SAME_AS", from = two, to = one }));
        await notebook.OkAsync(Notebook.Analyst, "withdraw", new { id = same, version = 1, reason = "born forty years apart" });
        await notebook.OkAsync(Notebook.Analyst, "linkRecords", new { kind = "NOT_SAME_AS", from = two, to = one });
    }

    [Fact]
    public async Task Exercise_and_real_records_are_not_joined_on_any_road_and_the_refusal_names_the_field()
    {
        await using var registry = await RegistryApplication.StartAsync();
        var notebook = new Notebook(registry);
        var exercise = await notebook.SeizureAsync(with: new JsonObject { ["suspects"] = new JsonArray(Notebook.Involved()) });
        var suspect = (await notebook.LinkAsync(Notebook.Officer, exercise, "INVOLVES")).GetProperty("other").GetProperty("id").GetString()!;
        var real = await notebook.SeizureAsync(with: Notebook.Of(new { exercise = false }));
        var place = (await registry.AskAsync(Notebook.Officer, "{ places(first: 1) { nodes { id } } }")).TextAt("places.nodes[0].id");
        var route = (await notebook.OkAsync(Notebook.Analyst, "recordRoute", new { exercise = true, name = "Exercise road", status = "SUSPECTED", legs = new[] { new { fromPlaceId = place, toPlaceId = place } } }, "route { id }")).GetProperty("route").GetProperty("id").GetString();
        var person = new { type = "PERSON", offence = "invented", names = new[] { new { full = "Nobody", role = "PRIMARY" } } };
        Assert.Equal(["InvalidInput to"], await notebook.RefusedAsync(Notebook.Analyst, "linkRecords", new { kind = "INVOLVES", from = real, to = suspect, role = "DRIVER" }));
        Assert.Equal(["InvalidInput eventId"], await notebook.RefusedAsync(Notebook.Analyst, "recordSuspect", new { exercise = false, eventId = exercise, role = "DRIVER", suspect = person }));
        Assert.Equal(["InvalidInput eventId"], await notebook.RefusedAsync(Notebook.Analyst, "recordSuspect", new { exercise = true, eventId = real, role = "DRIVER", suspect = person }));
        Assert.Equal(["InvalidInput addSuspects[0].suspectId"], await notebook.RefusedAsync(Notebook.Officer, "amendSeizure", new { id = real, version = 1, addSuspects = new[] { new { role = "DRIVER", suspectId = suspect } } }));
        Assert.Equal(["InvalidInput suspects[0].suspectId", "InvalidInput routeId"], await notebook.RefusedAsync(Notebook.Officer, "recordSeizure", Notebook.Seizure(Notebook.Of(new { exercise = false, routeId = route, suspects = new[] { new { role = "DRIVER", suspectId = suspect } } }))));
    }

    [Fact]
    public async Task What_has_been_withdrawn_is_linked_on_no_road()
    {
        await using var registry = await RegistryApplication.StartAsync();
        var notebook = new Notebook(registry);
        var world = await RecordsOfAllKinds.MakeAsync(notebook);
        await notebook.OkAsync(Notebook.Analyst, "withdraw", new { id = world.Suspect, version = 1, reason = "mistaken" });
        await notebook.OkAsync(Notebook.Analyst, "withdraw", new { id = world.Route, version = 1, reason = "mistaken" });
        Assert.Equal(["NotPermitted", "NotPermitted"], await notebook.RefusedAsync(Notebook.Officer, "recordSeizure", Notebook.Seizure(Notebook.Of(new { routeId = world.Route, suspects = new[] { new { role = "DRIVER", suspectId = world.Suspect } } }))));
        Assert.Equal(["NotPermitted"], await notebook.RefusedAsync(Notebook.Analyst, "linkRecords", new { kind = "INVOLVES", from = world.Seizure, to = world.Suspect, role = "OWNER" }));
        Assert.Equal(["NotPermitted"], await notebook.RefusedAsync(Notebook.Analyst, "linkIdentifier", new { from = world.Suspect, @as = "USES", identifier = new { type = "PHONE", value = "+77015550102" } }));
    }

    [Fact]
    public async Task Identifiers_of_people_are_not_linked_to_what_their_author_sees_sanitised()
    {
        await using var registry = await RegistryApplication.StartAsync();
        var notebook = new Notebook(registry);
        var id = await notebook.SeizureAsync();
        await notebook.OkAsync(Notebook.Liaison, "release", new { id, version = 1, to = new[] { "agency:UZ-PROSECUTOR" }, level = "SANITISED" });
        var plate = new { from = id, @as = "CARRIED_BY", identifier = new { type = "PLATE", value = "01 KG 442 ABC" } };
        Assert.Equal(["NotPermitted"], await notebook.RefusedAsync("uz-prosecutor", "linkIdentifier", plate));
        await notebook.OkAsync("uz-prosecutor", "linkIdentifier", new { from = id, @as = "CARRIED_BY", identifier = new { type = "CONTAINER", value = "CSQU3054383" } });
        await notebook.OkAsync(Notebook.Liaison, "release", new { id, version = 2, to = new[] { "agency:UZ-PROSECUTOR" }, level = "FULL" });
        await notebook.OkAsync("uz-prosecutor", "linkIdentifier", plate);
    }

    [Fact]
    public async Task The_hit_of_a_validated_suspect_ends_with_its_last_link_and_is_not_renewed_after_a_recall()
    {
        await using var registry = await RegistryApplication.StartAsync();
        var notebook = new Notebook(registry);
        var seizure = await notebook.SeizureAsync(with: new JsonObject { ["suspects"] = new JsonArray(Notebook.Involved(phone: "+996 555 01 02 03")) });
        var involved = await notebook.LinkAsync(Notebook.Officer, seizure, "INVOLVES");
        var suspect = involved.GetProperty("other").GetProperty("id").GetString()!;
        await ValidateAsync();
        Assert.Contains("eco", await ReleasesAsync(), StringComparison.Ordinal);
        var withdrawn = await notebook.OkAsync(Notebook.Officer, "withdraw", new { id = involved.GetProperty("id").GetString(), version = 1, reason = "somebody else drove" }, "withdrawn");
        Assert.Equal(involved.GetProperty("id").GetString(), withdrawn.GetProperty("withdrawn").GetString());
        Assert.DoesNotContain("eco", await ReleasesAsync(), StringComparison.Ordinal);

        // Behind a live event again, the next validation makes it a Hit again: its last event ended it, nobody recalled it.
        await notebook.OkAsync(Notebook.Analyst, "linkRecords", new { kind = "INVOLVES", from = seizure, to = suspect, role = "BROKER" });
        await notebook.OkAsync(Notebook.Liaison, "release", new { id = suspect, version = await VersionAsync(), to = new[] { "agency:TR-CUSTOMS" }, level = "HIT" });
        await ReviseAsync("MALE");
        Assert.Contains("eco", await ReleasesAsync(), StringComparison.Ordinal);

        await notebook.OkAsync(Notebook.Liaison, "recall", new { id = suspect, version = await VersionAsync(), from = new[] { "eco" }, reason = "too early" });
        await ReviseAsync("OTHER");
        Assert.DoesNotContain("eco", await ReleasesAsync(), StringComparison.Ordinal);

        async Task ReviseAsync(string sex)
        {
            await notebook.OkAsync(Notebook.Analyst, "amendSuspect", new { id = suspect, version = await VersionAsync(), sex });
            Assert.Equal(["NotPermitted"], await notebook.RefusedAsync(Notebook.Analyst, "validate", new { id = suspect, version = await VersionAsync() }));
            var another = await registry.AskWithAsync(registry.TokenOf("KZ-CUSTOMS", "second-analyst", "ANALYST"), "Validate", new { input = new { requestKey = notebook.Key(), id = suspect, version = await VersionAsync() } });
            Assert.Equal("VALIDATED", another.TextAt("validate.record.validation"));
        }

        async Task ValidateAsync()
        {
            await notebook.OkAsync(Notebook.Officer, "submit", new { id = suspect, version = 1 });
            await notebook.OkAsync(Notebook.Analyst, "validate", new { id = suspect, version = 2 });
        }

        async Task<int> VersionAsync() => (await registry.AskAsync(Notebook.Officer, "query ($id: ID!) { suspect(id: $id) { version } }", new { id = suspect })).At("suspect.version").GetInt32();

        async Task<string> ReleasesAsync() => (await registry.AskAsync(Notebook.Officer, "query ($id: ID!) { suspect(id: $id) { releases { to level } } }", new { id = suspect })).At("suspect.releases").GetRawText();
    }
}
