using Microsoft.Data.Sqlite;
using WildlifeRegistry.Access;
using WildlifeRegistry.Links;
using WildlifeRegistry.Records;

namespace WildlifeRegistry.Storage.Sqlite;

/// <summary>Each link with its ends, its versions and consents, and its two entries among what is adjacent.</summary>
internal sealed class SqliteLinkCheck(SqliteSession session, KindCatalogue kinds, CheckedAudiences audiences, Findings findings)
{
    private const string Links = """
        SELECT l.row, l.id, l.kind, l.owner, l.audience, l.floor, l.derived, l.sort, l.version,
          f.kind, f.world, f.sort, f.owner, t.kind, t.world, t.owner, CASE WHEN t.audience = 0 THEN t.properties END,
          l.from_row, l.to_row, l.created_at, l.created_by, l.updated_at, l.updated_by, l.withdrawn, l.handling, l.discriminator, l.properties, l.digest
        FROM link l CROSS JOIN record f ON f.row = l.from_row CROSS JOIN record t ON t.row = l.to_row ORDER BY l.row
        """;

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
        using var versions = new Along(session.Statement("SELECT link, version, at, by, audience, withdrawn, handling, properties, digest FROM link_version ORDER BY link, version"));
        using var consents = new Along(session.Statement("SELECT link, agency FROM consent ORDER BY link, agency"));
        using var reading = session.Statement(Links).ExecuteReader();
        while (reading.Read())
        {
            findings.StopWhenTold();
            var row = reading.GetInt64(0);
            var id = reading.GetFieldValue<byte[]>(1);
            var where = $"link {Findings.Id(id)}";
            if (id.Length != 16)
            {
                findings.Add("link-form", where, "Its id is none.");
            }

            try
            {
                CheckEnds(reading, where);
                CheckDiscriminator(reading, where);
                var owner = Row.Agency(reading.GetString(3));
                CheckVersions(row, reading, where, owner, versions);
                CheckAudience(reading, where, owner, [.. consents.Of(row).Select(consent => Row.Agency(consent.GetString(1)))]);
            }
            catch (Exception fault) when (Findings.IsOfDamage(fault))
            {
                findings.Add("link-form", where, "It cannot be read.");
            }
        }
    }

    private void CheckEnds(SqliteDataReader reading, string where)
    {
        var (kind, from, to) = ((LinkKind)reading.GetInt32(2), (RecordKind)reading.GetInt32(9), (RecordKind)reading.GetInt32(13));
        if (!LinkRules.MayJoin(kind, from, to))
        {
            findings.Add("link-ends", where, $"A {kind} link does not lead from a {from} to a {to}.");
        }

        if (LinkRules.IsDerived(kind) != (reading.GetInt64(6) == 1))
        {
            findings.Add("link-derived", where, "It spells out a field and is not marked so, or the other way round.");
        }

        if (!string.Equals(reading.GetString(7), reading.GetString(11), StringComparison.Ordinal))
        {
            findings.Add("link-sort", where, "Its order key is not that of the record it starts from.");
        }

        var (near, far) = (reading.GetInt32(10), reading.GetInt32(14));
        if (near != far && near < 2 && far < 2)
        {
            findings.Add("link-world", where, "It joins exercise and real.");
        }

        var least = reading.IsDBNull(16) ? Level.Sanitised : FloorOf((IConnectorKind)kinds[to], reading.GetFieldValue<byte[]>(16));
        if (reading.GetFieldValue<byte[]>(5) is not [var floor] || floor < (byte)least || floor > (byte)Level.Full)
        {
            findings.Add("link-floor", where, "It exists at a level below the one that what it leads to allows.");
        }
    }

    private static Level FloorOf(IConnectorKind kind, byte[] properties) => kind.Floor(kind.Read(properties));

    /// <summary>What tells a link that people drew apart from another is what it says; what a record spells out is held against the record.</summary>
    private void CheckDiscriminator(SqliteDataReader reading, string where)
    {
        if (reading.GetInt64(6) == 0 && reading.GetFieldValue<byte[]>(26) is var properties
            && !string.Equals(reading.GetString(25), properties.Length == 2 ? "" : LinkRules.DiscriminatorOf(RecordJson.Read<LinkProperties>(properties)), StringComparison.Ordinal))
        {
            findings.Add("link-discriminator", where, "What tells it apart from others between its ends is not what it says.");
        }
    }

    private void CheckVersions(long row, SqliteDataReader link, string where, AgencyCode owner, Along versions)
    {
        var origin = new LinkRowOrigin(
            link.GetFieldValue<byte[]>(1), link.GetInt32(2), link.GetInt64(17), link.GetInt64(18), link.GetString(3), link.GetFieldValue<byte[]>(5), link.GetInt32(6), link.GetInt64(19), link.GetString(20));
        var current = link.GetInt32(8);
        var content = new LinkContent(current, link.GetInt64(21), link.GetString(22), link.GetInt32(4), link.GetInt32(23), link.GetInt32(24), link.GetFieldValue<byte[]>(26));
        if (!digest.Of(origin, content).AsSpan().SequenceEqual(link.GetFieldValue<byte[]>(27)))
        {
            findings.Add("link-digest", where, "It is not what was written: its digest is another.");
        }

        var last = 0;
        foreach (var version in versions.Of(row))
        {
            if (version.GetInt32(1) != ++last)
            {
                findings.Add("link-version-gap", where, $"Its earlier versions do not follow each other: {version.GetInt32(1)} is where {last} belongs.");
                last = version.GetInt32(1);
            }

            if (!digest.Of(origin, SqliteDigestRows.LinkContent(version, 1)).AsSpan().SequenceEqual(version.GetFieldValue<byte[]>(8)))
            {
                findings.Add("link-version-digest", where, $"Its version {last} is not what was written: its digest is another.");
            }

            if (audiences.Find(version.GetInt32(4))?.Owner != owner)
            {
                findings.Add("link-version-audience", where, $"The audience of its version {last} is not there, or is another owner's.");
            }
        }

        if (last != current - 1)
        {
            findings.Add("link-version-gap", where, $"It is at version {current}, and its last earlier version is {last}.");
        }
    }

    /// <summary>The audience is the owner's; beyond the agencies of the link and its ends it goes only with the others' consent.</summary>
    private void CheckAudience(SqliteDataReader reading, string where, AgencyCode owner, IReadOnlyCollection<AgencyCode> consents)
    {
        if (audiences.Find(reading.GetInt32(4)) is not { IsReference: false } audience)
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
        foreach (var (kind, at) in new[] { (9, 12), (13, 15) })
        {
            if (!reading.IsDBNull(at) && !((RecordKind)reading.GetInt32(kind)).IsReference() && Row.Agency(reading.GetString(at)) is var agency && agency != owner)
            {
                others.Add(agency);
            }
        }

        return others;
    }

    private void CheckEntries()
    {
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
