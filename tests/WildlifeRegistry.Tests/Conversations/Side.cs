using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using WildlifeRegistry.Access;
using WildlifeRegistry.Records;
using WildlifeRegistry.Tests.Recording;

namespace WildlifeRegistry.Tests.Conversations;

/// <summary>An officer of a demo directory.</summary>
internal sealed record Person(string Agency, string Name, string Role)
{
    public string Id => $"{Agency}/{Name}";
}

/// <summary>
/// One of two registries that live through the same history but for what a reader may not see: the real host on a
/// store of its own, with the other's secret, clock and source of ids.
/// </summary>
internal sealed class Side : IAsyncDisposable
{
    private readonly FakeTimeProvider time;

    private Side(RegistryApplication registry, FakeTimeProvider time)
    {
        Registry = registry;
        this.time = time;
    }

    public RegistryApplication Registry { get; }

    /// <summary>When histories begin.</summary>
    public static DateTimeOffset Begin { get; } = new(2026, 3, 14, 9, 0, 0, TimeSpan.Zero);

    public static async Task<Side> StartAsync(int seed)
    {
        var clock = new FakeTimeProvider(Begin);
        return new Side(await RegistryApplication.StartAsync(time: clock, adjust: builder => builder.Services.AddSingleton<IIdSource>(new KeyedIds(seed))), clock);
    }

    public void MoveOn(TimeSpan by) => time.Advance(by);

    public Task<Answer> AskAsync(Person who, string question, object? variables = null) =>
        Registry.AskWithAsync(Registry.TokenOf(who.Agency, who.Name, who.Role), question, variables);

    /// <summary>Sends a mutation on the version that its author reads now, which the other side's may differ from.</summary>
    /// <param name="stale">How much older a version is stated.</param>
    public async Task<Answer> ChangeAsync(Person who, string mutation, JsonObject input, string select, int stale = 0)
    {
        var given = (JsonObject)input.DeepClone();
        if (given.ContainsKey("version"))
        {
            given["version"] = await VersionAsync(who, given["id"]!.GetValue<string>()) - stale;
        }

        return await AskAsync(who, Notebook.Document(mutation, select), new { input = given });
    }

    public ValueTask DisposeAsync() => Registry.DisposeAsync();

    /// <summary>The version of a record or link as an officer sees it; 1 where they do not.</summary>
    private async Task<int> VersionAsync(Person who, string id)
    {
        var node = (await AskAsync(who, "query ($id: ID!) { node(id: $id) { ... on Record { version } } }", new { id })).At("node");
        if (node.ValueKind == JsonValueKind.Object && node.TryGetProperty("version", out var version))
        {
            return version.ValueKind == JsonValueKind.Number ? version.GetInt32() : 1;
        }

        // A link has no road of its own: a change of it on a version that cannot be says the one that stands.
        var probe = new { input = new { requestKey = "probe", id, version = -1, reason = "probe" } };
        var payload = (await AskAsync(who with { Role = "ANALYST" }, Notebook.Document("withdraw", ""), probe)).At("withdraw.errors[0]");
        return payload.TryGetProperty("current", out var current) ? current.GetInt32() : 1;
    }

    /// <summary>Ids that follow from who asked under which key, so that both sides give the same.</summary>
    private sealed class KeyedIds(int seed) : IIdSource
    {
        public RecordId Next(OfficerId officer, string requestKey, int ordinal) =>
            RecordId.FromBytes(SHA256.HashData(Encoding.UTF8.GetBytes($"{seed}/{officer}/{requestKey}/{ordinal}")).AsSpan(0, 16));
    }
}
