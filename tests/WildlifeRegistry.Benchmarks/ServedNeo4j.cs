using System.Diagnostics;

namespace WildlifeRegistry.Benchmarks;

/// <summary>
/// The Neo4j that is measured: that of <c>NEO4J_URI</c>, else one from <c>../shared/neo4j</c> with 2 GB of heap and 1 GB of
/// page cache, on a folder that stays.
/// </summary>
internal sealed class ServedNeo4j : IAsyncDisposable
{
    private readonly string? folder;

    private ServedNeo4j(Uri address, string? folder)
    {
        Address = address;
        this.folder = folder;
    }

    public Uri Address { get; }

    private static string Script => Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../../../../../shared/neo4j/neo4j.sh"));

    public static async Task<ServedNeo4j> StartAsync(string folder)
    {
        if (Environment.GetEnvironmentVariable("NEO4J_URI") is { Length: > 0 } uri)
        {
            return new ServedNeo4j(new Uri(uri), folder: null);
        }

        await RunAsync("start", folder);
        return new ServedNeo4j(new Uri((await File.ReadAllTextAsync(Path.Combine(folder, "uri"))).Trim()), folder);
    }

    public async ValueTask DisposeAsync()
    {
        if (folder is not null)
        {
            await RunAsync("stop", folder);
        }
    }

    private static async Task RunAsync(string verb, string folder)
    {
        var start = new ProcessStartInfo(Script, verb switch { "start" => [verb, folder, "0", "0"], _ => [verb, folder] }) { UseShellExecute = false };
        start.Environment["NEO4J_HEAP"] = "2g";
        start.Environment["NEO4J_PAGECACHE"] = "1g";
        using var run = Process.Start(start)!;
        await run.WaitForExitAsync();
        if (run.ExitCode != 0)
        {
            throw new InvalidOperationException($"Neo4j does not {verb}: set NEO4J_URI, or have a shared/neo4j beside the project.");
        }
    }
}
