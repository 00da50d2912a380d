using System.CommandLine;
using WildlifeRegistry.Access.Identity;
using WildlifeRegistry.Exporting;
using WildlifeRegistry.Hosting;
using WildlifeRegistry.Importing;
using WildlifeRegistry.Storage;

// One executable; what it does is its first word. Settings follow ASP.NET Core: --Store:Samples=true, Store__Samples=true.
var root = new RootCommand("WildlifeRegistry: a registry of wildlife seizures in which each agency sees only what was released to it.")
{
    TreatUnmatchedTokensAsErrors = false,
};
root.SetAction((_, ct) => Serve(args, ct));
root.Add(Verb("serve", "Runs the registry (the default).", Serve));
root.Add(Verb("schema", "Prints the GraphQL schema.", (_, _) =>
{
    Console.Out.Write(RegistrySchema.Print(RegistrySchema.Build()));
    return Task.FromResult(0);
}));
root.Add(ImportCommand.Verb());
root.Add(Verb("check", "Holds the store against its promises, beside a running registry too: 0 where all hold, 1 with what does not.", (rest, ct) => CheckCommand.RunAsync(rest, Console.Out, ct)));
root.Add(BackupCommand.Verb());
root.Add(RestoreCommand.Verb());
root.Add(MoveCommand.Verb());
root.Add(ExportCommand.Verb());
root.Add(Verb("health", "Asks the running registry whether it is ready.", (rest, ct) => Health.AskAsync(WebApplication.CreateBuilder(rest).Configuration, ct)));

using var stop = new StopSignal();
try
{
    return await root.Parse(args).InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }, stop.Token);
}
catch (OperationCanceledException fault) when (stop.Token.IsCancellationRequested)
{
    Console.Error.WriteLine(fault is StoppedException ? fault.Message : "Stopped before it was done: nothing is left half made, and the same command begins anew.");
    return stop.ExitCode;
}
catch (Exception fault) when (fault is SettingException or StoreException or CommandException or ImportException or InvalidOperationException { Source: "WildlifeRegistry.DemoIdentity" })
{
    Console.Error.WriteLine(fault.Message);
    return 1;
}

static Command Verb(string name, string description, Func<string[], CancellationToken, Task<int>> run)
{
    var verb = new Command(name, description) { TreatUnmatchedTokensAsErrors = false };
    verb.SetAction((parsed, ct) => run([.. parsed.UnmatchedTokens], ct));
    return verb;
}

static async Task<int> Serve(string[] rest, CancellationToken ct)
{
    await RegistryHost.RunAsync(rest, ct);
    return 0;
}
