using System.Collections.Immutable;
using Microsoft.Data.Sqlite;
using WildlifeRegistry.Access;
using WildlifeRegistry.Links;
using WildlifeRegistry.Records;

namespace WildlifeRegistry.Storage.Sqlite;

/// <summary>
/// Answers one plan for one reader inside one read transaction. Every statement that touches a record or a link
/// tests its audience: <c>$levels</c> holds the reader's level on audience n at byte n, so that
/// <c>substr($levels, n + 1, 1)</c> is that level, and empty (below every level) where the id is not known.
/// </summary>
internal sealed class SqliteReading
{
    /// <summary>Link kinds fall as ranks rise, so that one order, all falling, lists links.</summary>
    internal const int TopRank = 63;

    private const string Columns = "r.row, r.id, r.kind, r.audience, r.world, r.validation, r.version, r.handling, r.owner, r.sort, r.reference, r.created_at, r.created_by, r.updated_at, r.updated_by, r.details, r.properties";

    /// <summary>A connector is seen through a visible link, and not without one.</summary>
    internal const string ConnectorIsLinked = """
        (r.audience <> 0 OR EXISTS (
          SELECT 1 FROM adjacent a JOIN record f ON f.row = a.far
          WHERE a.near = r.row AND substr($2, a.audience + 1, 1) >= a.floor AND substr($2, f.audience + 1, 1) >= a.floor))
        """;

    private const string ById = $"""
        SELECT {Columns} FROM record r
        WHERE r.id = $1 AND substr($2, r.audience + 1, 1) >= x'02' AND (($3 >> r.kind) & 1) = 1 AND {ConnectorIsLinked}
        """;

    private const string ByImportKey = $"""
        SELECT {Columns} FROM record r
        WHERE r.import_key = $1 AND r.owner = $3 AND substr($2, r.audience + 1, 1) >= x'03'
        ORDER BY r.id LIMIT 1
        """;

    private const string ByRows = $"""
        SELECT {Columns} FROM json_each($1) n CROSS JOIN record r ON r.row = n.value AND substr($2, r.audience + 1, 1) >= x'02'
        """;

    // $1 near, $2 levels, $3 the near record's level, $4 world or -1, $5 1 to see withdrawn too, $6 1 out 0 in -1 both.
    private const string VisibleLinks = """
        FROM adjacent a CROSS JOIN record r ON r.row = a.far
        """;

    private const string IsVisible = """
        $3 >= a.floor AND substr($2, a.audience + 1, 1) >= a.floor AND substr($2, r.audience + 1, 1) >= a.floor
          AND ($4 < 0 OR a.world = $4) AND ($5 = 1 OR (a.withdrawn = 0 AND r.validation <> 3)) AND ($6 < 0 OR a.outgoing = $6)
        """;

    private const string WhereVisible = $" WHERE a.near = $1 AND {IsVisible}";

    private const string LinkColumns = $"{Columns}, a.outgoing, a.audience, l.id, l.kind, l.owner, l.handling, l.withdrawn, l.version, l.sort, l.properties, (SELECT group_concat(c.agency) FROM consent c WHERE c.link = l.row)";

    /// <summary>How many columns of a link's statement stand before the link's own, and how many there are in all.</summary>
    private const int RecordColumnCount = 17;
    private const int ColumnCount = RecordColumnCount + 11;

    private const string LinkById = $"""
        SELECT {LinkColumns}, l.from_row
        FROM link l JOIN record n ON n.row = l.from_row JOIN record r ON r.row = l.to_row
          JOIN adjacent a ON a.near = l.from_row AND a.rank = 63 - l.kind AND a.sort = l.sort AND a.id = l.id AND a.outgoing = 1
        WHERE l.id = $1 AND substr($2, a.audience + 1, 1) >= a.floor AND substr($2, n.audience + 1, 1) >= a.floor AND substr($2, r.audience + 1, 1) >= a.floor
        """;

    // As above, of many near records at once; $7 the ranks.
    private const string OwnReferences = $"""
        SELECT {LinkColumns}, a.near
        FROM json_each($1) n CROSS JOIN adjacent a CROSS JOIN record r ON r.row = a.far CROSS JOIN link l ON l.row = a.link
        WHERE a.near = n.value AND a.rank IN (SELECT value FROM json_each($7)) AND {IsVisible}
        ORDER BY a.near, a.rank DESC, a.sort DESC, a.id DESC
        """;

    private static readonly LinkPage NoReferences = new([], HasNext: false, Total: null);

    private readonly SqliteSession session;
    private readonly ReferenceRows references;
    private readonly Reader reader;
    private readonly Seeing seeing;
    private readonly byte[] levelBytes;
    private readonly SqliteHistory history;

    /// <summary>What was seen in this answer already: a place that a seizure names is often linked to it as well.</summary>
    private readonly Dictionary<long, SeenRecord> seen = [];

    public SqliteReading(SqliteSession session, AudienceTable audiences, ReferenceRows references, Disclosure disclosure, Reader reader, DateTimeOffset now)
    {
        this.session = session;
        this.references = references;
        this.reader = reader;
        seeing = new Seeing(audiences, disclosure, reader, now);
        levelBytes = seeing.Levels.Bytes.ToArray();
        history = new SqliteHistory(session, seeing);
    }

    public Reading Answer(ReadPlan plan) => plan.Start switch
    {
        PlanStart.ByIds start => new Reading(new RecordPage(Brought(Ids(start), plan.Bring), HasNext: false, Total: null)),
        PlanStart.ByImportKey start => new Reading(new RecordPage(
            Brought(Rows(session.Statement(ByImportKey, start.Key, levelBytes, reader.Agency.Value)), plan.Bring),
            HasNext: false,
            Total: null)),
        PlanStart.OfLink start => new Reading(new RecordPage(OfLink(start, plan.Bring), HasNext: false, Total: null)),
        PlanStart.Page start => new Reading(Page(start, plan.Bring)),
        _ => throw new ArgumentException("A start outside the closed set.", nameof(plan)),
    };

    private List<Row> Ids(PlanStart.ByIds start)
    {
        var kinds = start.Kinds.IsEmpty ? -1L : start.Kinds.Aggregate(0L, (mask, kind) => mask | (1L << (int)kind));
        var found = new List<Row>(start.Ids.Length);
        foreach (var id in start.Ids)
        {
            found.AddRange(Rows(session.Statement(ById, id.ToBytes(), levelBytes, kinds)));
        }

        return found;
    }

    private ImmutableArray<BroughtRecord> OfLink(PlanStart.OfLink start, Bring bring)
    {
        var step = bring.Links.Single();
        (long Near, LinkRow Link, Row Far) found;
        using (var reading = session.Statement(LinkById, start.Link.ToBytes(), levelBytes).ExecuteReader())
        {
            if (!reading.Read())
            {
                return [];
            }

            found = (reading.GetInt64(ColumnCount), SqliteRow.ReadLink(reading, RecordColumnCount), RowOf(reading));
        }

        var near = Rows(session.Statement(ByRows, Json([found.Near]), levelBytes)).Single();
        var page = Paged([(found.Link, found.Far)], LevelOf(near), step with { First = 1 }, total: null);
        return [new BroughtRecord(See(near, bring), near.Sort, ImmutableDictionary<string, LinkPage>.Empty.Add(step.Name, page))];
    }

    private RecordPage Page(PlanStart.Page start, Bring bring)
    {
        var page = new SqlitePage(session, start, levelBytes);
        var rows = page.Rows();
        var isWhole = start.After is null && rows.Count <= start.First;
        var total = start.WantTotal ? isWhole ? rows.Count : page.Total() : (int?)null;
        var asked = rows.Take(start.First).ToList();
        var found = Rows(session.Statement(ByRows, Json(asked), levelBytes)).ToDictionary(row => row.RowId);
        return new RecordPage(Brought([.. asked.Select(row => found[row])], bring), rows.Count > start.First, total);
    }

    /// <summary>Records of one level of the plan with what it brings of each: their own references in one statement.</summary>
    private ImmutableArray<BroughtRecord> Brought(List<Row> rows, Bring bring)
    {
        if (bring.Links.IsEmpty)
        {
            return [.. rows.Select(row => new BroughtRecord(See(row, bring), row.Sort, ImmutableDictionary<string, LinkPage>.Empty))];
        }

        var links = rows.Select(_ => ImmutableDictionary.CreateBuilder<string, LinkPage>(StringComparer.Ordinal)).ToList();
        foreach (var step in bring.Links)
        {
            var together = step is { OwnReferences: true, After: null, WantTotal: false }
                ? References([.. rows.Where(row => step.From.Contains(row.Kind))], step)
                : null;
            for (var at = 0; at < rows.Count; at++)
            {
                if (step.From.Contains(rows[at].Kind))
                {
                    links[at][step.Name] = together is null ? Follow(rows[at], LevelOf(rows[at]), step) : together.GetValueOrDefault(rows[at].RowId, NoReferences);
                }
            }
        }

        return [.. rows.Select((row, at) => new BroughtRecord(See(row, bring), row.Sort, links[at].ToImmutable()))];
    }

    /// <summary>The own references of many records, by row. There are as many as a record's fields name: inputs bound them.</summary>
    private Dictionary<long, LinkPage> References(List<Row> rows, LinkStep step)
    {
        var kinds = step.Kinds.IsEmpty ? [.. Enum.GetValues<LinkKind>()] : step.Kinds;
        var ranks = Json(kinds.Distinct().Select(kind => (long)(TopRank - (int)kind)));
        var pages = new Dictionary<long, LinkPage>();
        foreach (var alike in rows.DistinctBy(row => row.RowId).GroupBy(row => (Level: LevelOf(row), World: WorldOf(row, step))))
        {
            var found = new List<(long Near, LinkRow Link, Row Far)>();
            var command = session.Statement(
                OwnReferences,
                Json(alike.Select(row => row.RowId)),
                levelBytes,
                new[] { (byte)alike.Key.Level },
                alike.Key.World,
                step.Withdrawn ? 1 : 0,
                DirectionOf(step),
                ranks);
            using (var reading = command.ExecuteReader())
            {
                while (reading.Read())
                {
                    found.Add((reading.GetInt64(ColumnCount), SqliteRow.ReadLink(reading, RecordColumnCount), RowOf(reading)));
                }
            }

            foreach (var near in found.GroupBy(one => one.Near))
            {
                pages.Add(near.Key, Paged([.. near.Select(one => (one.Link, one.Far))], alike.Key.Level, step, total: null));
            }
        }

        return pages;
    }

    private static int WorldOf(Row near, LinkStep step) => near.World == Row.NeitherWorld ? (step.Exercise ? 1 : 0) : -1;

    private static int DirectionOf(LinkStep step) => step.Direction switch
    {
        LinkDirection.Outgoing => 1,
        LinkDirection.Incoming => 0,
        LinkDirection.Both => -1,
        _ => throw new ArgumentException("A direction outside the closed set.", nameof(step)),
    };

    private static string Json(IEnumerable<long> numbers) => "[" + string.Join(',', numbers) + "]";

    private LinkPage Follow(Row near, Level nearLevel, LinkStep step)
    {
        object[] common = [near.RowId, levelBytes, new[] { (byte)nearLevel }, WorldOf(near, step), step.Withdrawn ? 1 : 0, DirectionOf(step)];
        var kinds = step.Kinds.IsEmpty ? [null] : step.Kinds.Distinct().Order().Select(kind => (LinkKind?)kind).ToArray();
        var found = new List<(LinkRow Link, Row Far)>();
        foreach (var kind in kinds)
        {
            if (found.Count <= step.First && step.First > 0 && !(step.After is { } passed && kind < passed.Kind))
            {
                found.AddRange(ListLinks(common, kind, step.After, step.First + 1 - found.Count));
            }
        }

        // A page that is all there is says how many there are.
        var isWhole = step is { After: null, First: > 0 } && found.Count <= step.First;
        var total = step.WantTotal ? isWhole ? found.Count : 0 : (int?)null;
        foreach (var kind in step.WantTotal && !isWhole ? kinds : [])
        {
            if (total is { } sofar && sofar <= ReadPlan.MaxTotal)
            {
                total = sofar + CountLinks(common, kind, ReadPlan.MaxTotal + 1 - sofar);
            }
        }

        return Paged(found, nearLevel, step, total);
    }

    private LinkPage Paged(List<(LinkRow Link, Row Far)> found, Level nearLevel, LinkStep step, int? total)
    {
        var listed = found.Take(step.First).ToList();
        var far = Brought([.. listed.Select(pair => pair.Far)], step.Bring);
        return new LinkPage(
            [.. listed.Select((pair, at) => new BroughtLink(seeing.Link(pair.Link, pair.Far, nearLevel), pair.Link.Sort, far[at]))],
            found.Count > step.First && step.First > 0,
            total);
    }

    private int CountLinks(object[] common, LinkKind? kind, int limit)
    {
        var sql = kind is null
            ? $"SELECT count(*) FROM (SELECT 1 {VisibleLinks}{WhereVisible} LIMIT $7)"
            : $"SELECT count(*) FROM (SELECT 1 {VisibleLinks}{WhereVisible} AND a.rank = $8 LIMIT $7)";
        return (int)(long)session.Scalar(sql, kind is { } one ? [.. common, limit, TopRank - (int)one] : [.. common, limit])!;
    }

    private List<(LinkRow Link, Row Far)> ListLinks(object[] common, LinkKind? kind, LinkPosition? after, int limit)
    {
        const string Selected = $"SELECT {LinkColumns} {VisibleLinks} CROSS JOIN link l ON l.row = a.link{WhereVisible}";
        const string Ordered = " ORDER BY a.rank DESC, a.sort DESC, a.id DESC LIMIT $7";
        var command = (kind, after) switch
        {
            (null, null) => session.Statement(Selected + Ordered, [.. common, limit]),
            (null, { } from) => session.Statement(
                Selected + " AND (a.rank, a.sort, a.id) < ($8, $9, $10)" + Ordered,
                [.. common, limit, TopRank - (int)from.Kind, from.Sort, from.Id.ToBytes()]),
            ({ } one, { } from) when one == from.Kind => session.Statement(
                Selected + " AND a.rank = $8 AND (a.sort, a.id) < ($9, $10)" + Ordered,
                [.. common, limit, TopRank - (int)one, from.Sort, from.Id.ToBytes()]),
            ({ } one, _) => session.Statement(Selected + " AND a.rank = $8" + Ordered, [.. common, limit, TopRank - (int)one]),
        };
        var found = new List<(LinkRow, Row)>();
        using var reading = command.ExecuteReader();
        while (reading.Read())
        {
            found.Add((SqliteRow.ReadLink(reading, RecordColumnCount), RowOf(reading)));
        }

        return found;
    }

    private SeenRecord See(Row row, Bring bring)
    {
        if (bring.Releases || bring.Versions)
        {
            return SeeWhole(row, bring);
        }

        if (!seen.TryGetValue(row.RowId, out var known))
        {
            seen.Add(row.RowId, known = seeing.Record(row));
        }

        return known;
    }

    private SeenRecord SeeWhole(Row row, Bring bring)
    {
        var release = seeing.IsRecipient(row) ? history.ReleaseOf(row) : null;
        return seeing.Record(
            row,
            release,
            bring.Versions && release is { } running ? history.Editions(row, running) : null,
            bring.Versions && seeing.IsOwners(row) ? history.Versions(row) : null);
    }

    private Level LevelOf(Row row) => seeing.LevelOf(row);

    private List<Row> Rows(SqliteCommand command)
    {
        var rows = new List<Row>();
        using var reading = command.ExecuteReader();
        while (reading.Read())
        {
            rows.Add(RowOf(reading));
        }

        return rows;
    }

    private Row RowOf(SqliteDataReader reading) => ((RecordKind)reading.GetInt32(2)).IsReference()
        ? references.Read(reading)
        : SqliteRow.Read(reading, isOwners: seeing.Levels[reading.GetInt32(3)] == Level.Full && !reading.IsDBNull(8) && Row.Agency(reading.GetString(8)) == reader.Agency);
}
