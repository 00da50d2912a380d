using Microsoft.Data.Sqlite;
using WildlifeRegistry.Storage.Sqlite;

namespace WildlifeRegistry.Tests.Checking;

/// <summary>Sums of rows tell the same rows from others, whatever their order, and whether they came in it.</summary>
public sealed class RowSumTests
{
    private const string Rows = "(-2, '', x'00'), (-1, 'a', x'0001'), (0, 'a', x'01'), (7, 'a' || char(0), x''), (7, 'a' || char(0) || 'b', x''), (7, 'ab', NULL), (1000, 'я', x'ff')";

    [Theory]
    [InlineData("(1000, 'я', x'ff'), (7, 'ab', NULL), (7, 'a' || char(0) || 'b', x''), (0, 'a', x'01'), (7, 'a' || char(0), x''), (-1, 'a', x'0001'), (-2, '', x'00')", true)]
    [InlineData("(-2, '', x'00'), (-1, 'a', x'0001'), (0, 'a', x'01'), (7, 'a' || char(0), x''), (7, 'a' || char(0) || 'b', x''), (7, 'ab', NULL)", false)]
    [InlineData(Rows + ", (1000, 'я', x'ff')", false)]
    [InlineData("(-2, '', x'00'), (-1, 'a', x'0001'), (0, 'a', x'01'), (7, 'a' || char(0), x''), (7, 'a' || char(0) || 'b', x''), (7, 'ab', ''), (1000, 'я', x'ff')", false)]
    [InlineData("(-2, '', x'00'), (-1, 'a', x'0001'), (0, 'a', x'01'), (7, 'a', x'00'), (7, 'a' || char(0) || 'b', x''), (7, 'ab', NULL), (1000, 'я', x'ff')", false)]
    [InlineData("(-2, '', x'00'), (-1, 'a', x'0001'), (0, 'a', x'01'), (7, 'a' || char(0), x''), (7, 'a' || char(0) || 'b', x''), (7, 'ab', NULL), (1000, 'я', x'fe')", false)]
    public void The_same_rows_in_any_order_have_one_sum_and_others_another(string others, bool areSame) =>
        Assert.Equal(areSame, Sum(Rows, [0, 1, 2]).Value == Sum(others, [0, 1, 2]).Value);

    [Theory]
    [InlineData(Rows, true)]
    [InlineData("(0, 'a', NULL), (0, 'a', NULL)", false)]
    [InlineData("(0, 'b', NULL), (0, 'a', NULL)", false)]
    [InlineData("(0, 'ab', NULL), (0, 'a' || char(0), NULL)", false)]
    [InlineData("(0, 'a', x'0000'), (0, 'a', x'00')", false)]
    [InlineData("(0, 'a', x'00'), (0, 'a', x'0000')", true)]
    [InlineData("(1, 'a', NULL), (-1, 'b', NULL)", false)]
    [InlineData("(255, 'a', NULL), (256, 'a', NULL)", true)]
    [InlineData("(0, 'a', NULL), (0, 'a', 0), (0, 'a', ''), (0, 'a', x'')", true)]
    [InlineData("(0, 'a', x''), (0, 'a', '')", false)]
    public void Rows_that_rise_are_in_order_as_SQLite_has_it(string rows, bool areInOrder)
    {
        Assert.Equal(areInOrder, Sum(rows, [0, 1, 2]).IsInOrder);

        using var connection = new SqliteConnection("Data Source=:memory:");
        connection.Open();
        using var rising = connection.CreateCommand();
        rising.CommandText = $"WITH r AS (SELECT *, row_number() OVER () AS n FROM (VALUES {rows})) SELECT count(*) FROM r a JOIN r b ON b.n = a.n + 1 WHERE coalesce((a.column1, a.column2, a.column3) >= (b.column1, b.column2, b.column3), a.column3 IS b.column3)";
        Assert.Equal(areInOrder, (long)rising.ExecuteScalar()! == 0);
    }

    private static RowSum Sum(string rows, int[] columns)
    {
        using var connection = new SqliteConnection("Data Source=:memory:");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = $"SELECT * FROM (VALUES {rows})";
        using var reading = command.ExecuteReader();
        var sum = new RowSum();
        while (reading.Read())
        {
            sum.AddInOrder(reading, columns, columns);
        }

        return sum;
    }
}
