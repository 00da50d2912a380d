using System.Text;
using Microsoft.Extensions.DependencyInjection;
using WildlifeRegistry.Access;
using WildlifeRegistry.Hosting;
using WildlifeRegistry.Importing;
using WildlifeRegistry.Importing.Sheets;
using WildlifeRegistry.Records;
using WildlifeRegistry.Seizures;
using WildlifeRegistry.Storage;

namespace WildlifeRegistry.Tests.Importing.Sheets;

/// <summary>A refused row, as a test compares it.</summary>
public sealed record Refused(int Line, string Column, string Value, string Reason);

/// <summary>A registry of its own, and files of the format <c>seizures</c> imported into it by the code that the verb and the endpoint share.</summary>
public sealed class SheetWorld : IAsyncDisposable
{
    public const string Header = "Agency reference,Date of seizure,Country of discovery,Species,Quantity,Unit";

    private SheetWorld(RegistryApplication registry) => Registry = registry;

    public RegistryApplication Registry { get; }

    public List<Refused> Refusals { get; } = [];

    public string ErrorFile { get; } = Path.Combine(Path.GetTempPath(), "wildlife-errors-" + Guid.NewGuid().ToString("N") + ".csv");

    public IReadOnlyList<string> Unread { get; private set; } = [];

    public string ReadAs { get; private set; } = "";

    public static async Task<SheetWorld> OpenAsync() => new(await RegistryApplication.StartAsync());

    public Task<ImportReport> ImportAsync(string text, string persona = "kz-customs-officer", string? mapping = null) => ImportAsync(Encoding.UTF8.GetBytes(text), persona, mapping);

    public async Task<ImportReport> ImportAsync(byte[] file, string persona = "kz-customs-officer", string? mapping = null, string? errors = null)
    {
        Refusals.Clear();
        var path = Path.GetTempFileName();
        try
        {
            await File.WriteAllBytesAsync(path, file, TestContext.Current.CancellationToken);
            var request = new ImportRequest(ImportFile.Seizures, "given", path, null, null, mapping is null ? ColumnMapping.None : ColumnMapping.Read(Encoding.UTF8.GetBytes(mapping)));
            using var opened = ImportFile.Open(request, Registry.ReaderOf(persona), Registry.Services.GetRequiredService<RegistryParts>(), Registry.Services.GetRequiredService<ImportTables>());
            (Unread, ReadAs) = (opened.Unread, opened.Rows.EncodingName);
            using var written = new ErrorFile(errors ?? ErrorFile, opened.Rows);
            await opened.Run.RunAsync(
                opened.Rows,
                (row, refused) =>
                {
                    Refusals.Add(new Refused(row.Line, refused.Column, refused.Value, refused.Message));
                    written.Add(row, refused);
                },
                _ => { },
                TestContext.Current.CancellationToken);
            written.Flush();
            return opened.Run.Report;
        }
        finally
        {
            File.Delete(path);
        }
    }

    /// <summary>The seizures that a persona sees, real or of the exercise, by their agency references.</summary>
    public async Task<IReadOnlyList<Seizure>> SeizuresAsync(string persona = "kz-customs-officer", bool exercise = false) =>
        [.. (await RecordsAsync(RecordKind.Seizure, persona, exercise)).Select(record => RecordJson.Read<Seizure>(record.Properties)).OrderBy(seizure => seizure.AgencyReference, StringComparer.Ordinal)];

    public async Task<IReadOnlyList<SeenRecord>> RecordsAsync(RecordKind kind, string persona = "kz-customs-officer", bool exercise = false)
    {
        var found = new List<SeenRecord>();
        Position? after = null;
        RecordPage page;
        do
        {
            var start = new PlanStart.Page(kind, [], null, [], [], exercise, Descending: false, ReadPlan.MaxPage, after, WantTotal: false);
            page = (await Registry.Store.ViewFor(Registry.ReaderOf(persona)).ReadAsync(new ReadPlan(start, Bring.Nothing), TestContext.Current.CancellationToken)).Roots;
            found.AddRange(page.Records.Select(record => record.Record));
            after = page.Records.IsEmpty ? null : new Position(page.Records[^1].Sort, page.Records[^1].Record.Id);
        }
        while (page.HasNext);

        return found;
    }

    public async ValueTask DisposeAsync()
    {
        File.Delete(ErrorFile);
        await Registry.DisposeAsync();
    }
}
