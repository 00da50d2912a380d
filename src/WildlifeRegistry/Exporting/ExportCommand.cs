using System.CommandLine;
using System.Globalization;
using WildlifeRegistry.Hosting;
using WildlifeRegistry.Storage;

namespace WildlifeRegistry.Exporting;

/// <summary>The verb <c>export</c>: an officer takes out what they may see.</summary>
public static class ExportCommand
{
    public static Command Verb()
    {
        var file = new Argument<string>("FILE") { Description = "Where to: a name that ends in .csv, .xlsx or .ndjson, which says what is written. Seizures as the template has them, or records and links of all kinds." };
        var filter = new Option<string[]>("--filter") { Description = $"A condition, NAME=VALUE, as often as needed: {string.Join(", ", ExportFilter.Names)}.", DefaultValueFactory = _ => [] };
        var token = new Option<string?>("--token") { Description = "The officer's token, of their agency's own issuer." };
        var persona = new Option<string?>("--as") { Description = "A demo persona, like kz-customs-officer: in Development only." };
        var verb = new Command("export", "Exports what the officer may see. The same store gives the same file.") { file, filter, token, persona };
        verb.TreatUnmatchedTokensAsErrors = false; // settings, as everywhere: --Store:Sqlite:Path=...
        verb.SetAction((parsed, ct) => RunAsync(parsed.GetValue(file)!, parsed.GetValue(filter)!, parsed.GetValue(token), parsed.GetValue(persona), [.. parsed.UnmatchedTokens], ct));
        return verb;
    }

    private static async Task<int> RunAsync(string path, string[] conditions, string? token, string? persona, string[] settings, CancellationToken ct)
    {
        CommandReader.Check("export", token, persona, settings);
        var format = Enum.TryParse<ExportFormat>(Path.GetExtension(path).TrimStart('.'), ignoreCase: true, out var known) && Enum.IsDefined(known)
            ? known
            : throw new CommandException("The file's name ends in .csv, .xlsx or .ndjson: that says what is written.");
        try
        {
            var filter = ExportFilter.Read(conditions.Select(condition => condition.Split('=', 2) is [var name, var value] ? (name, value) : throw new CommandException($"A condition is NAME=VALUE: {condition} is not.")));
            await using var app = await RegistryHost.BuildAsync([.. settings, "--Store:Samples=false"], TimeProvider.System, builder => CommandReader.Adjust(builder, persona), ct, mayWait: false);
            var reader = await CommandReader.ReadAsync(app, token, persona, ct);
            if (!reader.Roles.Any(ExportFile.Exporters.Contains))
            {
                throw new CommandException($"The role {string.Join(", ", reader.Roles).ToUpperInvariant()} may not export: an OFFICER, ANALYST, PROSECUTOR, LIAISON or OBSERVER may.");
            }

            var count = await WriteAsync(path, stream => ExportFile.WriteAsync(stream, format, filter, new RequestContext(reader, app.Services.GetRequiredService<RegistryParts>()), ct));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{count.Records} records{(format == ExportFormat.Ndjson ? string.Create(CultureInfo.InvariantCulture, $" and {count.Links} links") : "")} in {path}, as {reader.Officer} sees them; {count.LeftOut} left out (handling H2 of other agencies)."));
            return 0;
        }
        catch (RequestException fault)
        {
            throw new CommandException(fault.Message);
        }
    }

    /// <summary>Beside the name first, so that a file of that name is always whole.</summary>
    private static async Task<ExportCount> WriteAsync(string path, Func<Stream, Task<ExportCount>> write)
    {
        var part = path + ".part";
        try
        {
            ExportCount count;
            await using (var stream = new FileStream(part, Private.New))
            {
                count = await write(stream);
            }

            File.Move(part, path, overwrite: true);
            return count;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"{path} cannot be written: {fault.Message}");
        }
        finally
        {
            File.Delete(part);
        }
    }
}
