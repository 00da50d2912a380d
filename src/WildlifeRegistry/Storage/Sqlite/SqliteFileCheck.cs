using WildlifeRegistry.Storage.Checking;

namespace WildlifeRegistry.Storage.Sqlite;

/// <summary>
/// The file itself, by SQLite's own test: its sentences name tables, indexes and rows, never values. Whether the index of
/// the largest table holds what that holds is told by <see cref="SqliteRecordCheck"/>, which reads both: SQLite looks each row
/// of the one up in the other, all over the file, which takes longer than all the rest of this.
/// </summary>
internal static class SqliteFileCheck
{
    private const string Largest = "indexed";

    public static void Run(SqliteSession session, Findings findings)
    {
        Ask(session, findings, "quick_check"); // every page, those in use and the free ones, and the form of every row
        foreach (var table in findings.Any ? [] : session.Texts($"SELECT name FROM sqlite_schema WHERE type = 'table' AND name <> '{Largest}' ORDER BY name"))
        {
            Ask(session, findings, $"integrity_check(\"{table}\")");
        }

        foreach (var index in findings.Any ? [] : session.Texts($"SELECT name FROM pragma_index_list('{Largest}') WHERE origin = 'c' ORDER BY name"))
        {
            var holds = session.Texts($"SELECT name FROM pragma_index_xinfo('{index}') ORDER BY seqno");
            if (!holds.SequenceEqual(SqliteRecordCheck.IndexedColumns, StringComparer.Ordinal))
            {
                findings.Add("file", "the file", $"The index {index} is not that of its table.");
            }
        }
    }

    private static void Ask(SqliteSession session, Findings findings, string pragma)
    {
        foreach (var says in session.Texts($"PRAGMA {pragma}"))
        {
            if (says is not "ok")
            {
                findings.Add("file", "the file", says + ".");
            }
        }
    }
}
