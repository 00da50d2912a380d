using Microsoft.Data.Sqlite;
using WildlifeRegistry.Access;
using WildlifeRegistry.Links;
using WildlifeRegistry.Records;

namespace WildlifeRegistry.Storage.Sqlite;

/// <summary>Each link with its ends, its versions and consents, and its two entries among what is adjacent.</summary>
internal sealed class SqliteLinkCheck(SqliteSession session, KindCatalogue kinds, CheckedAudiences audiences, Findings findings)
{
    private const string Links = $"""
        SELECT l.row, {SqliteDigestRows.LinkOriginColumns}, {SqliteDigestRows.LinkContentColumns}, l.digest, l.sort, l.discriminator,
          f.kind, f.world, f.sort, f.owner, t.kind, t.world, t.owner, CASE WHEN t.audience = 0 THEN t.properties END
        FROM link l LEFT JOIN record f ON f.row = l.from_row LEFT JOIN record t ON t.row = l.to_row ORDER BY l.row
        """;

    // What stands beside a record, and what a link has to stand as: at the end that it leads from, and at the other.
    private const string Adjacent = "SELECT near, rank, sort, id, outgoing, far, link, audience, floor, withdrawn, world FROM adjacent";
    private const string ToBeAdjacent = """
        SELECT l.from_row, $1 - l.kind, l.sort, l.id, 1, l.to_row, l.row, l.audience, l.floor, l.withdrawn, iif(f.world < 2, f.world, t.world), 0
        FROM link l LEFT JOIN record f ON f.row = l.from_row LEFT JOIN record t ON t.row = l.to_row
        """;

    private static readonly int[] Outgoing = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10], Incoming = [5, 1, 2, 3, 11, 0, 6, 7, 8, 9, 10];

    private const int Origin = 1, Says = 10, Digest = 17, Sort = 18, Discriminator = 19;
    private const int FromKind = 20, FromWorld = 21, FromSort = 22, FromOwner = 23, ToKind = 24, ToWorld = 25, ToOwner = 26, Connector = 27;

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

    public void Run()
    {
        CheckLinks();
        CheckEntries();
    }

    private void CheckLinks()
    {
        using var versions = new Along(session.Statement($"SELECT link, {SqliteDigestRows.LinkVersionColumns}, digest FROM link_version ORDER BY link, version"), () => findings.AddOrphan("link_version", "link"));
        using var consents = new Along(session.Statement("SELECT link, agency FROM consent ORDER BY link, agency"), () => findings.AddOrphan("consent", "link"));
        using var reading = session.Statement(Links).ExecuteReader();
        while (reading.Read())
        {
            findings.StopWhenTold();
            var row = reading.GetInt64(0);
            versions.To(row);
            consents.To(row);
            if (reading.IsDBNull(FromKind) || reading.IsDBNull(ToKind))
            {
                findings.AddOrphan("link", "record");
                continue;
            }

            var id = reading.GetFieldValue<byte[]>(Origin);
            var where = $"link {Findings.Id(id)}";
            if (id.Length != 16)
            {
                findings.Add("link-form", where, "Its id is none.");
            }

            try
            {
                var (origin, says) = (SqliteDigestRows.LinkOrigin(reading, Origin), SqliteDigestRows.LinkContent(reading, Says));
                CheckEnds(reading, origin, where);
                CheckDiscriminator(reading, origin, says, where);
                var owner = Row.Agency(origin.Owner);
                CheckVersions(reading, origin, says, where, versions.Of(row));
                CheckAudience(reading, says.Audience, where, owner, [.. consents.Of(row).Select(consent => Row.Agency(consent.GetString(1)))]);
            }
            catch (Exception fault) when (Findings.IsOfDamage(fault))
            {
                findings.Add("link-form", where, "It cannot be read.");
            }
        }

        versions.ToEnd();
        consents.ToEnd();
    }

    private void CheckEnds(SqliteDataReader reading, in LinkOrigin origin, string where)
    {
        var (kind, from, to) = ((LinkKind)origin.Kind, (RecordKind)reading.GetInt32(FromKind), (RecordKind)reading.GetInt32(ToKind));
        if (!LinkRules.MayJoin(kind, from, to))
        {
            findings.Add("link-ends", where, $"A {kind} link does not lead from a {from} to a {to}.");
        }

        if (LinkRules.IsDerived(kind) != (origin.Derived == 1))
        {
            findings.Add("link-derived", where, "It spells out a field and is not marked so, or the other way round.");
        }

        if (!string.Equals(reading.GetString(Sort), reading.GetString(FromSort), StringComparison.Ordinal))
        {
            findings.Add("link-sort", where, "Its order key is not that of the record it starts from.");
        }

        var (near, far) = (reading.GetInt32(FromWorld), reading.GetInt32(ToWorld));
        if (near != far && near < 2 && far < 2)
        {
            findings.Add("link-world", where, "It joins exercise and real.");
        }

        var least = reading.IsDBNull(Connector) ? Level.Sanitised : FloorOf((IConnectorKind)kinds[to], reading.GetFieldValue<byte[]>(Connector));
        if (origin.Floor is not [var floor] || floor < (byte)least || floor > (byte)Level.Full)
        {
            findings.Add("link-floor", where, "It exists at a level below the one that what it leads to allows.");
        }
    }

    private static Level FloorOf(IConnectorKind kind, byte[] properties) => kind.Floor(kind.Read(properties));

    /// <summary>What tells a link that people drew apart from another is what it says; what a record spells out is held against the record.</summary>
    private void CheckDiscriminator(SqliteDataReader reading, in LinkOrigin origin, in LinkContent says, string where)
    {
        if (origin.Derived == 0
            && !string.Equals(reading.GetString(Discriminator), says.Properties.Length == 2 ? "" : LinkRules.DiscriminatorOf(RecordJson.Read<LinkProperties>(says.Properties)), StringComparison.Ordinal))
        {
            findings.Add("link-discriminator", where, "What tells it apart from others between its ends is not what it says.");
        }
    }

    private void CheckVersions(SqliteDataReader reading, in LinkOrigin origin, in LinkContent says, string where, IEnumerable<SqliteDataReader> versions)
    {
        if (!digest.Of(origin, says).AsSpan().SequenceEqual(reading.GetFieldValue<byte[]>(Digest)))
        {
            findings.Add("link-digest", where, "It is not what was written: its digest is another.");
        }

        var last = 0;
        foreach (var version in versions)
        {
            var said = SqliteDigestRows.LinkContent(version, 1);
            if (said.Version != ++last)
            {
                findings.Add("link-version-gap", where, $"Its earlier versions do not follow each other: {said.Version} is where {last} belongs.");
                last = said.Version;
            }

            if (!digest.Of(origin, said).AsSpan().SequenceEqual(version.GetFieldValue<byte[]>(8)))
            {
                findings.Add("link-version-digest", where, $"Its version {last} is not what was written: its digest is another.");
            }

            if (audiences.Find(said.Audience)?.Owner != Row.Agency(origin.Owner))
            {
                findings.Add("link-version-audience", where, $"The audience of its version {last} is not there, or is another owner's.");
            }
        }

        if (last != says.Version - 1)
        {
            findings.Add("link-version-gap", where, $"It is at version {says.Version}, and its last earlier version is {last}.");
        }
    }

    /// <summary>The audience is the owner's; beyond the agencies of the link and its ends it goes only with the others' consent.</summary>
    private void CheckAudience(SqliteDataReader reading, int id, string where, AgencyCode owner, IReadOnlyCollection<AgencyCode> consents)
    {
        if (audiences.Find(id) is not { IsReference: false } audience)
        {
            findings.Add("link-audience", where, "Its audience is not there, or is one of reference records.");
            return;
        }

        if (audience.Owner != owner)
        {
            findings.Add("link-owner", where, "Its audience is another owner's.");
        }

        var others = Others(reading, owner);
        if (consents.Any(agency => !others.Contains(agency)))
        {
            findings.Add("link-consent", where, "An agency has consented to it that owns neither end.");
        }

        if (others.Any(agency => !consents.Contains(agency)) && !audience.StaysWith([owner, .. others]))
        {
            findings.Add("link-consent", where, "It is released beyond the agencies of its ends without the consent of another owner.");
        }
    }

    /// <summary>The owners of the ends that are neither the link's own nor reference records or connectors, which nobody's consent hangs on.</summary>
    private static List<AgencyCode> Others(SqliteDataReader reading, AgencyCode owner)
    {
        var others = new List<AgencyCode>();
        foreach (var (kind, at) in new[] { (FromKind, FromOwner), (ToKind, ToOwner) })
        {
            if (!reading.IsDBNull(at) && !((RecordKind)reading.GetInt32(kind)).IsReference() && Row.Agency(reading.GetString(at)) is var agency && agency != owner)
            {
                others.Add(agency);
            }
        }

        return others;
    }

    /// <summary>Every link stands beside both its ends, and nothing else does: told by sums over all of them; where these differ, one by one.</summary>
    private void CheckEntries()
    {
        var (there, toBe) = (new RowSum(findings), new RowSum(findings));
        there.AddAll(session.Statement(Adjacent), Outgoing);
        toBe.AddAll(session.Statement(ToBeAdjacent, SqliteReading.TopRank), Outgoing, Incoming);
        if (there.Value == toBe.Value)
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
