using System.Security.Cryptography;
using System.Text.Json;
using WildlifeRegistry.Records;

namespace WildlifeRegistry.Storage.Neo4j;

/// <summary>
/// The numbered scripts of <c>schema/neo4j</c>, applied in order and recorded by checksum. Servers that start at the same
/// time apply the same ones: each statement changes nothing where it has run before, and one of them makes the registry's
/// node for all.
/// </summary>
internal static class Neo4jMigrations
{
    /// <summary>What to do where it was begun to be filled and is not whole.</summary>
    public const string StartOver = "Empty it (in cypher-shell: \":auto MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 10000 ROWS\") and move again.";

    private const string Prefix = "schema/neo4j/";
    private const string OneRegistry = "CREATE CONSTRAINT registry_id IF NOT EXISTS FOR (n:Registry) REQUIRE n.id IS UNIQUE";
    private const string OneEach = "CREATE CONSTRAINT migration_name IF NOT EXISTS FOR (n:Migration) REQUIRE n.name IS UNIQUE";

    private const string State = """
        MATCH (n) WITH count(n) AS nodes
        OPTIONAL MATCH (m:Migration) WITH nodes, collect([m.name, m.checksum]) AS migrations
        OPTIONAL MATCH (g:Registry) RETURN nodes, migrations, count(g), collect(g.incomplete)
        """;

    private const string Registry = """
        MERGE (g:Registry {id: 1}) ON CREATE SET g.secret = $p.secret, g.epoch = $p.epoch, g.audiences = 0, g.commits = 0, g.incomplete = $p.incomplete
        RETURN g.secret, g.epoch
        """;

    private const string Applied = "MERGE (m:Migration {name: $p.name}) ON CREATE SET m.checksum = $p.checksum, m.at = datetime($p.at)";
    private const string Unready = "SHOW INDEXES YIELD state WHERE state <> 'ONLINE' RETURN collect(state)";

    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(200);

    /// <summary>How often a schema statement is tried that another server's start got in the way of.</summary>
    private const int Tries = 10;

    /// <returns>The registry's keys, made by whoever was first.</returns>
    /// <exception cref="StoreException">The database is newer than this program, was made by another version of a script, is another program's, or was left incomplete.</exception>
    public static async Task<RegistryKeys> ApplyAsync(Neo4jClient client, DateTimeOffset now, CancellationToken ct)
    {
        var state = await StateAsync(client, ct);
        if (state.Incomplete is { } incomplete)
        {
            throw Incomplete(incomplete);
        }

        await SchemaAsync(client, state.Missing, static _ => true, ct);
        await ReadyAsync(client, ct);
        var keys = await RegistryAsync(client, RandomNumberGenerator.GetBytes(RegistryKeys.SecretLength), incomplete: null, ct);
        await AppliedAsync(client, state.Missing, now, ct);
        return keys;
    }

    /// <summary>Makes an empty database a registry with a given secret, marked as incomplete until it is filled, and without <see cref="IsIndexOfRelationships">some indexes</see>.</summary>
    /// <param name="from">What it is filled from.</param>
    /// <exception cref="StoreException">It is not empty.</exception>
    public static async Task BeginAsync(Neo4jClient client, byte[] secret, string from, CancellationToken ct)
    {
        var state = await StateAsync(client, ct);
        if (state.Incomplete is { } incomplete)
        {
            throw Incomplete(incomplete);
        }

        if (state.Nodes > 0)
        {
            throw new StoreException("The database is not empty: a registry is moved into an empty one only.", isTransient: false);
        }

        await SchemaAsync(client, state.Missing, static statement => !IsIndexOfRelationships(statement), ct);
        await ReadyAsync(client, ct);
        await RegistryAsync(client, secret, from, CancellationToken.None); // who is told to stop knows whether it was begun
    }

    /// <summary>Begins to make the indexes that <see cref="BeginAsync"/> left out, over what was filled in since.</summary>
    public static async Task IndexAsync(Neo4jClient client, CancellationToken ct) => await SchemaAsync(client, (await StateAsync(client, ct)).Missing, IsIndexOfRelationships, ct);

    /// <summary>Waits for all indexes: what <see cref="BeginAsync"/> began is a whole registry then.</summary>
    public static async Task CompleteAsync(Neo4jClient client, DateTimeOffset now, CancellationToken ct)
    {
        await ReadyAsync(client, ct);
        await AppliedAsync(client, (await StateAsync(client, ct)).Missing, now, ct);
        await client.WriteAsync("MATCH (g:Registry {id: 1}) REMOVE g.incomplete", static _ => { }, static _ => true, mayRepeat: true, ct);
    }

    /// <summary>Succeeds where the database has exactly the scripts that this program knows; writes nothing.</summary>
    /// <exception cref="StoreException">It is newer or older than this program, was made by another version of a script, is no registry, or was left incomplete.</exception>
    public static async Task VerifyAsync(Neo4jClient client, CancellationToken ct)
    {
        var state = await StateAsync(client, ct);
        if (state.Incomplete is { } incomplete)
        {
            throw Incomplete(incomplete);
        }

        if (state.Registries == 0)
        {
            throw new StoreException("The database holds no registry.", isTransient: false);
        }

        MigrationScripts.None(state.Missing);
    }

    private static StoreException Incomplete(string from) => new(
        $"The database was being filled from {from} and is not whole. {StartOver}",
        isTransient: false);

    /// <summary>
    /// True for what costs far less over all relationships at once than kept up with each of them. A constraint is made within
    /// its statement, which over many relationships would come to the server's time limit; an index is made after it.
    /// </summary>
    private static bool IsIndexOfRelationships(string statement) => statement.StartsWith("CREATE INDEX", StringComparison.Ordinal) && statement.Contains(" FOR ()-[", StringComparison.Ordinal);

    private static async Task SchemaAsync(Neo4jClient client, List<(string Name, string Text)> scripts, Func<string, bool> which, CancellationToken ct)
    {
        await SchemaAsync(client, OneRegistry, ct);
        await SchemaAsync(client, OneEach, ct);
        foreach (var statement in scripts.SelectMany(script => Statements(script.Text)).Where(which))
        {
            await SchemaAsync(client, statement, ct);
        }
    }

    /// <summary>Waits until every index can be used.</summary>
    private static async Task ReadyAsync(Neo4jClient client, CancellationToken ct)
    {
        using var rest = new PeriodicTimer(Rest);
        while (true)
        {
            var states = await client.ReadAsync(Unready, static _ => { }, static rows => rows[0][0].EnumerateArray().Select(state => state.GetString()!).ToList(), ct);
            if (states.Contains("FAILED"))
            {
                throw new StoreException("An index of the database could not be made: look into Neo4j's log.", isTransient: false);
            }

            if (states.Count == 0)
            {
                return;
            }

            await rest.WaitForNextTickAsync(ct);
        }
    }

    /// <summary>The registry's own node, made by whoever is first.</summary>
    private static Task<RegistryKeys> RegistryAsync(Neo4jClient client, byte[] secret, string? incomplete, CancellationToken ct) => client.WriteAsync(
        Registry,
        parameters =>
        {
            parameters.WriteString("secret", Convert.ToBase64String(secret));
            parameters.WriteString("epoch", Convert.ToBase64String(RandomNumberGenerator.GetBytes(16)));
            parameters.WriteString("incomplete", incomplete);
        },
        Keys,
        mayRepeat: true,
        ct);

    private static async Task AppliedAsync(Neo4jClient client, List<(string Name, string Text)> scripts, DateTimeOffset now, CancellationToken ct)
    {
        foreach (var (name, script) in scripts)
        {
            await client.WriteAsync(
                Applied,
                parameters =>
                {
                    parameters.WriteString("name", name);
                    parameters.WriteString("checksum", MigrationScripts.ChecksumOf(script));
                    parameters.WriteString("at", Neo4jTime.Write(now.UtcTicks));
                },
                static _ => true,
                mayRepeat: true,
                ct);
        }
    }

    private static RegistryKeys Keys(JsonElement rows)
    {
        try
        {
            return new RegistryKeys(rows[0][0].GetBytesFromBase64(), rows[0][1].GetBytesFromBase64());
        }
        catch (Exception fault) when (fault is InvalidOperationException or FormatException or ArgumentException)
        {
            throw new StoreException("The store is damaged: its secret or its epoch cannot be read. Restore the database.", isTransient: false, fault);
        }
    }

    private static async Task SchemaAsync(Neo4jClient client, string statement, CancellationToken ct)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                await client.WriteAsync(statement, static _ => { }, static _ => true, mayRepeat: true, ct);
                return;
            }
            catch (StoreException fault) when (tries < Tries && (fault.IsTransient || fault.InnerException is Neo4jError { Code: { } code } && code.StartsWith("Neo.ClientError.Schema.", StringComparison.Ordinal)))
            {
                // Another server was at the same statement: now it is there.
            }
        }
    }

    private static async Task<Found> StateAsync(Neo4jClient client, CancellationToken ct)
    {
        var (nodes, applied, registries, incomplete) = await client.ReadAsync(
            State,
            static _ => { },
            static rows => (
                rows[0][0].GetInt64(),
                rows[0][1].EnumerateArray().Where(one => one[0].ValueKind == JsonValueKind.String).ToDictionary(one => one[0].GetString()!, one => one[1].GetString(), StringComparer.Ordinal),
                rows[0][2].GetInt64(),
                rows[0][3].EnumerateArray().Select(one => one.GetString()).FirstOrDefault()),
            ct);
        if (nodes > 0 && registries == 0)
        {
            throw new StoreException("The database is another program's, not a registry: it is not empty. Name another with Store:Neo4j:Database, or empty it.", isTransient: false);
        }

        return new Found(nodes, registries, incomplete, MigrationScripts.Missing(Prefix, applied));
    }

    /// <summary>A script's statements, each to be sent by itself and without what is said about it: Neo4j keeps a plan by the text.</summary>
    private static string[] Statements(string script) =>
        string.Join('\n', script.Split('\n').Where(line => !line.StartsWith("//", StringComparison.Ordinal)))
            .Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    /// <param name="Incomplete">What it was being filled from, where it is not whole.</param>
    /// <param name="Missing">The scripts that it does not have yet, in order.</param>
    private sealed record Found(long Nodes, long Registries, string? Incomplete, List<(string Name, string Text)> Missing);
}
