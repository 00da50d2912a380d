using System.Globalization;
using System.Text;
using Microsoft.Data.Sqlite;
using WildlifeRegistry.Records;
using WildlifeRegistry.Storage;
using WildlifeRegistry.Storage.Sqlite;
using Xunit;

namespace WildlifeRegistry.Tests.Conformance;

/// <summary>SQLite, on a file in a folder of its own.</summary>
public sealed class SqliteEngine : Engine
{
    private static readonly string Memory = "/dev/shm";

    // A file system in memory where there is one: the suite asks what is in the file, not whether the disk keeps it.
    private readonly string folder = Path.Combine(Directory.Exists(Memory) ? Memory : Path.GetTempPath(), "registry-" + Guid.NewGuid().ToString("N"));
    private string? elsewhere;
    private SqliteGraphStore? store;

    public override string Name => "sqlite";

    public override string ExpectedVersion => SqliteGraphStore.Version;

    public override IGraphStore Store => Open;

    public override IGroupRegister Groups => Open;

    public override RegistryKeys Keys => Open.Keys;

    private SqliteGraphStore Open => store ?? throw new InvalidOperationException("The store is closed.");

    private string File => elsewhere ?? Path.Combine(folder, "registry.db");

    public override Task<string?> AbsenceAsync() => Task.FromResult<string?>(null); // it comes with the program

    public override async Task<string> VersionAsync()
    {
        await using var connection = await ConnectAsync();
        return "SQLite " + (await ScalarAsync(connection, "SELECT sqlite_version()"));
    }

    public override async Task OpenAsync() =>
        store = await SqliteGraphStore.OpenAsync(File, Synthetic.Disclosure, Time, logger: null, TestContext.Current.CancellationToken);

    public override async Task CloseAsync()
    {
        if (store is not null)
        {
            await store.DisposeAsync();
            store = null;
        }
    }

    public override async Task<string> DumpAsync()
    {
        var dump = new StringBuilder();
        await using var connection = await ConnectAsync();
        foreach (var table in await ColumnAsync(connection, "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"))
        {
            dump.AppendLine(table);
            await using var command = connection.CreateCommand();
            command.CommandText = $"SELECT * FROM \"{table}\" ORDER BY 1, 2";
            await using var reader = await command.ExecuteReaderAsync();
            while (await reader.ReadAsync())
            {
                for (var n = 0; n < reader.FieldCount; n++)
                {
                    dump.Append(reader.GetValue(n) is byte[] bytes ? Convert.ToHexString(bytes) : Convert.ToString(reader.GetValue(n), CultureInfo.InvariantCulture)).Append('\t');
                }

                dump.AppendLine();
            }
        }

        return dump.ToString();
    }

    public override async Task SpoilAsync(Spoiled how)
    {
        switch (how)
        {
            case Spoiled.Newer:
                await ExecuteAsync("INSERT INTO migration (name, checksum, at) VALUES ('999-later.sql', 'x', 0)");
                break;
            case Spoiled.ChangedMigration:
                await ExecuteAsync("UPDATE migration SET checksum = 'x'");
                break;
            case Spoiled.Nonsense:
                Delete();
                await System.IO.File.WriteAllTextAsync(File, new string('n', 8192));
                break;
            case Spoiled.Foreign:
                Delete();
                await ExecuteAsync("CREATE TABLE bird (name TEXT); INSERT INTO bird VALUES ('saker')");
                break;
            case Spoiled.ReadOnly:
                // A folder that not even an administrator can write in.
                elsewhere = "/proc/registry/registry.db";
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(how));
        }
    }

    public override Task ForgetAudiencesAsync() => ExecuteAsync("UPDATE meta SET value = randomblob(16) WHERE name = 'epoch'; DELETE FROM audience");

    protected override Task RemoveAsync()
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }

        return Task.CompletedTask;
    }

    private void Delete()
    {
        foreach (var file in Directory.EnumerateFiles(folder))
        {
            System.IO.File.Delete(file);
        }
    }

    private async Task<SqliteConnection> ConnectAsync()
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = File, Pooling = false }.ToString());
        await connection.OpenAsync();
        return connection;
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var connection = await ConnectAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<string?> ScalarAsync(SqliteConnection connection, string sql) => (await ColumnAsync(connection, sql)).FirstOrDefault();

    private static async Task<List<string>> ColumnAsync(SqliteConnection connection, string sql)
    {
        var values = new List<string>();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            values.Add(reader.GetString(0));
        }

        return values;
    }
}
