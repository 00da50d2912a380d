using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using WildlifeRegistry.Access.Identity;
using WildlifeRegistry.Hosting;

namespace WildlifeRegistry.Tests.Hosting.Traffic;

/// <summary>Who asks too much is put off, by what they asked themselves or by what all ask, and others go on.</summary>
public sealed class AdmissionTests
{
    private const string Me = "{ me { officer } }", Held = "{ agencies { nodes { code } } }";
    private const string Officer = "kz-customs-officer", Other = "uz-customs-officer", Third = "tr-customs-liaison";

    /// <summary>A test holds answers back for as long as it must.</summary>
    private const string Patient = "Limits:ExecutionSeconds=300";

    [Fact]
    public async Task An_officer_who_asks_too_often_is_put_off_for_as_long_as_it_takes_and_others_are_not()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var registry = await RegistryApplication.StartAsync(["Limits:RequestsPerSecond=1", "Limits:RequestBurst=3"], time);
        var (token, other) = (await registry.TokenOfAsync(Officer), await registry.TokenOfAsync(Other));
        for (var number = 0; number < 3; number++)
        {
            Assert.Equal(HttpStatusCode.OK, (await registry.AskWithAsync(token, Me)).Status);
        }

        AssertPutOff(HttpStatusCode.TooManyRequests, "1", await registry.AskWithAsync(token, Me));
        AssertPutOff(HttpStatusCode.TooManyRequests, "1", await GetAsync(registry, token, "/exports?kind=seizures&format=csv"));
        AssertPutOff(HttpStatusCode.TooManyRequests, "1", await GetAsync(registry, token, "/imports/template"));
        AssertPutOff(HttpStatusCode.TooManyRequests, "1", await PostAsync(registry, token, "/imports?format=seizures"));
        Assert.Equal(HttpStatusCode.OK, (await registry.AskWithAsync(other, Me)).Status);

        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(HttpStatusCode.OK, (await registry.AskWithAsync(token, Me)).Status);
        AssertPutOff(HttpStatusCode.TooManyRequests, "1", await registry.AskWithAsync(token, Me));
    }

    [Fact]
    public async Task Who_is_put_off_is_told_so_before_the_body_is_sent()
    {
        await using var registry = await RegistryApplication.StartAsync(["Limits:RequestsPerSecond=1", "Limits:RequestBurst=1"], new FakeTimeProvider(DateTimeOffset.UtcNow));
        var token = await registry.TokenOfAsync(Officer);
        Assert.Equal(HttpStatusCode.OK, (await registry.AskWithAsync(token, Me)).Status);
        using var client = new TcpClient();
        await client.ConnectAsync(registry.Address.Host, registry.Address.Port, TestContext.Current.CancellationToken);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"POST /graphql HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\nContent-Length: 200000\r\n\r\n"), TestContext.Current.CancellationToken);
        using var reader = new StreamReader(client.GetStream());

        Assert.Equal("HTTP/1.1 429 Too Many Requests", await reader.ReadLineAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task An_officer_with_as_many_requests_on_their_way_as_one_may_have_waits_and_others_do_not()
    {
        var store = new ObservedStore();
        await using var registry = await RegistryApplication.StartAsync(["Limits:RequestsPerOfficer=2", "Limits:Requests=3", Patient], adjust: store.Watch);
        var release = Hold(store);
        var (token, other, third) = (await registry.TokenOfAsync(Officer), await registry.TokenOfAsync(Other), await registry.TokenOfAsync(Third));
        var held = new[] { registry.AskWithAsync(token, Held), registry.AskWithAsync(token, Held) };
        await UntilAsync(registry, () => store.Plans.Count == 2);

        AssertPutOff(HttpStatusCode.TooManyRequests, "1", await registry.AskWithAsync(token, Me));
        Assert.Equal(HttpStatusCode.OK, (await registry.AskWithAsync(other, Me)).Status);

        // The third place of the server: then it is full for all.
        var last = registry.AskWithAsync(other, Held);
        await UntilAsync(registry, () => store.Plans.Count == 3);
        AssertPutOff(HttpStatusCode.ServiceUnavailable, "300", await registry.AskWithAsync(third, Me));

        release.SetResult();
        Assert.All(await Task.WhenAll([.. held, last]), answer => Assert.Equal(HttpStatusCode.OK, answer.Status));
        await UntilAsync(registry, async () => (await registry.AskWithAsync(token, Me)).Status == HttpStatusCode.OK);
        await UntilAsync(registry, async () => (await registry.AskWithAsync(third, Me)).Status == HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_request_whose_turn_does_not_come_in_time_is_put_off_and_those_before_it_are_answered()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        var store = new ObservedStore();
        await using var registry = await RegistryApplication.StartAsync(["Limits:AnswersAtOnce=1", "Limits:WaitSeconds=5", Patient], time, store.Watch);
        var release = Hold(store);
        var (token, other) = (await registry.TokenOfAsync(Officer), await registry.TokenOfAsync(Other));
        var held = registry.AskWithAsync(token, Held);
        await UntilAsync(registry, () => store.Plans.Count == 1);
        var waiting = registry.AskWithAsync(other, Me);
        await UntilAsync(registry, () =>
        {
            time.Advance(TimeSpan.FromSeconds(1)); // until it waits and has waited long enough
            return waiting.IsCompleted;
        });
        AssertPutOff(HttpStatusCode.ServiceUnavailable, "5", await waiting);

        release.SetResult();
        Assert.Equal(HttpStatusCode.OK, (await held).Status);
        Assert.Equal(HttpStatusCode.OK, (await registry.AskWithAsync(await registry.TokenOfAsync(Other), Me)).Status);
    }

    [Fact]
    public async Task An_address_whose_callers_are_nobody_is_put_off_and_an_officer_from_there_is_not()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var registry = await RegistryApplication.StartAsync(["Limits:RefusedPerMinute=3"], time);
        for (var number = 0; number < 3; number++)
        {
            Assert.Equal(HttpStatusCode.Unauthorized, (await registry.AskWithAsync("garbage", Me)).Status);
        }

        AssertPutOff(HttpStatusCode.TooManyRequests, "20", await registry.AskWithAsync("garbage", Me));
        AssertPutOff(HttpStatusCode.TooManyRequests, "20", await registry.AskWithAsync(null, Me));
        AssertPutOff(HttpStatusCode.TooManyRequests, "20", await PostAsync(registry, null, "/imports?format=seizures"));
        Assert.Equal(3, registry.Log.Own.Count(entry => entry.Event is >= (int)Refusal.NoToken and <= (int)Refusal.RolesNotCombined));
        Assert.Equal(HttpStatusCode.OK, (await registry.AskAsync(Officer, Me)).Status);

        time.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal(HttpStatusCode.Unauthorized, (await registry.AskWithAsync(null, Me)).Status);
    }

    [Fact]
    public async Task Behind_a_proxy_that_is_named_each_caller_is_counted_by_their_own_address()
    {
        string[] one = ["Limits:RefusedPerMinute=1"];
        await using var behind = await RegistryApplication.StartAsync([.. one, "Proxies:0=127.0.0.1", "Proxies:1=10.0.0.0/8"], new FakeTimeProvider(DateTimeOffset.UtcNow));
        Assert.Equal(HttpStatusCode.Unauthorized, await ForAsync(behind, "192.0.2.1"));
        Assert.Equal(HttpStatusCode.TooManyRequests, await ForAsync(behind, "192.0.2.1"));
        Assert.Equal(HttpStatusCode.Unauthorized, await ForAsync(behind, "192.0.2.2, 10.1.2.3")); // two proxies, one behind the other
        Assert.Equal(HttpStatusCode.TooManyRequests, await ForAsync(behind, "198.51.100.7, 192.0.2.2")); // what a caller claims behind their own address is not heard
        Assert.Equal(HttpStatusCode.Unauthorized, await ForAsync(behind, "2001:db8::1"));
        Assert.Equal(HttpStatusCode.TooManyRequests, await ForAsync(behind, "2001:db8::2")); // of the same network

        await using var open = await RegistryApplication.StartAsync(one, new FakeTimeProvider(DateTimeOffset.UtcNow));
        Assert.Equal(HttpStatusCode.Unauthorized, await ForAsync(open, "192.0.2.1"));
        Assert.Equal(HttpStatusCode.TooManyRequests, await ForAsync(open, "192.0.2.2"));
    }

    [Fact]
    public void A_limit_that_is_not_set_is_one_that_a_small_server_bears()
    {
        var usual = WildlifeRegistry.Hosting.Traffic.TrafficLimits.From(new Microsoft.Extensions.Configuration.ConfigurationBuilder().Build());

        // What may be held at once of bodies and answers.
        Assert.InRange((long)usual.Requests * RegistryLimits.MaxBody, 1, 256L << 20);
        Assert.InRange((long)usual.AnswersAtOnce * RegistryLimits.MaxAnswer, 1, 256L << 20);
        Assert.True(usual.RequestsPerOfficer * 10 <= usual.Requests);
        Assert.True(usual.AnswersPerOfficer * 4 <= usual.AnswersAtOnce);
        Assert.True(usual.ConnectionsPerAddress * 4 <= usual.Connections);
    }

    private static TaskCompletionSource Hold(ObservedStore store)
    {
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        store.Instead = async (_, _) =>
        {
            await release.Task;
            return WildlifeRegistry.Storage.Reading.Empty;
        };
        return release;
    }

    private static void AssertPutOff(HttpStatusCode status, string retryAfter, Answer answer)
    {
        Assert.Equal((status, "application/problem+json"), (answer.Status, answer.ContentType));
        Assert.Equal(retryAfter, Assert.Single(answer.Headers["Retry-After"]));
        Assert.Equal((int)status, answer.Json.GetProperty("status").GetInt32());
        Assert.False(answer.Json.TryGetProperty("data", out _));
    }

    private static Task UntilAsync(RegistryApplication registry, Func<bool> isTrue) => UntilAsync(registry, () => Task.FromResult(isTrue()));

    private static async Task UntilAsync(RegistryApplication registry, Func<Task<bool>> isTrue)
    {
        while (!await isTrue())
        {
            await registry.Http.GetAsync("/health/live", TestContext.Current.CancellationToken); // gives the registry time
        }
    }

    private static async Task<Answer> GetAsync(RegistryApplication registry, string? token, string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        return await registry.SendAsync(token, request);
    }

    private static async Task<Answer> PostAsync(RegistryApplication registry, string? token, string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent("x") };
        return await registry.SendAsync(token, request);
    }

    private static async Task<HttpStatusCode> ForAsync(RegistryApplication registry, string forwarded)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/graphql");
        request.Headers.TryAddWithoutValidation("X-Forwarded-For", forwarded);
        return (await registry.SendAsync(null, request)).Status;
    }
}
