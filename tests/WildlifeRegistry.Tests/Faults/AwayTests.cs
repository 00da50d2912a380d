using System.Net;
using WildlifeRegistry.Hosting;
using WildlifeRegistry.Storage;

namespace WildlifeRegistry.Tests.Faults;

/// <summary>A store on another machine that is away, at the start or later, or is not what it should be.</summary>
[Collection(MortalNeo4jTests.Name)]
public sealed class AwayTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_registry_starts_before_its_neo4j_and_goes_on_by_itself_whenever_that_comes_and_goes()
    {
        Skip();
        await using var neo4j = await Neo4jServer.StartAsync(isShortLived: true);
        await neo4j.KillAsync();
        await using var registry = await RegistryApplication.StartAsync([.. neo4j.Arguments, "Limits:WaitSeconds=5", "Limits:ExecutionSeconds=300"], isEmpty: true);

        // Before it came.
        Assert.Equal(HttpStatusCode.OK, (await GetAsync(registry, "/health/live")).Status);
        await AssertAwayAsync(registry);
        Assert.Contains(registry.Log.Own, entry => entry is { Event: 2004, Fault: StoreException { IsTransient: true } });
        foreach (var path in new[] { "/graphql", "/imports", "/exports?format=csv&kind=seizures", "/demo/personas" })
        {
            var answer = await GetAsync(registry, path);
            Assert.Equal((HttpStatusCode.ServiceUnavailable, "5"), (answer.Status, answer.Headers["Retry-After"].Single()));
        }

        // The first time, with the reference; and after a power cut.
        await neo4j.RestartAsync();
        await UntilReadyAsync(registry);
        Assert.Contains(registry.Log.Own, entry => entry.Event == 2005);
        var token = await registry.TokenOfAsync("kz-customs-officer");
        Assert.Empty((await registry.AskWithAsync(token, "RecordSeizure", Story.Seizure("first"))).Codes);

        await neo4j.KillAsync();
        await AssertAwayAsync(registry);
        foreach (var form in new[] { "application/json", "application/graphql-response+json" })
        {
            var away = await registry.SendAsync(token, System.Net.Http.Json.JsonContent.Create(new { query = "{ me { officer } }" }), form);
            Assert.Equal((HttpStatusCode.ServiceUnavailable, "STORE_BUSY", "5"), (away.Status, Assert.Single(away.Codes), away.Headers["Retry-After"].Single()));
            Assert.DoesNotContain("127.0.0.1", away.Text, StringComparison.Ordinal);
        }

        using var import = new HttpRequestMessage(HttpMethod.Post, "/imports?format=cites&name=x.csv") { Content = new StringContent("x") };
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await registry.SendAsync(token, import)).Status);

        await neo4j.RestartAsync();
        await UntilReadyAsync(registry);
        var again = await registry.AskWithAsync(token, "RecordSeizure", Story.Seizure("first"));
        Assert.Empty(again.Codes);
        Assert.Equal(1, await neo4j.Client.ReadAsync("MATCH (s:Seizure) RETURN count(s)", static _ => { }, static rows => rows[0][0].GetInt32(), Ct));
        Assert.Equal(CheckCommand.Clean, await CheckCommand.RunAsync([.. neo4j.Arguments.Select(setting => "--" + setting)], TextWriter.Null, Ct));
    }

    [Fact]
    public async Task What_is_wrong_with_a_neo4j_that_is_there_ends_the_start_with_one_sentence()
    {
        Skip();
        const string Password = "correct-horse";
        await using var neo4j = await Neo4jServer.StartAsync(isShortLived: true, Password);
        string[] settings = [.. neo4j.Arguments];

        await IsRefusedAsync([.. settings, "Store:Neo4j:Password=wrong-horse"], "The store does not accept Store:Neo4j:User and Store:Neo4j:Password.");
        await IsRefusedAsync([.. settings[..2]], "The store does not accept Store:Neo4j:User and Store:Neo4j:Password.");
        await IsRefusedAsync([.. settings, "Store:Neo4j:Database=elsewhere"], "The store has no database elsewhere (Store:Neo4j:Database).");
        await neo4j.RunAsync("CREATE (:Somebodys)");
        await IsRefusedAsync(settings, "The database is another program's, not a registry: it is not empty. Name another with Store:Neo4j:Database, or empty it.");
        await neo4j.RunAsync("MATCH (n:Somebodys) DELETE n");
        await using var registry = await RegistryApplication.StartAsync(settings, isEmpty: true);
        await UntilReadyAsync(registry);
        Assert.DoesNotContain(registry.Log.Entries, entry => entry.Message.Contains(Password, StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_older_neo4j_ends_the_start()
    {
        await using var older = await ScriptedServer.StartAsync(ScriptedServer.Says(202, """{"data":{"fields":["v","e"],"values":[["5.20.0","community"]]},"bookmarks":[]}"""));
        await IsRefusedAsync(["Store:Engine=neo4j", $"Store:Neo4j:Uri={older.Address}"], "The store is Neo4j 5.20.0 community; Neo4j 5.26 or later is needed.");
    }

    [Fact]
    public async Task A_neo4j_that_comes_late_and_is_wrong_ends_the_process_with_one_sentence()
    {
        await using var late = await ScriptedServer.StartAsync(
            [.. Enumerable.Repeat(ScriptedServer.Error(503, "Neo.TransientError.General.DatabaseUnavailable"), 5), ScriptedServer.Error(401, "Neo.ClientError.Security.Unauthorized")]);
        var fault = await Assert.ThrowsAsync<StoreException>(() => RegistryHost.RunAsync(
            ["--environment=Development", "--urls=http://127.0.0.1:0", "--Store:Engine=neo4j", $"--Store:Neo4j:Uri={late.Address}", "--Store:Folder=" + Path.GetTempPath(), "--Logging:LogLevel:Default=None"],
            Ct));

        Assert.Equal("The store does not accept Store:Neo4j:User and Store:Neo4j:Password.", fault.Message);
    }

    [Theory]
    [InlineData("import", "--format", "cites", "--as", "kz-customs-officer", "nothing.csv")]
    [InlineData("export", "nothing.csv", "--as", "kz-customs-officer")]
    [InlineData("check")]
    public async Task A_verb_does_not_wait_for_a_neo4j_that_is_away(params string[] verb)
    {
        var (code, error) = await ServerProcess.FailAsync([.. verb, "--Store:Engine=neo4j", "--Store:Neo4j:Uri=http://127.0.0.1:1"]);
        Assert.Equal((1, "The store cannot be reached."), (code, error.Trim()));
    }

    [Theory]
    [InlineData("backup", "neo4j-admin database dump")]
    [InlineData("restore", "neo4j-admin database load")]
    public async Task Backups_of_neo4j_are_its_own(string verb, string instead)
    {
        var (code, error) = await ServerProcess.FailAsync([verb, "copy.db", "--Store:Engine=neo4j"]);
        Assert.Equal(1, code);
        Assert.StartsWith($"Store:Engine is neo4j: what {verb} does is done there by {instead} (the server stopped), and move --from ", error, StringComparison.Ordinal);
    }

    private static void Skip() => Conformance.Presence.Require("neo4j", Neo4jServer.MortalAbsence());

    private static async Task IsRefusedAsync(string[] settings, string sentence)
    {
        var fault = await Assert.ThrowsAsync<StoreException>(() => RegistryApplication.StartAsync(settings, isEmpty: true));
        Assert.Equal((sentence, false), (fault.Message, fault.IsTransient));
    }

    private static async Task AssertAwayAsync(RegistryApplication registry)
    {
        var before = registry.Log.Own.Count;
        var ready = await GetAsync(registry, "/health/ready");
        Assert.Equal((HttpStatusCode.ServiceUnavailable, ""), (ready.Status, ready.Text));
        Assert.Contains(registry.Log.Own.Skip(before), entry => entry is { Event: 2002, Fault: StoreException { Message: "The store cannot be reached." or "The store's answer did not arrive whole.", IsTransient: true } });
    }

    internal static async Task UntilReadyAsync(RegistryApplication registry)
    {
        while ((await GetAsync(registry, "/health/ready")).Status != HttpStatusCode.OK)
        {
            Ct.ThrowIfCancellationRequested();
        }
    }

    private static async Task<Answer> GetAsync(RegistryApplication registry, string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        return await registry.SendAsync(null, request);
    }
}
