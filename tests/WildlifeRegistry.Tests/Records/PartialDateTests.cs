using CsCheck;
using WildlifeRegistry.Records;
using WildlifeRegistry.Storage;

namespace WildlifeRegistry.Tests.Records;

public sealed class PartialDateTests
{
    internal static readonly Gen<PartialDate> Dates = Gen.OneOf(
        Gen.Int[1000, 9999].Select(PartialDate.OfYear),
        Gen.Int[1000, 9999].Select(Gen.Int[1, 12], PartialDate.OfMonth),
        Gen.Int[new DateOnly(1000, 1, 1).DayNumber, DateOnly.MaxValue.DayNumber].Select(day => PartialDate.OfDay(DateOnly.FromDayNumber(day))));

    /// <summary>Dates that fall near each other, so that overlaps and ties happen.</summary>
    private static readonly Gen<PartialDate> Near = Gen.OneOf(
        Gen.Int[2012, 2014].Select(PartialDate.OfYear),
        Gen.Int[2012, 2014].Select(Gen.Int[1, 12], PartialDate.OfMonth),
        Gen.Int[new DateOnly(2012, 1, 1).DayNumber, new DateOnly(2014, 12, 31).DayNumber].Select(day => PartialDate.OfDay(DateOnly.FromDayNumber(day))));

    private static readonly Gen<(PartialDate Date, PartialDate From, PartialDate Until)> Ranges = Near.Select(Near, Near).Where(range => range.Item2.First <= range.Item3.Last);

    [Fact]
    public void It_prints_as_it_was_given() => Dates.Sample(date => PartialDate.Parse(date.ToString()) == date && PartialDate.Parse(date.ToString()).Precision == date.Precision);

    [Theory]
    [InlineData("2013", "2013-01-01", "2013-12-31")]
    [InlineData("2012-02", "2012-02-01", "2012-02-29")]
    [InlineData("2013-02", "2013-02-01", "2013-02-28")]
    [InlineData("2013-05-21", "2013-05-21", "2013-05-21")]
    [InlineData("1000", "1000-01-01", "1000-12-31")]
    [InlineData("9999-12", "9999-12-01", "9999-12-31")]
    public void It_means_all_its_days(string text, string first, string last)
    {
        var date = PartialDate.Parse(text);
        Assert.Equal((DateOnly.ParseExact(first, "yyyy-MM-dd"), DateOnly.ParseExact(last, "yyyy-MM-dd")), (date.First, date.Last));
    }

    [Theory]
    [InlineData("")]
    [InlineData("213")]
    [InlineData("0999")]
    [InlineData("20133")]
    [InlineData("2013-13")]
    [InlineData("2013-00")]
    [InlineData("2013-5")]
    [InlineData("2013-02-29")]
    [InlineData("2013-05-32")]
    [InlineData("2013/05/21")]
    [InlineData(" 2013")]
    [InlineData("2013-05-21T00:00:00Z")]
    [InlineData("۲۰۱۳")]
    [InlineData("+201")]
    public void Anything_else_is_no_date(string text)
    {
        Assert.False(PartialDate.TryParse(text, out _));
        Assert.Throws<FormatException>(() => PartialDate.Parse(text));
    }

    [Fact]
    public void Its_order_is_total_by_first_day_and_the_vaguer_first()
    {
        Near.Select(Near).Sample((one, other) =>
            Math.Sign(one.CompareTo(other)) == -Math.Sign(other.CompareTo(one))
            && one.CompareTo(other) == 0 == (one == other)
            && (one.First == other.First ? Math.Sign(one.CompareTo(other)) == Math.Sign(one.Precision.CompareTo(other.Precision)) : one < other == one.First < other.First));
        Assert.Equal(["2013", "2013-01", "2013-01-01", "2013-01-02", "2013-02"], new[] { "2013-02", "2013-01-02", "2013-01-01", "2013", "2013-01" }.Select(PartialDate.Parse).Order().Select(date => date.ToString()));
    }

    [Fact]
    public void Its_order_key_orders_as_it_does() => Dates.Select(Dates).Sample((one, other) =>
        Math.Sign(string.CompareOrdinal(one.SortKey, other.SortKey)) == Math.Sign(one.CompareTo(other)));

    [Fact]
    public void It_overlaps_where_one_of_its_days_is_in_the_range() => Ranges.Sample((date, from, until) =>
        date.Overlaps(from.First, until.Last) == Days(date).Any(day => day >= from.First && day <= until.Last));

    [Fact]
    public void The_bounds_of_a_range_find_exactly_the_dates_that_overlap() => Ranges.Sample((date, from, until) =>
        SortBounds.Overlapping(from, until).Contains(date.SortKey) == (date.First <= until.Last && date.Last >= from.First)
        && SortBounds.Overlapping(from, null).Contains(date.SortKey) == date.Last >= from.First
        && SortBounds.Overlapping(null, until).Contains(date.SortKey) == date.First <= until.Last);

    [Fact]
    public void An_impossible_date_cannot_be_made()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => PartialDate.OfYear(999));
        Assert.Throws<ArgumentOutOfRangeException>(() => PartialDate.OfYear(10_000));
        Assert.Throws<ArgumentOutOfRangeException>(() => PartialDate.OfMonth(2013, 13));
        Assert.Throws<ArgumentOutOfRangeException>(() => PartialDate.OfDay(new DateOnly(999, 12, 31)));
    }

    private static IEnumerable<DateOnly> Days(PartialDate date) => Enumerable.Range(date.First.DayNumber, date.Last.DayNumber - date.First.DayNumber + 1).Select(DateOnly.FromDayNumber);
}
