using WildlifeRegistry.Records;
using WildlifeRegistry.Storage.Sqlite;

namespace WildlifeRegistry.Tests.Checking;

/// <summary>Who else works on the machine reads no store.</summary>
public sealed class PrivateTests
{
    [Fact]
    public async Task A_new_store_is_for_the_registrys_own_user_alone()
    {
        var folder = Directory.CreateTempSubdirectory("wildlife-registry-").FullName;
        try
        {
            var path = Path.Combine(folder, "registry.db");
            await using var store = await SqliteGraphStore.OpenAsync(path, KindCatalogue.Registry().Disclosure(), TimeProvider.System, logger: null, TestContext.Current.CancellationToken);

            foreach (var file in new[] { path, path + "-shm", path + "-wal" })
            {
                Assert.True(File.Exists(file), file);
                Assert.True(OperatingSystem.IsWindows() || File.GetUnixFileMode(file) == (UnixFileMode.UserRead | UnixFileMode.UserWrite), file);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
