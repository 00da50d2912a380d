using WildlifeRegistry.Hosting;
using WildlifeRegistry.Storage;

namespace WildlifeRegistry.Tests.Faults;

/// <summary>A store on another machine that is away, at the start or later, or is not what it should be.</summary>
public sealed class AwayTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_wrong_with_a_neo4j_that_is_there_ends_the_start_with_one_sentence()
    {
        Skip();
        const string Password = "correct-horse";
        await using var neo4j = await Neo4jServer.StartAsync(Password);
        string[] settings = [.. neo4j.Arguments];

        await IsRefusedAsync([.. settings, "Store:Neo4j:Password=wrong-horse"], "The store does not accept Store:Neo4j:User and Store:Neo4j:Password.");
        await IsRefusedAsync([.. settings[..2]], "The store does not accept Store:Neo4j:User and Store:Neo4j:Password.");
        await IsRefusedAsync([.. settings, "Store:Neo4j:Database=elsewhere"], "The store has no database elsewhere (Store:Neo4j:Database).");
        await neo4j.RunAsync("CREATE (:Somebodys)");
        await IsRefusedAsync(settings, "The database is another program's, not a registry: it is not empty. Name another with Store:Neo4j:Database, or empty it.");
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
}
