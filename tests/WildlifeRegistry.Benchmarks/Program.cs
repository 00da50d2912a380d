using System.Globalization;
using WildlifeRegistry.Benchmarks;
using WildlifeRegistry.Storage.Sqlite;

// One verb a table; --folder keeps the seeded stores for the next run, --operations=A,B has neo4j measure these alone.
var verb = args.FirstOrDefault(argument => !argument.StartsWith('-')) ?? "reading";
var kept = Text("--folder=");
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
        "neo4j" => await Neo4jTable.RunAsync(folder, Number("--records=", 1_000_000), Text("--operations=")),
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

string? Text(string option) => args.FirstOrDefault(argument => argument.StartsWith(option, StringComparison.Ordinal))?[option.Length..];

int Number(string option, int usual) => Text(option) is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : usual;
