using System.Globalization;
using System.Text;
using WildlifeRegistry.Records;

namespace WildlifeRegistry.Recording;

/// <summary>A date as people write it, and what was written where that is not the ISO form that is stored.</summary>
/// <param name="AsGiven">Null where the ISO form was given.</param>
public sealed record GivenDate(PartialDate Date, string? AsGiven)
{
    public const string Allowed = "A date is YYYY, YYYY-MM or YYYY-MM-DD, or DD.MM.YYYY, or a whole day of the Solar Hijri calendar, like 1404-12-23.";

    /// <summary>Years that nobody means by the Gregorian calendar in a registry of this century: they are Solar Hijri.</summary>
    private const int FirstSolarYear = 1300, LastSolarYear = 1499;

    private static readonly PersianCalendar Solar = new();
    private static readonly string[] Forms = ["yyyy-M-d", "yyyy/M/d", "d.M.yyyy"];

    /// <summary>A date that was given in the ISO form; null for a month or year of the Solar Hijri calendar, which no month or year of the other fits.</summary>
    public static GivenDate? Of(PartialDate iso)
    {
        if (iso.First.Year is < FirstSolarYear or > LastSolarYear)
        {
            return new GivenDate(iso, null);
        }

        return iso.Precision == DatePrecision.Day ? OfSolar(iso.First.Year, iso.First.Month, iso.First.Day, iso.ToString()) : null;
    }

    /// <summary>A date in one of the other usual forms, in European, Arabic or Persian digits; null where it is none.</summary>
    public static GivenDate? Parse(string text)
    {
        var plain = new StringBuilder();
        foreach (var character in text.Trim())
        {
            plain.Append(char.IsDigit(character) ? CharUnicodeInfo.GetDecimalDigitValue(character).ToString(CultureInfo.InvariantCulture) : character.ToString());
        }

        if (PartialDate.TryParse(plain.ToString(), out var iso))
        {
            return Of(iso) is { } known ? known with { AsGiven = text } : null;
        }

        // A day of the Solar Hijri calendar need not be one of the Gregorian: its parts are read apart.
        var parts = plain.ToString().Split('-', '/', '.');
        if (parts.Length == 3
            && parts.All(part => part.Length is > 0 and <= 4 && part.All(char.IsAsciiDigit))
            && parts.Select(part => int.Parse(part, CultureInfo.InvariantCulture)).ToArray() is var numbers)
        {
            var (year, month, day) = parts[0].Length == 4 ? (numbers[0], numbers[1], numbers[2]) : (numbers[2], numbers[1], numbers[0]);
            if (year is >= FirstSolarYear and <= LastSolarYear)
            {
                return OfSolar(year, month, day, text);
            }
        }

        return DateOnly.TryParseExact(plain.ToString(), Forms, CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) && date.Year >= 1000
            ? new GivenDate(PartialDate.OfDay(date), text)
            : null;
    }

    private static GivenDate? OfSolar(int year, int month, int day, string text) =>
        month is >= 1 and <= 12 && day >= 1 && day <= Solar.GetDaysInMonth(year, month)
            ? new GivenDate(PartialDate.OfDay(DateOnly.FromDateTime(Solar.ToDateTime(year, month, day, 0, 0, 0, 0))), text)
            : null;
}
