using System.Text.Json.Nodes;
using WildlifeRegistry.Access;
using WildlifeRegistry.DemoIdentity;
using WildlifeRegistry.Hosting;
using WildlifeRegistry.Reading;

namespace WildlifeRegistry.Tests.Recording;

/// <summary>Every mutation, by everybody who may not: the right answer, and not a byte changed.</summary>
public sealed class DenialTests
{
    private static readonly GraphQL.Types.ISchema Schema = RegistrySchema.Build();

    /// <summary>Mutations that change a record or link which is there already.</summary>
    private static readonly Dictionary<string, Func<JsonObject>> OnARecord = new(StringComparer.Ordinal)
    {
        ["amendSeizure"] = () => Notebook.Of(new { narrative = "denied" }),
        ["amendIncident"] = () => Notebook.Of(new { narrative = "denied" }),
        ["amendSuspect"] = () => Notebook.Of(new { birth = "1984" }),
        ["amendRoute"] = () => Notebook.Of(new { name = "denied" }),
        ["amendPlace"] = () => Notebook.Of(new { name = "denied" }),
        ["amendLink"] = () => Notebook.Of(new { note = "denied" }),
        ["submit"] = () => [],
        ["validate"] = () => [],
        ["returnToAuthor"] = () => Notebook.Of(new { note = "denied" }),
        ["withdraw"] = () => Notebook.Of(new { reason = "denied" }),
        ["release"] = () => Notebook.Of(new { to = new[] { "agency:TR-CUSTOMS" }, level = "FULL" }),
        ["recall"] = () => Notebook.Of(new { from = new[] { "agency:TR-CUSTOMS" }, reason = "denied" }),
    };

    /// <summary>Mutations that add something, or do without a version.</summary>
    private static readonly Dictionary<string, Func<RecordsOfAllKinds, JsonObject>> Adding = new(StringComparer.Ordinal)
    {
        ["recordSeizure"] = _ => Notebook.Seizure(),
        ["recordIncident"] = _ => Notebook.Of(new { exercise = true, type = "POACHING", occurredOn = "2026", country = "KZ" }),
        ["recordSuspect"] = world => Notebook.Of(new { exercise = true, eventId = world.Seizure, role = "OTHER", suspect = new { type = "PERSON", offence = "invented", names = new[] { new { full = "Denied", role = "PRIMARY" } } } }),
        ["recordRoute"] = world => Notebook.Of(new { name = "denied", status = "SUSPECTED", legs = new[] { new { fromPlaceId = world.Place, toPlaceId = world.Place } } }),
        ["recordPlace"] = _ => Notebook.Of(new { type = "TOWN", name = "denied", country = "KZ" }),
        ["linkRecords"] = world => Notebook.Of(new { kind = "INVOLVES", from = world.Seizure, to = world.Suspect, role = "BROKER" }),
        ["linkIdentifier"] = world => Notebook.Of(new { from = world.Suspect, @as = "USES", identifier = new { type = "PHONE", value = "+77015550102" } }),
        ["consentToLink"] = world => Notebook.Of(new { id = world.Link, given = true }),
        ["openOperation"] = _ => Notebook.Of(new { name = "denied", members = new[] { "UZ-CUSTOMS" }, until = "2099-01-01T00:00:00Z" }),
        ["proposeOfficers"] = world => Notebook.Of(new { operation = world.Operation, officers = new[] { "KZ-CUSTOMS/x" } }),
        ["confirmOfficers"] = world => Notebook.Of(new { operation = world.Operation, officers = new[] { "KZ-CUSTOMS/x" } }),
        ["removeOfficers"] = world => Notebook.Of(new { operation = world.Operation, officers = new[] { "KZ-CUSTOMS/x" } }),
        ["endOperation"] = world => Notebook.Of(new { operation = world.Operation }),
    };

    [Fact]
    public void Every_mutation_is_in_the_table() =>
        Assert.Equal(Schema.Mutation!.Fields.Select(field => field.Name).Order(StringComparer.Ordinal), OnARecord.Keys.Concat(Adding.Keys).Order(StringComparer.Ordinal));

    [Fact]
    public async Task A_role_that_may_not_is_forbidden_and_nothing_is_changed()
    {
        await using var registry = await RegistryApplication.StartAsync();
        var world = await RecordsOfAllKinds.MakeAsync(new Notebook(registry));
        var before = await registry.DumpAsync();
        foreach (var field in Schema.Mutation!.Fields)
        {
            var allowed = ContractSchema.RolesOf(field)!;
            foreach (var role in Enum.GetValues<Role>().Where(role => !allowed.Contains(role)))
            {
                var persona = DemoPersona.All.First(one => string.Equals(one.Role, role.ToString(), StringComparison.OrdinalIgnoreCase)).Name;
                var answer = await world.Notebook.SendAsync(persona, field.Name, Input(field.Name, world, world.Target(field.Name)), "__typename");
                Assert.Equal(["FORBIDDEN"], answer.Codes);
            }
        }

        Assert.Equal(before, await registry.DumpAsync());
    }

    [Fact]
    public async Task Anothers_hidden_missing_and_malformed_are_not_found_all_alike_and_nothing_is_changed()
    {
        await using var registry = await RegistryApplication.StartAsync();
        var world = await RecordsOfAllKinds.MakeAsync(new Notebook(registry));
        var shown = await world.Notebook.SeizureAsync();
        await world.Notebook.MutateAsync(Notebook.Liaison, "release", Notebook.Of(new { id = shown, version = 1, to = new[] { "agency:UZ-CUSTOMS", "agency:UZ-PROSECUTOR" }, level = "FULL" }), "");
        var before = await registry.DumpAsync();
        foreach (var mutation in OnARecord.Keys)
        {
            var roles = ContractSchema.RolesOf(Schema.Mutation!.Fields.Single(field => field.Name == mutation))!;
            var persona = roles.Contains(Role.Liaison) ? "uz-customs-liaison" : "uz-prosecutor";
            var answers = new List<string>();
            foreach (var id in new[] { world.Target(mutation), shown, "00000000000000000000000000", "no id at all", "" })
            {
                var answer = await world.Notebook.SendAsync(persona, mutation, Input(mutation, world, id), "__typename");
                if (id.Length > 0)
                {
                    Assert.Equal(["NotFound"], Notebook.Refusals(answer.At(mutation)));
                    answers.Add(answer.Text.Replace(id, "ID", StringComparison.Ordinal));
                }
            }

            Assert.Single(answers.Distinct());
        }

        Assert.Equal(before, await registry.DumpAsync());
    }

    /// <summary>Every id that an input can name beside the record that it is about, as an input with that id in it and who may send it.</summary>
    private static IEnumerable<(string Persona, string Mutation, string Hidden, JsonObject Input)> Naming(RecordsOfAllKinds world, string own, string ownSuspect)
    {
        foreach (var (named, hidden) in new[] { ("suspectId", world.Suspect), ("suspectId", world.Seizure), ("suspectId", world.Link) })
        {
            var involved = new JsonObject { ["role"] = "DRIVER", [named] = hidden };
            yield return ("uz-customs-officer", "recordSeizure", hidden, Notebook.Seizure(new JsonObject { ["suspects"] = new JsonArray(involved.DeepClone()) }));
            yield return ("uz-customs-officer", "recordIncident", hidden, Notebook.Of(new { exercise = true, type = "POACHING", occurredOn = "2026", country = "UZ", suspects = new[] { involved } }));
            yield return ("uz-customs-officer", "amendSeizure", hidden, Notebook.Of(new { id = own, version = 1, addSuspects = new[] { involved } }));
        }

        yield return ("uz-customs-officer", "recordSeizure", world.Route, Notebook.Seizure(Notebook.Of(new { routeId = world.Route, routeLeg = 1 })));
        yield return ("uz-customs-officer", "recordSeizure", world.Seizure, Notebook.Seizure(Notebook.Of(new { placeId = world.Seizure })));
        yield return ("uz-customs-officer", "recordSeizure", world.Suspect, Notebook.Seizure(Notebook.Of(new { specimens = new[] { new { nameAsGiven = "x", speciesId = world.Suspect } } })));
        yield return ("uz-customs-officer", "recordSeizure", world.Operation, Notebook.Seizure(Notebook.Of(new { restrictTo = new[] { "group:" + world.Operation } })));
        yield return ("uz-prosecutor", "recordSuspect", world.Seizure, Notebook.Of(new { exercise = true, eventId = world.Seizure, role = "OTHER", suspect = new { type = "PERSON", offence = "invented", names = new[] { new { full = "Denied", role = "PRIMARY" } } } }));
        yield return ("uz-prosecutor", "recordRoute", world.Route, Notebook.Of(new { exercise = true, name = "x", status = "SUSPECTED", legs = new[] { new { fromPlaceId = world.Route, toPlaceId = world.Place } } }));
        yield return ("uz-prosecutor", "linkRecords", world.Suspect, Notebook.Of(new { kind = "INVOLVES", from = own, to = world.Suspect, role = "BROKER" }));
        yield return ("uz-prosecutor", "linkRecords", world.Seizure, Notebook.Of(new { kind = "INVOLVES", from = world.Seizure, to = ownSuspect, role = "BROKER", leg = 3 }));
        yield return ("uz-prosecutor", "linkIdentifier", world.Suspect, Notebook.Of(new { from = world.Suspect, @as = "USES", identifier = new { type = "PHONE", value = "+77015550102" } }));
        yield return (Notebook.Stranger, "consentToLink", world.Link, Notebook.Of(new { id = world.Link, given = true }));
        yield return (Notebook.Stranger, "withdraw", world.Link, Notebook.Of(new { id = world.Link, version = 1, reason = "denied" }));
        yield return (Notebook.Stranger, "release", world.Operation, Notebook.Of(new { id = own, version = 1, level = "FULL", to = new[] { "group:" + world.Operation } }));
        yield return (Notebook.Stranger, "recall", world.Operation, Notebook.Of(new { id = own, version = 1, reason = "x", from = new[] { "group:" + world.Operation } }));
        foreach (var mutation in new[] { "proposeOfficers", "confirmOfficers", "removeOfficers" })
        {
            yield return (Notebook.Stranger, mutation, world.Operation, Notebook.Of(new { operation = world.Operation, officers = new[] { "UZ-CUSTOMS/x" } }));
        }

        yield return (Notebook.Stranger, "endOperation", world.Operation, Notebook.Of(new { operation = world.Operation }));
    }

    [Fact]
    public async Task An_id_of_something_hidden_answers_like_one_of_nothing_wherever_an_input_names_it()
    {
        await using var registry = await RegistryApplication.StartAsync();
        var world = await RecordsOfAllKinds.MakeAsync(new Notebook(registry));
        var own = await world.Notebook.SeizureAsync("uz-customs-officer", new JsonObject { ["suspects"] = new JsonArray(Notebook.Involved()) });
        var ownSuspect = (await world.Notebook.LinkAsync("uz-customs-officer", own, "INVOLVES")).GetProperty("other").GetProperty("id").GetString()!;
        foreach (var (id, versions) in new[] { (own, 1), (ownSuspect, 1) })
        {
            await world.Notebook.OkAsync(Notebook.Stranger, "release", new { id, version = versions, to = new[] { "agency:UZ-PROSECUTOR" }, level = "FULL" });
        }

        var before = await registry.DumpAsync();
        foreach (var (persona, mutation, hidden, input) in Naming(world, own, ownSuspect))
        {
            if (input.ContainsKey("version") && mutation is not "withdraw")
            {
                input["version"] = 2;
            }

            var answers = new List<string>();
            foreach (var id in new[] { hidden, "00000000000000000000000000", "no id at all", "" })
            {
                var asked = JsonNode.Parse(input.ToJsonString().Replace(hidden, id, StringComparison.Ordinal))!.AsObject();
                var answer = await world.Notebook.SendAsync(persona, mutation, asked, "__typename");
                Assert.NotEmpty(Notebook.Refusals(answer.At(mutation)));
                if (id.Length > 0)
                {
                    answers.Add(answer.Text.Replace(id, "ID", StringComparison.Ordinal));
                }
            }

            Assert.True(answers.Distinct().Count() == 1, $"{mutation}: {string.Join(Environment.NewLine, answers)}");
        }

        Assert.Equal(before, await registry.DumpAsync());
    }

    [Fact]
    public async Task A_colleague_outside_a_restriction_is_answered_like_a_stranger()
    {
        await using var registry = await RegistryApplication.StartAsync();
        var notebook = new Notebook(registry);
        var hidden = await notebook.SeizureAsync(with: Notebook.Of(new { restrictTo = new[] { "officer:KZ-CUSTOMS/demo-officer" } }));
        var before = await registry.DumpAsync();
        foreach (var (persona, mutation) in new[] { (Notebook.Analyst, "amendSeizure"), (Notebook.Analyst, "validate"), (Notebook.Liaison, "release"), (Notebook.Liaison, "withdraw") })
        {
            var payload = await notebook.MutateAsync(persona, mutation, Input(mutation, null!, hidden), "");
            Assert.Equal(["NotFound"], Notebook.Refusals(payload));
        }

        var seen = await registry.AskAsync(Notebook.Analyst, "SeizureWithLinks", new { id = hidden });
        Assert.Equal("{\"data\":{\"seizure\":null}}", seen.Text);
        Assert.Equal(before, await registry.DumpAsync());
    }

    [Fact]
    public async Task A_stale_version_is_a_conflict_and_a_withdrawn_record_is_not_changed()
    {
        await using var registry = await RegistryApplication.StartAsync();
        var world = await RecordsOfAllKinds.MakeAsync(new Notebook(registry));
        var before = await registry.DumpAsync();
        foreach (var mutation in OnARecord.Keys)
        {
            var input = Input(mutation, world, world.Target(mutation));
            input["version"] = 99;
            var payload = await world.Notebook.MutateAsync(Mine(mutation), mutation, input, "");
            Assert.Equal(["VersionConflict"], Notebook.Refusals(payload));
            Assert.Equal(1, payload.GetProperty("errors")[0].GetProperty("current").GetInt32());
        }

        Assert.Equal(before, await registry.DumpAsync());
        foreach (var id in new[] { world.Seizure, world.Incident, world.Suspect, world.Route, world.Link }.Distinct())
        {
            var payload = await world.Notebook.MutateAsync(Notebook.Analyst, "withdraw", Notebook.Of(new { id, version = 1, reason = "The exercise is over." }), "withdrawn");
            Assert.Empty(Notebook.Refusals(payload));
        }

        before = await registry.DumpAsync();
        foreach (var mutation in OnARecord.Keys.Where(mutation => mutation is not ("amendPlace" or "recall")))
        {
            var input = Input(mutation, world, world.Target(mutation));
            input["version"] = 2;
            Assert.Equal(["NotPermitted"], Notebook.Refusals(await world.Notebook.MutateAsync(Mine(mutation), mutation, input, "")));
        }

        Assert.Equal(before, await registry.DumpAsync());
    }

    private static string Mine(string mutation) =>
        ContractSchema.RolesOf(Schema.Mutation!.Fields.Single(field => field.Name == mutation))!.Contains(Role.Liaison) ? Notebook.Liaison : Notebook.Analyst;

    private static JsonObject Input(string mutation, RecordsOfAllKinds world, string id)
    {
        if (Adding.TryGetValue(mutation, out var adding))
        {
            return adding(world);
        }

        var input = OnARecord[mutation]();
        input["id"] = id;
        input["version"] = 1;
        return input;
    }
}
