namespace WildlifeRegistry.Importing;

/// <summary>Why a row is not imported: the column at fault (empty: the row as a whole), what stands there, and what is wrong with it.</summary>
public sealed class RowRefusedException(string column, string value, string reason) : Exception(reason)
{
    /// <summary>Most characters of a value that are repeated.</summary>
    private const int MaxValue = 200;

    public string Column { get; } = column;

    /// <summary>The row at fault, where several rows are one seizure; null: the first.</summary>
    public CsvRow? Row { get; init; }

    /// <summary>The value as it can be printed: cut, and with what cannot be seen written out.</summary>
    public string Value { get; } = Printable(value);

    private static string Printable(string value)
    {
        var cut = value.Length > MaxValue ? value[..MaxValue] + "…" : value;
        return string.Concat(cut.Select(character => CellText.IsForbidden(character) ? $"\\u{(int)character:X4}" : character.ToString()));
    }
}

/// <summary>Why a file cannot be imported at all: one sentence.</summary>
public sealed class ImportException(string message) : Exception(message);

/// <summary>What text a cell may hold, and how it stands in a file that a spreadsheet program opens.</summary>
public static class CellText
{
    /// <summary>What makes a spreadsheet program take a cell for a formula, the full-width forms included.</summary>
    private const string Starters = "=+-@\t\r\uFF1D\uFF0B\uFF0D\uFF20";

    /// <summary>The text with an apostrophe before it where a spreadsheet program would run it as a formula. <see cref="Plain"/> takes it away again.</summary>
    public static string Harmless(string text) => LooksLikeFormula(text) ? "'" + text : text;

    /// <summary>The text that <see cref="Harmless"/> was given.</summary>
    public static string Plain(string cell) => cell.StartsWith('\'') && LooksLikeFormula(cell) ? cell[1..] : cell;

    private static bool LooksLikeFormula(string text)
    {
        var rest = text.AsSpan().TrimStart('\'');
        return rest.Length > 0 && Starters.Contains(rest[0], StringComparison.Ordinal);
    }


    /// <summary>Control characters, and the marks that turn the reading direction of what follows: they make a cell read as what it is not.</summary>
    public static bool IsForbidden(char character) => char.IsControl(character) || character is (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069');
}
