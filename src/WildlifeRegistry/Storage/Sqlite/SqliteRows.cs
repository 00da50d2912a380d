using System.Text.Json;
using WildlifeRegistry.Access;
using WildlifeRegistry.Links;
using WildlifeRegistry.Records;

namespace WildlifeRegistry.Storage.Sqlite;

/// <summary>Writes records and links with everything that is kept beside them only to be searched.</summary>
internal sealed class SqliteRows(SqliteSession session, string author, long now)
{
    public static int World(bool? exercise) => exercise switch { false => 0, true => 1, null => 2 };

    public long Insert(StoredRecord record, string? reference)
    {
        var audience = AudienceTable.Intern(session, record.Audience);
        var row = (long)session.Scalar(
            """
            INSERT INTO record (id, kind, audience, world, validation, version, handling, owner, sort, reference, import_key, created_at, created_by, updated_at, updated_by, details, properties)
            VALUES ($1, $2, $3, $4, $5, 1, $6, $7, $8, $9, $10, $11, $12, $11, $12, $13, $14) RETURNING row
            """,
            record.Id.ToBytes(),
            (int)record.Kind,
            audience,
            World(record.Exercise),
            (int)record.Validation,
            (int)record.Handling,
            record.Owner.Value,
            record.Sort,
            reference,
            record.ImportKey,
            now,
            author,
            Details(record),
            record.Properties)!;
        InsertIndexed(row, record, audience);
        Release(row, record.Audience);
        return row;
    }

    /// <summary>Writes the next version. Readers are never shown an import key, so an amendment that names none keeps the one that is there.</summary>
    /// <param name="showsFrom">As <see cref="AmendedRecord.ShowsFrom"/>.</param>
    public void Update(long row, StoredRecord record, Level? showsFrom)
    {
        session.Execute(
            """
            INSERT INTO version (record, version, at, by, validation, audience, handling, details, properties)
            SELECT row, version, updated_at, updated_by, validation, audience, handling, details, properties FROM record WHERE row = $1
            """,
            row);
        var audience = AudienceTable.Intern(session, record.Audience);
        session.Execute(
            """
            UPDATE record SET audience = $2, validation = $3, version = version + 1, handling = $4, sort = $5, import_key = coalesce($6, import_key),
              updated_at = $7, updated_by = $8, details = $9, properties = $10
            WHERE row = $1
            """,
            row,
            audience,
            (int)record.Validation,
            (int)record.Handling,
            record.Sort,
            record.ImportKey,
            now,
            author,
            Details(record),
            record.Properties);
        session.Execute("DELETE FROM indexed WHERE row = $1", row);
        InsertIndexed(row, record, audience);
        if (showsFrom is { } level)
        {
            session.Execute("UPDATE edition SET edition = edition + 1 WHERE record = $1 AND level >= $2 AND (until = 0 OR until > $3)", row, (int)level, now);
        }

        Release(row, record.Audience);
    }

    public long Connector(StoredConnector connector)
    {
        if (session.Scalar("SELECT row FROM record WHERE id = $1", connector.Id.ToBytes()) is long known)
        {
            return known;
        }

        return (long)session.Scalar(
            """
            INSERT INTO record (id, kind, audience, world, validation, version, handling, sort, created_at, created_by, updated_at, updated_by, properties)
            VALUES ($1, $2, 0, $3, $4, 1, 0, '', 0, 'registry', 0, 'registry', $5) RETURNING row
            """,
            connector.Id.ToBytes(),
            (int)RecordKind.Identifier,
            World(connector.Exercise),
            (int)Validation.Validated,
            connector.Properties)!;
    }

    public void Insert(StoredLink link, long from, long to, int world, bool derived)
    {
        var audience = AudienceTable.Intern(session, link.Audience);
        var row = (long)session.Scalar(
            """
            INSERT INTO link (id, kind, from_row, to_row, owner, audience, floor, withdrawn, derived, discriminator, sort, handling, version, created_at, created_by, updated_at, updated_by, properties)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 1, $13, $14, $13, $14, $15) RETURNING row
            """,
            link.Id.ToBytes(),
            (int)link.Kind,
            from,
            to,
            link.Owner.Value,
            audience,
            Floor(link),
            link.Withdrawn ? 1 : 0,
            derived ? 1 : 0,
            link.Discriminator,
            link.Sort,
            (int)link.Handling,
            now,
            author,
            link.Properties)!;
        Adjacent(link, row, from, to, outgoing: 1, audience, world);
        Adjacent(link, row, to, from, outgoing: 0, audience, world);
    }

    public void Update(long row, StoredLink link)
    {
        session.Execute(
            """
            INSERT INTO link_version (link, version, at, by, audience, withdrawn, handling, properties)
            SELECT row, version, updated_at, updated_by, audience, withdrawn, handling, properties FROM link WHERE row = $1
            """,
            row);
        var audience = AudienceTable.Intern(session, link.Audience);
        (long From, long To, int World) ends;
        using (var reading = session.Statement(
            "SELECT l.from_row, l.to_row, a.world FROM link l JOIN adjacent a ON a.near = l.from_row AND a.rank = $2 - l.kind AND a.sort = l.sort AND a.id = l.id WHERE l.row = $1",
            row,
            SqliteReading.TopRank).ExecuteReader())
        {
            reading.Read();
            ends = (reading.GetInt64(0), reading.GetInt64(1), reading.GetInt32(2));
        }

        RemoveAdjacent(row);
        session.Execute(
            """
            UPDATE link SET audience = $2, floor = $3, withdrawn = $4, discriminator = $5, sort = $6, handling = $7, version = version + 1,
              updated_at = $8, updated_by = $9, properties = $10
            WHERE row = $1
            """,
            row,
            audience,
            Floor(link),
            link.Withdrawn ? 1 : 0,
            link.Discriminator,
            link.Sort,
            (int)link.Handling,
            now,
            author,
            link.Properties);
        Adjacent(link, row, ends.From, ends.To, outgoing: 1, audience, ends.World);
        Adjacent(link, row, ends.To, ends.From, outgoing: 0, audience, ends.World);
    }

    /// <summary>Takes away the links that spell out a record's fields, before they are written anew.</summary>
    public void RemoveDerived(long from)
    {
        var derived = new List<long>();
        using (var reading = session.Statement("SELECT row FROM link WHERE from_row = $1 AND derived = 1", from).ExecuteReader())
        {
            while (reading.Read())
            {
                derived.Add(reading.GetInt64(0));
            }
        }

        foreach (var row in derived)
        {
            RemoveAdjacent(row);
            session.Execute("DELETE FROM link WHERE row = $1", row);
        }
    }

    private static byte[] Floor(StoredLink link) => [(byte)link.Floor];

    private static string? Details(StoredRecord record) =>
        record.Details == RecordDetails.None ? null : JsonSerializer.Serialize(record.Details, RecordJson.Options);

    private void Adjacent(StoredLink link, long row, long near, long far, int outgoing, int audience, int world) => session.Execute(
        "INSERT INTO adjacent (near, rank, sort, id, outgoing, far, link, audience, floor, withdrawn, world) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        near,
        SqliteReading.TopRank - (int)link.Kind,
        link.Sort,
        link.Id.ToBytes(),
        outgoing,
        far,
        row,
        audience,
        Floor(link),
        link.Withdrawn ? 1 : 0,
        world);

    /// <summary>By the table's whole key, once from either end: any other condition reads the table through.</summary>
    private void RemoveAdjacent(long row)
    {
        session.Execute(
            """
            DELETE FROM adjacent WHERE outgoing = 1
              AND near = (SELECT from_row FROM link WHERE row = $1) AND rank = (SELECT $2 - kind FROM link WHERE row = $1)
              AND sort = (SELECT sort FROM link WHERE row = $1) AND id = (SELECT id FROM link WHERE row = $1)
            """,
            row,
            SqliteReading.TopRank);
        session.Execute(
            """
            DELETE FROM adjacent WHERE outgoing = 0
              AND near = (SELECT to_row FROM link WHERE row = $1) AND rank = (SELECT $2 - kind FROM link WHERE row = $1)
              AND sort = (SELECT sort FROM link WHERE row = $1) AND id = (SELECT id FROM link WHERE row = $1)
            """,
            row,
            SqliteReading.TopRank);
    }

    private void InsertIndexed(long row, StoredRecord record, int audience)
    {
        foreach (var (property, value) in record.Index.Distinct())
        {
            session.Execute(
                "INSERT INTO indexed (kind, world, property, value, sort, id, row, audience, validation) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
                (int)record.Kind,
                World(record.Exercise),
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
                "INSERT INTO edition (record, token, level, until, released_at, edition) VALUES ($1, $2, $3, $4, $5, 1)",
                row,
                begun.Token,
                begun.Level,
                begun.Until,
                now);
        }
    }
}
