using Microsoft.Data.Sqlite;
using WildlifeRegistry.Links;
using WildlifeRegistry.Records;
using WildlifeRegistry.Storage.Checking;

namespace WildlifeRegistry.Storage.Sqlite;

/// <summary>Reads each link with what hangs on it, for the check of links; and holds its two entries among what is adjacent against it.</summary>
internal sealed class SqliteLinkCheck(SqliteSession session, KindCatalogue kinds, CheckedAudiences audiences, Findings findings)
{
    private const string Links = $"""
        SELECT l.row, {SqliteDigestRows.LinkOriginColumns}, {SqliteDigestRows.LinkContentColumns}, l.digest, l.sort, l.discriminator,
          f.kind, f.world, f.owner, f.sort, t.kind, t.world, t.owner, CASE WHEN t.audience = 0 THEN t.properties END,
          $1 - l.kind, iif(f.world < 2, f.world, t.world), 1, 0
        FROM link l LEFT JOIN record f ON f.row = l.from_row LEFT JOIN record t ON t.row = l.to_row ORDER BY l.row
        """;

    private const string Adjacent = "SELECT near, rank, sort, id, outgoing, far, link, audience, floor, withdrawn, world FROM adjacent";

    private const int Origin = 1, Says = 10, Digest = 17, Sort = 18, Discriminator = 19, From = 20, FromSort = 23, To = 24, Connector = 27;

    // What stands beside a record; and as what a link has to stand there: beside the end that it leads from, and beside the other.
    private static readonly int[] Entry = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
    private static readonly int[] Outgoing = [3, 28, Sort, 1, 30, 4, 0, 13, 6, 14, 29], Incoming = [4, 28, Sort, 1, 31, 3, 0, 13, 6, 14, 29];

    // $1 the top rank. A link leads from its from_row where the entry is outgoing; its world is that of the end that has one.
    private const string Entries = """
        SELECT * FROM (
          SELECT a.near, l.id, CASE
            WHEN l.row IS NULL THEN 'adjacent-dangling'
            WHEN a.id <> l.id OR a.rank <> $1 - l.kind OR a.outgoing NOT IN (0, 1)
              OR a.near <> iif(a.outgoing, l.from_row, l.to_row) OR a.far <> iif(a.outgoing, l.to_row, l.from_row) THEN 'adjacent-ends'
            WHEN a.sort <> l.sort THEN 'adjacent-sort'
            WHEN a.audience <> l.audience THEN 'adjacent-audience'
            WHEN a.floor <> l.floor THEN 'adjacent-floor'
            WHEN a.withdrawn <> l.withdrawn THEN 'adjacent-withdrawn'
            WHEN a.world IS NOT iif(f.world < 2, f.world, t.world) THEN 'adjacent-world'
          END AS fault
          FROM adjacent a LEFT JOIN link l ON l.row = a.link LEFT JOIN record f ON f.row = l.from_row LEFT JOIN record t ON t.row = l.to_row)
        WHERE fault IS NOT NULL
        """;

    private const string WithoutEntries = """
        SELECT l.id FROM link l
        WHERE NOT EXISTS (SELECT 1 FROM adjacent a WHERE a.near = l.from_row AND a.rank = $1 - l.kind AND a.sort = l.sort AND a.id = l.id AND a.outgoing = 1)
          OR NOT EXISTS (SELECT 1 FROM adjacent a WHERE a.near = l.to_row AND a.rank = $1 - l.kind AND a.sort = l.sort AND a.id = l.id AND a.outgoing = 0)
        """;

    private readonly SqliteDigest digest = new();
    private readonly RowSum toBeAdjacent = new();

    public void Run()
    {
        CheckLinks();
        CheckEntries();
    }

    private void CheckLinks()
    {
        var check = new LinkCheck(kinds, audiences, findings);
        using var versions = new Along(session.Statement($"SELECT link, {SqliteDigestRows.LinkVersionColumns}, digest FROM link_version ORDER BY link, version"), () => findings.AddOrphan("link_version", "link"));
        using var consents = new Along(session.Statement("SELECT link, agency FROM consent ORDER BY link, agency"), () => findings.AddOrphan("consent", "link"));
        using var reading = session.Statement(Links, SqliteReading.TopRank).ExecuteReader();
        while (reading.Read())
        {
            findings.StopWhenTold();
            var row = reading.GetInt64(0);
            versions.To(row);
            consents.To(row);
            toBeAdjacent.Add(reading, Outgoing);
            toBeAdjacent.Add(reading, Incoming);
            if (reading.IsDBNull(From) || reading.IsDBNull(To))
            {
                findings.AddOrphan("link", "record");
                continue;
            }

            var id = reading.GetFieldValue<byte[]>(1);
            var where = $"link {Findings.Id(id)}";
            if (id.Length != 16)
            {
                findings.Add("link-form", where, "Its id is none.");
            }

            try
            {
                var (origin, says) = (SqliteDigestRows.LinkOrigin(reading, Origin), SqliteDigestRows.LinkContent(reading, Says));
                check.Check(new CheckedLink(
                    where,
                    (LinkKind)origin.Kind,
                    EndOf(reading, From, reading.GetString(FromSort)),
                    EndOf(reading, To, ""),
                    Row.Agency(origin.Owner),
                    says.Audience,
                    origin.Floor is [var floor] ? floor : (byte)0,
                    origin.Derived == 1,
                    reading.GetString(Sort),
                    reading.GetString(Discriminator),
                    says.Properties,
                    reading.IsDBNull(Connector) ? null : reading.GetFieldValue<byte[]>(Connector),
                    says.Version,
                    digest.Of(origin, says).AsSpan().SequenceEqual(reading.GetFieldValue<byte[]>(Digest)),
                    versions.Of(row).Select(version =>
                    {
                        var said = SqliteDigestRows.LinkContent(version, 1);
                        return new CheckedVersion(said.Version, said.Audience, digest.Of(origin, said).AsSpan().SequenceEqual(version.GetFieldValue<byte[]>(8)));
                    }),
                    consents.Of(row).Select(consent => Row.Agency(consent.GetString(1)))));
            }
            catch (Exception fault) when (Findings.IsOfDamage(fault))
            {
                findings.Add("link-form", where, "It cannot be read.");
            }
        }

        versions.ToEnd();
        consents.ToEnd();
    }

    /// <param name="at">Where its kind, world and owner begin.</param>
    private static CheckedEnd EndOf(SqliteDataReader reading, int at, string sort) =>
        new((RecordKind)reading.GetInt32(at), reading.GetInt32(at + 1), sort, reading.IsDBNull(at + 2) ? null : Row.Agency(reading.GetString(at + 2)));

    /// <summary>Every link stands beside both its ends, and nothing else does: told by sums over all of them; where these differ, one by one.</summary>
    private void CheckEntries()
    {
        var adjacent = new RowSum();
        using (var reading = session.Statement(Adjacent).ExecuteReader())
        {
            while (reading.Read())
            {
                findings.StopWhenTold();
                adjacent.Add(reading, Entry);
            }
        }

        if (adjacent.Value == toBeAdjacent.Value)
        {
            return;
        }

        using (var reading = session.Statement(Entries, SqliteReading.TopRank).ExecuteReader())
        {
            while (reading.Read())
            {
                findings.Add(
                    reading.GetString(2),
                    reading.IsDBNull(1) ? $"an entry at row {reading.GetInt64(0)}" : $"link {Findings.Id(reading.GetFieldValue<byte[]>(1))}",
                    "What is listed beside a record does not agree with the link, or has no link.");
            }
        }

        using var missing = session.Statement(WithoutEntries, SqliteReading.TopRank).ExecuteReader();
        while (missing.Read())
        {
            findings.Add("adjacent-missing", $"link {Findings.Id(missing.GetFieldValue<byte[]>(0))}", "It is not listed at both its ends.");
        }
    }
}
