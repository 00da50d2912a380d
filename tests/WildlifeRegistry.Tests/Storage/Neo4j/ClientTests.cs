using System.Text.Json;
using Microsoft.Extensions.Configuration;
using WildlifeRegistry.Access.Identity;
using WildlifeRegistry.Storage;
using WildlifeRegistry.Storage.Neo4j;
using static WildlifeRegistry.Tests.Support.ScriptedServer;

namespace WildlifeRegistry.Tests.Neo4j;

/// <summary>What is sent, and what an answer of a cluster leaves behind.</summary>
public sealed class ClientTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_request_says_who_asks_what_and_for_how_long()
    {
        await using var server = await StartAsync(Rows());
        using var client = new Neo4jClient(new Neo4jSettings(server.Address, "wild life", "reader", "pass:word") { Statement = TimeSpan.FromSeconds(7) }, TimeProvider.System);

        Assert.Equal(1, await client.WriteAsync("CREATE (n {id: $p.id})", static to => to.WriteString("id", "Фалько"), One, mayRepeat: false, Ct));

        Assert.Equal("""{"statement":"CREATE (n {id: $p.id})","parameters":{"p":{"id":"Фалько"}},"accessMode":"WRITE","maxExecutionTime":7}""", server.Requests[0].ToString());
        Assert.Equal("application/json", server.Headers.Accept);
        Assert.Equal("application/json", server.Headers.ContentType);
        Assert.Equal("Basic " + Convert.ToBase64String("reader:pass:word"u8), server.Headers.Authorization);
        Assert.Equal(0, server.Headers.TraceParent.Count);
    }

    [Theory]
    [InlineData(false, "WRITE")]
    [InlineData(true, "READ")]
    public async Task Followers_of_a_cluster_are_asked_only_where_the_settings_say_so(bool followers, string mode)
    {
        await using var server = await StartAsync(Release("2025.03.0", "enterprise"), Rows());
        using var client = new Neo4jClient(Settings(server.Address) with { FollowerReads = followers }, TimeProvider.System);
        await client.ReleaseAsync(Ct);

        await client.ReadAsync("RETURN 1", static _ => { }, One, Ct);
        await client.WriteAsync("CREATE (n)", static _ => { }, One, mayRepeat: false, Ct);

        Assert.Equal([mode, mode, "WRITE"], server.Requests.Select(request => request.GetProperty("accessMode").GetString()));
    }

    [Fact]
    public async Task A_server_that_is_alone_is_asked_with_read_and_without_bookmarks()
    {
        await using var server = await StartAsync(Release("5.26.30", "community", "FB:first"), Rows("FB:second"));
        using var client = new Neo4jClient(Settings(server.Address), TimeProvider.System);
        await client.ReleaseAsync(Ct);

        await client.ReadAsync("RETURN 1", static _ => { }, One, Ct);
        await client.ReadAsync("RETURN 1", static _ => { }, One, Ct);

        Assert.Equal(["READ", "READ"], server.Requests.Skip(1).Select(request => request.GetProperty("accessMode").GetString()));
        Assert.All(server.Requests, request => Assert.False(request.TryGetProperty("bookmarks", out _)));
    }

    [Theory]
    [InlineData("5.26.0", "community", true)]
    [InlineData("5.27-aura", "enterprise", true)]
    [InlineData("2025.03.0", "enterprise", true)]
    [InlineData("2026.09.1", "community", true)]
    [InlineData("5.25.1", "community", false)]
    [InlineData("4.4.40", "enterprise", false)]
    [InlineData("one", "community", false)]
    public async Task An_older_server_is_refused_by_its_name(string version, string edition, bool isTaken)
    {
        await using var server = await StartAsync(Release(version, edition));
        using var client = new Neo4jClient(Settings(server.Address), TimeProvider.System);

        if (isTaken)
        {
            Assert.Equal($"Neo4j {version} {edition}", (await client.ReleaseAsync(Ct)).ToString());
        }
        else
        {
            var fault = await Assert.ThrowsAsync<StoreException>(() => client.ReleaseAsync(Ct));
            Assert.Equal(($"The store is Neo4j {version} {edition}; Neo4j 5.26 or later is needed.", false), (fault.Message, fault.IsTransient));
        }
    }

    [Fact]
    public async Task What_was_written_is_read_wherever_the_cluster_answers()
    {
        // As a cluster of three answered: each answer names the state that it saw or made.
        await using var server = await StartAsync(
            Rows("FB:kcwQt8DpQx5zR0uN3Oj/OudM3RmQ"),
            Rows("FB:kcwQt8DpQx5zR0uN3Oj/OudM3QaQ"),
            Rows("FB:kcwQt8DpQx5zR0uN3Oj/OudM3QaQ"),
            Rows());
        using var client = new Neo4jClient(Settings(server.Address) with { FollowerReads = true }, TimeProvider.System);

        await client.ReadAsync("RETURN 1", static _ => { }, One, Ct);
        await client.WriteAsync("CREATE (n)", static _ => { }, One, mayRepeat: false, Ct);
        await client.ReadAsync("RETURN 1", static _ => { }, One, Ct);
        await client.ReadAsync("RETURN 1", static _ => { }, One, Ct);

        Assert.Equal(["", "FB:kcwQt8DpQx5zR0uN3Oj/OudM3RmQ", "FB:kcwQt8DpQx5zR0uN3Oj/OudM3QaQ", "FB:kcwQt8DpQx5zR0uN3Oj/OudM3QaQ"], server.Requests.Select(BookmarksOf));
    }

    [Fact]
    public async Task Of_two_changes_at_once_both_are_read_afterwards()
    {
        var (both, leave) = (new CountdownEvent(2), new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        Func<string, Func<Microsoft.AspNetCore.Http.HttpContext, Task>> held = bookmark => async context =>
        {
            if (both.Signal())
            {
                leave.SetResult();
            }

            await leave.Task;
            await Rows(bookmark)(context);
        };
        await using var server = await StartAsync(Rows("FB:0"), held("FB:1"), held("FB:2"), Rows("FB:3"), Rows());
        using var client = new Neo4jClient(Settings(server.Address), TimeProvider.System);

        await client.ReadAsync("RETURN 1", static _ => { }, One, Ct);
        await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => client.WriteAsync("CREATE (n)", static _ => { }, One, mayRepeat: false, Ct)));
        await client.ReadAsync("RETURN 1", static _ => { }, One, Ct);
        await client.ReadAsync("RETURN 1", static _ => { }, One, Ct);
        both.Dispose();

        Assert.Equal(["", "FB:0", "FB:0", "FB:1 FB:2", "FB:3"], server.Requests.Select(BookmarksOf));
    }

    [Fact]
    public async Task Bookmarks_of_a_database_that_is_no_more_are_forgotten_and_the_question_is_asked_again()
    {
        await using var server = await StartAsync(Rows("FB:old"), Error(400, "Neo.ClientError.Transaction.InvalidBookmark"), Rows("FB:new"), Rows());
        using var client = new Neo4jClient(Settings(server.Address), TimeProvider.System);

        await client.ReadAsync("RETURN 1", static _ => { }, One, Ct);
        Assert.Equal(1, await client.ReadAsync("RETURN 1", static _ => { }, One, Ct));
        await client.ReadAsync("RETURN 1", static _ => { }, One, Ct);

        Assert.Equal(["", "FB:old", "", "FB:new"], server.Requests.Select(BookmarksOf));
    }

    [Fact]
    public async Task A_failed_request_leaves_nothing_in_the_next()
    {
        await using var server = await StartAsync(Error(400, "Neo.ClientError.Statement.SyntaxError"), Rows());
        using var client = new Neo4jClient(Settings(server.Address), TimeProvider.System);

        await Assert.ThrowsAsync<StoreException>(() => client.ReadAsync("RETURN $p.long", static to => to.WriteString("long", new string('x', 100_000)), One, Ct));
        for (var n = 0; n < 3; n++)
        {
            Assert.Equal(1, await client.ReadAsync("RETURN 1", static _ => { }, One, Ct));
        }

        Assert.Equal(4, server.Requests.Count);
        Assert.All(server.Requests.Skip(1), request => Assert.Equal("RETURN 1", request.GetProperty("statement").GetString()));
    }

    [Theory]
    [InlineData("Uri", "neo4j://here:7687", "neo4j://here:7687")]
    [InlineData("Uri", "here", "here")]
    [InlineData("Uri", "http://reader:secret@here", "an address with a user, a query or a fragment")]
    [InlineData("Uri", "bolt://reader:secret@here", "something else")]
    [InlineData("User", "reader", "nothing")]
    [InlineData("Password", "secret", "nothing")]
    [InlineData("Connections", "100", "100")]
    [InlineData("ConnectSeconds", "0", "0")]
    [InlineData("StatementSeconds", "long", "long")]
    [InlineData("FollowerReads", "yes", "yes")]
    public void A_wrong_setting_is_named_with_what_was_found_and_no_password(string key, string value, string found)
    {
        var fault = Assert.Throws<SettingException>(() => Neo4jSettings.From(Configured((key, value))));

        Assert.Contains($" is {found}; allowed is ", fault.Message, StringComparison.Ordinal);
        Assert.StartsWith("The setting Store:Neo4j:", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Settings_never_print_the_password()
    {
        var settings = Neo4jSettings.From(Configured(("Uri", "https://here:7473"), ("User", "reader"), ("Password", "secret"), ("FollowerReads", "true")));

        Assert.Equal(("secret", true, 64), (settings.Password, settings.FollowerReads, settings.Connections));
        Assert.Equal("Neo4jSettings { Uri = https://here:7473/, Database = neo4j }", settings.ToString());
    }

    private static IConfiguration Configured(params (string Key, string Value)[] settings) =>
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create("Store:Neo4j:" + setting.Key, (string?)setting.Value))).Build();

    private static Neo4jSettings Settings(Uri address) => new(address, "neo4j", null, null) { Rest = TimeSpan.Zero };

    private static Func<Microsoft.AspNetCore.Http.HttpContext, Task> Release(string version, string edition, params string[] bookmarks) =>
        Says(202, JsonSerializer.Serialize(new { data = new { fields = new[] { "v", "e" }, values = new[] { new[] { version, edition } } }, bookmarks }));

    private static string BookmarksOf(JsonElement request) => request.TryGetProperty("bookmarks", out var all) ? string.Join(' ', all.EnumerateArray().Select(one => one.GetString()).Order(StringComparer.Ordinal)) : "";

    private static int One(JsonElement rows) => rows[0][0].GetInt32();
}
