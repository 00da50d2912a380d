using Xunit;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;
using WildlifeRegistry.Access;
using WildlifeRegistry.Importing;
using WildlifeRegistry.Importing.Reference;
using WildlifeRegistry.Places;
using WildlifeRegistry.Records;
using WildlifeRegistry.Seizures;
using WildlifeRegistry.Species;
using WildlifeRegistry.Storage;
using WildlifeRegistry.Storage.Sqlite;

namespace WildlifeRegistry.Tests.Importing;

/// <summary>A store of one test, with the reference data in it.</summary>
internal sealed class ImportStore : IAsyncDisposable
{
    private static readonly Lazy<Task<string>> Template = new(MakeTemplate);
    private static readonly AgencyCode KzCustoms = new("KZ-CUSTOMS");

    private readonly string folder;

    private ImportStore(string folder, SqliteGraphStore store)
    {
        this.folder = folder;
        Store = store;
    }

    public static Reader Officer { get; } = Of("KZ-CUSTOMS/officer", Role.Officer);

    public static Reader Analyst { get; } = Of("KZ-CUSTOMS/analyst", Role.Analyst);

    public static TaxonTable Taxa { get; } = new();

    public static PlaceTable Places { get; } = new();

    public static CodeTable Codes { get; } = new();

    public static KindCatalogue Kinds { get; } = KindCatalogue.Registry();

    public SqliteGraphStore Store { get; private set; }

    public string Path => System.IO.Path.Combine(folder, "registry.db");

    public string Folder => folder;

    public CitesFormat Cites => new(Taxa, Places, Codes, Store.Keys, TimeProvider.System);

    public static async Task<ImportStore> OpenAsync()
    {
        var fresh = Directory.CreateTempSubdirectory("wildlife-import-").FullName;
        File.Copy(await Template.Value, System.IO.Path.Combine(fresh, "registry.db"));
        return new ImportStore(fresh, await OpenAsync(System.IO.Path.Combine(fresh, "registry.db")));
    }

    public static Reader Of(string officer, Role role, string agency = "KZ-CUSTOMS") => new(new OfficerId(officer), new AgencyCode(agency), agency[..2], [role], []);

    public C4adsFormat C4ads(bool legs = true) => new(Taxa, Places, Store.Keys, TimeProvider.System, legs ? C4adsLegs.Read("legs.csv", () => File.OpenRead(ImportFiles.Legs)) : null);

    public async Task<ImportReport> ImportAsync(CsvRows rows, IImportFormat format, Reader? author = null, Audience? audience = null, List<(int Line, RowRefusedException Why)>? refused = null)
    {
        using (rows)
        {
            var run = new ImportRun(Store, Store.Keys, Kinds, TimeProvider.System, author ?? Officer, audience ?? Audience.OwnAgency((author ?? Officer).Agency), format);
            await run.RunAsync(rows, (row, why) => refused?.Add((row.Line, why)), _ => { }, TestContext.Current.CancellationToken);
            return run.Report;
        }
    }

    public Task<ImportReport> ImportC4adsAsync(string text, Reader? author = null, Audience? audience = null, List<(int Line, RowRefusedException Why)>? refused = null)
    {
        var format = C4ads(legs: false);
        return ImportAsync(ImportFiles.OfText(ImportFiles.C4adsHeader + "\n" + text, format), format, author, audience, refused);
    }

    public Task<ImportReport> ImportCitesAsync(string text, List<(int Line, RowRefusedException Why)>? refused = null) =>
        ImportAsync(ImportFiles.OfText(ImportFiles.CitesHeader + "\n" + text, Cites), Cites, refused: refused);

    public async Task<SeenRecord?> FindAsync(string key, Reader? reader = null)
    {
        var reading = await Store.ViewFor(reader ?? Officer).ReadAsync(new ReadPlan(new PlanStart.ByImportKey(key), Bring.Nothing), TestContext.Current.CancellationToken);
        return reading.Roots.Records.FirstOrDefault()?.Record;
    }

    /// <summary>Writes a record anew as another officer would.</summary>
    public async Task AmendAsync(SeenRecord record, Reader by, Func<Seizure, Seizure> change, Audience? audience = null)
    {
        var kind = new SeizureKind();
        var seizure = change(RecordJson.Read<Seizure>(record.Properties));
        var envelope = new RecordEnvelope(record.Id, audience ?? record.Owners!.Audience, record.Exercise, record.Validation, record.Handling, record.Details);
        var changes = new ChangeSet { Amended = [new AmendedRecord(kind.Store(seizure, envelope), record.Owners!.Version, kind.Derive(seizure, envelope, Store.Keys), Level.Full)] };
        Assert.IsType<CommitResult.Committed>(await Store.CommitAsync(changes, by, TestContext.Current.CancellationToken));
    }

    /// <summary>Every row of every table but the shipped files' and the registry's own marks, in order.</summary>
    public string Dump()
    {
        var text = new StringBuilder();
        foreach (var table in Rows("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT IN ('meta', 'loaded', 'migration') ORDER BY name").Select(row => row[0]))
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"# {table}");
            foreach (var row in Rows($"SELECT * FROM \"{table}\"").Select(row => string.Join('|', row)).Order(StringComparer.Ordinal))
            {
                text.AppendLine(row);
            }
        }

        return text.ToString();
    }

    /// <summary>
    /// What the imported records say, by import key, without what differs from run to run (ids, references, times):
    /// properties, state, what they are filtered by, and the kind and far end of each link.
    /// </summary>
    public SortedDictionary<string, string> Imported(string? path = null)
    {
        var links = Rows("SELECT f.import_key, l.kind || '>' || lower(hex(t.id)) || c.sides FROM link l JOIN (SELECT link, count(*) AS sides FROM adjacent GROUP BY link) c ON c.link = l.row JOIN record f ON f.row = l.from_row JOIN record t ON t.row = l.to_row WHERE f.import_key IS NOT NULL", path)
            .ToLookup(row => row[0], row => row[1], StringComparer.Ordinal);
        var indexed = Rows("SELECT r.import_key, i.property || '=' || i.value FROM indexed i JOIN record r ON r.row = i.row WHERE r.import_key IS NOT NULL", path).ToLookup(row => row[0], row => row[1], StringComparer.Ordinal);
        var records = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var row in Rows("SELECT r.import_key, r.owner, r.validation, r.version, a.canonical, CAST(r.properties AS TEXT) FROM record r JOIN audience a ON a.id = r.audience WHERE r.import_key IS NOT NULL", path))
        {
            var properties = JsonNode.Parse(row[5])!;
            foreach (var specimen in properties["specimens"]!.AsArray())
            {
                specimen!["id"] = "";
            }

            records.Add(row[0], string.Join('|', row[1], row[2], row[3], row[4], properties.ToJsonString(RecordJson.Options), string.Join(' ', links[row[0]].Order(StringComparer.Ordinal)), string.Join(' ', indexed[row[0]].Order(StringComparer.Ordinal))));
        }

        return records;
    }

    public List<string[]> Rows(string sql, string? path = null)
    {
        using var connection = new SqliteConnection($"Data Source={path ?? Path};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // the tests' own text
        command.CommandText = sql;
#pragma warning restore CA2100
        using var reading = command.ExecuteReader();
        var rows = new List<string[]>();
        while (reading.Read())
        {
            rows.Add([.. Enumerable.Range(0, reading.FieldCount).Select(at => reading.IsDBNull(at) ? "" : reading.GetValue(at) is byte[] bytes ? Convert.ToHexString(bytes) : Convert.ToString(reading.GetValue(at), CultureInfo.InvariantCulture)!)]);
        }

        return rows;
    }

    /// <summary>Lets go of the file, for another process to write to it, and takes it up again.</summary>
    public async Task WhileClosedAsync(Func<Task> work)
    {
        await Store.DisposeAsync();
        await work();
        Store = await OpenAsync(Path);
    }

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    private static Task<SqliteGraphStore> OpenAsync(string path) => SqliteGraphStore.OpenAsync(path, Kinds.Disclosure(), TimeProvider.System, logger: null, CancellationToken.None);

    private static async Task<string> MakeTemplate()
    {
        var path = System.IO.Path.Combine(Directory.CreateTempSubdirectory("wildlife-reference-").FullName, "registry.db");
        await using (var store = await OpenAsync(path))
        {
            await new ReferenceLoader(store, store, store.Keys).LoadAsync(CancellationToken.None);
        }

        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(System.IO.Path.GetDirectoryName(path)!, recursive: true);
        return path;
    }
}
