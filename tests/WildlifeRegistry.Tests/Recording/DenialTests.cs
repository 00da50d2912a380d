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
    private static readonly Dictionary<string, Func<World, JsonObject>> Adding = new(StringComparer.Ordinal)
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
        ["proposeOfficers"] = world => Notebook.Of(new { operation = world.Seizure, officers = new[] { "KZ-CUSTOMS/x" } }),
        ["confirmOfficers"] = world => Notebook.Of(new { operation = world.Seizure, officers = new[] { "KZ-CUSTOMS/x" } }),
        ["removeOfficers"] = world => Notebook.Of(new { operation = world.Seizure, officers = new[] { "KZ-CUSTOMS/x" } }),
        ["endOperation"] = world => Notebook.Of(new { operation = world.Seizure }),
    };

    [Fact]
    public void Every_mutation_is_in_the_table() =>
        Assert.Equal(Schema.Mutation!.Fields.Select(field => field.Name).Order(StringComparer.Ordinal), OnARecord.Keys.Concat(Adding.Keys).Order(StringComparer.Ordinal));

    [Fact]
    public async Task A_role_that_may_not_is_forbidden_and_nothing_is_changed()
    {
        await using var registry = await RegistryApplication.StartAsync();
        var world = await World.MakeAsync(new Notebook(registry));
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
        var world = await World.MakeAsync(new Notebook(registry));
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
        var world = await World.MakeAsync(new Notebook(registry));
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

    private static JsonObject Input(string mutation, World world, string id)
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

    /// <summary>One record of each kind of KZ-CUSTOMS, hidden from everybody else.</summary>
    private sealed record World(Notebook Notebook, string Seizure, string Incident, string Suspect, string Route, string Link, string Place)
    {
        public static async Task<World> MakeAsync(Notebook notebook)
        {
            var seizure = await notebook.SeizureAsync(with: new JsonObject { ["suspects"] = new JsonArray(Notebook.Involved()) });
            var links = await notebook.Registry.AskAsync(Notebook.Officer, "SeizureWithLinks", new { id = seizure });
            var involved = links.At("seizure.links.nodes").EnumerateArray().Single(link => link.GetProperty("kind").GetString() == "INVOLVES");
            var incident = (await notebook.MutateAsync(Notebook.Officer, "recordIncident", Notebook.Of(new { exercise = true, type = "POACHING", occurredOn = "2026", country = "KZ" }), "incident { id }")).GetProperty("incident").GetProperty("id").GetString()!;
            var place = (await notebook.MutateAsync(Notebook.Liaison, "recordPlace", Notebook.Of(new { type = "TOWN", name = "Exercise town", country = "KZ" }), "place { id }")).GetProperty("place").GetProperty("id").GetString()!;
            var route = (await notebook.MutateAsync(Notebook.Analyst, "recordRoute", Notebook.Of(new { exercise = true, name = "Exercise road", status = "SUSPECTED", legs = new[] { new { fromPlaceId = place, toPlaceId = place } } }), "route { id } ")).GetProperty("route").GetProperty("id").GetString()!;
            return new World(notebook, seizure, incident, involved.GetProperty("other").GetProperty("id").GetString()!, route, involved.GetProperty("id").GetString()!, place);
        }

        public string Target(string mutation) => mutation switch
        {
            "amendIncident" => Incident,
            "amendSuspect" => Suspect,
            "amendRoute" => Route,
            "amendPlace" => Place,
            "amendLink" => Link,
            _ => Seizure,
        };
    }
}
