using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using WildlifeRegistry.Tests.Recording;

namespace WildlifeRegistry.Tests.Operations;

/// <summary>A joint operation from its opening to its end.</summary>
public sealed class OperationTests
{
    private const string Turk = "tr-customs-liaison";

    [Fact]
    public async Task Its_life_is_opening_proposal_confirmation_removal_and_end()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 3, 14, 9, 0, 0, TimeSpan.Zero));
        await using var registry = await RegistryApplication.StartAsync(time: time);
        var notebook = new Notebook(registry);
        var operation = await OpenAsync(notebook, "2026-06-01T00:00:00Z");
        Assert.Equal(["NotPermitted"], await notebook.RefusedAsync(Notebook.Stranger, "endOperation", new { operation }));
        Assert.Equal(["InvalidInput officers[2]", "InvalidInput officers[0]", "InvalidInput officers[1]"], await notebook.RefusedAsync(Notebook.Stranger, "proposeOfficers", new { operation, officers = new[] { "KZ-CUSTOMS/demo-officer", "UZ-CUSTOMS/", " " } }));
        Assert.Equal(["InvalidInput officers"], await notebook.RefusedAsync(Notebook.Stranger, "proposeOfficers", new { operation, officers = Array.Empty<string>() }));
        Assert.Equal(["InvalidInput officers[0]"], await notebook.RefusedAsync(Notebook.Liaison, "confirmOfficers", new { operation, officers = new[] { "UZ-CUSTOMS/demo-officer" } }));
        await notebook.OkAsync(Notebook.Stranger, "proposeOfficers", new { operation, officers = new[] { "UZ-CUSTOMS/demo-officer", "UZ-CUSTOMS/another" } });
        await notebook.OkAsync(Turk, "proposeOfficers", new { operation, officers = new[] { "TR-CUSTOMS/demo-liaison" } });
        await notebook.OkAsync(Notebook.Liaison, "confirmOfficers", new { operation, officers = new[] { "UZ-CUSTOMS/demo-officer", "TR-CUSTOMS/demo-liaison" } });
        Assert.Equal([operation], await GroupsAsync(registry, "uz-customs-officer"));

        // Proposed once more, a confirmed officer stays confirmed; a member removes only its own.
        await notebook.OkAsync(Notebook.Stranger, "proposeOfficers", new { operation, officers = new[] { "UZ-CUSTOMS/demo-officer" } });
        Assert.Equal([operation], await GroupsAsync(registry, "uz-customs-officer"));
        Assert.Equal(["InvalidInput officers[0]"], await notebook.RefusedAsync(Turk, "removeOfficers", new { operation, officers = new[] { "UZ-CUSTOMS/demo-officer" } }));
        await notebook.OkAsync(Notebook.Liaison, "removeOfficers", new { operation, officers = new[] { "UZ-CUSTOMS/demo-officer" } });
        Assert.Equal([], await GroupsAsync(registry, "uz-customs-officer"));
        Assert.Equal(["InvalidInput officers[0]"], await notebook.RefusedAsync(Notebook.Liaison, "confirmOfficers", new { operation, officers = new[] { "UZ-CUSTOMS/demo-officer" } }));

        // A record restricted to it is a stranger's for a colleague outside, and ends with it.
        Assert.Equal([operation], await GroupsAsync(registry, Turk));
        var hidden = await notebook.SeizureAsync(Turk, Notebook.Of(new { restrictTo = new[] { "group:" + operation } }));
        await notebook.OkAsync(Notebook.Liaison, "proposeOfficers", new { operation, officers = new[] { "KZ-CUSTOMS/demo-analyst" } });
        Assert.Equal(JsonValueKind.Null, await SeenAsync(registry, Notebook.Analyst, hidden));
        await notebook.OkAsync(Notebook.Liaison, "confirmOfficers", new { operation, officers = new[] { "KZ-CUSTOMS/demo-analyst" } });
        Assert.Equal(JsonValueKind.Object, await SeenAsync(registry, Notebook.Analyst, hidden));
        Assert.Equal(JsonValueKind.Null, await SeenAsync(registry, Notebook.Officer, hidden));
        time.SetUtcNow(new DateTimeOffset(2026, 6, 1, 0, 0, 0, TimeSpan.Zero));
        Assert.Equal(JsonValueKind.Null, await SeenAsync(registry, Notebook.Analyst, hidden));
        Assert.Equal(JsonValueKind.Object, await SeenAsync(registry, Turk, hidden));
        Assert.Equal(["NotPermitted"], await notebook.RefusedAsync(Notebook.Liaison, "endOperation", new { operation }));
        Assert.Equal(["NotPermitted"], await notebook.RefusedAsync(Notebook.Stranger, "proposeOfficers", new { operation, officers = new[] { "UZ-CUSTOMS/another" } }));
    }

    [Fact]
    public async Task What_was_released_to_an_operation_that_has_ended_is_recalled_all_the_same()
    {
        await using var registry = await RegistryApplication.StartAsync();
        var notebook = new Notebook(registry);
        var operation = await OpenAsync(notebook, "2099-06-01T00:00:00Z");
        var id = await notebook.SeizureAsync();
        await notebook.OkAsync(Notebook.Liaison, "release", new { id, version = 1, to = new[] { "group:" + operation }, level = "FULL" });
        await notebook.OkAsync(Notebook.Liaison, "endOperation", new { operation });
        Assert.Equal(["InvalidInput to[0]"], await notebook.RefusedAsync(Notebook.Liaison, "release", new { id, version = 2, to = new[] { "group:" + operation }, level = "FULL" }));
        Assert.Equal(["InvalidInput from[0]", "InvalidInput from[1]"], await notebook.RefusedAsync(Notebook.Liaison, "recall", new { id, version = 2, from = new[] { "agency:KZ-CUSTOMS", "everybody" }, reason = "over" }));
        Assert.Equal(["InvalidInput from"], await notebook.RefusedAsync(Notebook.Liaison, "recall", new { id, version = 2, from = new[] { "agency:UZ-CUSTOMS" }, reason = "over" }));
        await notebook.OkAsync(Notebook.Liaison, "recall", new { id, version = 2, from = new[] { "group:" + operation }, reason = "over" });
    }

    [Fact]
    public async Task An_operation_is_opened_with_others_for_a_time_to_come()
    {
        await using var registry = await RegistryApplication.StartAsync();
        var notebook = new Notebook(registry);
        Assert.Equal(["InvalidInput name", "InvalidInput until", "InvalidInput members[1]", "InvalidInput members[0]"], await notebook.RefusedAsync(Notebook.Liaison, "openOperation", new { name = " ", members = new[] { "XX-NOBODY", "" }, until = "2020-01-01T00:00:00Z" }));
        Assert.Equal(["InvalidInput members"], await notebook.RefusedAsync(Notebook.Liaison, "openOperation", new { name = "Exercise", members = new[] { "KZ-CUSTOMS" }, until = "2099-01-01T00:00:00Z" }));
    }

    [Fact]
    public async Task What_one_liaison_officer_ends_another_does_not_bring_back_by_a_change_made_at_the_same_time()
    {
        await using var registry = await RegistryApplication.StartAsync();
        var notebook = new Notebook(registry);
        for (var round = 0; round < 10; round++)
        {
            var operation = await OpenAsync(notebook, "2099-06-01T00:00:00Z");
            await notebook.OkAsync(Turk, "proposeOfficers", new { operation, officers = new[] { "TR-CUSTOMS/demo-liaison" } });
            await Task.WhenAll(
                notebook.MutateAsync(Notebook.Liaison, "endOperation", Notebook.Of(new { operation }), ""),
                notebook.MutateAsync(Notebook.Liaison, "confirmOfficers", Notebook.Of(new { operation, officers = new[] { "TR-CUSTOMS/demo-liaison" } }), ""),
                notebook.MutateAsync(Notebook.Stranger, "proposeOfficers", Notebook.Of(new { operation, officers = new[] { "UZ-CUSTOMS/demo-officer" } }), ""));
            Assert.Equal(["NotPermitted"], await notebook.RefusedAsync(Notebook.Liaison, "endOperation", new { operation }));
            Assert.Equal([], await GroupsAsync(registry, Turk));
        }
    }

    private static async Task<string> OpenAsync(Notebook notebook, string until) =>
        (await notebook.OkAsync(Notebook.Liaison, "openOperation", new { name = "Exercise operation", members = new[] { "UZ-CUSTOMS", "TR-CUSTOMS" }, until }, "operation { id }")).GetProperty("operation").GetProperty("id").GetString()!;

    private static async Task<IEnumerable<string>> GroupsAsync(RegistryApplication registry, string persona) =>
        (await registry.AskAsync(persona, "{ me { groups } }")).At("me.groups").EnumerateArray().Select(group => group.GetString()!);

    private static async Task<JsonValueKind> SeenAsync(RegistryApplication registry, string persona, string id) =>
        (await registry.AskAsync(persona, "query ($id: ID!) { seizure(id: $id) { id } }", new { id })).At("seizure").ValueKind;
}
