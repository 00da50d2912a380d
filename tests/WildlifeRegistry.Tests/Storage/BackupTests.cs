using System.Globalization;
using System.Net;
using WildlifeRegistry.Hosting;
using WildlifeRegistry.Records;
using WildlifeRegistry.Storage;
using WildlifeRegistry.Storage.Sqlite;
using WildlifeRegistry.Tests.Importing;

namespace WildlifeRegistry.Tests.Checking;

/// <summary>A store is copied while it serves, and made again of the copy: whole, verified, and never over anything.</summary>
public sealed class BackupTests(CheckTests.UsedStore used) : IClassFixture<CheckTests.UsedStore>, IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("wildlife-backup-").FullName;

    private string Backup => Path.Combine(folder, "backup.db");

    private string Restored => Path.Combine(folder, "restored", "registry.db");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task A_backup_beside_a_running_registry_is_the_store_and_one_private_file()
    {
        var (code, output, errors) = await RegistryProcess.RunAsync("Production", "backup", Backup, $"--Store:Sqlite:Path={used.Registry.StorePath}");

        Assert.True(code == BackupCommand.Written, output + errors);
        Assert.Contains("Everything holds.", output, StringComparison.Ordinal);
        Assert.Contains($"Backed up in {Backup}", output, StringComparison.Ordinal);
        Assert.Equal([Backup], Directory.GetFiles(folder));
        Assert.Equal(await used.Registry.DumpAsync(), StoreFile.Dump(Backup));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Backup));
        }
    }

    /// <summary>Whatever is written meanwhile: all that was acknowledged before is in it, and no change by half.</summary>
    [Fact]
    public async Task A_backup_is_one_moment_of_a_store_that_goes_on()
    {
        await using var registry = await RegistryApplication.StartAsync();
        var before = await WriteAsync(registry, 50);
        using var done = new CancellationTokenSource();
        var writing = Task.Run(
            async () =>
            {
                var written = new List<RecordId>();
                while (!done.IsCancellationRequested || written.Count < 2) // that some are written while it is copied, the test below sees to
                {
                    written.AddRange(await WriteAsync(registry, 1));
                }

                return written;
            },
            TestContext.Current.CancellationToken);

        var (code, _) = await BackUpAsync(registry.StorePath, Backup);
        await done.CancelAsync();
        var meanwhile = await writing;
        var after = await WriteAsync(registry, 1);

        Assert.Equal(BackupCommand.Written, code);
        var there = Ids(Backup);
        Assert.All(before, id => Assert.Contains(id, there));
        Assert.DoesNotContain(after[0], there);
        Assert.True(meanwhile.Count > 1, "Nothing was written meanwhile.");
        var first = meanwhile.TakeWhile(there.Contains).Count();
        Assert.DoesNotContain(meanwhile.Skip(first), there.Contains);
        Assert.Equal(CheckCommand.Clean, await CheckCommand.RunAsync([$"--Store:Sqlite:Path={Backup}"], TextWriter.Null, TestContext.Current.CancellationToken));
    }

    /// <summary>The copy is of the moment that it began at: begun anew at each change, that of a busy store would never end.</summary>
    [Fact]
    public async Task A_change_that_is_committed_while_pages_are_copied_is_not_in_the_backup()
    {
        await using var registry = await RegistryApplication.StartAsync();
        var before = await WriteAsync(registry, 1);
        var meanwhile = new List<RecordId>();
        var clock = new StandingClock(at: 10, () => meanwhile.AddRange(Task.Run(() => WriteAsync(registry, 1)).GetAwaiter().GetResult()));

        Assert.True((await SqliteGraphStore.BackupAsync(registry.StorePath, Backup, KindCatalogue.Registry(), clock, TestContext.Current.CancellationToken)).IsClean);

        var there = Ids(Backup);
        Assert.Contains(before[0], there);
        Assert.DoesNotContain(Assert.Single(meanwhile), there);
    }

    [Fact]
    public async Task A_restored_store_is_the_same_under_a_new_epoch()
    {
        const string List = "query ($after: String) { seizures(filter: { exercise: true }, first: 1, after: $after) { pageInfo { endCursor } nodes { id reference version } } }";
        var first = await used.Registry.AskAsync("kz-customs-analyst", List);
        var cursor = first.TextAt("seizures.pageInfo.endCursor");
        Assert.NotNull(cursor);
        await BackUpAsync(used.Registry.StorePath, Backup);
        var backup = await File.ReadAllBytesAsync(Backup, TestContext.Current.CancellationToken);

        var (code, lines) = await RestoreAsync(Backup, Restored);

        Assert.Equal(RestoreCommand.Restored, code);
        Assert.Equal($"Restored to {Restored}.", lines[^1]);
        Assert.Equal([Restored], Directory.GetFiles(Path.GetDirectoryName(Restored)!));
        Assert.Equal(backup, await File.ReadAllBytesAsync(Backup, TestContext.Current.CancellationToken));
        Assert.NotEqual(Epoch(Backup), Epoch(Restored));
        Assert.Equal(Without(StoreFile.Dump(Backup), Epoch(Backup)), Without(StoreFile.Dump(Restored), Epoch(Restored)));

        // The secret is the same: nothing that was said of a record on the phone is wrong. Cursors of before are.
        await using var again = await RegistryApplication.StartAsync(store: Restored);
        Assert.Equal(first.At("seizures.nodes").ToString(), (await again.AskAsync("kz-customs-analyst", List)).At("seizures.nodes").ToString());
        Assert.Equal(["INVALID_VALUE"], (await again.AskAsync("kz-customs-analyst", List, new { after = cursor })).Codes);
        await using var copied = await RegistryApplication.StartAsync(store: Backup);
        Assert.Empty((await copied.AskAsync("kz-customs-analyst", List, new { after = cursor })).Codes);

        // The key of a request of before the backup still answers for it.
        var replayed = await again.AskAsync("kz-customs-officer", "RecordSeizure", Story.Seizure("check-1"));
        Assert.Equal(
            (await used.Registry.AskAsync("kz-customs-officer", "RecordSeizure", Story.Seizure("check-1"))).TextAt("recordSeizure.seizure.id"),
            replayed.TextAt("recordSeizure.seizure.id"));
        Assert.True((await again.Store.CheckAsync(KindCatalogue.Registry(), TestContext.Current.CancellationToken)).IsClean);
    }

    [Fact]
    public async Task A_backup_takes_the_place_of_nothing()
    {
        await File.WriteAllTextAsync(Backup, "mine", TestContext.Current.CancellationToken);
        await IsRefused("is there already: a backup never takes the place of another file", () => BackUpAsync(used.Registry.StorePath, Backup));
        Assert.Equal("mine", await File.ReadAllTextAsync(Backup, TestContext.Current.CancellationToken));

        await IsRefused("is there already", () => BackUpAsync(used.Registry.StorePath, used.Registry.StorePath));
        await IsRefused("There is no store at", () => BackUpAsync(Path.Combine(folder, "none.db"), Path.Combine(folder, "other.db")));
        await IsRefused("cannot be written", () => BackUpAsync(used.Registry.StorePath, Path.Combine(Backup, "below-a-file.db")));

        var other = Path.Combine(folder, "other.db");
        await File.WriteAllTextAsync(other + ".partial", "", TestContext.Current.CancellationToken);
        await IsRefused("another copy is being written, or one was stopped", () => BackUpAsync(used.Registry.StorePath, other));
        Assert.Equal([Backup, other + ".partial"], Directory.GetFiles(folder).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("")]
    [InlineData("-wal")]
    [InlineData("-shm")]
    [InlineData("-journal")]
    public async Task A_restore_takes_the_place_of_nothing(string beside)
    {
        await BackUpAsync(used.Registry.StorePath, Backup);
        var place = Path.Combine(folder, "registry.db");
        await File.WriteAllTextAsync(place + beside, "mine", TestContext.Current.CancellationToken);

        await IsRefused("a store is restored into an empty place only", () => RestoreAsync(Backup, place));

        Assert.Equal("mine", await File.ReadAllTextAsync(place + beside, TestContext.Current.CancellationToken));
        Assert.Equal(2, Directory.GetFiles(folder).Length);
    }

    [Fact]
    public async Task A_damaged_store_is_not_backed_up_and_a_damaged_backup_is_not_restored()
    {
        var store = used.Copy();
        StoreFile.Do(store, "UPDATE record SET sort = '1999' WHERE row = (SELECT row FROM record WHERE kind = 0 ORDER BY row LIMIT 1)");
        var (code, lines) = await BackUpAsync(store, Backup);
        Assert.Equal(BackupCommand.Damaged, code);
        Assert.Contains(lines, line => line.StartsWith("record-sort: ", StringComparison.Ordinal));
        Assert.Equal("No backup was kept: the store is damaged.", lines[^1]);
        Assert.Empty(Directory.GetFiles(folder));

        (code, lines) = await RestoreAsync(store, Restored);
        Assert.Equal(RestoreCommand.Damaged, code);
        Assert.Contains(lines, line => line.StartsWith("record-sort: ", StringComparison.Ordinal));
        Assert.Equal("Nothing was restored: the backup is damaged.", lines[^1]);
        Assert.Empty(Directory.GetFiles(Path.GetDirectoryName(Restored)!));
    }

    [Fact]
    public async Task What_is_no_backup_or_of_a_newer_program_is_not_restored()
    {
        await IsRefused("There is no backup at", () => RestoreAsync(Backup, Restored));

        await File.WriteAllTextAsync(Backup, new string('n', 8192), TestContext.Current.CancellationToken);
        await IsRefused("damaged, or no registry's store", () => RestoreAsync(Backup, Restored));

        var newer = used.Copy();
        StoreFile.Do(newer, "INSERT INTO migration VALUES ('999-later.sql', '', 0)");
        await IsRefused("newer than the program", () => RestoreAsync(newer, Restored));
        await IsRefused("newer than the program", () => BackUpAsync(newer, Path.Combine(folder, "other.db")));

        Assert.Equal([Backup], Directory.GetFiles(folder, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task A_backup_that_is_called_off_leaves_nothing()
    {
        using var off = new CancellationTokenSource();
        await off.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => BackupCommand.RunAsync(Backup, [$"--Store:Sqlite:Path={used.Registry.StorePath}"], TextWriter.Null, off.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => RestoreCommand.RunAsync(used.Copy(), [$"--Store:Sqlite:Path={Restored}"], TextWriter.Null, off.Token));

        Assert.Empty(Directory.GetFiles(folder, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task A_word_that_is_no_setting_is_one_sentence()
    {
        foreach (var verb in new[] { "backup", "restore" })
        {
            var (code, output, errors) = await RegistryProcess.RunAsync("Production", verb, Backup, "--path=registry.db");
            Assert.Equal(1, code);
            Assert.Empty(output);
            Assert.Equal($"--path=registry.db is neither an option of {verb} nor a setting like --Store:Sqlite:Path=registry.db.", errors.Trim());
        }
    }

    private static async Task<(int Code, IReadOnlyList<string> Lines)> BackUpAsync(string store, string file)
    {
        using var output = new StringWriter(CultureInfo.InvariantCulture);
        var code = await BackupCommand.RunAsync(file, [$"--Store:Sqlite:Path={store}"], output, TestContext.Current.CancellationToken);
        return (code, output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    private static async Task<(int Code, IReadOnlyList<string> Lines)> RestoreAsync(string file, string store)
    {
        using var output = new StringWriter(CultureInfo.InvariantCulture);
        var code = await RestoreCommand.RunAsync(file, [$"--Store:Sqlite:Path={store}"], output, TestContext.Current.CancellationToken);
        return (code, output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    private static async Task IsRefused(string sentence, Func<Task> act)
    {
        var fault = await Assert.ThrowsAsync<StoreException>(act);
        Assert.Contains(sentence, fault.Message, StringComparison.Ordinal);
    }

    private static async Task<IReadOnlyList<RecordId>> WriteAsync(RegistryApplication registry, int count)
    {
        var written = new List<RecordId>();
        for (var n = 0; n < count; n++)
        {
            var answer = await registry.AskAsync("kz-customs-officer", "RecordSeizure", Story.Seizure("backup-" + Guid.NewGuid().ToString("N")));
            Assert.Equal(HttpStatusCode.OK, answer.Status);
            written.Add(RecordId.TryParse(answer.TextAt("recordSeizure.seizure.id"), out var id) ? id : throw new InvalidOperationException(answer.Text));
        }

        return written;
    }

    private static string Without(string dump, string epoch) => dump.Replace(epoch, "", StringComparison.Ordinal);

    private static string Epoch(string path) => Convert.ToHexString((byte[])StoreFile.Rows(path, "SELECT value FROM meta WHERE name = 'epoch'").Single()[0]);

    private static HashSet<RecordId> Ids(string path) => [.. StoreFile.Rows(path, "SELECT id FROM record").Select(row => RecordId.FromBytes((byte[])row[0]))];

    /// <summary>A clock that is asked after each stretch of pages, and does something at the so many-th of them.</summary>
    private sealed class StandingClock(int at, Action act) : TimeProvider
    {
        private int asked;

        public override long GetTimestamp()
        {
            if (++asked == at)
            {
                act();
            }

            return 0;
        }
    }
}
