using System.Diagnostics;
using System.Text.Json;

namespace WildlifeRegistry.Tests.Hosting;

/// <summary>GraphQL over HTTP, as the specification's own audits and this registry's rules have it.</summary>
public sealed class TransportTests
{
    /// <summary>How many audits the pinned package has: one that stops running is noticed.</summary>
    private const int Audits = 61;

    private static readonly string Audit = Path.Combine(ContractFiles.Root, "tests", "graphql-http");

    [Fact]
    public async Task All_audits_of_the_specification_pass()
    {
        await using var registry = await RegistryApplication.StartAsync();
        var token = await registry.TokenOfAsync("kz-customs-officer");
        if (!Directory.Exists(Path.Combine(Audit, "node_modules", "graphql-http")))
        {
            await RunAsync("npm", "ci --no-audit --no-fund");
        }

        var lines = (await RunAsync("node", "run.mjs", ("AUDIT_URL", new Uri(registry.Address, "/graphql").ToString()), ("AUDIT_TOKEN", token)))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var failed = lines.Where(line => JsonDocument.Parse(line).RootElement.GetProperty("status").GetString() != "ok");
        Assert.True(!failed.Any(), string.Join('\n', failed));
        Assert.Equal(Audits, lines.Length);
    }

    /// <summary>What a program prints in the audit's folder; it must end well.</summary>
    private static async Task<string> RunAsync(string program, string arguments, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = Audit, UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        var faults = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, await faults);
        return output;
    }
}
