using Xunit;
using System.Text;
using WildlifeRegistry.Importing;

namespace WildlifeRegistry.Tests.Importing;

/// <summary>The files that the tests import.</summary>
internal static class ImportFiles
{
    public static string Root { get; } = FindRoot();

    public static string C4ads { get; } = Path.Combine(Root, "schema", "samples", "c4ads-air-seizures.csv");

    public static string Legs { get; } = Path.Combine(Root, "schema", "samples", "c4ads-air-seizure-legs.csv");

    /// <summary>All 2,949 rows; schema/samples has those of them that touch an ECO state.</summary>
    public static string Cites { get; } = Path.Combine(Folder, "Data", "cites-reported-seizures.csv");

    public const string C4adsHeader = "ID,Year,Date,Database,Location,\"City, Country\",Origin,Transit,Destination,Weight (kg),Number,Airline,Mode of Transport,Method of Detection,Obfuscation Method,Species";

    public const string CitesHeader = "Year,App.,Taxon,Class,Order,Family,Genus,Importer,Exporter,Origin,Importer reported quantity,Exporter reported quantity,Term,Unit,Purpose,Source";

    private static string Folder => Path.Combine(Root, "tests", "WildlifeRegistry.Tests", "Importing");

    public static CsvRows Open(string path, IImportFormat format) => CsvRows.Open(Path.GetFileName(path), () => File.OpenRead(path), format.Columns);

    public static CsvRows OfText(string text, IImportFormat format) => OfBytes(Encoding.UTF8.GetBytes(text), format);

    public static CsvRows OfBytes(byte[] bytes, IImportFormat format) => CsvRows.Open("given.csv", () => new MemoryStream(bytes), format.Columns);

    /// <summary>Compares with the approved file, and leaves what was received beside it where they differ.</summary>
    public static void IsApproved(string name, string received)
    {
        var approved = Path.Combine(Folder, "Approved", name);
        var given = received.ReplaceLineEndings("\n");
        if (!File.Exists(approved) || !string.Equals(File.ReadAllText(approved).ReplaceLineEndings("\n"), given, StringComparison.Ordinal))
        {
            var path = Path.Combine(AppContext.BaseDirectory, name + ".received");
            File.WriteAllText(path, given);
            Assert.Fail($"Not as approved in {approved}; received: {path}");
        }
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "WildlifeRegistry.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("The tests run outside their repository.");
        }

        return folder.FullName;
    }
}
