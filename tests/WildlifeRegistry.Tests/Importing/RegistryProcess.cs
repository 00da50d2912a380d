using System.Diagnostics;
using Xunit;

namespace WildlifeRegistry.Tests.Importing;

/// <summary>The real executable, as an officer runs it: in Development, on this machine.</summary>
internal sealed class RegistryProcess : IDisposable
{
    private readonly Process process;
    private readonly Task<string> errors;

    public RegistryProcess(string environment, params IEnumerable<string> arguments)
    {
        // A run that was started in the background may not hear Ctrl+C, and hands that down.
        var start = new ProcessStartInfo("env")
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add("--default-signal=INT");
        start.ArgumentList.Add(Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) is "dotnet" ? host : "dotnet");
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "WildlifeRegistry.dll"));
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["ASPNETCORE_ENVIRONMENT"] = environment;
        process = Process.Start(start)!;
        errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
    }

    public static async Task<(int Code, string Output, string Errors)> RunAsync(string environment, params IEnumerable<string> arguments)
    {
        using var run = new RegistryProcess(environment, arguments);
        return await run.EndAsync();
    }

    public int Id => process.Id;

    public bool HasEnded => process.HasExited;

    /// <summary>How it ends, and what it prints from now on.</summary>
    public async Task<(int Code, string Output, string Errors)> EndAsync()
    {
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, output, await errors);
    }

    /// <summary>Sends it a signal, as systemd (TERM) or Ctrl+C (INT) does.</summary>
    public void Signal(string name)
    {
        using var kill = Process.Start("kill", $"-{name} {process.Id}");
        kill.WaitForExit();
    }

    /// <summary>The next line that it prints; null once it has ended.</summary>
    public async Task<string?> LineAsync() => await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);

    /// <summary>Kills it without warning (SIGKILL).</summary>
    public async Task KillAsync()
    {
        process.Kill();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    public void Dispose()
    {
        if (!process.HasExited)
        {
            process.Kill();
        }

        process.Dispose();
    }
}
