using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json;
using WildlifeRegistry.Records;
using WildlifeRegistry.Storage;
using WildlifeRegistry.Storage.Neo4j;
using WildlifeRegistry.Tests.Support;
using Xunit;

namespace WildlifeRegistry.Tests.Conformance;

/// <summary>Neo4j: a whole server for each store that is open at a time, for Community has one database; emptied between stores.</summary>
public sealed class Neo4jEngine : Engine
{
    // Constraints and indexes stay, and with them what says that they are there: making them anew takes seconds.
    private const string Empty = "MATCH (n) WHERE NOT n:Registry AND NOT n:Migration CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 10000 ROWS";

    private static readonly ConcurrentBag<Neo4jServer> Free = [];
    private static int taken;

    private Neo4jServer? server;
    private Neo4jSettings? elsewhere;
    private Neo4jGraphStore? store;
    private bool isSpoiled;

    public override string Name => "neo4j";

    public override string ExpectedVersion => Server.Version;

    public override IGraphStore Store => Open;

    public override IGroupRegister Groups => Open;

    public override RegistryKeys Keys => Open.Keys;

    private Neo4jGraphStore Open => store ?? throw new InvalidOperationException("The store is closed.");

    private Neo4jServer Server => server ?? throw new InvalidOperationException("The store was never opened.");

    public override Task<string?> AbsenceAsync() => Neo4jServer.AbsenceAsync();

    public override async Task<string> VersionAsync() => (await Server.Client.ReleaseAsync(TestContext.Current.CancellationToken)).ToString();

    public override async Task OpenAsync()
    {
        server ??= await TakeAsync();
        store = await Neo4jGraphStore.OpenAsync(elsewhere ?? Server.Settings, Synthetic.Disclosure, KindCatalogue.Registry().Natures(), Time, logger: null, TestContext.Current.CancellationToken, TimeProvider.System);
    }

    public override async Task CloseAsync()
    {
        if (store is not null)
        {
            await store.DisposeAsync();
            store = null;
        }
    }

    public override async Task<string> DumpAsync()
    {
        var nodes = await TextAsync("MATCH (n) RETURN [labels(n), properties(n)]");
        var relationships = await TextAsync("MATCH (f)-[r]->(t) RETURN [type(r), coalesce(f.id, f.at), coalesce(t.id, t.at), properties(r)]");
        return string.Join('\n', nodes.Concat(relationships));
    }

    public override async Task SpoilAsync(Spoiled how)
    {
        isSpoiled = true;
        switch (how)
        {
            case Spoiled.Newer:
                await Server.RunAsync("CREATE (:Migration {name: '999-later.cypher', checksum: 'x', at: datetime()})");
                break;
            case Spoiled.ChangedMigration:
                await Server.RunAsync("MATCH (m:Migration) SET m.checksum = 'x'");
                break;
            case Spoiled.Nonsense:
                elsewhere = Server.Settings with { Database = "nonsense" };
                break;
            case Spoiled.Foreign:
                await Server.ClearAsync(andSchema: false);
                await Server.RunAsync("CREATE (:Bird {name: 'saker'})");
                break;
            case Spoiled.ReadOnly:
                elsewhere = Server.Settings with { Uri = new Uri("http://127.0.0.1:9") }; // where nobody listens
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(how));
        }
    }

    public override Task ForgetAudiencesAsync() => Server.RunAsync(
        $"MATCH (g:Registry) SET g.epoch = '{Epoch()}' WITH g MATCH (a:Audience) DELETE a"); // no id is used again

    /// <summary>Where its server listens.</summary>
    public Uri Address => Server.Settings.Uri;

    /// <summary>Does something to the graph behind the store's back.</summary>
    public Task TamperAsync(string statement) => Server.RunAsync(statement);

    protected override async Task RemoveAsync()
    {
        if (server is not null)
        {
            if (isSpoiled)
            {
                await server.ClearAsync(andSchema: false);
            }

            Free.Add(server);
            server = null;
        }
    }

    /// <summary>The run's one server, and where it is in use one more of the suite's own.</summary>
    private static async Task<Neo4jServer> TakeAsync()
    {
        if (Free.TryTake(out var free))
        {
            await free.RunAsync(Empty);
            await free.RunAsync($"MATCH (g:Registry) SET g.epoch = '{Epoch()}', g.audiences = 0, g.commits = 0");
            return free;
        }

        if (Interlocked.Increment(ref taken) == 1)
        {
            return await Neo4jServer.EmptyAsync();
        }

        if (Neo4jServer.MortalAbsence() is { } absence)
        {
            Assert.Skip($"Two stores at once need two servers: {absence}");
        }

        return await Neo4jServer.StartAsync(isShortLived: false);
    }

    private static string Epoch() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(16));

    private async Task<List<string>> TextAsync(string statement) => await Server.Client.ReadAsync(
        statement,
        static _ => { },
        static rows => rows.EnumerateArray().Select(row => Ordered(row[0])).Order(StringComparer.Ordinal).ToList(),
        TestContext.Current.CancellationToken);

    /// <summary>As text, the members of objects in one order.</summary>
    private static string Ordered(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "{" + string.Join(',', value.EnumerateObject().OrderBy(member => member.Name, StringComparer.Ordinal).Select(member => $"{member.Name}:{Ordered(member.Value)}")) + "}",
        JsonValueKind.Array => "[" + string.Join(',', value.EnumerateArray().Select(Ordered)) + "]",
        _ => value.GetRawText(),
    };
}
