using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Microsoft.Data.Sqlite;
using WildlifeRegistry.Records;
using WildlifeRegistry.Storage.Checking;
using WildlifeRegistry.Storage.Moving;

namespace WildlifeRegistry.Storage.Sqlite;

/// <summary>A store in tables as the operator's move reads it, from one held state, or fills it, in one transaction for each batch.</summary>
internal sealed class SqliteMove : IMovedStore
{
    /// <summary>In <c>meta</c>: what the store was being filled from, until it is whole.</summary>
    public const string Incomplete = "incomplete";

    private const string Anew = "Remove it and move again.";

    private readonly SqliteSession session;
    private readonly SqliteDigest digest = new();
    private readonly string path;

    private SqliteMove(SqliteSession session, string path)
    {
        this.session = session;
        this.path = path;
        Secret = (byte[])session.Scalar("SELECT value FROM meta WHERE name = 'secret'")!;
    }

    public string Name => "sqlite:" + path;

    public string StartOver => Anew;

    public byte[] Secret { get; }

    /// <exception cref="StoreException">There is no store that this program can read.</exception>
    public static SqliteMove Read(string path)
    {
        if (!File.Exists(path))
        {
            throw new StoreException($"There is no store at {path}.", isTransient: false);
        }

        return Opened(path, () => SqliteSession.ToInspect(path), opened =>
        {
            opened.Execute("BEGIN");
            SqliteMigrations.Verify(opened);
            Whole(opened, path);
        });
    }

    /// <summary>Makes an empty store, marked as incomplete.</summary>
    /// <param name="from">What it is filled from.</param>
    /// <exception cref="StoreException">There is a file already, or none can be made.</exception>
    public static SqliteMove Fill(string path, byte[] secret, string from, DateTimeOffset now)
    {
        foreach (var taken in new[] { path, path + "-wal", path + "-shm", path + "-journal" }.Where(file => File.Exists(file) || Directory.Exists(file)))
        {
            throw new StoreException($"{taken} is there: a registry is moved into an empty place only. Where an earlier move was interrupted, remove it and move again.", isTransient: false);
        }

        try
        {
            if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder)
            {
                Directory.CreateDirectory(folder);
            }

            new FileStream(path, Private.First).Dispose();
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new StoreException($"The store cannot be made at {path}: its folder can be neither made nor written.", isTransient: false, fault);
        }

        return Opened(path, () => SqliteSession.ToKeep(path), opened =>
        {
            SqliteMigrations.Apply(opened, now);
            opened.Execute("INSERT INTO meta (name, value) VALUES ('secret', $1), ('epoch', $2), ($3, CAST($4 AS BLOB))", secret, RandomNumberGenerator.GetBytes(16), Incomplete, from);
        });
    }

    /// <exception cref="StoreException">It was being filled and is not whole.</exception>
    public static void Whole(SqliteSession session, string path)
    {
        if (session.Scalar("SELECT CAST(value AS TEXT) FROM meta WHERE name = $1", Incomplete) is string from)
        {
            throw new StoreException($"The store {path} was being filled from {from} and is not whole. {Anew}", isTransient: false);
        }
    }

    public async IAsyncEnumerable<MovedRow> RowsAsync([EnumeratorCancellation] CancellationToken ct)
    {
        await Task.CompletedTask;
        foreach (var row in new[] { Audiences(), Records(), Versions(), Editions(), EditionVersions(), Links(), LinkVersions(), Consents(), Rest() }.SelectMany(rows => rows))
        {
            ct.ThrowIfCancellationRequested();
            yield return row;
        }
    }

    public Task TakeAsync(IReadOnlyList<MovedRow> rows, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        try
        {
            session.Execute("BEGIN");
            foreach (var row in rows)
            {
                Take(row);
            }

            session.Execute("COMMIT");
        }
        catch (SqliteException fault)
        {
            throw SqliteFaults.OnCopying(fault, path, ct);
        }

        return Task.CompletedTask;
    }

    public Task CompleteAsync(CancellationToken ct)
    {
        session.Execute("DELETE FROM meta WHERE name = $1", Incomplete);
        return Task.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        session.Dispose();
        return ValueTask.CompletedTask;
    }

    private static SqliteMove Opened(string path, Func<SqliteSession> open, Action<SqliteSession> begin)
    {
        SqliteSession? opened = null;
        try
        {
            opened = open();
            begin(opened);
            return new SqliteMove(opened, path);
        }
        catch (SqliteException fault)
        {
            opened?.Dispose();
            throw SqliteFaults.OnOpening(fault, path, CancellationToken.None);
        }
        catch
        {
            opened?.Dispose();
            throw;
        }
    }

    private IEnumerable<MovedRow> Rows(string sql, Func<SqliteDataReader, MovedRow> read)
    {
        using var reading = session.Statement(sql).ExecuteReader();
        while (reading.Read())
        {
            yield return read(reading);
        }
    }

    private IEnumerable<MovedRow> Audiences() => Rows(
        "SELECT id, canonical, owner, reference, releases FROM audience ORDER BY id",
        row => new MovedRow.Audience(row.GetInt32(0), row.GetString(1), row.GetString(2), row.GetBoolean(3), row.GetString(4)));

    private IEnumerable<MovedRow> Records()
    {
        using var indexed = new Along(session.Statement("SELECT row, property, value FROM indexed INDEXED BY indexed_row ORDER BY row, kind, world, property, value"));
        foreach (var record in Rows(
            $"SELECT row, {SqliteDigestRows.RecordOriginColumns}, version, updated_at, updated_by, validation, audience, handling, details, properties, sort FROM record ORDER BY row",
            row => new MovedRow.Record(
                SqliteDigestRows.RecordOrigin(row, 1),
                SqliteDigestRows.RecordContent(row, 9),
                row.GetString(17),
                [.. indexed.Of(row.GetInt64(0)).Select(value => new IndexedValue(value.GetString(1), value.GetString(2))).OrderBy(value => value.Property, StringComparer.Ordinal).ThenBy(value => value.Value, StringComparer.Ordinal)])))
        {
            yield return record;
        }
    }

    private IEnumerable<MovedRow> Versions() => Rows(
        "SELECT r.id, v.version, v.at, v.by, v.validation, v.audience, v.handling, v.details, v.properties FROM version v JOIN record r ON r.row = v.record ORDER BY v.record, v.version",
        row => new MovedRow.Version(row.GetFieldValue<byte[]>(0), SqliteDigestRows.RecordContent(row, 1)));

    private IEnumerable<MovedRow> Editions() => Rows(
        "SELECT r.id, e.token, e.level, e.until, e.since, e.released_at, e.edition FROM edition e JOIN record r ON r.row = e.record ORDER BY e.record",
        row => new MovedRow.Edition(row.GetFieldValue<byte[]>(0), row.GetString(1), row.GetInt32(2), row.GetInt64(3), row.GetInt32(4), row.GetInt64(5), row.GetInt32(6)));

    private IEnumerable<MovedRow> EditionVersions() => Rows(
        "SELECT r.id, e.token, e.level, e.until, e.since, e.edition, e.shows_from, e.version, e.at FROM edition_version e JOIN record r ON r.row = e.record ORDER BY e.record",
        row => new MovedRow.EditionVersion(row.GetFieldValue<byte[]>(0), row.GetString(1), row.GetInt32(2), row.GetInt64(3), row.GetInt32(4), row.GetInt32(5), row.GetInt32(6), row.GetInt32(7), row.GetInt64(8)));

    private IEnumerable<MovedRow> Links() => Rows(
        """
        SELECT l.id, l.kind, f.id, t.id, l.owner, l.floor, l.derived, l.created_at, l.created_by,
          l.version, l.updated_at, l.updated_by, l.audience, l.withdrawn, l.handling, l.properties, l.discriminator, l.sort, iif(f.world < 2, f.world, t.world)
        FROM link l CROSS JOIN record f ON f.row = l.from_row CROSS JOIN record t ON t.row = l.to_row ORDER BY l.row
        """,
        row => new MovedRow.Link(
            new LinkOrigin(row.GetFieldValue<byte[]>(0), row.GetInt32(1), row.GetFieldValue<byte[]>(2), row.GetFieldValue<byte[]>(3), row.GetString(4), row.GetFieldValue<byte[]>(5), row.GetInt32(6), row.GetInt64(7), row.GetString(8)),
            SqliteDigestRows.LinkContent(row, 9),
            row.GetString(16),
            row.GetString(17),
            row.GetInt32(18)));

    private IEnumerable<MovedRow> LinkVersions() => Rows(
        "SELECT l.id, v.version, v.at, v.by, v.audience, v.withdrawn, v.handling, v.properties FROM link_version v JOIN link l ON l.row = v.link ORDER BY v.link, v.version",
        row => new MovedRow.LinkVersion(row.GetFieldValue<byte[]>(0), SqliteDigestRows.LinkContent(row, 1)));

    private IEnumerable<MovedRow> Consents() => Rows(
        "SELECT l.id, c.agency, c.at, c.by FROM consent c JOIN link l ON l.row = c.link ORDER BY c.link, c.agency",
        row => new MovedRow.Consent(row.GetFieldValue<byte[]>(0), row.GetString(1), row.GetInt64(2), row.GetString(3)));

    private IEnumerable<MovedRow> Rest() => Rows(
        "SELECT officer, field, key, hash, ids, at FROM request",
        row => new MovedRow.Request(row.GetString(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetFieldValue<byte[]>(4), row.GetInt64(5)))
        .Concat(Rows("SELECT agency, year, last FROM counter", row => new MovedRow.Counter(row.GetString(0), row.GetInt32(1), row.GetInt64(2))))
        .Concat(Rows("SELECT id, name, lead, until FROM operation", row => new MovedRow.Operation(row.GetString(0), row.GetString(1), row.GetString(2), row.GetInt64(3))))
        .Concat(Rows("SELECT agency, operation FROM operation_agency", row => new MovedRow.OperationAgency(row.GetString(0), row.GetString(1))))
        .Concat(Rows("SELECT officer, grp, until, confirmed FROM membership", row => new MovedRow.Membership(row.GetString(0), row.GetString(1), row.GetInt64(2), row.GetBoolean(3))))
        .Concat(Rows("SELECT name, checksum, at FROM loaded", row => new MovedRow.Loaded(row.GetString(0), row.GetString(1), row.GetInt64(2))));

    private void Take(MovedRow moved)
    {
        switch (moved)
        {
            case MovedRow.Audience row:
                session.Execute("INSERT INTO audience (id, canonical, owner, reference, releases) VALUES ($1, $2, $3, $4, $5)", row.Id, row.Canonical, row.Owner, row.IsReference ? 1 : 0, row.Releases);
                break;
            case MovedRow.Record row:
                Take(row);
                break;
            case MovedRow.Version row:
                session.Execute(
                    "INSERT INTO version (record, version, at, by, validation, audience, handling, details, properties, digest) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
                    RowOf(row.Parent), row.Says.Version, row.Says.At, row.Says.By, row.Says.Validation, row.Says.Audience, row.Says.Handling, row.Says.Details, row.Says.Properties, digest.Of(OriginOfRecord(row.Parent), row.Says));
                break;
            case MovedRow.Link row:
                Take(row);
                break;
            case MovedRow.LinkVersion row:
                session.Execute(
                    "INSERT INTO link_version (link, version, at, by, audience, withdrawn, handling, properties, digest) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
                    LinkRowOf(row.Parent), row.Says.Version, row.Says.At, row.Says.By, row.Says.Audience, row.Says.Withdrawn, row.Says.Handling, row.Says.Properties, digest.Of(OriginOfLink(row.Parent), row.Says));
                break;
            case MovedRow.Consent row:
                session.Execute("INSERT INTO consent (link, agency, at, by, digest) VALUES ($1, $2, $3, $4, digest($1, $2, $3, $4))", LinkRowOf(row.Parent), row.Agency, row.At, row.By);
                break;
            case MovedRow.Edition row:
                session.Execute(
                    "INSERT INTO edition (record, token, level, until, since, released_at, edition, digest) VALUES ($1, $2, $3, $4, $5, $6, $7, digest($1, $2, $3, $4, $5, $6, $7))",
                    RowOf(row.Parent), row.Token, row.Level, row.Until, row.Since, row.ReleasedAt, row.Number);
                break;
            case MovedRow.EditionVersion row:
                session.Execute(
                    "INSERT INTO edition_version (record, token, level, until, since, edition, shows_from, version, at, digest) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, digest($1, $2, $3, $4, $5, $6, $7, $8, $9))",
                    RowOf(row.Parent), row.Token, row.Level, row.Until, row.Since, row.Number, row.ShowsFrom, row.Of, row.At);
                break;
            case MovedRow.Request row:
                session.Execute("INSERT INTO request (officer, field, key, hash, ids, at, digest) VALUES ($1, $2, $3, $4, $5, $6, digest($1, $2, $3, $4, $5, $6))", row.Officer, row.Field, row.Key, row.Hash, row.Ids, row.At);
                break;
            case MovedRow.Counter row:
                session.Execute("INSERT INTO counter (agency, year, last) VALUES ($1, $2, $3)", row.Agency, row.Year, row.Last);
                break;
            case MovedRow.Operation row:
                session.Execute("INSERT INTO operation (id, name, lead, until, digest) VALUES ($1, $2, $3, $4, digest($1, $2, $3, $4))", row.Id, row.Name, row.Lead, row.Until);
                break;
            case MovedRow.OperationAgency row:
                session.Execute("INSERT INTO operation_agency (agency, operation, digest) VALUES ($1, $2, digest($1, $2))", row.Agency, row.Of);
                break;
            case MovedRow.Membership row:
                session.Execute("INSERT INTO membership (officer, grp, until, confirmed, digest) VALUES ($1, $2, $3, $4, digest($1, $2, $3, $4))", row.Officer, row.Group, row.Until, row.IsConfirmed ? 1 : 0);
                break;
            case MovedRow.Loaded row:
                session.Execute("INSERT INTO loaded (name, checksum, at) VALUES ($1, $2, $3)", row.Name, row.Checksum, row.At);
                break;
            default:
                throw new ArgumentException("A row outside the closed set.", nameof(moved));
        }
    }

    private void Take(MovedRow.Record row)
    {
        var (of, says) = (row.Of, row.Says);
        var number = (long)session.Scalar(
            """
            INSERT INTO record (id, kind, audience, world, validation, version, handling, owner, sort, reference, import_key, created_at, created_by, updated_at, updated_by, details, properties, digest)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18) RETURNING row
            """,
            of.Id, of.Kind, says.Audience, of.World, says.Validation, says.Version, says.Handling, of.Owner, row.Sort, of.Reference, of.ImportKey, of.CreatedAt, of.CreatedBy, says.At, says.By, says.Details, says.Properties, digest.Of(of, says))!;
        foreach (var (property, value) in row.Index)
        {
            session.Execute(
                "INSERT INTO indexed (kind, world, property, value, sort, id, row, audience, validation) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
                of.Kind, of.World, property, value, row.Sort, of.Id, number, says.Audience, says.Validation);
        }
    }

    private void Take(MovedRow.Link row)
    {
        var (of, says) = (row.Of, row.Says);
        var (from, to) = (RowOf(of.From), RowOf(of.To));
        var number = (long)session.Scalar(
            """
            INSERT INTO link (id, kind, from_row, to_row, owner, audience, floor, withdrawn, derived, discriminator, sort, handling, version, created_at, created_by, updated_at, updated_by, properties, digest)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19) RETURNING row
            """,
            of.Id, of.Kind, from, to, of.Owner, says.Audience, of.Floor, says.Withdrawn, of.Derived, row.Discriminator, row.Sort, says.Handling, says.Version, of.CreatedAt, of.CreatedBy, says.At, says.By, says.Properties,
            digest.Of(new LinkRowOrigin(of.Id, of.Kind, from, to, of.Owner, of.Floor, of.Derived, of.CreatedAt, of.CreatedBy), says))!;
        foreach (var (near, far, outgoing) in new[] { (from, to, 1), (to, from, 0) })
        {
            session.Execute(
                "INSERT INTO adjacent (near, rank, sort, id, outgoing, far, link, audience, floor, withdrawn, world) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
                near, SqliteReading.TopRank - of.Kind, row.Sort, of.Id, outgoing, far, number, says.Audience, of.Floor, says.Withdrawn, row.World);
        }
    }

    private long RowOf(byte[] record) => session.Scalar("SELECT row FROM record WHERE id = $1", record) as long? ?? throw NotThere("record", record);

    private long LinkRowOf(byte[] link) => session.Scalar("SELECT row FROM link WHERE id = $1", link) as long? ?? throw NotThere("link", link);

    private static StoreException NotThere(string what, byte[] id) =>
        new($"Something is kept of the {what} {Findings.Id(id)}, which is not there: check the store that is moved.", isTransient: false);

    private RecordOrigin OriginOfRecord(byte[] record)
    {
        using var reading = session.Statement($"SELECT {SqliteDigestRows.RecordOriginColumns} FROM record WHERE id = $1", record).ExecuteReader();
        return reading.Read() ? SqliteDigestRows.RecordOrigin(reading, 0) : throw NotThere("record", record);
    }

    private LinkRowOrigin OriginOfLink(byte[] link)
    {
        using var reading = session.Statement($"SELECT {SqliteDigestRows.LinkOriginColumns} FROM link l WHERE l.id = $1", link).ExecuteReader();
        return reading.Read() ? SqliteDigestRows.LinkOrigin(reading, 0) : throw NotThere("link", link);
    }
}
