using System.Globalization;
using WildlifeRegistry.Benchmarks;
using WildlifeRegistry.Storage.Sqlite;

// One verb a table; --folder keeps the seeded stores for the next run.
var verb = args.FirstOrDefault(argument => !argument.StartsWith('-')) ?? "reading";
var kept = args.FirstOrDefault(argument => argument.StartsWith("--folder=", StringComparison.Ordinal))?["--folder=".Length..];
var seizures = Number("--seizures=", 100_000);
var folder = kept is null ? Directory.CreateTempSubdirectory("wildlife-registry-").FullName : Directory.CreateDirectory(kept).FullName;
try
{
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessorCount} cores, .NET {Environment.Version}, {SqliteGraphStore.Version}, {DateTime.UtcNow:yyyy-MM-dd}"));
    var met = verb switch
    {
        "reading" => await ReadingTable.RunAsync(folder, seizures),
        "recording" => await RecordingTable.RunAsync(folder, seizures),
        "million" => await MillionTable.RunAsync(folder, Number("--records=", 1_000_000)),
        "neo4j" => await Neo4jTable.RunAsync(folder, Number("--records=", 1_000_000)),
        _ => throw new ArgumentException($"There is no table {verb}: reading, recording, million and neo4j are there.", nameof(args)),
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

int Number(string option, int usual) => args.FirstOrDefault(argument => argument.StartsWith(option, StringComparison.Ordinal)) is { } text
    ? int.Parse(text[option.Length..], CultureInfo.InvariantCulture)
    : usual;
