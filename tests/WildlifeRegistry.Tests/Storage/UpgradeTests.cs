using WildlifeRegistry.Hosting;
using WildlifeRegistry.Storage;

namespace WildlifeRegistry.Tests.Checking;

/// <summary>A store of an older program is brought up to date, and kept beside as it was.</summary>
public sealed class UpgradeTests(CheckTests.UsedStore used) : IClassFixture<CheckTests.UsedStore>
{
    /// <summary>Takes a store back to what the program of the first migration made.</summary>
    private const string Older = """
        ALTER TABLE record DROP COLUMN digest;
        ALTER TABLE version DROP COLUMN digest;
        ALTER TABLE link DROP COLUMN digest;
        ALTER TABLE link_version DROP COLUMN digest;
        ALTER TABLE edition DROP COLUMN digest;
        ALTER TABLE edition_version DROP COLUMN digest;
        ALTER TABLE request DROP COLUMN digest;
        ALTER TABLE consent DROP COLUMN digest;
        ALTER TABLE operation DROP COLUMN digest;
        ALTER TABLE operation_agency DROP COLUMN digest;
        ALTER TABLE membership DROP COLUMN digest;
        DELETE FROM migration WHERE name > '002';
        """;

    [Fact]
    public async Task A_store_of_an_older_program_is_kept_as_it_was_and_brought_up_to_date()
    {
        var older = used.Copy();
        var before = StoreFile.Dump(older, "migration");
        Assert.NotEqual(0, StoreFile.Do(older, Older));
        var asItWas = StoreFile.Dump(older);

        await using var registry = await RegistryApplication.StartAsync(store: older);

        var kept = registry.StorePath + ".before-002-digests";
        Assert.Equal(asItWas, StoreFile.Dump(kept));
        var said = Assert.Single(registry.Log.Entries, entry => entry.Event == 2003);
        Assert.Contains(kept, said.Message, StringComparison.Ordinal);
        Assert.Equal(before, StoreFile.Dump(registry.StorePath, "migration"));
        Assert.Equal(CheckCommand.Clean, await CheckAsync(registry.StorePath));
    }

    /// <summary>More versions than are filled in at once, on either side of the seams.</summary>
    [Fact]
    public async Task Every_version_of_a_large_store_gets_its_digest()
    {
        await using var registry = await RegistryApplication.StartAsync(["Store:Samples=true"]);
        var path = used.Copy() + ".large";
        StoreFile.Do(registry.StorePath, $"VACUUM INTO '{path}'");
        Assert.True((long)StoreFile.Rows(path, "SELECT count(*) FROM record")[0][0] > 10_000);
        var before = StoreFile.Dump(path, "migration");
        StoreFile.Do(path, Older);

        await using var upgraded = await RegistryApplication.StartAsync(store: path);

        Assert.Equal(before, StoreFile.Dump(upgraded.StorePath, "migration"));
    }

    [Fact]
    public async Task A_backup_of_an_older_program_is_restored_and_brought_up_to_date()
    {
        var older = used.Copy();
        var before = StoreFile.Dump(older, "migration", "meta");
        StoreFile.Do(older, Older);
        var asItWas = await File.ReadAllBytesAsync(older, TestContext.Current.CancellationToken);
        var restored = older + ".restored";

        Assert.Equal(RestoreCommand.Restored, await RestoreCommand.RunAsync(older, [$"--Store:Sqlite:Path={restored}"], TextWriter.Null, TestContext.Current.CancellationToken));

        Assert.Equal(before, StoreFile.Dump(restored, "migration", "meta"));
        Assert.Equal(asItWas, await File.ReadAllBytesAsync(older, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_store_that_cannot_be_kept_as_it_was_is_not_changed()
    {
        var older = used.Copy();
        StoreFile.Do(older, Older);
        var asItWas = StoreFile.Dump(older);
        Directory.CreateDirectory(older + ".before-002-digests");

        var fault = await Assert.ThrowsAsync<StoreException>(() => RegistryHost.BuildAsync([$"--Store:Sqlite:Path={older}"], TestContext.Current.CancellationToken));

        Assert.Contains(".before-002-digests cannot be written", fault.Message, StringComparison.Ordinal);
        Assert.Equal(asItWas, StoreFile.Dump(older));
    }

    [Fact]
    public async Task A_damaged_store_is_not_brought_up_to_date()
    {
        var older = used.Copy();
        StoreFile.Do(older, Older);
        StoreFile.Do(older, "PRAGMA writable_schema = 1; UPDATE sqlite_schema SET sql = replace(sql, 'indexed (row)', 'indexed (audience)') WHERE name = 'indexed_row'");
        var asItWas = StoreFile.Dump(older);

        var fault = await Assert.ThrowsAsync<StoreException>(() => RegistryHost.BuildAsync([$"--Store:Sqlite:Path={older}"], TestContext.Current.CancellationToken));

        Assert.Contains("is damaged: it is not brought up to date", fault.Message, StringComparison.Ordinal);
        Assert.Equal(asItWas, StoreFile.Dump(older));
        Assert.False(File.Exists(older + ".before-002-digests"));
    }

    private static Task<int> CheckAsync(string path) => CheckCommand.RunAsync([$"--Store:Sqlite:Path={path}"], TextWriter.Null, TestContext.Current.CancellationToken);
}
