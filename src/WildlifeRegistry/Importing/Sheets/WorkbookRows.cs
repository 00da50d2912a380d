using System.Globalization;
using MiniExcelLibs;
using MiniExcelLibs.OpenXml;

namespace WildlifeRegistry.Importing.Sheets;

/// <summary>The rows of a sheet of an .xlsx workbook, one at a time: texts, dates and numbers as an officer would write them.</summary>
public sealed class WorkbookRows : IFileRows
{
    /// <summary>Digits that a spreadsheet program keeps of a number.</summary>
    private const double Exact = 1e15;

    private const string Lost = "The number has more digits than a spreadsheet program keeps: format the column as text and enter it again.";

    private readonly Stream stream;
    private readonly WorkbookInspection inspection;
    private readonly IEnumerator<object> rows;
    private readonly Dictionary<string, int> columns;
    private readonly List<(int At, string Name)> named;
    private readonly List<(int Bottom, int Column, string Value)> filling = [];
    private readonly Dictionary<int, List<(int Bottom, int Column)>> merged;
    private int line;

    private WorkbookRows(string name, Stream stream)
    {
        this.stream = stream;
        Name = name;
        inspection = WorkbookInspection.Of(name, stream);
        merged = inspection.Merged.GroupBy(area => area.Top).ToDictionary(group => group.Key, group => group.Select(area => (area.Bottom, area.Column)).ToList());
        stream.Position = 0;
        rows = MiniExcel.Query(stream, useHeaderRow: false, sheetName: inspection.Sheet, ExcelType.XLSX, configuration: new OpenXmlConfiguration { EnableSharedStringCache = false, Culture = CultureInfo.InvariantCulture }).GetEnumerator();
        var header = Next(out var faults) ?? throw new ImportException($"{name} has no rows in the sheet {inspection.Sheet}.");
        if (faults.Count > 0)
        {
            throw new ImportException($"{name}, line 1: {faults.First().Value}");
        }

        Header = [.. header.Select(cell => string.Join(' ', cell.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)))];
        (columns, named) = CsvRows.Columns(name, Header);
    }

    public string Name { get; }

    public string EncodingName => $"a workbook, sheet {inspection.Sheet}";

    public IReadOnlyList<string> Header { get; }

    public double Fraction => inspection.LastRow == 0 ? 1 : Math.Min(1, (double)line / inspection.LastRow);

    public CsvRow Current { get; private set; } = null!;

    /// <summary>True where the bytes are a ZIP archive, as every .xlsx is.</summary>
    public static bool IsWorkbook(ReadOnlySpan<byte> start) => start is [(byte)'P', (byte)'K', 3, 4, ..];

    /// <summary>True where the bytes are of the form that .xls has, and workbooks under a password.</summary>
    public static bool IsOldOrLocked(ReadOnlySpan<byte> start) => start is [0xD0, 0xCF, 0x11, 0xE0, ..];

    /// <exception cref="ImportException">It cannot be read.</exception>
    public static WorkbookRows Open(string name, Func<Stream> open)
    {
        var file = open();
        try
        {
            return new WorkbookRows(name, file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    public bool Read()
    {
        while (Next(out var faults) is { } cells)
        {
            var filled = new HashSet<int>();
            foreach (var (_, column, value) in filling)
            {
                if (column < cells.Length && cells[column].Length == 0)
                {
                    cells[column] = value;
                    filled.Add(column);
                }
            }

            filling.RemoveAll(area => area.Bottom <= line);
            foreach (var (bottom, column) in merged.GetValueOrDefault(line, []))
            {
                filling.Add((bottom, column, column < cells.Length ? cells[column] : ""));
            }

            // A row that has only what a merged cell above gives it is one of the seizure above, and says nothing new.
            if (cells.Where((_, at) => !filled.Contains(at)).Any(cell => !string.IsNullOrWhiteSpace(cell)))
            {
                Array.Resize(ref cells, Header.Count);
                Current = new CsvRow(line, line, [.. cells.Select(cell => cell ?? "")], Header.Count, badQuotes: false, columns, named, new CellMarks(faults, filled));
                return true;
            }
        }

        return false;
    }

    public void Dispose()
    {
        rows.Dispose();
        stream.Dispose();
    }

    /// <summary>The cells of the next row as texts; null at the end.</summary>
    private string[]? Next(out Dictionary<int, string> faults)
    {
        faults = [];
        try
        {
            if (!rows.MoveNext())
            {
                return null;
            }

            line++;
            var found = inspection.FaultsOf(line);
            var cells = ((IDictionary<string, object?>)rows.Current).Values.ToArray();
            var texts = new string[cells.Length];
            for (var at = 0; at < cells.Length; at++)
            {
                texts[at] = Text(cells[at], out var isLost);
                if (isLost)
                {
                    faults[at] = Lost;
                }
            }

            foreach (var (at, fault) in found ?? new Dictionary<int, string>())
            {
                faults[at] = fault;
            }

            return texts;
        }
        catch (Exception fault) when (fault is not (OutOfMemoryException or ImportException))
        {
            // The library says in many ways that a file is not what it should be.
            throw new ImportException(string.Create(CultureInfo.InvariantCulture, $"{Name}: the workbook cannot be read after line {line}: save it again as .xlsx, or as CSV."));
        }
    }

    private string Text(object? cell, out bool isLost)
    {
        isLost = false;
        switch (cell)
        {
            case null:
                return "";
            case string text:
                return text;
            case bool flag:
                return flag ? "yes" : "no";
            case DateTime moment:
                return (inspection.CountsFrom1904 ? moment.AddDays(1462) : moment).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture); // which the library does not know
            case TimeSpan time:
                return time.ToString("c", CultureInfo.InvariantCulture);
            case IConvertible number:
                var value = number.ToDouble(CultureInfo.InvariantCulture);
                isLost = !(Math.Abs(value) < Exact);
                return isLost ? value.ToString(CultureInfo.InvariantCulture) : ((decimal)value).ToString("0.############", CultureInfo.InvariantCulture);
            default:
                return Convert.ToString(cell, CultureInfo.InvariantCulture) ?? "";
        }
    }
}
