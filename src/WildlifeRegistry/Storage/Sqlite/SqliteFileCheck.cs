using WildlifeRegistry.Storage.Checking;

namespace WildlifeRegistry.Storage.Sqlite;

/// <summary>
/// The file itself, by SQLite's own test: its sentences name tables, indexes and rows, never values. Whether the indexes of
/// the largest table hold what it holds is told by sums instead: SQLite looks each of its rows up in them, all over
/// the file, which takes longer than all the rest of this.
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
            Compare(session, findings, index);
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

    private static void Compare(SqliteSession session, Findings findings, string index)
    {
        var key = session.Texts($"SELECT name FROM pragma_table_info('{Largest}') WHERE pk > 0 ORDER BY pk");
        var held = session.Texts($"SELECT name FROM pragma_index_xinfo('{index}') ORDER BY seqno");
        var columns = string.Join(", ", held);
        int[] inOrder = [.. Enumerable.Range(0, held.Count)];

        // Asked for in the order of its key, the table is gone through as it lies, and not by an index that holds as much.
        var (table, listed) = (new RowSum(findings), new RowSum(findings));
        table.AddAll(session.Statement($"SELECT {columns} FROM {Largest} ORDER BY {string.Join(", ", key)}"), inOrder, [.. key.Select(column => held.IndexOf(column))]);
        listed.AddAll(session.Statement($"SELECT {columns} FROM {Largest} INDEXED BY {index}"), inOrder, inOrder);
        if (!table.IsInOrder)
        {
            findings.Add("file", "the file", $"A row of {Largest} is not in its order.");
        }

        if (!listed.IsInOrder || listed.Value != table.Value)
        {
            findings.Add("file", "the file", $"The index {index} does not hold what its table holds, or not in its order.");
        }
    }
}
