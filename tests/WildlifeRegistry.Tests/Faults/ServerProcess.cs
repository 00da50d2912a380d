using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;

namespace WildlifeRegistry.Tests.Faults;

/// <summary>The real executable, serving on loopback with the demo issuer in a process of its own, to be killed.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private readonly Process process;
    private readonly HttpClient http;
    private readonly Task draining;
    private readonly TaskCompletionSource stopping = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Dictionary<string, string> tokens = [];
    private bool isDisposed;

    private ServerProcess(Process process, Uri address)
    {
        this.process = process;
        draining = DrainAsync();
        Address = address;
        http = new HttpClient(new SocketsHttpHandler { UseProxy = false, PooledConnectionIdleTimeout = TimeSpan.FromSeconds(2) }) { BaseAddress = address };
    }

    public Uri Address { get; }

    /// <summary>Ends once it says that it is shutting down, or has ended.</summary>
    public Task Stopping => stopping.Task;

    /// <summary>Bytes of memory that it has.</summary>
    public long WorkingSet
    {
        get
        {
            process.Refresh();
            return process.WorkingSet64;
        }
    }

    public int ExitCode => process.ExitCode;

    public string TokenOf(string persona) => tokens[persona];

    public static Task<ServerProcess> StartAsync(string storePath, params IReadOnlyList<string> personas) => StartAsync(storePath, [], personas);

    /// <param name="settings">As on the command line, e.g. <c>--Limits:Connections=100</c>.</param>
    public static async Task<ServerProcess> StartAsync(string storePath, IReadOnlyList<string> settings, IReadOnlyList<string> personas)
    {
        for (var attempt = 1; ; attempt++)
        {
            var address = new Uri($"http://127.0.0.1:{FreePort()}");
            var started = Start(
            [
                $"--urls={address}", $"--Store:Sqlite:Path={storePath}", "--Store:Samples=false", "--Limits:ExecutionSeconds=300", "--Logging:LogLevel:Default=Warning", "--Logging:LogLevel:Microsoft.Hosting.Lifetime=Information",
                .. RegistryApplication.Roomy, .. settings,
            ]);
            string? line;
            do
            {
                line = await started.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
            }
            while (line is not null && !line.Contains("Application started", StringComparison.Ordinal));

            if (line is not null)
            {
                var server = new ServerProcess(started, address);
                foreach (var persona in personas)
                {
                    await server.SignInAsync(persona);
                }

                return server;
            }

            Assert.True(attempt < 5, "The server does not start."); // somebody else may have taken the port in between
            started.Dispose();
        }
    }

    /// <summary>Runs a verb to its end.</summary>
    public static async Task<(int Code, string Output)> RunAsync(params string[] arguments)
    {
        using var run = Start(arguments);
        var output = await run.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await run.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (run.ExitCode, output);
    }

    /// <summary>Runs a verb that fails; what it says on the error stream.</summary>
    public static async Task<(int Code, string Error)> FailAsync(params string[] arguments)
    {
        using var run = Start(redirectError: true, arguments);
        var output = run.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = await run.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await output;
        await run.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (run.ExitCode, error);
    }

    /// <summary>Asks as a persona; the body of an answer with status 200.</summary>
    /// <exception cref="HttpRequestException">The server is gone.</exception>
    public async Task<JsonElement> AskAsync(string persona, string query, string? operationName, JsonElement variables)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/graphql") { Content = JsonContent.Create(new { query, operationName, variables }) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", tokens[persona]);
        using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(answer.StatusCode == HttpStatusCode.OK, text);
        return JsonDocument.Parse(text).RootElement;
    }

    /// <summary>Asks it to stop, as systemd and containers do: SIGTERM.</summary>
    public void Terminate()
    {
        using var kill = Process.Start("kill", $"-TERM {process.Id}");
        kill.WaitForExit();
        Assert.Equal(0, kill.ExitCode);
    }

    /// <summary>Kills it without warning: SIGKILL.</summary>
    public void Kill() => process.Kill();

    public Task HasEndedAsync() => process.WaitForExitAsync(TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (isDisposed)
        {
            return;
        }

        isDisposed = true;
        process.Kill(); // nothing where it has ended
        await draining;
        http.Dispose();
        process.Dispose();
    }

    /// <summary>Reads what it prints, because a full pipe would stop it.</summary>
    private async Task DrainAsync()
    {
        while (await process.StandardOutput.ReadLineAsync(CancellationToken.None) is { } line)
        {
            if (line.Contains("shutting down", StringComparison.Ordinal))
            {
                stopping.TrySetResult();
            }
        }

        stopping.TrySetResult();
    }

    private static Process Start(params string[] arguments) => Start(redirectError: false, arguments);

    private static Process Start(bool redirectError, string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet") { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = redirectError };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "WildlifeRegistry.dll"));
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Development";
        return Process.Start(start)!;
    }

    private async Task SignInAsync(string persona)
    {
        using var answer = await http.PostAsJsonAsync("/demo/token", new { persona }, TestContext.Current.CancellationToken);
        var body = await answer.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
        tokens[persona] = body.GetProperty("access_token").GetString()!;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
