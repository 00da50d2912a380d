using System.Collections.Immutable;
using Microsoft.Data.Sqlite;
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
    private const string Visible = $"""
        SELECT r.row, r.world, r.sort, r.owner, r.kind FROM record r
        WHERE r.id = $1 AND substr($2, r.audience + 1, 1) >= x'02' AND {SqliteReading.ConnectorIsLinked}
        """;

    private const string VisibleTwin = """
        SELECT l.id FROM link l JOIN record f ON f.row = l.from_row JOIN record t ON t.row = l.to_row
        WHERE l.from_row = $1 AND l.to_row = $3 AND l.kind = $4 AND l.owner = $5 AND l.discriminator = $6 AND l.id <> $7 AND l.withdrawn = 0 AND l.derived = 0
          AND substr($2, l.audience + 1, 1) >= l.floor AND substr($2, f.audience + 1, 1) >= l.floor AND substr($2, t.audience + 1, 1) >= l.floor
        LIMIT 1
        """;

    private const string OwnLink = """
        SELECT l.row, l.version, l.kind, l.from_row, l.to_row, f.owner, f.kind, t.owner, t.kind FROM link l JOIN record f ON f.row = l.from_row JOIN record t ON t.row = l.to_row
        WHERE l.id = $1 AND l.owner = $3 AND l.derived = 0
          AND substr($2, l.audience + 1, 1) >= x'03' AND substr($2, f.audience + 1, 1) >= l.floor AND substr($2, t.audience + 1, 1) >= l.floor
        """;

    // A link of another agency's that the author sees.
    private const string OthersLink = """
        SELECT l.row, l.audience, l.withdrawn, l.handling, l.discriminator, l.properties, f.owner, f.kind, t.owner, t.kind
        FROM link l JOIN record f ON f.row = l.from_row JOIN record t ON t.row = l.to_row
        WHERE l.id = $1 AND l.owner <> $3 AND l.derived = 0
          AND substr($2, l.audience + 1, 1) >= l.floor AND substr($2, f.audience + 1, 1) >= l.floor AND substr($2, t.audience + 1, 1) >= l.floor
        """;

    private readonly SqliteSession session;
    private readonly SqliteRows rows;
    private readonly RegistryKeys keys;
    private readonly Reader author;
    private readonly DateTimeOffset at;
    private readonly long now;
    private byte[] levels = [];
    private readonly AudienceTable audiences;
    private readonly Dictionary<RecordId, Written> written = [];

    public SqliteCommit(SqliteSession session, AudienceTable audiences, RegistryKeys keys, Reader author, DateTimeOffset now)
    {
        this.session = session;
        this.audiences = audiences;
        this.keys = keys;
        this.author = author;
        at = now;
        this.now = now.UtcTicks;
        rows = new SqliteRows(session, author.Officer.Value, this.now);
    }

    public CommitResult Apply(ChangeSet changes)
    {
        if (changes.RequestKey is { } request)
        {
            session.Execute("DELETE FROM request WHERE at <= $1", now - RequestKey.Kept.Ticks);
            if (Earlier(session, request, author, now) is { } earlier)
            {
                return earlier;
            }
        }

        Weigh(changes);
        var fault = changes.Unchanged.Select(Witnessed).FirstOrDefault(Failed)
            ?? changes.UnchangedOperations.Select(Witnessed).FirstOrDefault(Failed)
            ?? changes.Records.Select(Add).FirstOrDefault(Failed)
            ?? changes.Amended.Select(Amend).FirstOrDefault(Failed);
        if (fault is not null)
        {
            return fault;
        }

        foreach (var connector in changes.Connectors)
        {
            written[connector.Id] = new Written(rows.Connector(connector), connector.Exercise ? 1 : 0, "", null);
        }

        fault = changes.Records.Select(record => Derive(record.Record.Id, record.Derived)).FirstOrDefault(Failed)
            ?? changes.Amended.Select(record => Derive(record.Record.Id, record.Derived)).FirstOrDefault(Failed)
            ?? changes.Links.Select(link => Join(link, derived: false)).FirstOrDefault(Failed)
            ?? changes.AmendedLinks.Select(Amend).FirstOrDefault(Failed)
            ?? changes.Consents.Select(Consent).FirstOrDefault(Failed);
        if (fault is not null)
        {
            return fault;
        }

        foreach (var operation in changes.Operations)
        {
            rows.Operation(operation);
        }

        foreach (var membership in changes.Memberships)
        {
            rows.Membership(membership);
        }

        var ids = changes.OutcomeIds;

        if (changes.RequestKey is { } key)
        {
            session.Execute(
                "INSERT INTO request (officer, field, key, hash, ids, at, digest) VALUES ($1, $2, $3, $4, $5, $6, digest($1, $2, $3, $4, $5, $6))",
                author.Officer.Value,
                key.Field,
                key.Key,
                key.ContentHash,
                ids.SelectMany(id => id.ToBytes()).ToArray(),
                now);
        }

        return new CommitResult.Committed(ids, Replayed: false);
    }

    /// <summary>
    /// Interns the audiences of the change before anything is tested: what it writes first must count for what it
    /// writes next, whether or not somebody used the same audience before.
    /// </summary>
    private void Weigh(ChangeSet changes)
    {
        foreach (var audience in changes.Audiences)
        {
            SqliteAudiences.Intern(session, audience);
        }

        audiences.Refresh(session);
        levels = audiences.LevelsFor(author, at).Bytes.ToArray();
    }

    private static bool Failed(CommitResult? result) => result is not null;

    /// <summary>The outcome of the officer's request with this key, where it was committed in the time that requests are kept.</summary>
    /// <param name="now">UTC ticks.</param>
    public static CommitResult? Earlier(SqliteSession session, RequestKey request, Reader author, long now)
    {
        using var reading = session.Statement(
            "SELECT hash, ids FROM request WHERE officer = $1 AND field = $2 AND key = $3 AND at > $4",
            author.Officer.Value,
            request.Field,
            request.Key,
            now - RequestKey.Kept.Ticks).ExecuteReader();
        return reading.Read() ? request.Answer(reading.GetString(0), [.. ((byte[])reading.GetValue(1)).Chunk(16).Select(bytes => RecordId.FromBytes(bytes))]) : null;
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
        written[record.Id] = new Written(rows.Insert(record, reference), Row.WorldOf(record.Exercise), record.Sort, ForeignOwner(record.Owner, record.Kind));
        return null;
    }

    private CommitResult? Witnessed(Witness witness) =>
        session.Scalar(
            """
            SELECT r.version FROM record r WHERE r.id = $1 AND r.owner = $3 AND substr($2, r.audience + 1, 1) >= x'03'
            UNION ALL SELECT l.version FROM link l WHERE l.id = $1 AND l.owner = $3 AND substr($2, l.audience + 1, 1) >= x'03'
            """,
            witness.Id.ToBytes(),
            levels,
            author.Agency.Value) switch
        {
            null => new CommitResult.Missing(witness.Id),
            long version when version != witness.Version => new CommitResult.Conflict(witness.Id, (int)version),
            _ => null,
        };

    private CommitResult? Witnessed(RunningOperation read) =>
        SqliteOperations.Of(session, read.Operation.Id) is { } now && now.IsLike(read) ? null : new CommitResult.Conflict(read.Operation.Id, 0);

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
        string sort;
        using (var reading = session.Statement(
            "SELECT r.row, r.version, r.kind, r.world, r.sort FROM record r WHERE r.id = $1 AND r.owner = $3 AND substr($2, r.audience + 1, 1) >= x'03'",
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

            if (reading.GetInt32(2) != (int)record.Kind || reading.GetInt32(3) != Row.WorldOf(record.Exercise))
            {
                throw new ArgumentException("An amendment keeps the record's kind and exercise flag.", nameof(amended));
            }

            sort = reading.GetString(4);
        }

        rows.Update(row, sort, record, amended.ShowsFrom);
        written[record.Id] = new Written(row, Row.WorldOf(record.Exercise), record.Sort, ForeignOwner(record.Owner, record.Kind));
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

        if (!derived && session.Scalar(VisibleTwin, from.Row, levels, to.Row, (int)link.Kind, author.Agency.Value, link.Discriminator, link.Id.ToBytes()) is not null)
        {
            return new CommitResult.Refused(RefusalReason.DuplicateLink, link.Id);
        }

        if (session.Scalar("SELECT 1 FROM link WHERE id = $1", link.Id.ToBytes()) is not null)
        {
            return new CommitResult.Refused(RefusalReason.IdTaken, link.Id);
        }

        if (!derived && !link.Audience.StaysWith(Between(link.Owner, from.ForeignOwner, to.ForeignOwner)) && (from.ForeignOwner ?? to.ForeignOwner) is not null)
        {
            return new CommitResult.Refused(RefusalReason.ConsentMissing, link.Id); // nobody has consented to a new link
        }

        rows.Insert(link, from.Row, to.Row, from.World < 2 ? from.World : to.World, from.Sort, derived);
        return null;
    }

    /// <summary>The agencies that a link may be seen by without anybody's consent: its owner and the owners of its ends.</summary>
    private static AgencyCode[] Between(AgencyCode owner, params ReadOnlySpan<AgencyCode?> ends)
    {
        var agencies = new List<AgencyCode> { owner };
        foreach (var end in ends)
        {
            if (end is { } agency)
            {
                agencies.Add(agency);
            }
        }

        return [.. agencies];
    }

    /// <summary>Whose consent a link to the record needs: nobody's for the author's own, for reference records and for connectors.</summary>
    private AgencyCode? ForeignOwner(AgencyCode? owner, RecordKind kind) => kind.IsReference() || owner == author.Agency ? null : owner;

    private CommitResult? Amend(AmendedLink amended)
    {
        long row, from, to;
        int kind;
        AgencyCode[] foreign;
        using (var reading = session.Statement(OwnLink, amended.Id.ToBytes(), levels, author.Agency.Value).ExecuteReader())
        {
            if (!reading.Read())
            {
                return new CommitResult.Missing(amended.Id);
            }

            row = reading.GetInt64(0);
            var current = reading.GetInt32(1);
            if (current != amended.ExpectedVersion)
            {
                return new CommitResult.Conflict(amended.Id, current);
            }

            (kind, from, to) = (reading.GetInt32(2), reading.GetInt64(3), reading.GetInt64(4));
            foreign = [.. ForeignOwners(reading, 5)];
        }

        if (!amended.Withdrawn
            && session.Scalar(VisibleTwin, from, levels, to, kind, author.Agency.Value, amended.Discriminator, amended.Id.ToBytes()) is not null)
        {
            return new CommitResult.Refused(RefusalReason.DuplicateLink, amended.Id);
        }

        if (foreign.Length > 0 && !amended.Audience.StaysWith([author.Agency, .. foreign]) && !foreign.All(agency => HasConsented(row, agency)))
        {
            return new CommitResult.Refused(RefusalReason.ConsentMissing, amended.Id);
        }

        rows.Update(row, amended);
        return null;
    }

    private CommitResult? Consent(Consent consent)
    {
        long row;
        AmendedLink link;
        AgencyCode[] between;
        using (var reading = session.Statement(OthersLink, consent.Link.ToBytes(), levels, author.Agency.Value).ExecuteReader())
        {
            if (!reading.Read() || !Owners(reading, 6).Contains(author.Agency))
            {
                return new CommitResult.Missing(consent.Link);
            }

            row = reading.GetInt64(0);
            var audience = audiences[reading.GetInt32(1)];
            between = [audience.Owner, .. Owners(reading, 6)];
            link = new AmendedLink(consent.Link, 0, audience, reading.GetBoolean(2), (Handling)reading.GetInt32(3), reading.GetString(4), (byte[])reading.GetValue(5));
        }

        if (consent.Given)
        {
            session.Execute("INSERT OR IGNORE INTO consent (link, agency, at, by, digest) VALUES ($1, $2, $3, $4, digest($1, $2, $3, $4))", row, author.Agency.Value, now, author.Officer.Value);
            return null;
        }

        session.Execute("DELETE FROM consent WHERE link = $1 AND agency = $2", row, author.Agency.Value);
        if (!link.Audience.StaysWith(between))
        {
            rows.Update(row, link with { Audience = link.Audience.Within(between) });
        }

        return null;
    }

    private bool HasConsented(long link, AgencyCode agency) =>
        session.Scalar("SELECT 1 FROM consent WHERE link = $1 AND agency = $2", link, agency.Value) is not null;

    private IEnumerable<AgencyCode> ForeignOwners(SqliteDataReader reading, int at) => Owners(reading, at).Where(owner => owner != author.Agency);

    /// <summary>The owners of a link's two ends, read as owner and kind twice; reference records and connectors have none here.</summary>
    private static IEnumerable<AgencyCode> Owners(SqliteDataReader reading, int at)
    {
        foreach (var end in new[] { at, at + 2 })
        {
            if (!reading.IsDBNull(end) && !((RecordKind)reading.GetInt32(end + 1)).IsReference())
            {
                yield return Row.Agency(reading.GetString(end));
            }
        }
    }

    /// <summary>An end of a link: of this change, or visible to the author.</summary>
    private Written? End(RecordId id)
    {
        if (written.TryGetValue(id, out var known))
        {
            return known;
        }

        using var reading = session.Statement(Visible, id.ToBytes(), levels).ExecuteReader();
        return reading.Read()
            ? new Written(reading.GetInt64(0), reading.GetInt32(1), reading.GetString(2), reading.IsDBNull(3) ? null : ForeignOwner(Row.Agency(reading.GetString(3)), (RecordKind)reading.GetInt32(4)))
            : null;
    }

    /// <summary>A record that links of the change may join.</summary>
    private sealed record Written(long Row, int World, string Sort, AgencyCode? ForeignOwner);
}
