using System.Globalization;
using WildlifeRegistry.Benchmarks;
using WildlifeRegistry.Storage.Sqlite;

// One verb a table; --folder keeps the seeded stores for the next run.
var verb = args.FirstOrDefault(argument => !argument.StartsWith('-')) ?? "reading";
var kept = args.FirstOrDefault(argument => argument.StartsWith("--folder=", StringComparison.Ordinal))?["--folder=".Length..];
var seizures = args.FirstOrDefault(argument => argument.StartsWith("--seizures=", StringComparison.Ordinal)) is { } text
    ? int.Parse(text["--seizures=".Length..], CultureInfo.InvariantCulture)
    : 100_000;
var folder = kept is null ? Directory.CreateTempSubdirectory("wildlife-registry-").FullName : Directory.CreateDirectory(kept).FullName;
try
{
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessorCount} cores, .NET {Environment.Version}, {SqliteGraphStore.Version}, {seizures} seizures, {DateTime.UtcNow:yyyy-MM-dd}"));
    var met = verb switch
    {
        "reading" => await ReadingTable.RunAsync(folder, seizures),
        "recording" => await RecordingTable.RunAsync(folder, seizures),
        _ => throw new ArgumentException($"There is no table {verb}: reading and recording are there.", nameof(args)),
    };
    return met ? 0 : 1;
}
finally
{
    if (kept is null)
    {
        Directory.Delete(folder, recursive: true);
    }
}
