using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace WildlifeRegistry.Importing.Sheets;

/// <summary>How several values stand in one cell, and how numbers are written. What is written here is read here.</summary>
public static partial class SheetText
{
    /// <summary>Values separated by semicolons; one that stands inside a value has a backslash before it.</summary>
    public static string Join(IEnumerable<string> values) =>
        string.Join("; ", values.Select(value => value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace(";", "\\;", StringComparison.Ordinal)));

    public static IReadOnlyList<string> Split(string cell)
    {
        var values = new List<string>();
        var value = new StringBuilder();
        for (var at = 0; at <= cell.Length; at++)
        {
            if (at == cell.Length || cell[at] == ';')
            {
                if (value.ToString().Trim() is { Length: > 0 } text)
                {
                    values.Add(text);
                }

                value.Clear();
            }
            else
            {
                at += cell[at] == '\\' && at + 1 < cell.Length && cell[at + 1] is ';' or '\\' ? 1 : 0;
                value.Append(cell[at]);
            }
        }

        return values;
    }

    /// <summary>An amount as people write it: a point or comma before the decimals, spaces between thousands. Null where it is none, or may be two.</summary>
    public static decimal? Amount(string text)
    {
        var plain = string.Concat(text.Where(character => !char.IsWhiteSpace(character)));
        return AmountForm().IsMatch(plain) && !UnclearForm().IsMatch(plain)
            ? decimal.Parse(plain.Replace(',', '.'), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture)
            : null;
    }

    /// <summary>A number and the word after it: <c>8.35 kg</c>.</summary>
    public static (string Number, string Word)? NumberAndWord(string text) =>
        NumberAndWordForm().Match(text) is { Success: true } match ? (match.Groups["number"].Value.Trim(), match.Groups["word"].Value.Trim()) : null;

    public static string Of(decimal amount) => amount.ToString(CultureInfo.InvariantCulture);

    [GeneratedRegex("^[0-9]{1,15}([.,][0-9]{1,10})?$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex AmountForm();

    /// <summary>1,200 is a thousand and two hundred to one reader and one and a fifth to another.</summary>
    [GeneratedRegex("^[1-9][0-9]{0,2},[0-9]{3}$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex UnclearForm();

    [GeneratedRegex("^(?<number>[0-9][0-9.,\\s]*)(?<word>.*)$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex NumberAndWordForm();
}
