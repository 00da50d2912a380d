using System.Net;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using WildlifeRegistry.Hosting;
using WildlifeRegistry.Storage;

namespace WildlifeRegistry.Tests.Hosting;

/// <summary>Health is open to all and says no more than a status.</summary>
public sealed class HealthTests(SampleWorld world)
{
    [Theory]
    [InlineData("/health/live")]
    [InlineData("/health/ready")]
    public async Task A_registry_that_runs_says_so_and_no_more(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        var answer = await world.Registry.SendAsync(null, request);

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Empty(answer.Text);
    }

    [Fact]
    public async Task A_store_that_fails_is_alive_and_not_ready_and_the_reason_goes_to_the_log()
    {
        await using var registry = await RegistryApplication.StartAsync(adjust: builder => builder.Services.AddSingleton<IStoreMaintenance>(services => new Failing(services)));
        using var live = new HttpRequestMessage(HttpMethod.Get, "/health/live");
        using var ready = new HttpRequestMessage(HttpMethod.Get, "/health/ready");

        Assert.Equal(HttpStatusCode.OK, (await registry.SendAsync(null, live)).Status);
        var answer = await registry.SendAsync(null, ready);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.Status);
        Assert.Empty(answer.Text);
        var entry = Assert.Single(registry.Log.Own);
        Assert.Equal(2002, entry.Event);
        Assert.IsType<StoreException>(entry.Fault);
    }

    [Fact]
    public async Task The_health_command_tells_whether_the_registry_is_ready()
    {
        Task<int> AskAsync(string address) => Health.AskAsync(
            new ConfigurationBuilder().AddInMemoryCollection([KeyValuePair.Create("urls", (string?)address)]).Build(),
            TestContext.Current.CancellationToken);

        Assert.Equal(0, await AskAsync(world.Registry.Address.ToString()));
        Assert.Equal(1, await AskAsync("http://127.0.0.1:1"));
    }

    private sealed class Failing(IServiceProvider services) : IStoreMaintenance
    {
        private readonly WildlifeRegistry.Storage.Sqlite.SqliteGraphStore store = services.GetRequiredService<WildlifeRegistry.Storage.Sqlite.SqliteGraphStore>();

        public Task<bool> HasLoadedAsync(string name, string checksum, CancellationToken ct) => store.HasLoadedAsync(name, checksum, ct);

        public Task MarkLoadedAsync(string name, string checksum, CancellationToken ct) => store.MarkLoadedAsync(name, checksum, ct);

        public Task<CheckReport> CheckAsync(WildlifeRegistry.Records.KindCatalogue kinds, CancellationToken ct) => store.CheckAsync(kinds, ct);

        public Task PingAsync(CancellationToken ct) => throw new StoreException("The store failed.", isTransient: false);
    }
}
