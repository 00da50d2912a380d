using System.CommandLine;
using WildlifeRegistry.Storage;

namespace WildlifeRegistry.Hosting;

/// <summary>The operator's verb <c>restore</c>: a store made of a backup, in an empty place.</summary>
public static class RestoreCommand
{
    public const int Restored = 0, Damaged = 1;

    public static Command Verb()
    {
        var file = new Argument<string>("FILE") { Description = "The backup; it is left as it is." };
        var verb = new Command("restore", "Makes the store of a backup, which is verified first, where there is none yet.") { file };
        verb.TreatUnmatchedTokensAsErrors = false; // settings, as everywhere: --Store:Sqlite:Path=...
        verb.SetAction((parsed, ct) => RunAsync(parsed.GetValue(file)!, [.. parsed.UnmatchedTokens], Console.Out, ct));
        return verb;
    }

    /// <returns><see cref="Restored"/>, or <see cref="Damaged"/> where the backup does not hold and nothing was made.</returns>
    /// <exception cref="CommandException">A word that is no setting.</exception>
    /// <exception cref="StoreException">There is no backup that can be restored, or the place is not empty.</exception>
    public static async Task<int> RunAsync(string file, string[] settings, TextWriter to, CancellationToken ct)
    {
        CommandReader.CheckSettings("restore", settings);
        var (path, report) = await RegistryHost.RestoreAsync(settings, file, ct);
        await to.WriteLineAsync(file);
        await CheckCommand.WriteAsync(report, to);
        await to.WriteLineAsync(report.IsClean ? $"Restored to {path}." : "Nothing was restored: the backup is damaged.");
        return report.IsClean ? Restored : Damaged;
    }
}
