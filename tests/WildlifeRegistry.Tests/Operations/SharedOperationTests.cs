using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using WildlifeRegistry.Access;
using WildlifeRegistry.Storage;
using WildlifeRegistry.Storage.Neo4j;
using WildlifeRegistry.Tests.Conformance;
using WildlifeRegistry.Tests.Recording;

namespace WildlifeRegistry.Tests.Operations;

/// <summary>
/// Who belongs to a joint operation is recalled from one question to the next where asking costs, and holds at once all the
/// same: whichever server changed it.
/// </summary>
[Collection(Neo4jTests.Name)]
public sealed class SharedOperationTests
{
    private const string Turk = "tr-customs-liaison";
    private const string Question = "query ($id: ID!) { seizure(id: $id) { id } }";
    private const string Groups = "{ me { groups } }";

    [Fact]
    public async Task What_one_server_changes_of_an_operation_holds_at_once_for_a_question_that_another_has_answered_before()
    {
        await Presence.RequireAsync("neo4j", Neo4jServer.AbsenceAsync);
        var server = await Neo4jServer.EmptyAsync();
        await using var one = await RegistryApplication.StartAsync(server.Arguments, isEmpty: true);
        await using var two = await RegistryApplication.StartAsync(
            server.Arguments,
            isEmpty: true,
            adjust: builder => builder.Services.AddSingleton<IGroupRegister>(services => new Counted(services.GetRequiredService<Neo4jGraphStore>())));
        var register = (Counted)two.Services.GetRequiredService<IGroupRegister>();
        var notebook = new Notebook(one);
        var opened = await notebook.OkAsync(Notebook.Liaison, "openOperation", new { name = "Exercise operation", members = new[] { "UZ-CUSTOMS", "TR-CUSTOMS" }, until = "2099-06-01T00:00:00Z" }, "operation { id }");
        var operation = opened.GetProperty("operation").GetProperty("id").GetString()!;
        await JoinAsync(Turk, "TR-CUSTOMS/demo-liaison");
        var hidden = await notebook.SeizureAsync(Turk, Notebook.Of(new { restrictTo = new[] { "group:" + operation } }));
        var token = await two.TokenOfAsync(Notebook.Analyst);
        var missing = (await AskAsync()).Text;
        Assert.Equal(missing, (await two.AskWithAsync(token, Question, new { id = "0000000000000000000000000A" })).Text);

        for (var round = 0; round < 3; round++)
        {
            await JoinAsync(Notebook.Liaison, "KZ-CUSTOMS/demo-analyst");
            Assert.Equal(JsonValueKind.Object, (await AskAsync()).At("seizure").ValueKind);
            Assert.Equal([operation], await GroupsAsync());
            var asked = register.Asked;
            Assert.Equal(JsonValueKind.Object, (await AskAsync()).At("seizure").ValueKind);
            Assert.Equal(asked, register.Asked);

            await notebook.OkAsync(Notebook.Liaison, "removeOfficers", new { operation, officers = new[] { "KZ-CUSTOMS/demo-analyst" } });
            if (round == 0)
            {
                Assert.Equal([], await GroupsAsync()); // nothing is read for it that would tell
            }

            Assert.Equal(missing, (await AskAsync()).Text);
            Assert.Equal(missing, (await AskAsync()).Text);
        }

        async Task JoinAsync(string persona, string officer)
        {
            await notebook.OkAsync(persona, "proposeOfficers", new { operation, officers = new[] { officer } });
            await notebook.OkAsync(Notebook.Liaison, "confirmOfficers", new { operation, officers = new[] { officer } });
        }

        Task<Answer> AskAsync() => two.AskWithAsync(token, Question, new { id = hidden });

        async Task<IEnumerable<string>> GroupsAsync() => (await two.AskWithAsync(token, Groups)).At("me.groups").EnumerateArray().Select(group => group.GetString()!);
    }

    /// <summary>Counts how often it is asked for an officer's groups by a statement of its own.</summary>
    private sealed class Counted(Neo4jGraphStore store) : IGroupRegister
    {
        private int asked;

        public int Asked => Volatile.Read(ref asked);

        public Task<IReadOnlyList<string>> GroupsOfAsync(OfficerId officer, CancellationToken ct)
        {
            Interlocked.Increment(ref asked);
            return store.GroupsOfAsync(officer, ct);
        }

        public IReadOnlyList<string>? RecallGroups(OfficerId officer) => store.RecallGroups(officer);

        public Task<IReadOnlyList<RunningOperation>> OperationsOfAsync(AgencyCode agency, CancellationToken ct) => store.OperationsOfAsync(agency, ct);
    }
}
