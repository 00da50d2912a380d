using System.Collections.Immutable;
using System.Text.Json;
using WildlifeRegistry.Access;
using WildlifeRegistry.Links;
using WildlifeRegistry.Records;

namespace WildlifeRegistry.Storage.Neo4j;

/// <summary>
/// Turns what a statement brought into a reading. Statements test audiences, but read each property for itself while
/// others write: so each record and link is held against its seal, and its level computed again from the audience that
/// came with it.
/// </summary>
internal sealed class Neo4jReading(Seeing seeing, ReadPlan plan, Neo4jKept kept)
{
    private readonly Dictionary<string, Neo4jFound> found = new(StringComparer.Ordinal);
    private readonly Dictionary<RecordId, SeenRecord> seen = [];

    /// <summary>Records from which links must be asked for by the index: they are hubs.</summary>
    public Dictionary<RecordId, RecordKind> Hubs { get; } = [];

    /// <param name="row">Epoch, last audience, the officer's groups, rows of records; of a page also whether more follow, and the total.</param>
    /// <exception cref="Neo4jMovedException">It was not of one moment.</exception>
    public Reading Of(JsonElement row) => plan.Start switch
    {
        PlanStart.ByIds start => ByIds(start, Records(row[3], plan.Bring)),
        PlanStart.ByImportKey => new Reading(new RecordPage(Records(row[3], plan.Bring), HasNext: false, Total: null)),
        PlanStart.OfLink => new Reading(new RecordPage(OfLink(row[3]), HasNext: false, Total: null)),
        PlanStart.Page start => new Reading(Page(start, Records(row[3], plan.Bring), row[4].GetBoolean(), row[5])),
        _ => throw new ArgumentException("A start outside the closed set.", nameof(row)),
    };

    private static Reading ByIds(PlanStart.ByIds start, ImmutableArray<BroughtRecord> records)
    {
        var byId = records.ToDictionary(record => record.Record.Id);
        return new Reading(new RecordPage([.. start.Ids.Where(byId.ContainsKey).Select(id => byId[id])], HasNext: false, Total: null));
    }

    private static RecordPage Page(PlanStart.Page start, ImmutableArray<BroughtRecord> records, bool hasNext, JsonElement total) =>
        new(records, hasNext, !start.WantTotal ? null : total.ValueKind == JsonValueKind.Null ? records.Length : total.GetInt32());

    private ImmutableArray<BroughtRecord> OfLink(JsonElement rows)
    {
        var step = plan.Bring.Links.Single();
        return
        [
            .. rows.EnumerateArray().Select(row =>
            {
                var near = Found(row[0][0]);
                var page = new LinkPage([Link(near, row[1], step.Bring)], HasNext: false, Total: null);
                return new BroughtRecord(Record(near, row[0], plan.Bring), near.Row.Sort, ImmutableDictionary<string, LinkPage>.Empty.Add(step.Name, page));
            }),
        ];
    }

    private ImmutableArray<BroughtRecord> Records(JsonElement rows, Bring bring) => [.. rows.EnumerateArray().Select(row => Brought(Found(row[0]), row, bring))];

    private BroughtRecord Brought(Neo4jFound record, JsonElement row, Bring bring)
    {
        var links = ImmutableDictionary<string, LinkPage>.Empty;
        if (!bring.Links.IsEmpty)
        {
            var pages = ImmutableDictionary.CreateBuilder<string, LinkPage>(StringComparer.Ordinal);
            foreach (var step in row[1].EnumerateArray())
            {
                var asked = bring.Links[step[0].GetInt32()];
                if (step[1].GetBoolean())
                {
                    Hubs[record.Row.Id] = record.Row.Kind;
                }
                else
                {
                    pages[asked.Name] = Page(record, asked, step);
                }
            }

            links = pages.ToImmutable();
        }

        return new BroughtRecord(Record(record, row, bring), record.Row.Sort, links);
    }

    private LinkPage Page(Neo4jFound near, LinkStep step, JsonElement row)
    {
        ImmutableArray<BroughtLink> links = [.. row[3].EnumerateArray().Select(link => Link(near, link, step.Bring))];
        return new LinkPage(links, row[2].GetBoolean(), !step.WantTotal ? null : row[4].ValueKind == JsonValueKind.Null ? links.Length : row[4].GetInt32());
    }

    private BroughtLink Link(Neo4jFound near, JsonElement row, Bring bring)
    {
        var far = Found(row[1][0]);
        var (link, floor) = kept.Link(near, row[0], far.Row);
        var nearLevel = seeing.LevelOf(near.Row);
        if (nearLevel < floor || seeing.Levels[link.Audience] < floor || seeing.LevelOf(far.Row) < floor)
        {
            throw new Neo4jMovedException();
        }

        return new BroughtLink(seeing.Link(link, far.Row, nearLevel), link.Sort, Brought(far, row[1], bring));
    }

    /// <summary>The record of a node: one comes up again and again, a place that a seizure names as well as its links.</summary>
    private Neo4jFound Found(JsonElement node)
    {
        var id = Neo4jFound.IdOf(node);
        if (!found.TryGetValue(id, out var record))
        {
            record = kept.Record(id, node);
            if (seeing.LevelOf(record.Row) < Level.Sanitised)
            {
                throw new Neo4jMovedException();
            }

            found.Add(id, record);
        }

        return record;
    }

    private SeenRecord Record(Neo4jFound record, JsonElement row, Bring bring)
    {
        if (bring.Releases || bring.Versions)
        {
            return WithHistory(record, row, bring);
        }

        if (!seen.TryGetValue(record.Row.Id, out var known))
        {
            seen.Add(record.Row.Id, known = seeing.Record(record.Row));
        }

        return known;
    }

    private SeenRecord WithHistory(Neo4jFound record, JsonElement row, Bring bring)
    {
        var history = row[2];
        var ledger = seeing.IsRecipient(record.Row) ? history[1].EnumerateArray().Select(Entry.Read).ToList() : [];
        var release = seeing.IsRecipient(record.Row)
            ? seeing.BestOf(record.Row.Kind, history[0].EnumerateArray().Select(Release), (release, level) => ledger.Count(entry => entry.IsOf(release, level)))
            : null;
        var editions = bring.Versions && release is not null
            ? ledger.Where(entry => entry.IsOf(release, seeing.LevelOf(record.Row))).Select((entry, at) => Edition(record, entry, at + 1)).ToList()
            : null;
        return seeing.Record(record.Row, release, editions, bring.Versions && seeing.IsOwners(record.Row) ? Versions(record, history[2]) : null);
    }

    private RecordEdition Edition(Neo4jFound record, Entry entry, int number)
    {
        if (entry.Version == record.Row.Version)
        {
            return seeing.Edition(record.Row, number, entry.At, record.Row.Validation, record.Row.Handling, record.Row.Properties);
        }

        if (entry.Superseded.ValueKind == JsonValueKind.Null)
        {
            throw new Neo4jMovedException();
        }

        var version = record.Version(entry.Superseded);
        return seeing.Edition(record.Row, number, entry.At, version.Validation, version.Handling, version.Properties);
    }

    private static List<VersionRow> Versions(Neo4jFound record, JsonElement rows)
    {
        var versions = rows.EnumerateArray().Select(record.Version).ToList();
        return versions.Count == record.Row.Version - 1 ? versions : throw new Neo4jMovedException();
    }

    private static RunningRelease Release(JsonElement row) =>
        new(row[0].GetString()!, (Level)row[1].GetInt32(), row[2].GetInt64(), row[3].GetInt64(), Neo4jTime.Read(row[4].GetString()!), row[5].GetInt32());

    /// <summary>One edition of a release in the ledger, in their order.</summary>
    /// <param name="ShowsFrom">The lowest level at which it differs from the edition before; None for the first.</param>
    /// <param name="Superseded">The version that it was; null where it is the current one, or was not asked for.</param>
    private sealed record Entry(string Token, Level Level, long Until, long Since, Level ShowsFrom, int Version, long At, JsonElement Superseded)
    {
        public static Entry Read(JsonElement row) =>
            new(row[0].GetString()!, (Level)row[1].GetInt32(), row[2].GetInt64(), row[3].GetInt64(), (Level)row[4].GetInt32(), row[5].GetInt32(), Neo4jTime.Read(row[6].GetString()!), row[7]);

        public bool IsOf(RunningRelease release, Level level) =>
            (Token, Level, Until, Since) == (release.Token, release.Level, release.Until, release.Since) && ShowsFrom <= level;
    }
}
