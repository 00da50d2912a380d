using System.CommandLine;
using System.Globalization;
using WildlifeRegistry.Storage;

namespace WildlifeRegistry.Hosting;

/// <summary>The operator's verb <c>backup</c>: the whole store in one file, made beside a registry that serves.</summary>
public static class BackupCommand
{
    public const int Written = 0, Damaged = 1;

    public static Command Verb()
    {
        var file = new Argument<string>("FILE") { Description = "Where the backup goes; a file that is there is never replaced." };
        var verb = new Command("backup", "Copies the store, beside a running registry too, into one verified file. It holds the store's content and its secret.") { file };
        verb.TreatUnmatchedTokensAsErrors = false; // settings, as everywhere: --Store:Sqlite:Path=...
        verb.SetAction((parsed, ct) => RunAsync(parsed.GetValue(file)!, [.. parsed.UnmatchedTokens], Console.Out, ct));
        return verb;
    }

    /// <returns><see cref="Written"/>, or <see cref="Damaged"/> where the store's copy did not hold and was not kept.</returns>
    /// <exception cref="CommandException">A word that is no setting.</exception>
    /// <exception cref="StoreException">There is no store that can be copied, or the file cannot be made.</exception>
    public static async Task<int> RunAsync(string file, string[] settings, TextWriter to, CancellationToken ct)
    {
        CommandReader.CheckSettings("backup", settings);
        var (path, report) = await RegistryHost.BackupAsync(settings, file, ct);
        await to.WriteLineAsync(path);
        await CheckCommand.WriteAsync(report, to);
        await to.WriteLineAsync(report.IsClean
            ? string.Create(CultureInfo.InvariantCulture, $"Backed up in {file}, {new FileInfo(file).Length / 1048576.0:N1} MB. It holds the content and the secret: keep it as the store itself.")
            : "No backup was kept: the store is damaged.");
        return report.IsClean ? Written : Damaged;
    }
}
