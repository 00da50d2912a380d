using Microsoft.Data.Sqlite;
using WildlifeRegistry.Links;
using WildlifeRegistry.Records;
using WildlifeRegistry.Storage.Sqlite;

namespace WildlifeRegistry.Benchmarks;

/// <summary>
/// SeizureWithLinks as one would write it by hand for this store: the fewest prepared statements that read all that
/// the operation answers, in one transaction, each value taken out of its row; visibility left out.
/// </summary>
internal sealed class HandWritten(string path) : IDisposable
{
    private static readonly string OwnRanks = string.Join(
        ", ",
        new[] { LinkKind.OfSpecies, LinkKind.Marked, LinkKind.At, LinkKind.Origin, LinkKind.Export, LinkKind.Transit, LinkKind.Destination }.Select(kind => SqliteReading.TopRank - (int)kind));

    private static readonly string Own = $"""
        SELECT r.id, r.kind, r.properties FROM adjacent a CROSS JOIN record r ON r.row = a.far
        WHERE a.near = $1 AND a.rank IN ({OwnRanks}) AND a.outgoing = 1
        """;

    private const string Record = """
        SELECT r.row, r.validation, r.version, r.handling, r.world, r.owner, r.reference, r.details, r.properties, a.releases
        FROM record r JOIN audience a ON a.id = r.audience WHERE r.id = $1
        """;

    private const string Links = """
        SELECT l.id, l.kind, l.owner, l.properties, r.id, r.kind, r.properties
        FROM adjacent a CROSS JOIN record r ON r.row = a.far CROSS JOIN link l ON l.row = a.link
        WHERE a.near = $1 AND a.withdrawn = 0 AND r.validation <> 3
        ORDER BY a.rank DESC, a.sort DESC, a.id DESC LIMIT $2
        """;

    private const string Total = """
        SELECT count(*) FROM (SELECT 1 FROM adjacent a CROSS JOIN record r ON r.row = a.far WHERE a.near = $1 AND a.withdrawn = 0 AND r.validation <> 3 LIMIT 1001)
        """;

    private readonly SqliteSession session = new(path, mayWrite: false);

    /// <summary>The ids of the seizure's links, in order.</summary>
    public List<RecordId> Read(RecordId seizure, int first)
    {
        var links = new List<RecordId>();
        session.Execute("BEGIN");
        long row;
        using (var reading = session.Statement(Record, seizure.ToBytes()).ExecuteReader())
        {
            reading.Read();
            row = reading.GetInt64(0);
            Take(reading);
        }

        using (var reading = session.Statement(Own, row).ExecuteReader())
        {
            while (reading.Read())
            {
                Take(reading);
            }
        }

        using (var reading = session.Statement(Links, row, first + 1).ExecuteReader())
        {
            while (reading.Read())
            {
                links.Add(RecordId.FromBytes(reading.GetFieldValue<byte[]>(0)));
                Take(reading);
            }
        }

        session.Scalar(Total, row);
        session.Execute("COMMIT");
        return links;
    }

    public void Dispose() => session.Dispose();

    private static void Take(SqliteDataReader reading)
    {
        for (var column = 0; column < reading.FieldCount; column++)
        {
            reading.GetValue(column);
        }
    }
}
