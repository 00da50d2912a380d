using System.Text.Json;
using WildlifeRegistry.Access;
using WildlifeRegistry.Records;

namespace WildlifeRegistry.Storage.Sqlite;

/// <summary>Reads joint operations with their officers.</summary>
internal static class SqliteOperations
{
    private const string Columns = "SELECT o.id, o.name, o.lead, o.until, (SELECT json_group_array(m.agency) FROM operation_agency m WHERE m.operation = o.id)";

    /// <summary>Those that the agency is a member of, by id.</summary>
    public static List<RunningOperation> Of(SqliteSession session, AgencyCode agency) =>
        Read(session, $"{Columns} FROM operation_agency a JOIN operation o ON o.id = a.operation WHERE a.agency = $1 ORDER BY o.id", agency.Value);

    /// <summary>The one with this id; null where there is none.</summary>
    public static RunningOperation? Of(SqliteSession session, RecordId id) =>
        Read(session, $"{Columns} FROM operation o WHERE o.id = $1", id.ToString()).SingleOrDefault();

    private static List<RunningOperation> Read(SqliteSession session, string sql, string of)
    {
        var operations = new List<JointOperation>();
        using (var reader = session.Statement(sql, of).ExecuteReader())
        {
            while (reader.Read())
            {
                var members = JsonSerializer.Deserialize<string[]>(reader.GetString(4))!.Order(StringComparer.Ordinal).Select(Row.Agency);
                operations.Add(new JointOperation(RecordId.TryParse(reader.GetString(0), out var id) ? id : default, reader.GetString(1), Row.Agency(reader.GetString(2)), [.. members], Row.Time(reader.GetInt64(3))));
            }
        }

        return [.. operations.Select(operation => new RunningOperation(operation, Officers(session, operation.Id.ToString())))];
    }

    private static List<Membership> Officers(SqliteSession session, string operation)
    {
        var officers = new List<Membership>();
        using var reader = session.Statement("SELECT officer, until, confirmed FROM membership WHERE grp = $1 ORDER BY officer", operation).ExecuteReader();
        while (reader.Read())
        {
            officers.Add(new Membership(operation, new OfficerId(reader.GetString(0)), Row.Time(reader.GetInt64(1)), reader.GetBoolean(2)));
        }

        return officers;
    }
}
