using System.Text.Json;
using WildlifeRegistry.Access;
using WildlifeRegistry.Links;
using WildlifeRegistry.Records;

namespace WildlifeRegistry.Storage.Sqlite;

/// <summary>Writes records and links with everything that is kept beside them only to be searched.</summary>
internal sealed class SqliteRows(SqliteSession session, string author, long now)
{
    /// <summary>One entry of a link by the table's whole key: any other condition reads the table through.</summary>
    private const string Entry = "near = $1 AND rank = $2 AND sort = $3 AND id = $4 AND outgoing = $5";

    private readonly Dictionary<Audience, int> interned = [];
    private readonly HashSet<long> inserted = [];
    private readonly SqliteDigest digest = new();

    public long Insert(StoredRecord record, string? reference)
    {
        var audience = Intern(record.Audience);
        var origin = new RecordOrigin(record.Id.ToBytes(), (int)record.Kind, Row.WorldOf(record.Exercise), record.Owner.Value, reference, record.ImportKey, now, author);
        var content = Content(record, 1, audience);
        var row = Insert(origin, content, record.Sort);
        inserted.Add(row);
        InsertIndexed(row, record, audience);
        Release(row, record.Audience);
        return row;
    }

    /// <summary>Writes the next version. The import key stays what it is.</summary>
    /// <param name="showsFrom">As <see cref="AmendedRecord.ShowsFrom"/>.</param>
    /// <param name="sort">Its order key so far.</param>
    public void Update(long row, string sort, StoredRecord record, Level? showsFrom)
    {
        session.Execute(
            """
            INSERT INTO version (record, version, at, by, validation, audience, handling, details, properties, digest)
            SELECT row, version, updated_at, updated_by, validation, audience, handling, details, properties, digest FROM record WHERE row = $1
            """,
            row);
        var audience = Intern(record.Audience);
        RecordOrigin origin;
        RecordContent content;
        using (var reading = session.Statement($"SELECT version, {SqliteDigestRows.RecordOriginColumns} FROM record WHERE row = $1", row).ExecuteReader())
        {
            reading.Read();
            origin = SqliteDigestRows.RecordOrigin(reading, 1);
            content = Content(record, reading.GetInt32(0) + 1, audience);
        }

        session.Execute(
            """
            UPDATE record SET audience = $2, validation = $3, version = $4, handling = $5, sort = $6,
              updated_at = $7, updated_by = $8, details = $9, properties = $10, digest = $11
            WHERE row = $1
            """,
            row,
            audience,
            content.Validation,
            content.Version,
            content.Handling,
            record.Sort,
            now,
            author,
            content.Details,
            content.Properties,
            digest.Of(origin, content));
        if (!string.Equals(sort, record.Sort, StringComparison.Ordinal))
        {
            Reorder(row, record.Sort);
        }

        session.Execute("DELETE FROM indexed WHERE row = $1", row);
        InsertIndexed(row, record, audience);
        if (showsFrom is { } level)
        {
            session.Execute("UPDATE edition SET edition = edition + 1, digest = digest(record, token, level, until, since, released_at, edition + 1) WHERE record = $1 AND level >= $2 AND (until = 0 OR until > $3)", row, (int)level, now);
            KeepEditions(row, (int)level);
        }

        Release(row, record.Audience);
    }

    public long Connector(StoredConnector connector)
    {
        if (session.Scalar("SELECT row FROM record WHERE id = $1", connector.Id.ToBytes()) is long known)
        {
            return known;
        }

        return Insert(
            new RecordOrigin(connector.Id.ToBytes(), (int)RecordKind.Identifier, Row.WorldOf(connector.Exercise), null, null, null, 0, "registry"),
            new RecordContent(1, 0, "registry", (int)Validation.Validated, 0, 0, null, connector.Properties),
            sort: "");
    }

    private RecordContent Content(StoredRecord record, int version, int audience) =>
        new(version, now, author, (int)record.Validation, audience, (int)record.Handling, Details(record), record.Properties);

    private long Insert(in RecordOrigin origin, in RecordContent content, string sort) => (long)session.Scalar(
        """
        INSERT INTO record (id, kind, audience, world, validation, version, handling, owner, sort, reference, import_key, created_at, created_by, updated_at, updated_by, details, properties, digest)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $12, $13, $14, $15, $16) RETURNING row
        """,
        origin.Id,
        origin.Kind,
        content.Audience,
        origin.World,
        content.Validation,
        content.Version,
        content.Handling,
        origin.Owner,
        sort,
        origin.Reference,
        origin.ImportKey,
        content.At,
        content.By,
        content.Details,
        content.Properties,
        digest.Of(origin, content))!;

    /// <param name="sort">The order key of the record that the link starts from.</param>
    public void Insert(StoredLink link, long from, long to, int world, string sort, bool derived)
    {
        var audience = Intern(link.Audience);
        var origin = new LinkRowOrigin(link.Id.ToBytes(), (int)link.Kind, from, to, link.Owner.Value, Floor(link), derived ? 1 : 0, now, author);
        var content = new LinkContent(1, now, author, audience, link.Withdrawn ? 1 : 0, (int)link.Handling, link.Properties);
        var row = (long)session.Scalar(
            """
            INSERT INTO link (id, kind, from_row, to_row, owner, audience, floor, withdrawn, derived, discriminator, sort, handling, version, created_at, created_by, updated_at, updated_by, properties, digest)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 1, $13, $14, $13, $14, $15, $16) RETURNING row
            """,
            origin.Id,
            origin.Kind,
            from,
            to,
            origin.Owner,
            audience,
            origin.Floor,
            content.Withdrawn,
            origin.Derived,
            link.Discriminator,
            sort,
            content.Handling,
            now,
            author,
            content.Properties,
            digest.Of(origin, content))!;
        Adjacent(link, row, from, to, outgoing: 1, audience, world, sort);
        Adjacent(link, row, to, from, outgoing: 0, audience, world, sort);
    }

    public void Update(long row, AmendedLink link)
    {
        session.Execute(
            """
            INSERT INTO link_version (link, version, at, by, audience, withdrawn, handling, properties, digest)
            SELECT row, version, updated_at, updated_by, audience, withdrawn, handling, properties, digest FROM link WHERE row = $1
            """,
            row);
        var audience = Intern(link.Audience);
        LinkRowOrigin origin;
        LinkContent content;
        using (var reading = session.Statement($"SELECT version, {SqliteDigestRows.LinkOriginColumns} FROM link l WHERE row = $1", row).ExecuteReader())
        {
            reading.Read();
            origin = SqliteDigestRows.LinkOrigin(reading, 1);
            content = new LinkContent(reading.GetInt32(0) + 1, now, author, audience, link.Withdrawn ? 1 : 0, (int)link.Handling, link.Properties);
        }

        session.Execute(
            """
            UPDATE link SET audience = $2, withdrawn = $3, discriminator = $4, handling = $5, version = $6,
              updated_at = $7, updated_by = $8, properties = $9, digest = $10
            WHERE row = $1
            """,
            row,
            audience,
            content.Withdrawn,
            link.Discriminator,
            content.Handling,
            content.Version,
            now,
            author,
            content.Properties,
            digest.Of(origin, content));
        InBothEntries(row, $"UPDATE adjacent SET audience = $6, withdrawn = $7 WHERE {Entry}", audience, content.Withdrawn);
    }

    /// <summary>Takes away the links that spell out a record's fields, before they are written anew.</summary>
    public void RemoveDerived(long from)
    {
        if (inserted.Contains(from))
        {
            return; // it is new: there are none
        }

        foreach (var row in LinksFrom(from, derived: 1))
        {
            RemoveAdjacent(row);
            session.Execute("DELETE FROM link WHERE row = $1", row);
        }
    }

    public void Operation(JointOperation operation)
    {
        session.Execute(
            """
            INSERT INTO operation (id, name, lead, until, digest) VALUES ($1, $2, $3, $4, digest($1, $2, $3, $4))
            ON CONFLICT (id) DO UPDATE SET name = excluded.name, until = excluded.until, digest = digest(id, excluded.name, lead, excluded.until)
            """,
            operation.Id.ToString(),
            operation.Name,
            operation.Lead.Value,
            operation.Until.UtcTicks);
        foreach (var agency in operation.Members)
        {
            session.Execute("INSERT OR IGNORE INTO operation_agency (agency, operation, digest) VALUES ($1, $2, digest($1, $2))", agency.Value, operation.Id.ToString());
        }
    }

    public void Membership(Membership membership) => session.Execute(
        """
        INSERT INTO membership (officer, grp, until, confirmed, digest) VALUES ($1, $2, $3, $4, digest($1, $2, $3, $4))
        ON CONFLICT (officer, grp) DO UPDATE SET until = excluded.until, confirmed = excluded.confirmed, digest = excluded.digest
        """,
        membership.Officer.Value,
        membership.Group,
        membership.Until.UtcTicks,
        membership.Confirmed ? 1 : 0);

    /// <summary>The audience's id, asked for once: the records and links of a change mostly share one.</summary>
    private int Intern(Audience audience) =>
        interned.TryGetValue(audience, out var known) ? known : interned[audience] = SqliteAudiences.Intern(session, audience);

    private static byte[] Floor(StoredLink link) => [(byte)link.Floor];

    private static string? Details(StoredRecord record) =>
        record.Details == RecordDetails.None ? null : JsonSerializer.Serialize(record.Details, RecordJson.Options);

    private void Adjacent(StoredLink link, long row, long near, long far, int outgoing, int audience, int world, string sort) => session.Execute(
        "INSERT INTO adjacent (near, rank, sort, id, outgoing, far, link, audience, floor, withdrawn, world) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        near,
        SqliteReading.TopRank - (int)link.Kind,
        sort,
        link.Id.ToBytes(),
        outgoing,
        far,
        row,
        audience,
        Floor(link),
        link.Withdrawn ? 1 : 0,
        world);

    private void RemoveAdjacent(long row) => InBothEntries(row, $"DELETE FROM adjacent WHERE {Entry}");

    private void InBothEntries(long row, string sql, params ReadOnlySpan<object?> values)
    {
        long from, to;
        object?[] key;
        using (var reading = session.Statement("SELECT from_row, to_row, $2 - kind, sort, id FROM link WHERE row = $1", row, SqliteReading.TopRank).ExecuteReader())
        {
            reading.Read();
            (from, to) = (reading.GetInt64(0), reading.GetInt64(1));
            key = [reading.GetInt64(2), reading.GetString(3), reading.GetValue(4)];
        }

        session.Execute(sql, [from, .. key, 1, .. values]);
        session.Execute(sql, [to, .. key, 0, .. values]);
    }

    /// <summary>Links follow the order key of the record that they start from.</summary>
    private void Reorder(long from, string sort)
    {
        foreach (var row in LinksFrom(from, derived: 0))
        {
            InBothEntries(row, $"UPDATE adjacent SET sort = $6 WHERE {Entry}", sort);
            session.Execute("UPDATE link SET sort = $2 WHERE row = $1", row, sort);
        }
    }

    private List<long> LinksFrom(long from, int derived)
    {
        var links = new List<long>();
        using var reading = session.Statement("SELECT row FROM link WHERE from_row = $1 AND derived = $2", from, derived).ExecuteReader();
        while (reading.Read())
        {
            links.Add(reading.GetInt64(0));
        }

        return links;
    }

    private void InsertIndexed(long row, StoredRecord record, int audience)
    {
        foreach (var (property, value) in ListedBy.ValuesOf(record.Owner, record.Index))
        {
            session.Execute(
                "INSERT INTO indexed (kind, world, property, value, sort, id, row, audience, validation) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
                (int)record.Kind,
                Row.WorldOf(record.Exercise),
                property,
                value,
                record.Sort,
                record.Id.ToBytes(),
                row,
                audience,
                (int)record.Validation);
        }
    }

    /// <summary>Brings the ledger of running releases in line with the audience: a new release begins at edition 1.</summary>
    private void Release(long row, Audience audience)
    {
        var running = audience.Releases
            .Where(release => release.To != Token.Agency(audience.Owner))
            .Select(release => (Token: release.To.Value, Level: (int)release.Level, Until: release.Until?.UtcTicks ?? 0))
            .ToHashSet();
        if (running.Count == 0 && inserted.Contains(row))
        {
            return; // new, and released to nobody
        }

        var known = new List<(string Token, int Level, long Until)>();
        using (var reading = session.Statement("SELECT token, level, until FROM edition WHERE record = $1", row).ExecuteReader())
        {
            while (reading.Read())
            {
                known.Add((reading.GetString(0), reading.GetInt32(1), reading.GetInt64(2)));
            }
        }

        foreach (var ended in known.Where(release => !running.Contains(release)))
        {
            session.Execute("DELETE FROM edition WHERE record = $1 AND token = $2 AND level = $3 AND until = $4", row, ended.Token, ended.Level, ended.Until);
        }

        foreach (var begun in running.Where(release => !known.Contains(release)))
        {
            session.Execute(
                """
                INSERT INTO edition (record, token, level, until, since, released_at, edition, digest)
                SELECT row, $2, $3, $4, version, updated_at, 1, digest(row, $2, $3, $4, version, updated_at, 1) FROM record WHERE row = $1
                """,
                row,
                begun.Token,
                begun.Level,
                begun.Until);
        }

        KeepEditions(row, showsFrom: 0);
    }

    /// <summary>Notes which version of the record each running edition is that is not in the ledger yet.</summary>
    /// <param name="showsFrom">The lowest level at which they differ from the editions before; 0 for first ones.</param>
    private void KeepEditions(long row, int showsFrom) => session.Execute(
        """
        INSERT OR IGNORE INTO edition_version (record, token, level, until, since, edition, shows_from, version, at, digest)
        SELECT e.record, e.token, e.level, e.until, e.since, e.edition, $2, r.version, r.updated_at,
          digest(e.record, e.token, e.level, e.until, e.since, e.edition, $2, r.version, r.updated_at) FROM edition e JOIN record r ON r.row = e.record WHERE e.record = $1
        """,
        row,
        showsFrom);
}
