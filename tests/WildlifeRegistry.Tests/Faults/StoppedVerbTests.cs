using System.Globalization;
using WildlifeRegistry.Tests.Checking;
using WildlifeRegistry.Tests.Importing;

namespace WildlifeRegistry.Tests.Faults;

/// <summary>A verb that is told to stop in the midst of its work says so in one sentence and leaves nothing half made.</summary>
public sealed class StoppedVerbTests : IDisposable
{
    private const string Sentence = "Stopped before it was done: nothing is left half made, and the same command begins anew.";

    private readonly string folder = Directory.CreateTempSubdirectory("wildlife-stopped-").FullName;

    private string Store => Path.Combine(folder, "registry.db");

    private string Made => Path.Combine(folder, "made.ndjson");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData("TERM", 143)]
    [InlineData("INT", 130)]
    public async Task A_check_that_is_told_to_stop_says_so(string signal, int code)
    {
        await RegistryApplication.CopyReferenceAsync(Store);
        await IsStoppedAsync(signal, code, HasStoreOpen, "check", $"--Store:Sqlite:Path={Store}");
    }

    [Theory]
    [InlineData("TERM", 143)]
    [InlineData("INT", 130)]
    public async Task A_backup_that_is_told_to_stop_leaves_nothing(string signal, int code)
    {
        await RegistryApplication.CopyReferenceAsync(Store);
        await IsStoppedAsync(signal, code, _ => File.Exists(Made + ".partial"), "backup", Made, $"--Store:Sqlite:Path={Store}");
    }

    [Fact]
    public async Task A_restore_that_is_told_to_stop_leaves_nothing()
    {
        await RegistryApplication.CopyReferenceAsync(Store);
        await IsStoppedAsync("TERM", 143, _ => File.Exists(Made + ".partial"), "restore", Store, $"--Store:Sqlite:Path={Made}");
    }

    [Fact]
    public async Task An_export_that_is_told_to_stop_leaves_nothing()
    {
        await RegistryApplication.CopyReferenceAsync(Store);
        await IsStoppedAsync("TERM", 143, _ => File.Exists(Made + ".part"), "export", Made, "--as", "kz-customs-officer", $"--Store:Sqlite:Path={Store}");
    }

    [Fact]
    public async Task A_move_that_is_told_to_stop_says_how_to_start_over()
    {
        await RegistryApplication.CopyReferenceAsync(Store);
        string[] arguments = ["move", "--from", "sqlite:" + Store, "--to", "sqlite:" + Made];
        await IsStoppedAsync("TERM", 143, _ => File.Exists(Made), $"Stopped before it was done: sqlite:{Made} is not whole. Remove it and move again.", [Store, Made], arguments);

        File.Delete(Made);
        var (code, output, errors) = await RegistryProcess.RunAsync("Development", arguments);
        Assert.True(code == 0, errors);
        Assert.Contains("; both say ", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_import_that_is_told_to_stop_goes_on_from_there()
    {
        await RegistryApplication.CopyReferenceAsync(Store);
        string[] arguments = ["import", ImportFiles.Cites, "--format", "cites", "--as", "kz-customs-officer", $"--Store:Sqlite:Path={Store}"];
        using var import = new RegistryProcess("Development", arguments);
        while (await import.LineAsync() is { } line && !line.StartsWith("To line ", StringComparison.Ordinal))
        {
            // It has not begun yet.
        }

        import.Signal("TERM");
        var (code, output, errors) = await import.EndAsync();

        Assert.Equal(1, code);
        Assert.Equal("Stopped. The same command goes on from here.", errors.Trim());
        Assert.Contains("imported", output, StringComparison.Ordinal);
        var there = Imported();
        Assert.InRange(there, 1, 2948);

        (code, output, errors) = await RegistryProcess.RunAsync("Development", arguments);
        Assert.True(code == 0, errors);
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"{2949 - there} imported, 0 amended, {there} unchanged, 0 refused"), output, StringComparison.Ordinal);
        Assert.Equal(2949, Imported());

        int Imported() => StoreFile.Rows(Store, "SELECT 1 FROM record WHERE import_key IS NOT NULL").Count;
    }

    /// <summary>Stops a verb once it is at work. Where it was done before it heard of that, it is begun again.</summary>
    private Task IsStoppedAsync(string signal, int code, Func<RegistryProcess, bool> isAtWork, params string[] arguments) =>
        IsStoppedAsync(signal, code, isAtWork, Sentence, [Store], arguments);

    /// <param name="left">The files that are there then.</param>
    private async Task IsStoppedAsync(string signal, int code, Func<RegistryProcess, bool> isAtWork, string sentence, string[] left, string[] arguments)
    {
        for (var attempt = 1; ; attempt++)
        {
            using var verb = new RegistryProcess("Development", arguments);
            while (!verb.HasEnded)
            {
                verb.Signal("STOP"); // so that it cannot be done between being seen at work and being told
                if (isAtWork(verb))
                {
                    break;
                }

                verb.Signal("CONT");
            }

            verb.Signal(signal);
            verb.Signal("CONT");
            var end = await verb.EndAsync();
            if (end.Code == 0)
            {
                Assert.True(attempt < 20, "It is always done before it is told to stop.");
                File.Delete(Made);
                continue;
            }

            Assert.Equal((code, "", sentence), (end.Code, end.Output, end.Errors.Trim()));
            Assert.Equal(left.Order(StringComparer.Ordinal), Directory.GetFiles(folder).Except([Store + "-wal", Store + "-shm"], StringComparer.Ordinal).Order(StringComparer.Ordinal)); // a reader's beside a store that was served
            return;
        }
    }

    /// <summary>Linux tells which files a process has open.</summary>
    private bool HasStoreOpen(RegistryProcess verb)
    {
        try
        {
            return new DirectoryInfo(string.Create(CultureInfo.InvariantCulture, $"/proc/{verb.Id}/fd")).EnumerateFileSystemInfos().Any(file => file.LinkTarget == Store);
        }
        catch (IOException)
        {
            return false; // it has just closed one, or has ended
        }
    }
}
