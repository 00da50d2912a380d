namespace WildlifeRegistry.Importing;

/// <summary>Why a row is not imported: the column at fault (empty: the row as a whole), what stands there, and what is wrong with it.</summary>
public sealed class RowRefusedException(string column, string value, string reason) : Exception(reason)
{
    /// <summary>Most characters of a value that are repeated.</summary>
    private const int MaxValue = 200;

    public string Column { get; } = column;

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

/// <summary>What text a cell may hold.</summary>
public static class CellText
{
    /// <summary>Control characters, and the marks that turn the reading direction of what follows: they make a cell read as what it is not.</summary>
    public static bool IsForbidden(char character) => char.IsControl(character) || character is (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069');
}
