using System.Globalization;
using System.Text.RegularExpressions;
using WildlifeRegistry.Importing.Reference;
using WildlifeRegistry.Places;
using WildlifeRegistry.Records;
using WildlifeRegistry.Seizures;
using WildlifeRegistry.Species;

namespace WildlifeRegistry.Importing;

/// <summary>
/// Rows of the CITES trade database with the source code I: seizures that states reported. The discovering country is
/// the one whose quantity is given, the importer's where both are; the narrative says which.
/// </summary>
public sealed partial class CitesFormat(TaxonTable taxa, PlaceTable places, CodeTable codes, RegistryKeys keys, TimeProvider time) : IImportFormat
{
    private const string Year = "Year", App = "App.", Taxon = "Taxon", Importer = "Importer", Exporter = "Exporter", Origin = "Origin",
        ImporterQuantity = "Importer reported quantity", ExporterQuantity = "Exporter reported quantity", Term = "Term", Unit = "Unit", Purpose = "Purpose", Source = "Source";

    /// <summary>The Convention entered into force in 1975.</summary>
    private const int FirstYear = 1975;

    private static readonly string[] Appendices = ["I", "II", "III", "N", ""];

    public string Name => "cites";

    public IReadOnlyCollection<string> Columns { get; } = [Year, App, Taxon, Importer, Exporter, Origin, ImporterQuantity, ExporterQuantity, Term, Unit, Purpose, Source];

    public bool HasOwnIds => false;

    public ImportedRow Read(CsvRow row)
    {
        if (!string.Equals(row[Source], "I", StringComparison.Ordinal))
        {
            throw new RowRefusedException(Source, row[Source], "Only rows with the source I are seizures; the others are declared trade.");
        }

        if (!Appendices.Contains(row[App], StringComparer.Ordinal))
        {
            throw new RowRefusedException(App, row[App], "An appendix is I, II, III or N.");
        }

        var (importer, exporter, origin) = (Country(row, Importer), Country(row, Exporter), Country(row, Origin));
        var (imported, exported) = (Amount(row, ImporterQuantity), Amount(row, ExporterQuantity));
        var byImporter = imported is not null;
        if ((imported ?? exported) is not { } amount)
        {
            throw new RowRefusedException(ImporterQuantity, "", "Neither quantity is given: it is not known who reported the seizure.");
        }

        if ((byImporter ? importer : exporter) is not { } country)
        {
            var column = byImporter ? Importer : Exporter;
            throw new RowRefusedException(column, row[column], "The state that reported the quantity is not known, and so not the discovering country.");
        }

        var purpose = row[Purpose].Length == 0 ? null : codes.Find(CodeTable.Purposes, row[Purpose]) ?? throw new RowRefusedException(Purpose, row[Purpose], "CITES has no such purpose code.");
        var unit = row[Unit].Length == 0 ? "specimens" : codes.Find(CodeTable.Units, row[Unit]) ?? throw new RowRefusedException(Unit, row[Unit], "CITES has no such unit.");
        var taxon = row[Taxon].Length == 0 ? throw new RowRefusedException(Taxon, "", "A row names a taxon.") : taxa.Find(row[Taxon]);
        var term = codes.Find(CodeTable.Terms, row[Term]);
        var digest = ImportedRow.DigestOf(Columns.Select(column => row[column]));
        var seizure = new Seizure
        {
            OccurredOn = PartialDate.OfYear(YearOf(row)),
            Country = country,
            Narrative = Narrative(row, byImporter, unit),
            Specimens =
            [
                new Specimen
                {
                    Id = RecordId.NewRandom(),
                    NameAsGiven = row[Taxon],
                    Species = taxon is { } found ? taxa.Resolve(found.Taxon, keys) : null,
                    Description = row[Term].Length == 0 ? null : row[Term],
                    CitesTerm = term,
                    Quantities = [new Quantity(amount, unit)],
                    Live = string.Equals(term, "live", StringComparison.Ordinal) ? true : null,
                    CitesSource = row[Source],
                    CitesPurpose = purpose,
                },
            ],
            Chain = [.. Step(ChainRole.Origin, origin), .. Step(ChainRole.Export, exporter), .. Step(ChainRole.Destination, importer)],
        };
        return new ImportedRow(digest, digest, seizure, [new Mention(row[Taxon], taxon is not null)]);
    }

    private static bool IsUnknown(string code) => code is "XX" or "ZZ";

    /// <summary>What the row says and no property holds: who reported, the other side's figure, the appendix, and which codes stood for "unknown".</summary>
    private static string Narrative(CsvRow row, bool byImporter, string unit)
    {
        var lines = new List<string> { byImporter ? $"Reported to CITES by the importing state ({row[Importer]})." : $"Reported to CITES by the exporting state ({row[Exporter]})." };
        if (byImporter && row[ExporterQuantity].Length > 0)
        {
            lines.Add($"The exporting state ({row[Exporter]}) reported {row[ExporterQuantity]} {unit}.");
        }

        if (row[App].Length > 0)
        {
            lines.Add($"Appendix as reported: {row[App]}.");
        }

        lines.AddRange(new[] { Importer, Exporter, Origin }.Where(column => IsUnknown(row[column])).Select(column => $"{column} given as {row[column]}: unknown."));
        return string.Join(' ', lines);
    }

    private IEnumerable<ChainStep> Step(ChainRole role, string? country) =>
        country is null ? [] : [new ChainStep(role, country, null, PlaceTable.IdOf(country, keys), SeizureOpportunity: false)];

    private int YearOf(CsvRow row) =>
        int.TryParse(row[Year], NumberStyles.None, CultureInfo.InvariantCulture, out var year) && year >= FirstYear && year <= time.GetUtcNow().Year
            ? year
            : throw new RowRefusedException(Year, row[Year], string.Create(CultureInfo.InvariantCulture, $"A year is four digits, from {FirstYear} to this year."));

    /// <summary>The country's code; null where the row says that it is not known, or says nothing.</summary>
    private string? Country(CsvRow row, string column)
    {
        var code = row[column];
        if (code.Length == 0 || IsUnknown(code))
        {
            return null;
        }

        return places.IsCountry(code) ? code : throw new RowRefusedException(column, code, "A country is an ISO 3166-1 code of two letters, or XX where it is not known.");
    }

    private static decimal? Amount(CsvRow row, string column)
    {
        if (row[column].Length == 0)
        {
            return null;
        }

        return AmountForm().IsMatch(row[column]) ? decimal.Parse(row[column], CultureInfo.InvariantCulture) : throw new RowRefusedException(column, row[column], "A quantity is a number like 46 or 8.35, without separators of thousands.");
    }

    [GeneratedRegex("^[0-9]{1,15}([.][0-9]{1,10})?$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex AmountForm();
}
