using WildlifeRegistry.Access;
using WildlifeRegistry.Hosting;
using WildlifeRegistry.Importing.Reference;
using WildlifeRegistry.Importing.Sheets;
using WildlifeRegistry.Species;

namespace WildlifeRegistry.Importing;

/// <summary>What is to be imported: whatever road it came by.</summary>
/// <param name="Name">The file's name, without its folder: for people and for the provenance.</param>
/// <param name="Path">Where it lies.</param>
/// <param name="LegsPath">c4ads: where the second file lies.</param>
public sealed record ImportRequest(string Format, string Name, string Path, string? LegsName, string? LegsPath, ColumnMapping Mapping);

/// <summary>The formats, and a file of one of them opened for its author: what the verb and the endpoint share.</summary>
public sealed class ImportFile : IDisposable
{
    public const string C4ads = "c4ads", Cites = "cites", Seizures = SeizureImport.Format;

    public static readonly IReadOnlyList<string> Formats = [C4ads, Cites, Seizures];

    public static readonly IReadOnlyList<Role> Importers = [Role.Officer, Role.Analyst, Role.Prosecutor, Role.Liaison];

    private ImportFile(IFileRows rows, ImportRun run, IReadOnlyList<string> unread, string? legsEncoding)
    {
        Rows = rows;
        Run = run;
        Unread = unread;
        LegsEncoding = legsEncoding;
    }

    public IFileRows Rows { get; }

    public ImportRun Run { get; }

    /// <summary>Columns that the format does not have; told for <c>seizures</c> only, whose files are filled in by hand.</summary>
    public IReadOnlyList<string> Unread { get; }

    public string? LegsEncoding { get; }

    /// <exception cref="ImportException">The file cannot be read, or is none of the format.</exception>
    public static ImportFile Open(ImportRequest request, Reader author, RegistryParts parts, ImportTables tables)
    {
        Stream OpenFile() => File.OpenRead(request.Path);

        if (!string.Equals(request.Format, Seizures, StringComparison.Ordinal))
        {
            var legs = request.LegsPath is { } second ? C4adsLegs.Read(request.LegsName!, () => File.OpenRead(second)) : null;
            IImportFormat format = string.Equals(request.Format, Cites, StringComparison.Ordinal)
                ? new CitesFormat(tables.Taxa, parts.Places, tables.Codes, parts.Keys, parts.Time)
                : new C4adsFormat(tables.Taxa, parts.Places, parts.Keys, parts.Time, legs);
            var run = new ImportRun(parts.Store, parts.Keys, parts.Kinds, parts.Time, author, Audience.OwnAgency(author.Agency), format);
            return new ImportFile(CsvRows.Open(request.Name, OpenFile, format.Columns), run, [], legs?.EncodingName);
        }

        var rows = OpenSheet(request.Name, OpenFile);
        try
        {
            var sheet = new SeizureSheet(rows, request.Mapping, tables.Countries, tables.Taxa, tables.Codes, parts.Keys);
            return new ImportFile(rows, new ImportRun(parts.Store, author, new SeizureImport(parts, author, sheet)), sheet.Unread, null);
        }
        catch
        {
            rows.Dispose();
            throw;
        }
    }

    /// <summary>A workbook or a text file, by its first bytes: what it is called does not matter.</summary>
    /// <exception cref="ImportException">It cannot be read.</exception>
    public static IFileRows OpenSheet(string name, Func<Stream> open)
    {
        Span<byte> start = stackalloc byte[4];
        try
        {
            using var file = open();
            start = start[..file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)];
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new ImportException($"{name} cannot be read: {fault.Message}");
        }

        if (WorkbookRows.IsOldOrLocked(start))
        {
            throw new ImportException($"{name} is a workbook of the old form (.xls) or under a password: save it as .xlsx without one.");
        }

        return WorkbookRows.IsWorkbook(start) ? WorkbookRows.Open(name, open) : CsvRows.Open(name, open, [], anyDelimiter: true);
    }

    public void Dispose() => Rows.Dispose();
}

/// <summary>The tables that files are read by: read once, when the first file comes.</summary>
public sealed class ImportTables(Places.PlaceTable places)
{
    private readonly Lazy<TaxonTable> taxa = new(() => new TaxonTable());
    private readonly Lazy<CodeTable> codes = new(() => new CodeTable());
    private readonly Lazy<CountryNames> countries = new(() => new CountryNames(places));

    public TaxonTable Taxa => taxa.Value;

    public CodeTable Codes => codes.Value;

    public CountryNames Countries => countries.Value;
}
