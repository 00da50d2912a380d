using System.Globalization;
using WildlifeRegistry.Storage;

namespace WildlifeRegistry.Hosting;

/// <summary>The operator's verb <c>check</c>: counts and ids, never content.</summary>
public static class CheckCommand
{
    public const int Clean = 0, Damaged = 1;

    /// <param name="settings">As everywhere, e.g. <c>--Store:Sqlite:Path=registry.db</c>.</param>
    /// <returns><see cref="Clean"/> or <see cref="Damaged"/>.</returns>
    /// <exception cref="StoreException">There is no store that this program can check.</exception>
    public static async Task<int> RunAsync(string[] settings, TextWriter to, CancellationToken ct)
    {
        var (path, report) = await RegistryHost.CheckAsync(settings, ct);
        await to.WriteLineAsync(path);
        await WriteAsync(report, to);
        return report.IsClean ? Clean : Damaged;
    }

    internal static async Task WriteAsync(CheckReport report, TextWriter to)
    {
        foreach (var count in report.Counts)
        {
            await to.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{count.Count,12:N0} {count.Of}"));
        }

        foreach (var fault in report.Faults)
        {
            await to.WriteLineAsync($"{fault.Code}: {fault.Where}: {fault.Says}");
        }

        var all = report.Faults.Length + report.More;
        await to.WriteLineAsync(report switch
        {
            { IsClean: true } => "Everything holds.",
            { More: 0 } => string.Create(CultureInfo.InvariantCulture, $"{all:N0} things do not hold."),
            _ => string.Create(CultureInfo.InvariantCulture, $"{all:N0} things do not hold: these and {report.More:N0} more."),
        });
    }
}
