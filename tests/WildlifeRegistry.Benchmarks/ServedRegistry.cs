using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using WildlifeRegistry.Access;

namespace WildlifeRegistry.Benchmarks;

/// <summary>The real executable, serving in a process of its own, or running a verb: its memory is its own.</summary>
internal sealed class ServedRegistry : IAsyncDisposable
{
    private readonly Process process;
    private readonly BenchmarkIssuer issuer;
    private readonly Uri address;

    private ServedRegistry(Process process, BenchmarkIssuer issuer, Uri address, TimeSpan readyAfter)
    {
        this.process = process;
        this.issuer = issuer;
        this.address = address;
        ReadyAfter = readyAfter;
    }

    /// <summary>From the start of the process to the first "ready".</summary>
    public TimeSpan ReadyAfter { get; }

    /// <summary>What of the process is in memory now: in all, and of that what is only a view of the store's file.</summary>
    public (double All, double OfFile) Megabytes => (Memory(process.Id, "VmRSS"), Memory(process.Id, "RssFile"));

    /// <summary>The settings of a store in a file, as on the command line.</summary>
    public static string[] InFile(string path) => [$"--Store:Sqlite:Path={path}"];

    /// <param name="store">The settings of its store, as on the command line.</param>
    public static async Task<ServedRegistry> StartAsync(IReadOnlyList<string> store, BenchmarkIssuer issuer, params IReadOnlyList<AgencyCode> agencies)
    {
        var at = new Uri($"http://127.0.0.1:{FreePort()}");
        var began = Stopwatch.GetTimestamp();
        var started = Start(
        [
            "serve", $"--urls={at}", .. Settings(store, issuer, agencies),
            "--Limits:RequestsPerSecond=100000", "--Limits:RequestBurst=100000", "--Limits:RequestsPerOfficer=1000", "--Limits:AnswersPerOfficer=64", "--Limits:AnswersAtOnce=64",
        ]);
        using var client = new HttpClient();
        while (!await IsReadyAsync(client, at))
        {
            if (started.HasExited)
            {
                throw new InvalidOperationException("The registry does not start.");
            }
        }

        return new ServedRegistry(started, issuer, at, Stopwatch.GetElapsedTime(began));
    }

    /// <summary>Runs a verb to its end.</summary>
    /// <returns>How long it took, and the most memory it had, in megabytes.</returns>
    public static async Task<(TimeSpan Took, double Most)> RunAsync(IReadOnlyList<string> store, BenchmarkIssuer issuer, AgencyCode agency, params IReadOnlyList<string> verb)
    {
        var began = Stopwatch.GetTimestamp();
        using var run = Start([.. verb, .. Settings(store, issuer, [agency])]);
        var most = 0.0;
        var output = run.StandardOutput.ReadToEndAsync();
        using (var clock = new PeriodicTimer(TimeSpan.FromMilliseconds(50)))
        {
            while (!run.HasExited && await clock.WaitForNextTickAsync())
            {
                most = Math.Max(most, Memory(run.Id, "VmHWM"));
            }
        }

        var text = await output;
        return run.ExitCode == 0 ? (Stopwatch.GetElapsedTime(began), most) : throw new InvalidOperationException(text);
    }

    /// <summary>A caller of an agency, on one connection that stays open.</summary>
    public Caller Of(AgencyCode agency, string role = "ANALYST") => new(new Uri(address, "/graphql"), issuer.Token(agency, role));

    public async ValueTask DisposeAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
    }

    private static IEnumerable<string> Settings(IReadOnlyList<string> store, BenchmarkIssuer issuer, IReadOnlyList<AgencyCode> agencies) =>
    [
        "--environment=Production", .. store, "--Logging:LogLevel:Default=Warning",
        .. agencies.SelectMany((agency, number) => new[]
        {
            $"--Issuers:{number}:Agency={agency}",
            $"--Issuers:{number}:Issuer={issuer.AddressOf(agency.Value)}",
            $"--Issuers:{number}:Audience={BenchmarkIssuer.Application}",
        }),
    ];

    private static Process Start(IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo("dotnet") { UseShellExecute = false, RedirectStandardOutput = true };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "WildlifeRegistry.dll"));
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        return Process.Start(start)!;
    }

    private static async Task<bool> IsReadyAsync(HttpClient client, Uri address)
    {
        try
        {
            using var answer = await client.GetAsync(new Uri(address, "/health/ready"));
            return answer.StatusCode == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    /// <summary>A line of the kernel's account of a process, in megabytes; 0 where it has ended.</summary>
    private static double Memory(int process, string line)
    {
        try
        {
            var told = File.ReadLines($"/proc/{process}/status").FirstOrDefault(one => one.StartsWith(line + ":", StringComparison.Ordinal));
            return told is null ? 0 : double.Parse(told.Split(':')[1].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture) / 1024;
        }
        catch (IOException)
        {
            return 0;
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
