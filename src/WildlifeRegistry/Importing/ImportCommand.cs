using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Spectre.Console;
using WildlifeRegistry.Access;
using WildlifeRegistry.Hosting;
using WildlifeRegistry.Importing.Sheets;
using WildlifeRegistry.Storage;

namespace WildlifeRegistry.Importing;

/// <summary>
/// The verb <c>import</c>: an officer brings a file in. Who they are is judged by the gate that judges requests, and
/// what they bring is their agency's alone until the agency releases it.
/// </summary>
public static class ImportCommand
{
    public const int AllImported = 0, Failed = 1, SomeRefused = 2;

    public static Command Verb()
    {
        var file = new Argument<string?>("FILE") { Description = "The file, with a header: CSV, or for seizures an .xlsx workbook too.", Arity = ArgumentArity.ZeroOrOne };
        var format = new Option<string?>("--format") { Description = "seizures (the template), c4ads or cites." }.AcceptOnlyFromAmong([.. ImportFile.Formats]);
        var template = new Option<string?>("--template") { Description = "Writes the template of the format seizures to this file, .xlsx or .csv, and imports nothing." };
        var mapping = new Option<string?>("--mapping") { Description = "seizures: a JSON file, an object of your own column names and the template's for them." };
        var legs = new Option<string?>("--legs") { Description = "c4ads: the second file, with the legs of each trade chain." };
        var token = new Option<string?>("--token") { Description = "The officer's token, of their agency's own issuer." };
        var persona = new Option<string?>("--as") { Description = "A demo persona, like kz-customs-officer: in Development only." };
        var errors = new Option<string?>("--errors") { Description = "Where the refused rows go, to be mended and imported again." };
        var verb = new Command("import", "Imports a file of seizures. Rerun at will: what is there is not imported twice.") { file, format, template, mapping, legs, token, persona, errors };
        verb.TreatUnmatchedTokensAsErrors = false; // settings, as everywhere: --Store:Sqlite:Path=...
        verb.SetAction((parsed, ct) => parsed.GetValue(template) is { } path
            ? Task.FromResult(WriteTemplate(path))
            : RunAsync(
                new Request(
                    parsed.GetValue(file) ?? throw new ImportException("Say which FILE to import, or --template FILE to get the template."),
                    parsed.GetValue(format) ?? throw new ImportException($"Say what the file is: --format {string.Join(" or ", ImportFile.Formats)}."),
                    parsed.GetValue(mapping),
                    parsed.GetValue(legs),
                    parsed.GetValue(token),
                    parsed.GetValue(persona),
                    parsed.GetValue(errors)),
                [.. parsed.UnmatchedTokens],
                ct));
        return verb;
    }

    private static int WriteTemplate(string path)
    {
        SeizureTemplate.Write(path);
        Console.WriteLine($"{path} has the headings, in English and Russian, and one invented row of an exercise.{(path.EndsWith(".csv", StringComparison.OrdinalIgnoreCase) ? " What each column allows stands in the template as .xlsx, on the sheet Help." : " The sheet Help says what each column allows.")}");
        return AllImported;
    }

    private static async Task<int> RunAsync(Request request, string[] settings, CancellationToken ct)
    {
        CommandReader.Check("import", request.Token, request.Persona, settings);
        if (request.Legs is not null && !string.Equals(request.Format, ImportFile.C4ads, StringComparison.Ordinal))
        {
            throw new ImportException("--legs goes with the format c4ads.");
        }

        if (request.Mapping is not null && !string.Equals(request.Format, ImportFile.Seizures, StringComparison.Ordinal))
        {
            throw new ImportException("--mapping goes with the format seizures.");
        }

        if (request.Errors is { } errors && new[] { request.File, request.Legs, request.Mapping }.OfType<string>().Any(path => string.Equals(Path.GetFullPath(path), Path.GetFullPath(errors), StringComparison.Ordinal)))
        {
            throw new ImportException("The error file would overwrite a file that is being read: give it another name.");
        }

        await using var app = await RegistryHost.BuildAsync([.. settings, "--Store:Samples=false"], TimeProvider.System, builder => CommandReader.Adjust(builder, request.Persona), ct, mayWait: false);
        var reader = await CommandReader.ReadAsync(app, request.Token, request.Persona, ct);
        if (!reader.Roles.Any(ImportFile.Importers.Contains))
        {
            throw new ImportException($"The role {string.Join(", ", reader.Roles).ToUpperInvariant()} may not record: an OFFICER, ANALYST, PROSECUTOR or LIAISON may import.");
        }

        return await ImportAsync(app.Services, request, reader, ct);
    }

    private static async Task<int> ImportAsync(IServiceProvider services, Request request, Reader reader, CancellationToken ct)
    {
        using var file = ImportFile.Open(
            new ImportRequest(
                request.Format,
                Path.GetFileName(request.File),
                request.File,
                Path.GetFileName(request.Legs),
                request.Legs,
                request.Mapping is { } mapping ? ColumnMapping.Read(Whole(mapping)) : ColumnMapping.None),
            reader,
            services.GetRequiredService<RegistryParts>(),
            services.GetRequiredService<ImportTables>());
        var (rows, run) = (file.Rows, file.Run);
        using var errors = request.Errors is { } path ? new ErrorFile(path, rows) : null;
        Console.WriteLine($"{rows.Name} is read as {rows.EncodingName}{(file.LegsEncoding is null ? "" : $", {Path.GetFileName(request.Legs)} as {file.LegsEncoding}")}; what it brings is {reader.Agency}'s, recorded by {reader.Officer}.");
        if (file.Unread.Count > 0)
        {
            Console.WriteLine($"Not imported, because the template has no such columns: {string.Join("; ", file.Unread)}.");
        }

        var started = Stopwatch.GetTimestamp();
        var result = Failed;
        try
        {
            await WithProgressAsync(rows, report => run.RunAsync(rows, (row, refused) => errors?.Add(row, refused), report, ct));
            errors?.Flush();
            result = run.Report.Refused == 0 ? AllImported : SomeRefused;
        }
        catch (OperationCanceledException)
        {
            Console.Error.WriteLine("Stopped. The same command goes on from here.");
        }
        catch (Exception fault) when (fault is ImportException or StoreException)
        {
            Console.Error.WriteLine(fault.Message);
        }

        Print(run.Report, Stopwatch.GetElapsedTime(started), request.Errors);
        return result;
    }

    private static byte[] Whole(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new ImportException($"{path} cannot be read: {fault.Message}");
        }
    }

    /// <summary>A bar on a terminal; elsewhere a line now and then, each true of what is on the disk.</summary>
    private static async Task WithProgressAsync(IFileRows rows, Func<Action<ImportReport>, Task> run)
    {
        if (!Console.IsOutputRedirected && AnsiConsole.Profile.Capabilities.Interactive)
        {
            await AnsiConsole.Progress().StartAsync(async bar =>
            {
                var task = bar.AddTask("Importing", maxValue: 1);
                await run(report =>
                {
                    task.Value = rows.Fraction;
                    task.Description = Markup.Escape(string.Create(CultureInfo.InvariantCulture, $"{report.Rows} rows, {report.Refused} refused"));
                });
                task.Value = 1;
            });
            return;
        }

        var next = 0;
        await run(report =>
        {
            if (report.Rows >= next)
            {
                Console.WriteLine($"To line {report.Line}: {Counts(report)}.");
                next = report.Rows + Math.Max(250, report.Rows / 20);
            }
        });
    }

    private static string Counts(ImportReport report) =>
        string.Create(CultureInfo.InvariantCulture, $"{report.Imported} imported, {report.Amended} amended, {report.Unchanged} unchanged, {report.Refused} refused");

    private static void Print(ImportReport report, TimeSpan took, string? errors)
    {
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Counts(report)}, in {took.TotalSeconds:0.0} s."));
        if (report.Mentions > 0)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Names of species: {report.Resolved} of {report.Mentions} known ({100.0 * report.Resolved / report.Mentions:0.0} %)."));
            var unresolved = report.Unresolved;
            if (unresolved.Count > 0)
            {
                var more = unresolved.Count > ImportReport.MaxListed ? string.Create(CultureInfo.InvariantCulture, $" and {unresolved.Count - ImportReport.MaxListed} more") : "";
                Console.WriteLine($"Kept as given: {string.Join("; ", unresolved.Take(ImportReport.MaxListed).Select(name => name.Times == 1 ? name.Name : $"{name.Name} ({name.Times} times)"))}{more}.");
            }
        }

        foreach (var (line, refused) in report.Refusals)
        {
            var at = refused.Column.Length == 0 ? "" : $", column {refused.Column}";
            var value = refused.Value.Length == 0 ? "" : $" \"{refused.Value}\"";
            Console.WriteLine($"Refused: line {line}{at}{value}: {refused.Message}");
        }

        if (report.Refused > 0)
        {
            var more = report.Refused > report.Refusals.Count ? string.Create(CultureInfo.InvariantCulture, $"And {report.Refused - report.Refusals.Count} more. ") : "";
            Console.WriteLine(more + (errors is null
                ? "With --errors FILE the refused rows go to a file that can be mended and imported."
                : $"The refused rows are in {errors}: mend them there and import that file."));
        }
    }

    private sealed record Request(string File, string Format, string? Mapping, string? Legs, string? Token, string? Persona, string? Errors);
}
