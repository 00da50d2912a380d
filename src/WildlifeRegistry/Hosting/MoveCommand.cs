using System.CommandLine;
using System.Globalization;
using WildlifeRegistry.Storage;

namespace WildlifeRegistry.Hosting;

/// <summary>The operator's verb <c>move</c>: a whole registry from one engine to the other, with its history and its secret.</summary>
public static class MoveCommand
{
    public static Command Verb()
    {
        var from = new Option<string>("--from") { Description = "The store that is moved, sqlite:PATH or neo4j:URI; it is left as it is.", Required = true };
        var to = new Option<string>("--to") { Description = "Where it goes, sqlite:PATH or neo4j:URI: an empty place.", Required = true };
        var verb = new Command("move", "Moves a whole registry into an empty store of either engine, and holds the two against each other. Stop the registry first.") { from, to };
        verb.TreatUnmatchedTokensAsErrors = false; // settings, as everywhere: --Store:Neo4j:User=...
        verb.SetAction((parsed, ct) => RunAsync(parsed.GetValue(from)!, parsed.GetValue(to)!, [.. parsed.UnmatchedTokens], Console.Out, ct));
        return verb;
    }

    /// <returns>0: everything was moved.</returns>
    /// <exception cref="CommandException">A word that is no setting, or no store.</exception>
    /// <exception cref="StoreException">One of the two cannot be used, or what was moved did not all arrive: then the target is marked as incomplete.</exception>
    public static async Task<int> RunAsync(string from, string to, string[] settings, TextWriter writer, CancellationToken ct)
    {
        CommandReader.CheckSettings("move", settings);
        var (digest, counts) = await RegistryHost.MoveAsync(settings, from, to, ct);
        foreach (var count in counts)
        {
            await writer.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{count.Count,12:N0} {count.Of}"));
        }

        await writer.WriteLineAsync($"Moved from {from} to {to}; both say {digest}.");
        return 0;
    }
}
