using System.Globalization;

namespace WildlifeRegistry.Records;

public enum DatePrecision
{
    Year,
    Month,
    Day,
}

/// <summary>
/// A date of which only the year, or the year and month, may be known: <c>2013</c>, <c>2013-05</c>, <c>2013-05-21</c>
/// (ISO 8601, Gregorian, years 1000 to 9999). It prints as given, sorts by its first day, then by precision (the
/// vaguer first), and is found by overlap.
/// </summary>
public readonly record struct PartialDate : IComparable<PartialDate>
{
    private PartialDate(DateOnly first, DatePrecision precision)
    {
        First = first;
        Precision = precision;
    }

    /// <summary>The first day it may mean.</summary>
    public DateOnly First { get; }

    public DatePrecision Precision { get; }

    /// <summary>The last day it may mean, included.</summary>
    public DateOnly Last => Precision switch
    {
        DatePrecision.Year => new DateOnly(First.Year, 12, 31),
        DatePrecision.Month => new DateOnly(First.Year, First.Month, DateTime.DaysInMonth(First.Year, First.Month)),
        DatePrecision.Day => First,
        _ => throw new InvalidOperationException("A precision outside the closed set."),
    };

    /// <summary>Ordinal text whose order is the order of dates: <c>2013-05-01/1</c>.</summary>
    public string SortKey => string.Create(CultureInfo.InvariantCulture, $"{First:yyyy-MM-dd}/{(int)Precision}");

    /// <exception cref="ArgumentOutOfRangeException">The year is outside 1000 to 9999.</exception>
    public static PartialDate OfDay(DateOnly day) => Checked(day, DatePrecision.Day);

    /// <exception cref="ArgumentOutOfRangeException">No such month, or the year is outside 1000 to 9999.</exception>
    public static PartialDate OfMonth(int year, int month) => Checked(new DateOnly(year, month, 1), DatePrecision.Month);

    /// <exception cref="ArgumentOutOfRangeException">The year is outside 1000 to 9999.</exception>
    public static PartialDate OfYear(int year) => Checked(new DateOnly(year, 1, 1), DatePrecision.Year);

    /// <exception cref="FormatException">Not a partial date as described on the type.</exception>
    public static PartialDate Parse(string text) =>
        TryParse(text, out var date) ? date : throw new FormatException("A date is YYYY, YYYY-MM or YYYY-MM-DD.");

    public static bool TryParse(ReadOnlySpan<char> text, out PartialDate date)
    {
        date = default;
        var (format, precision) = text.Length switch
        {
            4 => ("yyyy", DatePrecision.Year),
            7 => ("yyyy-MM", DatePrecision.Month),
            10 => ("yyyy-MM-dd", DatePrecision.Day),
            _ => ("", DatePrecision.Day),
        };
        if (format.Length == 0
            || !DateOnly.TryParseExact(text, format, CultureInfo.InvariantCulture, DateTimeStyles.None, out var first)
            || first.Year < 1000)
        {
            return false;
        }

        date = new PartialDate(first, precision);
        return true;
    }

    public bool Overlaps(DateOnly from, DateOnly until) => First <= until && Last >= from;

    public int CompareTo(PartialDate other) => string.CompareOrdinal(SortKey, other.SortKey);

    public override string ToString() => Precision switch
    {
        DatePrecision.Year => First.ToString("yyyy", CultureInfo.InvariantCulture),
        DatePrecision.Month => First.ToString("yyyy-MM", CultureInfo.InvariantCulture),
        DatePrecision.Day => First.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        _ => throw new InvalidOperationException("A precision outside the closed set."),
    };

    public static bool operator <(PartialDate left, PartialDate right) => left.CompareTo(right) < 0;

    public static bool operator >(PartialDate left, PartialDate right) => left.CompareTo(right) > 0;

    public static bool operator <=(PartialDate left, PartialDate right) => left.CompareTo(right) <= 0;

    public static bool operator >=(PartialDate left, PartialDate right) => left.CompareTo(right) >= 0;

    private static PartialDate Checked(DateOnly first, DatePrecision precision)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(first.Year, 1000, nameof(first));
        return new PartialDate(first, precision);
    }
}
