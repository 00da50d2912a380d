using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using WildlifeRegistry.Storage;
using WildlifeRegistry.Storage.Neo4j;
using static WildlifeRegistry.Tests.Support.ScriptedServer;

namespace WildlifeRegistry.Tests.Neo4j;

/// <summary>Whatever answers instead of rows: each fault is told apart, asked again as promised, and never in words that are not the registry's.</summary>
public sealed class ClientFaultTests
{
    private const int Retries = 4;

    /// <summary>In every answer that a test writes, and in no message.</summary>
    private const string Theirs = "words-of-theirs";

    private const string Unknown = "It is not known whether the change was made: the store was lost before its answer arrived.";

    private static readonly Dictionary<string, Func<HttpContext, Task>> Answers = new()
    {
        ["cut short"] = Breaks("""{"data":{"fields":["words-of-theirs"],"values":[[1],""", announced: 4000),
        ["cut short without a length"] = Breaks("""{"data":{"fields":["words-of-theirs"],"values":[[1],"""),
        ["whole, but half a document"] = Says(202, """{"data":{"fields":["words-of-theirs"],"values":[[1],"""),
        ["lost"] = Breaks(""),
        ["202 and errors"] = Says(202, """{"data":{"fields":["x"],"values":[[1]]},"errors":[{"code":"Neo.ClientError.Statement.ArithmeticError","message":"words-of-theirs"}]}"""),
        ["202 and a passing error"] = Says(202, """{"data":{"fields":["x"],"values":[[1]]},"errors":[{"code":"Neo.TransientError.Transaction.DeadlockDetected","message":"words-of-theirs"}]}"""),
        ["a page"] = Says(200, "<html>words-of-theirs</html>", "text/html"),
        ["a page of 502"] = Says(502, "<html>words-of-theirs</html>", "text/html"),
        ["a page of 503"] = Says(503, "<html>words-of-theirs</html>", "text/html"),
        ["somebody's json"] = Says(200, """{"says":"words-of-theirs"}"""),
        ["somebody's 401"] = Says(401, """{"says":"words-of-theirs"}"""),
        ["a redirect"] = context =>
        {
            context.Response.Redirect("http://127.0.0.1:1/words-of-theirs");
            return Task.CompletedTask;
        },
        ["404"] = Says(404, "words-of-theirs", "text/plain"),
        ["401"] = Error(401, "Neo.ClientError.Security.Unauthorized", Theirs),
        ["password to change"] = Error(403, "Neo.ClientError.Security.CredentialsExpired", Theirs),
        ["too many sign-ins"] = Error(429, "Neo.ClientError.Security.AuthenticationRateLimit", Theirs),
        ["no database"] = Error(404, "Neo.ClientError.Database.DatabaseNotFound", Theirs),
        ["503"] = Error(503, "Neo.TransientError.General.DatabaseUnavailable", Theirs),
        ["deadlock"] = Error(400, "Neo.TransientError.Transaction.DeadlockDetected", Theirs),
        ["out of memory"] = Error(500, "Neo.TransientError.General.MemoryPoolOutOfMemoryError", Theirs),
        ["not the leader"] = Error(400, "Neo.ClientError.Cluster.NotALeader", Theirs),
        ["leader lost"] = Error(400, "Neo.TransientError.Cluster.ReplicationFailure", Theirs),
        ["leader changed"] = Error(400, "Neo.TransientError.Transaction.LeaderSwitch", Theirs),
        ["timed out there"] = Error(202, "Neo.ClientError.Transaction.TransactionTimedOutClientConfiguration", Theirs),
        ["read-only"] = Error(400, "Neo.ClientError.General.ForbiddenOnReadOnlyDatabase", Theirs),
        ["constraint"] = Error(400, "Neo.ClientError.Schema.ConstraintValidationFailed", Theirs),
        ["syntax"] = Error(400, "Neo.ClientError.Statement.SyntaxError", Theirs),
        ["its own fault"] = Error(500, "Neo.DatabaseError.Transaction.TransactionCommitFailed", Theirs),
        ["no code"] = Says(500, """{"errors":["words-of-theirs"]}"""),
    };

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <param name="isPassing">What IsTransient is, of a read and of a write that may be sent again.</param>
    /// <param name="again">Asked again, where that cannot do a thing twice.</param>
    /// <param name="isKnown">A write that must not be made twice knows that it was not made.</param>
    [Theory]
    [InlineData("cut short", true, true, false)]
    [InlineData("cut short without a length", true, true, false)]
    [InlineData("whole, but half a document", true, true, false)]
    [InlineData("lost", true, true, false)]
    [InlineData("202 and errors", false, false, true)]
    [InlineData("202 and a passing error", true, true, true)]
    [InlineData("a page", false, false, false)]
    [InlineData("a page of 502", true, true, false)]
    [InlineData("a page of 503", true, true, false)]
    [InlineData("somebody's json", false, false, false)]
    [InlineData("somebody's 401", false, false, false)]
    [InlineData("a redirect", false, false, false)]
    [InlineData("404", false, false, true)]
    [InlineData("401", false, false, true)]
    [InlineData("password to change", false, false, true)]
    [InlineData("too many sign-ins", true, false, true)]
    [InlineData("no database", false, false, true)]
    [InlineData("503", true, true, true)]
    [InlineData("deadlock", true, true, true)]
    [InlineData("out of memory", true, true, true)]
    [InlineData("not the leader", true, true, true)]
    [InlineData("leader lost", true, true, false)]
    [InlineData("leader changed", true, true, false)]
    [InlineData("timed out there", true, false, true)]
    [InlineData("read-only", false, false, true)]
    [InlineData("constraint", false, false, true)]
    [InlineData("syntax", false, false, true)]
    [InlineData("its own fault", false, false, false)]
    [InlineData("no code", false, false, false)]
    public async Task Each_fault_is_what_it_is(string answer, bool isPassing, bool again, bool isKnown)
    {
        await using var server = await StartAsync(Answers[answer]);
        using var client = Client(server.Address);

        var read = await FaultAsync(() => client.ReadAsync("RETURN 1", static _ => { }, One, Ct));
        Assert.Equal(again ? 1 + Retries : 1, server.Requests.Count);
        Assert.Equal(isPassing, read.IsTransient);

        var repeatable = await FaultAsync(() => client.WriteAsync("CREATE (n)", static _ => { }, One, mayRepeat: true, Ct));
        Assert.Equal(again ? 2 * (1 + Retries) : 2, server.Requests.Count);
        Assert.Equal(isPassing, repeatable.IsTransient);

        var before = server.Requests.Count;
        var single = await FaultAsync(() => client.WriteAsync("CREATE (n)", static _ => { }, One, mayRepeat: false, Ct));
        Assert.Equal(before + 1, server.Requests.Count);
        Assert.Equal((isKnown ? read.Message : Unknown, isKnown && isPassing), (single.Message, single.IsTransient));
    }

    [Fact]
    public async Task What_passes_is_answered_in_the_end()
    {
        await using var server = await StartAsync(Answers["deadlock"], Answers["lost"], Answers["503"], Rows());
        using var client = Client(server.Address);

        Assert.Equal(1, await client.ReadAsync("RETURN 1", static _ => { }, One, Ct));
        Assert.Equal(4, server.Requests.Count);
        Assert.Single(server.Requests.Select(request => request.ToString()).Distinct());
    }

    [Fact]
    public async Task Where_nobody_listens_nothing_was_changed_and_trying_again_may_help()
    {
        using var free = new TcpListener(System.Net.IPAddress.Loopback, 0);
        free.Start();
        var address = new Uri($"http://{free.LocalEndpoint}");
        free.Stop();
        using var client = Client(address);

        foreach (var ask in new Func<Task>[]
        {
            () => client.ReadAsync("RETURN 1", static _ => { }, One, Ct),
            () => client.WriteAsync("CREATE (n)", static _ => { }, One, mayRepeat: true, Ct),
            () => client.WriteAsync("CREATE (n)", static _ => { }, One, mayRepeat: false, Ct),
        })
        {
            var fault = await FaultAsync(ask);
            Assert.Equal(("The store cannot be reached.", true), (fault.Message, fault.IsTransient));
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_body_that_never_ends_is_given_up_when_the_statements_time_is_over(bool mayRepeat)
    {
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await StartAsync(async context =>
        {
            context.Response.StatusCode = 202;
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync("""{"data":{"fields":["x"],"values":[[1]""");
            await context.Response.Body.FlushAsync();
            begun.SetResult();
            var gone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            context.RequestAborted.Register(gone.SetResult);
            await gone.Task;
        });
        var time = new FakeTimeProvider();
        using var client = new Neo4jClient(Settings(server.Address), time);

        var asked = client.WriteAsync("CREATE (n)", static _ => { }, One, mayRepeat, Ct);
        await begun.Task;
        time.Advance(Settings(server.Address).Statement);

        var fault = await FaultAsync(() => asked);
        Assert.Equal(mayRepeat ? ("The store took too long.", true) : (Unknown, false), (fault.Message, fault.IsTransient));
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task A_body_without_bounds_is_given_up_at_a_bound()
    {
        await using var server = await StartAsync(async context =>
        {
            context.Response.StatusCode = 202;
            context.Response.ContentType = "application/json";
            var some = Encoding.UTF8.GetBytes(new string(' ', 64 * 1024));
            while (!context.RequestAborted.IsCancellationRequested)
            {
                await context.Response.Body.WriteAsync(some);
            }
        });
        using var client = new Neo4jClient(Settings(server.Address) with { MaxAnswer = 1024 * 1024 }, TimeProvider.System);

        var fault = await FaultAsync(() => client.ReadAsync("RETURN 1", static _ => { }, One, Ct));
        Assert.Equal(("The store's answer was too long.", false), (fault.Message, fault.IsTransient));
    }

    [Fact]
    public async Task Who_gives_up_is_told_so_and_the_request_is_dropped()
    {
        var dropped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var giveUp = new CancellationTokenSource();
        await using var server = await StartAsync(async context =>
        {
            context.RequestAborted.Register(dropped.SetResult);
            await giveUp.CancelAsync();
            await dropped.Task;
        });
        using var client = Client(server.Address);

        var fault = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.ReadAsync("RETURN 1", static _ => { }, One, giveUp.Token));
        Assert.Equal(giveUp.Token, fault.CancellationToken);
        await dropped.Task;
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task Who_finds_no_room_is_put_off_and_has_changed_nothing()
    {
        var (inside, leave) = (new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        await using var server = await StartAsync(async context =>
        {
            inside.TrySetResult();
            await leave.Task;
            await Rows()(context);
        });
        var time = new Clock();
        using var client = new Neo4jClient(Settings(server.Address) with { Connections = 1 }, time);

        var first = client.ReadAsync("RETURN 1", static _ => { }, One, Ct);
        await inside.Task;
        var second = client.WriteAsync("CREATE (n)", static _ => { }, One, mayRepeat: false, Ct);
        time.Advance(Settings(server.Address).Wait);
        var fault = await FaultAsync(() => second);
        leave.SetResult();

        Assert.Equal(("The store has too much to do.", true), (fault.Message, fault.IsTransient));
        Assert.Equal(1, await first);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task It_rests_longer_each_time_and_never_in_step_with_others()
    {
        await using var server = await StartAsync(Answers["deadlock"]);
        List<List<TimeSpan>> rests = [.. Enumerable.Range(0, 40).Select(_ => new List<TimeSpan>())];
        foreach (var some in rests)
        {
            var time = new Clock { Rests = some };
            using var client = new Neo4jClient(Settings(server.Address) with { Rest = TimeSpan.FromMilliseconds(100) }, time);
            await FaultAsync(() => client.ReadAsync("RETURN 1", static _ => { }, One, Ct));
        }

        Assert.All(rests, some =>
        {
            Assert.Equal(Retries, some.Count);
            Assert.All(some, rest => Assert.InRange(rest, TimeSpan.Zero, TimeSpan.FromSeconds(2)));
        });
        Assert.True(rests.Sum(some => some[^1].Ticks) > 2 * rests.Sum(some => some[0].Ticks), "Jitter apart, the rests do not grow.");
        Assert.True(rests.DistinctBy(some => string.Join(' ', some), StringComparer.Ordinal).Count() > rests.Count / 2);
    }

    private static Neo4jSettings Settings(Uri address) => new(address, "neo4j", "reader", "the-password") { Rest = TimeSpan.Zero, Retries = Retries };

    private static Neo4jClient Client(Uri address) => new(Settings(address), TimeProvider.System);

    private static int One(System.Text.Json.JsonElement rows) => rows[0][0].GetInt32();

    /// <summary>The fault, which says nothing that is not the registry's own, neither to a caller nor to the log.</summary>
    private static async Task<StoreException> FaultAsync(Func<Task> ask)
    {
        var fault = await Assert.ThrowsAsync<StoreException>(ask);
        foreach (var secret in new[] { Theirs, "the-password", "CREATE (n)", "RETURN 1" })
        {
            Assert.DoesNotContain(secret, fault.ToString(), StringComparison.Ordinal);
        }

        Assert.DoesNotContain("Neo.", fault.Message, StringComparison.Ordinal);
        return fault;
    }

    /// <summary>A clock that a test sets; what rests is let go on at once and noted.</summary>
    private sealed class Clock : FakeTimeProvider
    {
        public List<TimeSpan>? Rests { get; init; }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            if (Rests is null || dueTime > TimeSpan.FromSeconds(2) || dueTime <= TimeSpan.Zero)
            {
                return base.CreateTimer(callback, state, dueTime, period);
            }

            Rests.Add(dueTime);
            return TimeProvider.System.CreateTimer(callback, state, TimeSpan.Zero, period);
        }
    }
}
