using System.Collections.Concurrent;
using System.Text.Json;
using WildlifeRegistry.Access;
using WildlifeRegistry.Records;

namespace WildlifeRegistry.Storage.Neo4j;

/// <summary>The port in Cypher, over Neo4j's HTTP Query API: any number of servers on one database.</summary>
public sealed class Neo4jGraphStore : IGraphStore, IGroupRegister, IStoreMaintenance, IAsyncDisposable
{
    private const string RequestByKey = "MATCH (q:Request {officer: $p.officer, field: $p.field, key: $p.key}) WHERE q.at > datetime($p.kept) RETURN q.hash, q.ids";
    private const string LoadedFile = "MATCH (f:Loaded {name: $p.name, checksum: $p.checksum}) RETURN f.name";
    private const string MarkLoaded = "MERGE (f:Loaded {name: $p.name, checksum: $p.checksum}) ON CREATE SET f.at = datetime($p.at)";

    // The write lock of the registry, which every commit takes: where it is to be had, a change can be written.
    private const string Ping = "MATCH (g:Registry {id: 1}) SET g.lock = true RETURN true";

    /// <summary>Of how many officers the groups are kept.</summary>
    private const int MaxRecalled = 10_000;

    private readonly Neo4jClient client;
    private readonly TimeProvider time;
    private readonly Disclosure disclosure;
    private readonly Neo4jAudiences audiences;
    private readonly Neo4jHubs hubs = new();
    private readonly Neo4jKept kept = new();
    private readonly Neo4jWriter writer;
    private readonly ConcurrentDictionary<OfficerId, IReadOnlyList<string>> groups = new();

    private Neo4jGraphStore(Neo4jClient client, Disclosure disclosure, Natures natures, TimeProvider time, RegistryKeys keys, ILogger? logger)
    {
        this.client = client;
        this.time = time;
        this.disclosure = disclosure;
        Keys = keys;
        audiences = new Neo4jAudiences(client);
        writer = new Neo4jWriter(client, audiences, keys, natures, time, logger);
    }

    /// <summary>What is derived from the registry's secret, which the store keeps.</summary>
    public RegistryKeys Keys { get; }

    /// <summary>Opens a database, making it a registry where it is empty, and brings its schema up to date.</summary>
    /// <param name="clock">The clock of rests and time-outs, where it is not that of the records.</param>
    /// <exception cref="StoreException">It cannot be reached, is newer than this program, or is another program's.</exception>
    internal static async Task<Neo4jGraphStore> OpenAsync(Neo4jSettings settings, Disclosure disclosure, Natures natures, TimeProvider time, ILogger? logger, CancellationToken ct, TimeProvider? clock = null)
    {
        var opened = new Neo4jClient(settings, clock ?? time);
        try
        {
            await opened.ReleaseAsync(ct);
            return new Neo4jGraphStore(opened, disclosure, natures, time, await Neo4jMigrations.ApplyAsync(opened, time.GetUtcNow(), ct), logger);
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    /// <summary>Checks a database that is there without serving it, whether or not others do; it is left as it is.</summary>
    /// <exception cref="StoreException">It cannot be reached, is newer or older than this program, or holds no registry.</exception>
    internal static async Task<CheckReport> CheckAsync(Neo4jSettings settings, KindCatalogue kinds, TimeProvider time, CancellationToken ct)
    {
        using var asked = new Neo4jClient(settings, time);
        await asked.ReleaseAsync(ct);
        await Neo4jMigrations.VerifyAsync(asked, ct);
        return await new Neo4jCheck(asked, kinds, ct).RunAsync();
    }

    /// <summary>
    /// Has Neo4j plan the statements that it will be sent most, which takes it seconds: better before the first officer asks than
    /// while they wait. They are sent without what they ask for, find nothing, and change nothing.
    /// </summary>
    internal async Task PrepareAsync(CancellationToken ct)
    {
        try
        {
            foreach (var text in Neo4jText.Common.Append(Neo4jAsked.Statement))
            {
                await client.ReadAsync(text, Limits, static _ => true, ct);
            }

            await client.WriteAsync(Neo4jCommitStatement.Text, Unwritable, static _ => true, mayRepeat: true, ct);
        }
        catch (StoreException fault) when (fault.IsTransient)
        {
            // Then they are planned when they are asked.
        }

        // A commit that was decided on what cannot be: it has moved, and nothing is written.
        static void Unwritable(Utf8JsonWriter parameters) => Neo4jWriting.Each(parameters, "expected", [-1], version =>
        {
            parameters.WriteString("id", "");
            parameters.WriteNumber("version", version);
        });

        static void Limits(Utf8JsonWriter parameters)
        {
            foreach (var name in new[] { "limit0", "limit1", "limit2", "take", "first" })
            {
                parameters.WriteNumber(name, 1);
            }
        }
    }

    public IGraphView ViewFor(Reader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        return new Neo4jView(client, audiences, hubs, kept, disclosure, reader, time);
    }

    public Task<CommitResult> CommitAsync(ChangeSet changes, Reader author, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(changes);
        ArgumentNullException.ThrowIfNull(author);
        ChangeSetRules.Check(changes, author);
        return writer.CommitAsync(changes, author, ct);
    }

    public Task<CommitResult?> ReplayAsync(RequestKey request, Reader author, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(author);
        return client.ReadAsync(
            RequestByKey,
            parameters =>
            {
                parameters.WriteString("officer", author.Officer.Value);
                parameters.WriteString("field", request.Field);
                parameters.WriteString("key", request.Key);
                parameters.WriteString("kept", Neo4jTime.Write((time.GetUtcNow() - RequestKey.Kept).UtcTicks));
            },
            rows => rows.EnumerateArray().Select(row => request.Answer(row[0].GetString()!, [.. row[1].EnumerateArray().Select(Neo4jRows.Id)])).FirstOrDefault(),
            ct);
    }

    public async Task<IReadOnlyList<string>> GroupsOfAsync(OfficerId officer, CancellationToken ct)
    {
        var held = await Neo4jOperations.GroupsOfAsync(client, officer, time.GetUtcNow(), ct);
        if (groups.Count >= MaxRecalled)
        {
            groups.Clear();
        }

        return groups[officer] = held;
    }

    public IReadOnlyList<string>? RecallGroups(OfficerId officer) => groups.GetValueOrDefault(officer);

    public Task<IReadOnlyList<RunningOperation>> OperationsOfAsync(AgencyCode agency, CancellationToken ct) => Neo4jOperations.OfAsync(client, agency, ct);

    public Task<bool> HasLoadedAsync(string name, string checksum, CancellationToken ct) =>
        client.ReadAsync(LoadedFile, parameters => WriteFile(parameters, name, checksum), static rows => rows.GetArrayLength() > 0, ct);

    public Task MarkLoadedAsync(string name, string checksum, CancellationToken ct) =>
        client.WriteAsync(MarkLoaded, parameters => WriteFile(parameters, name, checksum), static _ => true, mayRepeat: true, ct);

    public Task PingAsync(CancellationToken ct) => client.WriteAsync(Ping, static _ => { }, static rows => rows.GetArrayLength() == 1 ? true : throw new StoreException("The database holds no registry any more.", isTransient: false), mayRepeat: true, ct);

    public Task<CheckReport> CheckAsync(KindCatalogue kinds, CancellationToken ct) => new Neo4jCheck(client, kinds, ct).RunAsync();

    public async ValueTask DisposeAsync()
    {
        await writer.DisposeAsync();
        kept.Dispose();
        client.Dispose();
    }

    private void WriteFile(Utf8JsonWriter parameters, string name, string checksum)
    {
        parameters.WriteString("name", name);
        parameters.WriteString("checksum", checksum);
        parameters.WriteString("at", Neo4jTime.Write(time.GetUtcNow().UtcTicks));
    }
}
