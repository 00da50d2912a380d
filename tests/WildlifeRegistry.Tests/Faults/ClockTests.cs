using System.Globalization;
using System.Net;
using WildlifeRegistry.Hosting;
using WildlifeRegistry.Tests.Recording;

namespace WildlifeRegistry.Tests.Faults;

/// <summary>The machine's clock is set back while the registry runs, and forward again.</summary>
public sealed class ClockTests
{
    [Fact]
    public async Task A_clock_set_back_loses_nothing_and_locks_out_only_tokens_that_are_not_valid_yet()
    {
        var clock = new SetClock();
        await using var registry = await RegistryApplication.StartAsync(time: clock);
        var book = new Notebook(registry);
        var early = await registry.TokenOfAsync(Notebook.Officer);
        var id = await book.SeizureAsync();
        clock.Offset = TimeSpan.FromDays(-20);

        // The token of before is of the future now: a clear refusal, and a new one is good.
        var refused = await registry.AskWithAsync(early, "{ me { officer } }");
        Assert.Equal((HttpStatusCode.Unauthorized, "The token is not valid yet."), (refused.Status, refused.Json.GetProperty("detail").GetString()));
        Assert.Empty(Notebook.Refusals(await book.MutateAsync(Notebook.Officer, "amendSeizure", Notebook.Of(new { id, version = 1, narrative = "amended by an earlier clock" }), "seizure { id }")));
        Assert.Equal(["VersionConflict"], Notebook.Refusals(await book.MutateAsync(Notebook.Officer, "amendSeizure", Notebook.Of(new { id, version = 1, narrative = "again" }), "seizure { id }")));
        var once = Notebook.Seizure(Notebook.Of(new { requestKey = "by-an-earlier-clock" }));
        var second = await book.SeizureAsync(with: once);
        Assert.Equal(second, await book.SeizureAsync(with: once));
        Assert.Empty(Notebook.Refusals(await book.MutateAsync(Notebook.Officer, "submit", Notebook.Of(new { id, version = 2 }), "record { id }")));
        Assert.Empty(Notebook.Refusals(await book.MutateAsync(Notebook.Liaison, "release", Notebook.Of(new { id, version = 3, to = new[] { "agency:UZ-CUSTOMS" }, level = "FULL" }), "released { __typename }")));
        Assert.Equal(id, (await registry.AskAsync("uz-customs-officer", "query ($id: ID!) { seizure(id: $id) { id } }", new { id })).TextAt("seizure.id"));

        clock.Offset = TimeSpan.Zero;
        Assert.Equal(HttpStatusCode.OK, (await registry.AskWithAsync(early, "{ me { officer } }")).Status);
        Assert.Equal(second, await book.SeizureAsync(with: once));
        var answer = await registry.AskAsync(Notebook.Officer, "query ($id: ID!) { seizure(id: $id) { version narrative history { version } } }", new { id });
        Assert.Equal(("4", "amended by an earlier clock"), (answer.TextAt("seizure.version"), answer.TextAt("seizure.narrative")));
        using var output = new StringWriter(CultureInfo.InvariantCulture);
        Assert.True(await CheckCommand.RunAsync([$"--Store:Sqlite:Path={registry.StorePath}"], output, TestContext.Current.CancellationToken) == CheckCommand.Clean, output.ToString());
    }

    private sealed class SetClock : TimeProvider
    {
        public TimeSpan Offset { get; set; }

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Offset;
    }
}
