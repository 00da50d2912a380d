using System.Globalization;
using WildlifeRegistry.Recording;

namespace WildlifeRegistry.Importing.Sheets;

/// <summary>One seizure on its way from cells to input: what it says once, and its parts row by row.</summary>
internal sealed partial class SheetReading(SeizureSheet sheet, IReadOnlyList<CsvRow> rows)
{
    private readonly Dictionary<string, SheetCell> cells = new(StringComparer.Ordinal);

    public List<Refusal> Faults { get; } = [];

    public SheetSeizure Seizure(Func<string, bool> isWanted)
    {
        var input = new Dictionary<string, object?>(StringComparer.Ordinal);
        Agree();
        Lines(input);
        Closed(input);
        input["chain"] = Chain();
        var specimens = Parts(SheetPart.Specimen);
        input["specimens"] = specimens.Select((part, at) => Specimen(part, Path("specimens", at))).ToList();
        var digest = DigestOf(Own().Concat(specimens.SelectMany(part => part.Said)));
        var parts = People(input, isWanted);
        return new SheetSeizure(input, cells, digest, parts);
    }

    private static string Path(string list, int at) => string.Create(CultureInfo.InvariantCulture, $"{list}[{at}]");

    private static string DigestOf(IEnumerable<string> said) => ImportedRow.DigestOf(said);

    /// <summary>What the rows say of the seizure itself, as texts.</summary>
    private IEnumerable<string> Own() => SeizureColumns.All.Where(column => column.Part == SheetPart.Seizure)
        .Select(column => (column.Key, Cell: One(column.Key)))
        .Where(pair => pair.Cell is not null)
        .Select(pair => $"{pair.Key}={pair.Cell!.Text}");

    /// <summary>The value of a column that a seizure has once: it may stand on any of its rows.</summary>
    private SheetCell? One(string key) => rows.Select(row => sheet.Cell(row, key)).FirstOrDefault(cell => cell is not null);

    /// <summary>Rows of one seizure do not contradict each other.</summary>
    private void Agree()
    {
        if (rows.Count == 1)
        {
            return;
        }

        foreach (var column in SeizureColumns.All.Where(column => column.Part == SheetPart.Seizure))
        {
            var first = One(column.Key);
            if (rows.Select(row => sheet.Cell(row, column.Key)).FirstOrDefault(cell => cell is not null && !string.Equals(cell.Text, first!.Text, StringComparison.Ordinal)) is { } other)
            {
                Fault(other, string.Create(CultureInfo.InvariantCulture, $"Line {first!.Row.Line} of the same seizure says \"{first.Text}\". Two seizures need two references."));
            }
        }
    }

    private void Lines(Dictionary<string, object?> input)
    {
        foreach (var key in new[]
        {
            SeizureColumns.AgencyReference, SeizureColumns.PlaceName, SeizureColumns.Coordinates, SeizureColumns.DetectingAgency, SeizureColumns.Reason, SeizureColumns.Carrier,
            SeizureColumns.Concealment, SeizureColumns.Law, SeizureColumns.Disposal, SeizureColumns.Narrative, SeizureColumns.HandlingNote,
        })
        {
            Put(input, "", key, One(key), cell => cell.Text);
        }
    }

    private void Closed(Dictionary<string, object?> input)
    {
        Required(SeizureColumns.OccurredOn, "A seizure has a date.");
        Required(SeizureColumns.Country, "A seizure has a country.");
        Put(input, "", "occurredOn", One(SeizureColumns.OccurredOn), Date);
        Put(input, "", "country", One(SeizureColumns.Country), cell => Country(cell, cell.Text));
        Put(input, "", "precisionKm", One(SeizureColumns.PrecisionKm), cell => Amount(cell, cell.Text));
        Put(input, "", "methodOfDetection", One(SeizureColumns.Detection), cell => Word(cell, SheetWords.Detection));
        Put(input, "", "modeOfTransport", One(SeizureColumns.Transport), cell => Word(cell, SheetWords.Transport));
        Put(input, "", "concealmentClass", One(SeizureColumns.ConcealmentClass), cell => Word(cell, SheetWords.Concealment));
        Put(input, "", "nationalities", One(SeizureColumns.Nationalities), Nationalities);
        Put(input, "", "estimatedValue", One(SeizureColumns.Value), Money);
        Put(input, "", "quantities", One(SeizureColumns.Quantities), cell => Quantities(cell, null, "quantities", out _));
        Put(input, "", "handling", One(SeizureColumns.Handling), cell => Word(cell, SheetWords.Handlings));
        Put(input, "", "grade", One(SeizureColumns.Grade), Grade);
        Put(input, "", "sources", One(SeizureColumns.Sources), cell => SheetText.Split(cell.Text).Cast<object?>().ToList());
        Put(input, "", "exercise", One(SeizureColumns.Exercise), Flag);
    }

    private void Required(string key, string reason)
    {
        if (One(key) is null)
        {
            Fault(new SheetCell(rows[0], sheet.Heading(key), ""), reason);
        }
    }

    private void Put(Dictionary<string, object?> input, string path, string field, SheetCell? cell, Func<SheetCell, object?> value)
    {
        if (cell is not null)
        {
            cells[path + field] = cell;
            input[field] = value(cell);
        }
    }

    private void Fault(SheetCell cell, string message)
    {
        var path = string.Create(CultureInfo.InvariantCulture, $"fault{Faults.Count}");
        cells[path] = cell;
        Faults.Add(new InvalidInput(message, path));
    }

    /// <summary>The repetitions of a part that say anything, row by row and then by number.</summary>
    private List<Part> Parts(SheetPart part)
    {
        var found = new List<Part>();
        foreach (var row in rows)
        {
            foreach (var repetition in sheet.Present[part].GroupBy(column => column.Number).OrderBy(group => group.Key))
            {
                var said = repetition
                    .Select(column => (column.Key, Cell: sheet.Cell(row, column.Key, column.Number)))
                    .Where(pair => pair.Cell is not null && !row.IsFilled(pair.Cell.Column))
                    .ToDictionary(pair => pair.Key, pair => pair.Cell!, StringComparer.Ordinal);
                if (said.Count > 0)
                {
                    found.Add(new Part(said));
                }
            }
        }

        return found;
    }

    private sealed record Part(Dictionary<string, SheetCell> Cells)
    {
        public SheetCell First => Cells.Values.First();

        public IEnumerable<string> Said => Cells.Select(cell => $"{cell.Key}={cell.Value.Text}");

        public SheetCell? this[string key] => Cells.GetValueOrDefault(key);
    }
}
