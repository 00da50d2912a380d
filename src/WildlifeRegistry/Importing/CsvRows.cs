using System.Globalization;
using System.Text;
using CsvHelper;
using CsvHelper.Configuration;

namespace WildlifeRegistry.Importing;

/// <summary>
/// The rows of a CSV file with a header, one at a time. Columns are found by name, whatever their order, case and
/// outer spaces; columns that nobody asks for are passed over. Memory is bounded by one row.
/// </summary>
public sealed class CsvRows : IFileRows
{
    /// <summary>Most characters of a cell.</summary>
    public const int MaxCell = 10_000;

    /// <summary>A cell beyond this is not even read: the rest of the file cannot be told from it.</summary>
    private const int MaxUnread = 32 * 1024 * 1024;

    private readonly Stream stream;
    private readonly StreamReader text;
    private readonly CsvParser parser;
    private readonly Dictionary<string, int> columns;
    private readonly List<(int At, string Name)> named;
    private int linesRead;
    private bool badQuotes;

    private CsvRows(Stream stream, TextFile file, string name, IReadOnlyCollection<string> needed)
    {
        this.stream = stream;
        Name = name;
        EncodingName = file.EncodingName;
        text = new StreamReader(stream, file.Encoding, detectEncodingFromByteOrderMarks: true, bufferSize: 64 * 1024);
        parser = new CsvParser(text, new CsvConfiguration(CultureInfo.InvariantCulture)
        {
            Delimiter = file.Delimiter.ToString(),
            BadDataFound = _ => badQuotes = true,
            IgnoreBlankLines = false,
            MaxFieldSize = MaxUnread,
        });
        if (!Advance())
        {
            throw new ImportException($"{name} is empty.");
        }

        Header = [.. parser.Record!.Select(cell => cell.Trim())];
        (columns, named) = Columns(name, Header);

        if (needed.FirstOrDefault(column => !columns.ContainsKey(column)) is { } missing)
        {
            throw new ImportException($"{name} has no column {missing}: the header in line 1 must name it, with commas between the names.");
        }
    }

    /// <summary>The file's name, without its folder.</summary>
    public string Name { get; }

    /// <summary>How the bytes were read: UTF-8, UTF-16 where its mark says so, or else Windows-1251 or -1252.</summary>
    public string EncodingName { get; }

    public IReadOnlyList<string> Header { get; }

    /// <summary>How much has been read, 0 to 1.</summary>
    public double Fraction => stream.Length == 0 ? 1 : (double)stream.Position / stream.Length;

    public CsvRow Current { get; private set; } = null!;

    /// <param name="open">Opens the file from its beginning; it is read twice, first to see what its bytes are.</param>
    /// <exception cref="ImportException">It cannot be read, is empty, or lacks a column.</exception>
    /// <param name="anyDelimiter">True where semicolons or tabs may stand between the cells; false: commas alone.</param>
    public static CsvRows Open(string name, Func<Stream> open, IReadOnlyCollection<string> needed, bool anyDelimiter = false)
    {
        try
        {
            var file = TextFile.Of(name, open, anyDelimiter);
            var from = open();
            try
            {
                return new CsvRows(from, file, name, needed);
            }
            catch
            {
                from.Dispose();
                throw;
            }
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new ImportException($"{name} cannot be read: {fault.Message}");
        }
    }

    /// <summary>Goes to the next row that has any text in it; false at the end.</summary>
    /// <exception cref="ImportException">The rest of the file cannot be read.</exception>
    public bool Read()
    {
        var first = linesRead + 1;
        while (Advance())
        {
            var cells = parser.Record!;
            if (cells.Any(cell => !string.IsNullOrWhiteSpace(cell)))
            {
                Current = new CsvRow(first, linesRead, cells, Header.Count, badQuotes, columns, named);
                return true;
            }

            first = linesRead + 1;
        }

        return false;
    }

    public void Dispose()
    {
        parser.Dispose();
        text.Dispose();
        stream.Dispose();
    }

    private bool Advance()
    {
        badQuotes = false;
        try
        {
            var more = parser.Read();
            if (more)
            {
                _ = parser.Record; // bad quotes are found out as the cells are taken
                linesRead = parser.RawRow;
            }

            return more;
        }
        catch (MaxFieldSizeException)
        {
            throw new ImportException(string.Create(CultureInfo.InvariantCulture, $"{Name}: the row that begins in line {linesRead + 1} has a cell of more than {MaxUnread:N0} characters, perhaps for want of a closing quote. The file was not read further."));
        }
    }

    /// <summary>Where each named column stands; those that an error file adds, and those without a name, are passed over.</summary>
    /// <exception cref="ImportException">Two columns have one name.</exception>
    internal static (Dictionary<string, int> Columns, List<(int At, string Name)> Named) Columns(string file, IReadOnlyList<string> header)
    {
        var places = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        var names = new List<(int At, string Name)>();
        for (var at = 0; at < header.Count; at++)
        {
            if (ErrorFile.IsOwn(header[at]) || header[at].Length == 0)
            {
                continue;
            }

            names.Add((at, header[at]));
            if (!places.TryAdd(header[at], at))
            {
                throw new ImportException($"{file} has the column {header[at]} twice.");
            }
        }

        return (places, names);
    }
}

/// <summary>What a workbook says of the cells of one row beside their values, by their place from 0.</summary>
/// <param name="Faults">Why the value of a cell cannot be taken as it stands.</param>
/// <param name="Filled">Cells that have their value from a merged cell above.</param>
public sealed record CellMarks(IReadOnlyDictionary<int, string> Faults, IReadOnlySet<int> Filled);

/// <summary>One row: its cells as given, and trimmed by column name.</summary>
public sealed class CsvRow(int line, int lastLine, string[] cells, int headerCells, bool badQuotes, Dictionary<string, int> columns, List<(int At, string Name)> named, CellMarks? marks = null)
{
    /// <summary>The line in which it begins, from 1; the header is line 1.</summary>
    public int Line => line;

    /// <summary>The cells as given, in the order of the header; cells that are not there are empty.</summary>
    public IEnumerable<string> Given => Enumerable.Range(0, headerCells).Select(at => at < cells.Length ? cells[at] : "");

    /// <summary>The trimmed text under a column that the file was opened with; empty under one that it lacks.</summary>
    public string this[string column] => columns.TryGetValue(column, out var at) && at < cells.Length ? CellText.Plain(cells[at].Trim()) : "";

    /// <summary>True where the value is that of a merged cell which begins in a row above.</summary>
    public bool IsFilled(string column) => marks is not null && columns.TryGetValue(column, out var at) && marks.Filled.Contains(at);

    /// <param name="isRead">Which columns matter; null: all.</param>
    /// <param name="hasLines">Which columns may have several lines of text; null: none.</param>
    /// <exception cref="RowRefusedException">The row is not a row of the table, or a cell has text that no cell may have.</exception>
    public void Check(Func<string, bool>? isRead = null, Func<string, bool>? hasLines = null)
    {
        bool HasLines(string column) => hasLines is not null && hasLines(column);
        if (named.FirstOrDefault(column => column.At < cells.Length && cells[column.At].Length > CsvRows.MaxCell) is { Name: { } tooLong } && (lastLine == line || HasLines(tooLong)))
        {
            throw new RowRefusedException(tooLong, this[tooLong], string.Create(CultureInfo.InvariantCulture, $"The cell has {this[tooLong].Length:N0} characters; at most {CsvRows.MaxCell:N0} are allowed."));
        }

        if (lastLine > line && (badQuotes || cells.Length != headerCells || named.Any(column => !HasLines(column.Name) && cells[column.At].AsSpan().IndexOfAny('\r', '\n') >= 0)))
        {
            var (_, column) = named.FirstOrDefault(column => column.At < cells.Length && !HasLines(column.Name) && cells[column.At].AsSpan().IndexOfAny('\r', '\n') >= 0);
            throw new RowRefusedException(column ?? "", column is null ? "" : this[column], string.Create(CultureInfo.InvariantCulture, $"A quote that opens in line {line} takes the text up to line {lastLine} into one cell: close it, or take the line breaks out of the cell."));
        }

        if (badQuotes)
        {
            throw new RowRefusedException("", string.Join(',', cells), "A quote stands inside a cell or is not closed: a cell with quotes in it is quoted itself, and its quotes are doubled.");
        }

        if (cells.Length != headerCells)
        {
            throw new RowRefusedException("", string.Join(',', cells), string.Create(CultureInfo.InvariantCulture, $"The row has {cells.Length} cells and the header {headerCells}."));
        }

        foreach (var (at, name) in named.Where(column => isRead is null || isRead(column.Name)))
        {
            if (marks is not null && marks.Faults.TryGetValue(at, out var fault))
            {
                throw new RowRefusedException(name, cells[at], fault);
            }

            if (cells[at].Trim().Any(character => CellText.IsForbidden(character) && !((marks is not null || HasLines(name)) && character is '\n' or '\r' or '\t')))
            {
                throw new RowRefusedException(name, cells[at], "The cell has control characters or marks that change the reading direction: plain text is allowed.");
            }
        }
    }
}
