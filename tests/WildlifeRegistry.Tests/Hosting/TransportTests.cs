using System.Diagnostics;
using System.Text.Json;

namespace WildlifeRegistry.Tests.Hosting;

/// <summary>GraphQL over HTTP, as the specification's own audits and this registry's rules have it.</summary>
public sealed class TransportTests
{
    /// <summary>How many audits the pinned package has: one that stops running is noticed.</summary>
    private const int Audits = 61;

    [Fact]
    public async Task All_audits_of_the_specification_pass()
    {
        await using var registry = await RegistryApplication.StartAsync();
        var token = await registry.TokenOfAsync("kz-customs-officer");
        using var node = Process.Start(new ProcessStartInfo("node", "run.mjs")
        {
            WorkingDirectory = Path.Combine(ContractFiles.Root, "tests", "graphql-http"),
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["AUDIT_URL"] = new Uri(registry.Address, "/graphql").ToString(), ["AUDIT_TOKEN"] = token },
        })!;
        var faults = node.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var lines = (await node.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        await node.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.True(node.ExitCode == 0, await faults);
        var failed = lines.Where(line => JsonDocument.Parse(line).RootElement.GetProperty("status").GetString() != "ok");
        Assert.True(!failed.Any(), string.Join('\n', failed));
        Assert.Equal(Audits, lines.Length);
    }
}
