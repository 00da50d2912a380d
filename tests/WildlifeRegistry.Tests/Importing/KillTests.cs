using System.Globalization;
using System.Text.RegularExpressions;
using WildlifeRegistry.Access;
using WildlifeRegistry.Importing;
using WildlifeRegistry.Records;
using Xunit;

namespace WildlifeRegistry.Tests.Importing;

/// <summary>The process dies without warning in the midst of an import.</summary>
public sealed partial class KillTests(ITestOutputHelper output)
{
    private const int Kills = 5;

    [Fact]
    public async Task What_was_acknowledged_is_there_whole_and_the_rerun_ends_as_if_nothing_had_happened()
    {
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        await using var world = await ImportStore.OpenAsync();
        var keysByLine = KeysByLine(world);
        var path = Path.Combine(world.Folder, "whole.db");
        var whole = await WholeAsync(world, path);
        var acknowledgedLines = new List<int>();
        for (var kill = 0; kill < Kills; kill++)
        {
            var line = 0;
            await world.WhileClosedAsync(async () => line = await ImportUntilKilledAsync(world.Path, random));
            acknowledgedLines.Add(line);

            // In the order of the file, nothing is missing of what was acknowledged; and what is there is whole.
            var there = world.Imported();
            Assert.All(keysByLine.Where(row => row.Line <= line), row => Assert.True(there.ContainsKey(row.Key), FormattableString.Invariant($"Line {row.Line} was acknowledged and is not there.")));
            Assert.All(there, record => Assert.Equal(whole[record.Key], record.Value));
            Assert.Equal([["ok"]], world.Rows("PRAGMA integrity_check"));
        }

        output.WriteLine("acknowledged before each kill: " + string.Join(", ", acknowledgedLines));
        Assert.Contains(acknowledgedLines, line => line > 1);
        await world.WhileClosedAsync(async () => Assert.Equal(0, (await RegistryProcess.RunAsync("Development", Arguments(world.Path))).Code));
        Assert.Equal(whole, world.Imported());
    }

    [Fact]
    public async Task No_line_is_acknowledged_before_its_row_is_on_the_disk()
    {
        await using var world = await ImportStore.OpenAsync();
        var keysByLine = KeysByLine(world);
        using var rows = ImportFiles.Open(ImportFiles.Cites, world.Cites);
        var run = new ImportRun(world.Store, world.Store.Keys, ImportStore.Kinds, TimeProvider.System, ImportStore.Officer, Audience.OwnAgency(ImportStore.Officer.Agency), world.Cites);
        var acknowledged = new List<int>();
        await run.RunAsync(
            rows,
            (_, _) => { },
            report =>
            {
                acknowledged.Add(report.Line);
                Assert.Equal(keysByLine.Count(row => row.Line <= report.Line), report.Rows);

                // By another connection: it sees what is committed, and nothing else.
                var there = world.Rows("SELECT import_key FROM record WHERE import_key IS NOT NULL").Select(row => row[0]).ToHashSet(StringComparer.Ordinal);
                Assert.All(keysByLine.Where(row => row.Line <= report.Line), row => Assert.Contains(row.Key, there));
            },
            TestContext.Current.CancellationToken);
        Assert.True(acknowledged.Count > 50 && acknowledged[^1] == 2950);
    }

    /// <summary>Imports and kills the process after a random number of its lines, and a random while of reading on.</summary>
    /// <returns>The last line of the file that was acknowledged.</returns>
    private static async Task<int> ImportUntilKilledAsync(string path, Random random)
    {
        using var process = new RegistryProcess("Development", Arguments(path));
        var line = 0;
        for (var left = random.Next(1, 9); left > 0 && await process.LineAsync() is { } said; left--)
        {
            line = Math.Max(line, LineIn(said));
        }

        await process.KillAsync();

        // What it had said by then, unread so far, counts too.
        while (await process.LineAsync() is { } rest)
        {
            line = Math.Max(line, LineIn(rest));
        }

        return line;
    }

    private static int LineIn(string said) => Acknowledged().Match(said) is { Success: true } match ? int.Parse(match.Groups["line"].Value, CultureInfo.InvariantCulture) : 0;

    private static IEnumerable<string> Arguments(string path) => ["import", ImportFiles.Cites, "--format", "cites", "--as", "kz-customs-officer", $"--Store:Sqlite:Path={path}"];

    /// <summary>What an import that nothing disturbs leaves.</summary>
    private static async Task<SortedDictionary<string, string>> WholeAsync(ImportStore world, string path)
    {
        var copy = path;
        await world.WhileClosedAsync(() =>
        {
            File.Copy(world.Path, copy);
            return Task.CompletedTask;
        });
        var (code, _, errors) = await RegistryProcess.RunAsync("Development", Arguments(copy));
        Assert.True(code == 0, errors);
        return world.Imported(copy);
    }

    private static List<(int Line, string Key)> KeysByLine(ImportStore world)
    {
        var format = world.Cites;
        using var rows = ImportFiles.Open(ImportFiles.Cites, format);
        var keys = new List<(int Line, string Key)>();
        while (rows.Read())
        {
            keys.Add((rows.Current.Line, $"cites/{format.Read(rows.Current).Key}/1"));
        }

        Assert.Equal(2949, keys.Select(row => row.Key).Distinct(StringComparer.Ordinal).Count());
        return keys;
    }

    [GeneratedRegex("^To line (?<line>[0-9]+): ", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Acknowledged();
}
