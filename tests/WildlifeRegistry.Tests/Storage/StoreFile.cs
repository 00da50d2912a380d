using System.Globalization;
using Microsoft.Data.Sqlite;

namespace WildlifeRegistry.Tests.Checking;

/// <summary>A store's file, read and changed behind the registry's back.</summary>
internal static class StoreFile
{
    /// <summary>How many rows it changed.</summary>
    public static int Do(string path, string sql)
    {
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false, ForeignKeys = false }.ToString());
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteNonQuery();
    }

    public static List<object[]> Rows(string path, string sql)
    {
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ToString());
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var reading = command.ExecuteReader();
        var rows = new List<object[]>();
        while (reading.Read())
        {
            var row = new object[reading.FieldCount];
            reading.GetValues(row);
            rows.Add(row);
        }

        return rows;
    }

    /// <summary>Every row of every table but those named, as text.</summary>
    public static string Dump(string path, params string[] without) => string.Concat(Rows(path, "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
        .Select(row => (string)row[0])
        .Except(without)
        .Select(table => $"{table}{Environment.NewLine}" + string.Concat(Rows(path, $"SELECT * FROM \"{table}\"").Select(row =>
            string.Concat(row.Select(value => (value is byte[] bytes ? Convert.ToHexString(bytes) : Convert.ToString(value, CultureInfo.InvariantCulture)) + "|")) + Environment.NewLine))));
}
