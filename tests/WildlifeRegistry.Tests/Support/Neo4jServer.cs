using System.Diagnostics;
using DotNet.Testcontainers.Builders;
using WildlifeRegistry.Storage;
using WildlifeRegistry.Storage.Neo4j;

namespace WildlifeRegistry.Tests.Support;

/// <summary>Classes that use the run's one Neo4j: Community has one database, so one after the other, each on an empty graph.</summary>
[CollectionDefinition(Name)]
public sealed class Neo4jTests
{
    public const string Name = "neo4j";
}

/// <summary>Classes that start servers of their own and kill them: one server at a time, beside the run's one.</summary>
[CollectionDefinition(Name)]
public sealed class MortalNeo4jTests
{
    public const string Name = "neo4j that is killed";
}

/// <summary>
/// A real Neo4j: that of <c>NEO4J_URI</c> (with <c>NEO4J_USER</c> and <c>NEO4J_PASSWORD</c>), else one in a container where
/// there is a Docker engine, else one started from <c>../shared/neo4j</c>.
/// </summary>
internal sealed class Neo4jServer : IAsyncDisposable
{
    /// <summary>Says of a database that the tests may empty it. A constraint, because a node would make the database not empty.</summary>
    private const string Mark = "wildlife_registry_tests";

    /// <summary>One of a few questions does not live long enough for Java's second compiler, which would have the processors from the tests.</summary>
    private const string OneCompiler = "-XX:TieredStopAtLevel=1";

    private static readonly Lazy<Task<(Neo4jServer? Server, string? Absence)>> One = new(FindAsync);
    private static readonly string Script = Path.Combine(ContractFiles.Root, "..", "shared", "neo4j", "neo4j.sh");

    private readonly string? folder;
    private Process? keeper;

    private Neo4jServer(Neo4jSettings settings, string? folder = null, Process? keeper = null)
    {
        Settings = settings;
        this.folder = folder;
        this.keeper = keeper;
        Client = new Neo4jClient(settings, TimeProvider.System);
    }

    public Neo4jSettings Settings { get; }

    /// <summary>A client for tests that look behind a store's back.</summary>
    public Neo4jClient Client { get; }

    /// <summary>E.g. <c>Neo4j 5.26.30 community</c>.</summary>
    public string Version { get; private set; } = "";

    /// <summary>The settings as on the command line, without dashes.</summary>
    public IEnumerable<string> Arguments =>
    [
        "Store:Engine=neo4j", $"Store:Neo4j:Uri={Settings.Uri}",
        .. Settings.User is null ? Array.Empty<string>() : [$"Store:Neo4j:User={Settings.User}", $"Store:Neo4j:Password={Settings.Password}"],
    ];

    /// <summary>Why the run has none; null where it has one.</summary>
    public static async Task<string?> AbsenceAsync() => (await One.Value).Absence;

    /// <summary>The run's one server; what was in its database before is gone, but for constraints and indexes: so Neo4j keeps what it has planned.</summary>
    public static async Task<Neo4jServer> EmptyAsync()
    {
        var (server, absence) = await One.Value;
        Assert.True(server is not null, absence);
        await server.ClearAsync(andSchema: false);
        return server;
    }

    /// <summary>Why a server that can be killed is not to be had here; null where it is.</summary>
    public static string? MortalAbsence() => File.Exists(Script) ? null : "There is no ../shared/neo4j.";

    /// <summary>A server of the test's own, from <c>../shared/neo4j</c>.</summary>
    /// <param name="isShortLived">It is killed, or ends with the one test.</param>
    /// <param name="password">With sign-in, as user neo4j; null: without.</param>
    public static async Task<Neo4jServer> StartAsync(bool isShortLived, string? password = null)
    {
        var place = Directory.CreateTempSubdirectory("wildlife-neo4j-").FullName;
        var running = await LaunchAsync(place, password, 0, isShortLived);
        var uri = new Uri((await File.ReadAllTextAsync(Path.Combine(place, "uri"), CancellationToken.None)).Trim());
        return await new Neo4jServer(new(uri, "neo4j", password is null ? null : "neo4j", password), place, running).KnownAsync();
    }

    /// <summary>Kills it as a power cut would.</summary>
    public async Task KillAsync()
    {
        using var kill = Process.Start("kill", ["-KILL", (await File.ReadAllTextAsync(Path.Combine(folder!, "pid"), CancellationToken.None)).Trim()]);
        await kill.WaitForExitAsync(CancellationToken.None);
    }

    /// <summary>Starts it again after it was killed, where it was.</summary>
    public async Task RestartAsync()
    {
        await EndAsync(keeper!);
        keeper = await LaunchAsync(folder!, Settings.Password, Settings.Uri.Port, isShortLived: true);
    }

    /// <summary>Empties the database.</summary>
    /// <param name="andSchema">Of constraints and indexes as well, as if nobody had been here.</param>
    public async Task ClearAsync(bool andSchema)
    {
        await RunAsync("MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 10000 ROWS");
        if (andSchema)
        {
            foreach (var name in await NamesAsync($"SHOW CONSTRAINTS YIELD name WHERE name <> '{Mark}' RETURN name"))
            {
                await RunAsync($"DROP CONSTRAINT `{name}` IF EXISTS");
            }

            foreach (var name in await NamesAsync("SHOW INDEXES YIELD name, type, owningConstraint WHERE type <> 'LOOKUP' AND owningConstraint IS NULL RETURN name"))
            {
                await RunAsync($"DROP INDEX `{name}` IF EXISTS");
            }
        }
    }

    /// <summary>Runs a statement without parameters or rows.</summary>
    public Task RunAsync(string statement) => Client.WriteAsync(statement, static _ => { }, static _ => true, mayRepeat: true, TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (keeper is not null)
        {
            await EndAsync(keeper);
            Directory.Delete(folder!, recursive: true);
        }
    }

    private static async Task<(Neo4jServer? Server, string? Absence)> FindAsync()
    {
        try
        {
            var server = Environment.GetEnvironmentVariable("NEO4J_URI") is { Length: > 0 } uri
                ? await new Neo4jServer(new(new Uri(uri), "neo4j", Environment.GetEnvironmentVariable("NEO4J_USER"), Environment.GetEnvironmentVariable("NEO4J_PASSWORD"))).KnownAsync()
                : await ContainedAsync() ?? (MortalAbsence() is null ? await StartAsync(isShortLived: false) : null);
            if (server is null)
            {
                return (null, "NEO4J_URI names none, no Docker engine answers, and there is no ../shared/neo4j.");
            }

            var isMarked = (await server.NamesAsync($"SHOW CONSTRAINTS YIELD name WHERE name = '{Mark}' RETURN name")).Count > 0;
            if (!isMarked && (await server.NamesAsync("MATCH (n) RETURN head(labels(n)) LIMIT 1")).Count > 0)
            {
                return (null, "NEO4J_URI names a database with somebody's records in it, which the tests would delete.");
            }

            await server.RunAsync($"CREATE CONSTRAINT {Mark} IF NOT EXISTS FOR (n:WildlifeRegistryTests) REQUIRE n.id IS UNIQUE");
            return (server, null);
        }
        catch (Exception fault) when (fault is StoreException or InvalidOperationException)
        {
            return (null, fault.Message);
        }
    }

    /// <summary>One in a container that Testcontainers removes with the run; null where no Docker engine answers.</summary>
    private static async Task<Neo4jServer?> ContainedAsync()
    {
        try
        {
            var container = new ContainerBuilder("neo4j:5.26-community")
                .WithEnvironment("NEO4J_AUTH", "none")
                .WithEnvironment("NEO4J_db_transaction_timeout", "30s")
                .WithPortBinding(7474, assignRandomHostPort: true)
                .WithWaitStrategy(Wait.ForUnixContainer().UntilHttpRequestIsSucceeded(request => request.ForPort(7474)))
                .Build();
            await container.StartAsync(CancellationToken.None);
            return await new Neo4jServer(new(new Uri($"http://{container.Hostname}:{container.GetMappedPublicPort(7474)}"), "neo4j", null, null)).KnownAsync();
        }
#pragma warning disable CA1031 // whatever is wrong with Docker here, the tests find a server elsewhere or say that there is none
        catch (Exception)
#pragma warning restore CA1031
        {
            return null;
        }
    }

    /// <summary>Starts the server under a shell that ends it when this process ends, however it ends. A machine under load may need more than one try.</summary>
    private static async Task<Process> LaunchAsync(string place, string? password, int port, bool isShortLived)
    {
        const string Keep = "\"$1\" start \"$2\" \"$3\" 0 >\"$2/start.log\" 2>&1 && echo up || echo down; read -r; \"$1\" kill \"$2\" >/dev/null 2>&1; [ \"$REPLY\" = stop ] || rm -rf \"$2\"";
        for (var tries = 1; ; tries++)
        {
            var start = new ProcessStartInfo("bash", ["-c", Keep, "bash", Script, place, $"{port}"]) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true };
            if (isShortLived)
            {
                start.Environment["JAVA_TOOL_OPTIONS"] = OneCompiler;
            }

            if (password is not null)
            {
                start.Environment["NEO4J_PASSWORD"] = password;
            }

            var running = Process.Start(start)!;
            if (string.Equals(await running.StandardOutput.ReadLineAsync(CancellationToken.None), "up", StringComparison.Ordinal))
            {
                return running;
            }

            await EndAsync(running);
            if (tries == 4)
            {
                var why = await File.ReadAllTextAsync(Path.Combine(place, "start.log"), CancellationToken.None);
                Directory.Delete(place, recursive: true);
                throw new InvalidOperationException("../shared/neo4j does not start: " + why);
            }
        }
    }

    private static async Task EndAsync(Process running)
    {
        await running.StandardInput.WriteLineAsync("stop");
        await running.WaitForExitAsync(CancellationToken.None);
        running.Dispose();
    }

    private async Task<Neo4jServer> KnownAsync()
    {
        Version = (await Client.ReleaseAsync(CancellationToken.None)).ToString();
        return this;
    }

    private Task<List<string>> NamesAsync(string statement) =>
        Client.ReadAsync(statement, static _ => { }, static rows => rows.EnumerateArray().Select(row => row[0].GetString()!).ToList(), CancellationToken.None);
}
