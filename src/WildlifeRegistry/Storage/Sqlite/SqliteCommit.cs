using System.Collections.Immutable;
using System.Globalization;
using WildlifeRegistry.Access;
using WildlifeRegistry.Links;
using WildlifeRegistry.Records;

namespace WildlifeRegistry.Storage.Sqlite;

/// <summary>
/// Applies one change set inside the writer's savepoint. Whatever it returns but a commit is rolled back by the
/// caller, so it stops at the first fault it finds.
/// </summary>
internal sealed class SqliteCommit
{
    /// <summary>How long a committed request answers for itself.</summary>
    private static readonly TimeSpan RequestsKept = TimeSpan.FromDays(30);

    private const string Visible = $"""
        SELECT r.row, r.world FROM record r
        WHERE r.id = $1 AND substr($2, r.audience + 1, 1) >= x'02' AND {SqliteReading.ConnectorIsLinked}
        """;

    private const string VisibleTwin = """
        SELECT l.id FROM link l JOIN record f ON f.row = l.from_row JOIN record t ON t.row = l.to_row
        WHERE l.from_row = $1 AND l.to_row = $3 AND l.kind = $4 AND l.owner = $5 AND l.discriminator = $6 AND l.withdrawn = 0 AND l.derived = 0
          AND substr($2, l.audience + 1, 1) >= l.floor AND substr($2, f.audience + 1, 1) >= l.floor AND substr($2, t.audience + 1, 1) >= l.floor
        LIMIT 1
        """;

    private const string OwnLink = """
        SELECT l.row, l.version FROM link l JOIN record f ON f.row = l.from_row JOIN record t ON t.row = l.to_row
        WHERE l.id = $1 AND l.owner = $3 AND l.derived = 0
          AND substr($2, l.audience + 1, 1) >= x'03' AND substr($2, f.audience + 1, 1) >= x'03' AND substr($2, t.audience + 1, 1) >= x'03'
        """;

    private readonly SqliteSession session;
    private readonly SqliteRows rows;
    private readonly RegistryKeys keys;
    private readonly Reader author;
    private readonly long now;
    private readonly byte[] levels;
    private readonly Dictionary<RecordId, (long Row, int World)> written = [];

    public SqliteCommit(SqliteSession session, AudienceTable audiences, RegistryKeys keys, Reader author, DateTimeOffset now)
    {
        this.session = session;
        this.keys = keys;
        this.author = author;
        this.now = now.UtcTicks;
        levels = audiences.LevelsFor(author, now).Bytes.ToArray();
        rows = new SqliteRows(session, author.Officer.Value, this.now);
    }

    public CommitResult Apply(ChangeSet changes)
    {
        if (changes.RequestKey is { } request && Earlier(request) is { } earlier)
        {
            return earlier;
        }

        var fault = changes.Records.Select(Add).FirstOrDefault(Failed)
            ?? changes.Amended.Select(Amend).FirstOrDefault(Failed);
        if (fault is not null)
        {
            return fault;
        }

        foreach (var connector in changes.Connectors)
        {
            written[connector.Id] = (rows.Connector(connector), connector.Exercise ? 1 : 0);
        }

        fault = changes.Records.Select(record => Derive(record.Record.Id, record.Derived)).FirstOrDefault(Failed)
            ?? changes.Amended.Select(record => Derive(record.Record.Id, record.Derived)).FirstOrDefault(Failed)
            ?? changes.Links.Select(link => Join(link, derived: false)).FirstOrDefault(Failed)
            ?? changes.AmendedLinks.Select(Amend).FirstOrDefault(Failed);
        if (fault is not null)
        {
            return fault;
        }

        foreach (var membership in changes.Memberships)
        {
            session.Execute(
                "INSERT INTO membership (officer, grp, until) VALUES ($1, $2, $3) ON CONFLICT (officer, grp) DO UPDATE SET until = excluded.until",
                membership.Officer.Value,
                membership.Group,
                membership.Until.UtcTicks);
        }

        ImmutableArray<RecordId> ids =
        [
            .. changes.Records.Select(record => record.Record.Id),
            .. changes.Amended.Select(record => record.Record.Id),
            .. changes.Links.Select(link => link.Id),
            .. changes.AmendedLinks.Select(link => link.Link.Id),
        ];
        if (changes.RequestKey is { } key)
        {
            session.Execute(
                "INSERT INTO request (officer, field, key, hash, ids, at) VALUES ($1, $2, $3, $4, $5, $6)",
                author.Officer.Value,
                key.Field,
                key.Key,
                key.ContentHash,
                ids.SelectMany(id => id.ToBytes()).ToArray(),
                now);
        }

        return new CommitResult.Committed(ids, Replayed: false);
    }

    private static bool Failed(CommitResult? result) => result is not null;

    private CommitResult? Earlier(RequestKey request)
    {
        session.Execute("DELETE FROM request WHERE at <= $1", now - RequestsKept.Ticks);
        using var reading = session.Statement(
            "SELECT hash, ids FROM request WHERE officer = $1 AND field = $2 AND key = $3",
            author.Officer.Value,
            request.Field,
            request.Key).ExecuteReader();
        if (!reading.Read())
        {
            return null;
        }

        return string.Equals(reading.GetString(0), request.ContentHash, StringComparison.Ordinal)
            ? new CommitResult.Committed([.. ((byte[])reading.GetValue(1)).Chunk(16).Select(bytes => RecordId.FromBytes(bytes))], Replayed: true)
            : new CommitResult.Refused(RefusalReason.RequestKeyReused, null);
    }

    private CommitResult? Add(NewRecord added)
    {
        var record = added.Record;
        if (session.Scalar("SELECT 1 FROM record WHERE id = $1", record.Id.ToBytes()) is not null)
        {
            return new CommitResult.Refused(RefusalReason.IdTaken, record.Id);
        }

        if (record.ImportKey is { } importKey
            && session.Scalar("SELECT 1 FROM record r WHERE r.import_key = $1 AND r.owner = $3 AND substr($2, r.audience + 1, 1) >= x'03'", importKey, levels, author.Agency.Value) is not null)
        {
            return new CommitResult.Refused(RefusalReason.ImportKeyTaken, record.Id);
        }

        var reference = added.NumberedIn is { } year ? NextReference(year) : null;
        written[record.Id] = (rows.Insert(record, reference), SqliteRows.World(record.Exercise));
        return null;
    }

    private string NextReference(int year)
    {
        var last = (long)session.Scalar(
            "INSERT INTO counter (agency, year, last) VALUES ($1, $2, 0) ON CONFLICT (agency, year) DO UPDATE SET last = last + 1 RETURNING last",
            author.Agency.Value,
            year)!;
        return keys.Reference(author.Agency, year, last);
    }

    private CommitResult? Amend(AmendedRecord amended)
    {
        var record = amended.Record;
        long row;
        using (var reading = session.Statement(
            "SELECT r.row, r.version, r.kind, r.world FROM record r WHERE r.id = $1 AND r.owner = $3 AND substr($2, r.audience + 1, 1) >= x'03'",
            record.Id.ToBytes(),
            levels,
            author.Agency.Value).ExecuteReader())
        {
            if (!reading.Read())
            {
                return new CommitResult.Missing(record.Id);
            }

            row = reading.GetInt64(0);
            var current = reading.GetInt32(1);
            if (current != amended.ExpectedVersion)
            {
                return new CommitResult.Conflict(record.Id, current);
            }

            if (reading.GetInt32(2) != (int)record.Kind || reading.GetInt32(3) != SqliteRows.World(record.Exercise))
            {
                throw new ArgumentException("An amendment keeps the record's kind and exercise flag.", nameof(amended));
            }
        }

        rows.Update(row, record, amended.ShowsFrom);
        written[record.Id] = (row, SqliteRows.World(record.Exercise));
        return null;
    }

    private CommitResult? Derive(RecordId record, ImmutableArray<StoredLink> derived)
    {
        rows.RemoveDerived(written[record].Row);
        return derived.Select(link => Join(link, derived: true)).FirstOrDefault(Failed);
    }

    private CommitResult? Join(StoredLink link, bool derived)
    {
        if (End(link.From) is not { } from)
        {
            return new CommitResult.Missing(link.From);
        }

        if (End(link.To) is not { } to)
        {
            return new CommitResult.Missing(link.To);
        }

        if (from.World != to.World && from.World < 2 && to.World < 2)
        {
            return new CommitResult.Refused(RefusalReason.ExerciseMixed, link.Id);
        }

        if (!derived && session.Scalar(VisibleTwin, from.Row, levels, to.Row, (int)link.Kind, author.Agency.Value, link.Discriminator) is not null)
        {
            return new CommitResult.Refused(RefusalReason.DuplicateLink, link.Id);
        }

        if (session.Scalar("SELECT 1 FROM link WHERE id = $1", link.Id.ToBytes()) is not null)
        {
            return new CommitResult.Refused(RefusalReason.IdTaken, link.Id);
        }

        rows.Insert(link, from.Row, to.Row, from.World < 2 ? from.World : to.World, derived);
        return null;
    }

    private CommitResult? Amend(AmendedLink amended)
    {
        long row;
        using (var reading = session.Statement(OwnLink, amended.Link.Id.ToBytes(), levels, author.Agency.Value).ExecuteReader())
        {
            if (!reading.Read())
            {
                return new CommitResult.Missing(amended.Link.Id);
            }

            row = reading.GetInt64(0);
            var current = reading.GetInt32(1);
            if (current != amended.ExpectedVersion)
            {
                return new CommitResult.Conflict(amended.Link.Id, current);
            }
        }

        rows.Update(row, amended.Link);
        return null;
    }

    /// <summary>An end of a link: of this change, or visible to the author.</summary>
    private (long Row, int World)? End(RecordId id)
    {
        if (written.TryGetValue(id, out var known))
        {
            return known;
        }

        using var reading = session.Statement(Visible, id.ToBytes(), levels).ExecuteReader();
        return reading.Read() ? (reading.GetInt64(0), reading.GetInt32(1)) : null;
    }
}
