using System.Globalization;
using System.Text.RegularExpressions;
using WildlifeRegistry.Importing.Reference;
using WildlifeRegistry.Reading;
using WildlifeRegistry.Records;
using WildlifeRegistry.Recording;
using WildlifeRegistry.Species;

namespace WildlifeRegistry.Importing.Sheets;

/// <summary>Cells as the values that GraphQL would make of them.</summary>
internal sealed partial class SheetReading
{
    private object Date(SheetCell cell)
    {
        if (SerialDay().IsMatch(cell.Text))
        {
            Fault(cell, "It is the day number of a spreadsheet program: format the column as dates, or write 2026-03-14.");
        }

        return PartialDate.TryParse(cell.Text, out var date) ? date : new AsGiven(cell.Text, GivenDate.Allowed);
    }

    private string? Country(SheetCell cell, string text)
    {
        var found = sheet.Countries.Find(text);
        if (found is null)
        {
            Fault(cell, $"No country is called \"{text}\"; allowed is a code of ISO 3166-1, like KZ, or a country's name.");
        }

        return found;
    }

    private object? Word<T>(SheetCell cell, WordList<T> list)
        where T : struct, Enum
    {
        if (list.Find(cell.Text) is { } value)
        {
            return value;
        }

        Fault(cell, $"Allowed are {list.Allowed}.");
        return null;
    }

    private object? Flag(SheetCell cell)
    {
        if (SheetWords.Flag(cell.Text) is { } flag)
        {
            return flag;
        }

        Fault(cell, "Allowed are yes and no.");
        return null;
    }

    private decimal? Amount(SheetCell cell, string text)
    {
        var amount = SheetText.Amount(text);
        if (amount is null)
        {
            Fault(cell, $"\"{text}\" is no amount, or may be read in two ways; allowed are numbers like 1200 or 8.35.");
        }

        return amount;
    }

    private List<object?> Quantities(SheetCell cell, SheetCell? unit, string path, out bool isUnknown)
    {
        isUnknown = false;
        var quantities = new List<object?>();
        var texts = unit is null ? SheetText.Split(cell.Text) : [cell.Text];
        foreach (var text in texts)
        {
            if (text is "?")
            {
                isUnknown = true;
                continue;
            }

            var (number, word) = unit is not null ? (text, unit.Text) : SheetText.NumberAndWord(text) ?? (text, "");
            if (word.Length == 0)
            {
                Fault(cell, $"\"{text}\" has no unit: give it after the number or in the column {sheet.Heading(SeizureColumns.Unit)}.");
                continue;
            }

            cells[Path(path, quantities.Count)] = cell;
            cells[Path(path, quantities.Count) + ".unit"] = unit ?? cell;
            quantities.Add(new Dictionary<string, object?>(StringComparer.Ordinal) { ["amount"] = Amount(cell, number), ["unit"] = word });
        }

        return quantities;
    }

    private List<object?> Nationalities(SheetCell cell)
    {
        var counts = new List<object?>();
        foreach (var text in SheetText.Split(cell.Text))
        {
            var match = CountedForm().Match(text);
            cells[Path("nationalities", counts.Count)] = cell;
            counts.Add(new Dictionary<string, object?>(StringComparer.Ordinal)
            {
                ["country"] = Country(cell, match.Success ? match.Groups["name"].Value : text),
                ["count"] = match.Success ? int.Parse(match.Groups["count"].Value, CultureInfo.InvariantCulture) : 1,
            });
        }

        return counts;
    }

    private Dictionary<string, object?>? Money(SheetCell cell)
    {
        if (MoneyForm().Match(cell.Text) is not { Success: true } match)
        {
            Fault(cell, "Money is an amount and a currency, like 12000.50 USD.");
            return null;
        }

        var money = new Dictionary<string, object?>(StringComparer.Ordinal) { ["amount"] = Amount(cell, match.Groups["amount"].Value), ["currency"] = match.Groups["currency"].Value.ToUpperInvariant() };
        if (match.Groups["day"].Value is { Length: > 0 } day)
        {
            money["asOf"] = Date(cell with { Text = day });
        }

        return money;
    }

    private Dictionary<string, object?>? Grade(SheetCell cell)
    {
        var text = cell.Text.Replace(" ", "", StringComparison.Ordinal).ToUpperInvariant();
        if (text is [('A' or 'B' or 'C' or 'X') and var source, >= '1' and <= '4' and var information])
        {
            return new Dictionary<string, object?>(StringComparer.Ordinal) { ["source"] = Enum.Parse<SourceGrade>(source.ToString()), ["information"] = information - '0' };
        }

        Fault(cell, "An evaluation is the source's letter and the information's number, like B2.");
        return null;
    }

    private string? Taxon(SheetCell cell)
    {
        if (sheet.Taxa.Find(cell.Text) is { Term: null } found)
        {
            return TaxonTable.IdOf(found.Taxon.ScientificName, sheet.Keys).ToString();
        }

        Fault(cell, "The registry's reference has no such taxon. Leave it blank where only your own name is known.");
        return null;
    }

    private string? Term(SheetCell cell)
    {
        if ((sheet.Codes.Find(CodeTable.Terms, cell.Text) ?? sheet.Taxa.TermNamed(cell.Text)) is { } term)
        {
            return term;
        }

        Fault(cell, "Neither CITES nor the registry's table of trade names has such a term.");
        return null;
    }

    private List<object?> Marks(SheetCell cell, string path)
    {
        var marks = new List<object?>();
        foreach (var text in SheetText.Split(cell.Text))
        {
            var space = text.IndexOf(' ', StringComparison.Ordinal);
            var type = space < 0 ? null : SheetWords.Identifiers.Find(text[..space]);
            cells[Path(path + ".marks", marks.Count)] = cell;
            if (type is null)
            {
                Fault(cell, $"\"{text}\" is no mark; allowed are RING or CHIP and its number.");
                continue;
            }

            marks.Add(new Dictionary<string, object?>(StringComparer.Ordinal) { ["type"] = type, ["value"] = text[space..].Trim() });
        }

        return marks;
    }

    [GeneratedRegex("^[2-7][0-9]{4}$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex SerialDay();

    [GeneratedRegex("^(?<name>.+?)\\s+(?<count>[0-9]{1,5})$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex CountedForm();

    [GeneratedRegex("^(?<amount>[0-9][0-9.,\\s]*?)\\s*(?<currency>[A-Za-z]{3})(\\s+(?<day>\\S+))?$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex MoneyForm();
}
