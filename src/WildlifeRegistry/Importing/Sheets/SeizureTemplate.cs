using System.Globalization;
using System.Text;
using CsvHelper;

namespace WildlifeRegistry.Importing.Sheets;

/// <summary>The template that officers fill in: headings in English and Russian, one row of an exercise that is plainly invented, and in a workbook a sheet that says what is allowed.</summary>
public static class SeizureTemplate
{
    private static readonly Dictionary<SheetPlace, string> Example = new()
    {
        [new(SeizureColumns.AgencyReference, 1)] = "EXERCISE-1",
        [new(SeizureColumns.OccurredOn, 1)] = "2026-03-14",
        [new(SeizureColumns.Country, 1)] = "KZ",
        [new(SeizureColumns.PlaceName, 1)] = "Invented crossing",
        [new(SeizureColumns.Coordinates, 1)] = "44.17, 80.30",
        [new(SeizureColumns.Reason, 1)] = "Invented for training",
        [new(SeizureColumns.Detection, 1)] = "X-ray",
        [new(SeizureColumns.Transport, 1)] = "Road",
        [new(SeizureColumns.Concealment, 1)] = "In an invented spare wheel",
        [new(SeizureColumns.Origin, 1)] = "KZ",
        [new(SeizureColumns.Transit, 1)] = "Invented town, UZ",
        [new(SeizureColumns.Destination, 1)] = "CN",
        [new(SeizureColumns.Nationalities, 1)] = "KZ 1",
        [new(SeizureColumns.Narrative, 1)] = "An example of an exercise: delete this row or leave it, it never touches real records.",
        [new(SeizureColumns.Exercise, 1)] = "yes",
        [new(SeizureColumns.Species, 1)] = "Saiga tatarica",
        [new(SeizureColumns.Description, 1)] = "horns",
        [new(SeizureColumns.Quantity, 1)] = "40",
        [new(SeizureColumns.Unit, 1)] = "pieces",
        [new(SeizureColumns.Suspect, 1)] = "Exercise Person",
        [new(SeizureColumns.SuspectRole, 1)] = "DRIVER",
        [new(SeizureColumns.SuspectOffence, 1)] = "Invented for training",
        [new(SeizureColumns.IdentifierType, 1)] = "PLATE",
        [new(SeizureColumns.IdentifierValue, 1)] = "000 EXE 00",
    };

    /// <summary>Writes a workbook, or CSV where the name ends so.</summary>
    /// <exception cref="ImportException">The file is there already, cannot be written, or its name ends otherwise.</exception>
    public static void Write(string path)
    {
        var isCsv = path.EndsWith(".csv", StringComparison.OrdinalIgnoreCase);
        if (!isCsv && !path.EndsWith(".xlsx", StringComparison.OrdinalIgnoreCase))
        {
            throw new ImportException("The template's name ends in .xlsx or .csv.");
        }

        try
        {
            using var file = new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite);
            if (isCsv)
            {
                WriteCsv(file);
            }
            else
            {
                WriteWorkbook(file);
            }
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new ImportException($"The template cannot be written: {fault.Message}");
        }
    }

    public static void WriteWorkbook(Stream stream)
    {
        using var workbook = new WorkbookWriter(stream);
        workbook.Begin("Seizures", [.. SeizureColumns.Template.Select(_ => 24)]);
        workbook.Row(SeizureColumns.Template.Select(column => column.Heading));
        workbook.Row(ExampleRow());
        workbook.Begin("Help", [36, 40, 120]);
        workbook.Row(["Column", "Колонка", "Allowed values"]);
        foreach (var column in SeizureColumns.All)
        {
            workbook.Row([column.English, column.Russian, column.Allowed]);
        }

        workbook.Row([]);
        workbook.Row(["Repeating", "Повторение", "More specimens, suspects and identifiers of one seizure go into columns with higher numbers (Species 3, Suspect name 2), or onto more rows below with the same agency reference."]);
        workbook.Row(["Own columns", "Свои колонки", "Columns may stand in any order; the headings may be in either language. Those that the template does not have are not imported."]);
        workbook.Complete();
    }

    public static void WriteCsv(Stream stream)
    {
        using var csv = new CsvWriter(new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true), leaveOpen: true), CultureInfo.InvariantCulture);
        foreach (var row in new[] { SeizureColumns.Template.Select(column => column.Heading), ExampleRow() })
        {
            foreach (var cell in row)
            {
                csv.WriteField(CellText.Harmless(cell));
            }

            csv.NextRecord();
        }
    }

    private static IEnumerable<string> ExampleRow() => SeizureColumns.Template.Select(column => Example.GetValueOrDefault(column.Place, ""));
}
