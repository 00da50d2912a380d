using WildlifeRegistry.Storage;
using WildlifeRegistry.Storage.Neo4j;
using WildlifeRegistry.Tests.Conformance;

namespace WildlifeRegistry.Tests.Neo4j;

/// <summary>The client against the real server.</summary>
[Collection(Neo4jTests.Name)]
public sealed class ServerTests : IAsyncLifetime
{
    private Neo4jServer server = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await Presence.RequireAsync("neo4j", Neo4jServer.AbsenceAsync);
        server = await Neo4jServer.EmptyAsync();
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task It_says_who_it_is()
    {
        TestContext.Current.TestOutputHelper!.WriteLine($"{server.Version} at {server.Settings.Uri}");
        Assert.StartsWith("Neo4j ", (await server.Client.ReleaseAsync(Ct)).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Values_come_back_as_they_were_sent()
    {
        var answer = await server.Client.ReadAsync(
            "RETURN $p.long, $p.text, $p.list, $p.none",
            static to =>
            {
                to.WriteNumber("long", long.MaxValue);
                to.WriteString("text", "Фалько \"черруг\"\n\u0000😀");
                to.WriteStartArray("list");
                to.WriteNumberValue(long.MinValue);
                to.WriteEndArray();
                to.WriteNull("none");
            },
            static rows => (rows[0][0].GetInt64(), rows[0][1].GetString(), rows[0][2][0].GetInt64(), rows[0][3].ValueKind.ToString()),
            Ct);

        Assert.Equal((long.MaxValue, "Фалько \"черруг\"\n\u0000😀", long.MinValue, "Null"), answer);
    }

    [Fact]
    public async Task What_fails_after_its_first_rows_is_a_fault_and_changes_nothing()
    {
        var fault = await Assert.ThrowsAsync<StoreException>(() =>
            server.Client.WriteAsync("UNWIND [1, 1, 0] AS x CREATE (n:Thing) RETURN 1 / x", static _ => { }, static _ => true, mayRepeat: true, Ct));

        Assert.Equal(("The store failed.", false, "Neo.ClientError.Statement.ArithmeticError"), (fault.Message, fault.IsTransient, ((Neo4jError)fault.InnerException!).Code));
        Assert.Equal(0, await CountAsync());
    }

    [Fact]
    public async Task A_read_cannot_write_where_the_server_is_alone()
    {
        Assert.SkipUnless((await server.Client.ReleaseAsync(Ct)).IsAlone, "The server may be one of several.");

        await Assert.ThrowsAsync<StoreException>(() => server.Client.ReadAsync("CREATE (n:Thing) RETURN 1", static _ => { }, static _ => true, Ct));
        Assert.Equal(0, await CountAsync());
    }

    [Fact]
    public async Task A_database_that_is_not_there_is_named()
    {
        using var client = new Neo4jClient(server.Settings with { Database = "elsewhere" }, TimeProvider.System);
        var fault = await Assert.ThrowsAsync<StoreException>(() => client.ReleaseAsync(Ct));

        Assert.Equal(("The store has no database elsewhere (Store:Neo4j:Database).", false), (fault.Message, fault.IsTransient));
    }

    private Task<int> CountAsync() => server.Client.ReadAsync("MATCH (n:Thing) RETURN count(n)", static _ => { }, static rows => rows[0][0].GetInt32(), Ct);
}
