using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using WildlifeRegistry.Links;
using WildlifeRegistry.Records;
using WildlifeRegistry.Storage.Moving;

namespace WildlifeRegistry.Storage.Neo4j;

/// <summary>A version as it lies in the graph, with its seal.</summary>
internal readonly record struct Sealed<T>(T Says, string Seal);

/// <summary>A record with all that is kept of it.</summary>
/// <param name="Index">What it is listed by.</param>
internal sealed record PagedRecord(
    KnownRecord Record,
    Sealed<RecordContent> Current,
    long Key,
    ImmutableArray<IndexedValue> Index,
    List<Sealed<RecordContent>> Versions,
    List<Sealed<KnownEdition>> Running,
    List<(KnownEdition Edition, int ShowsFrom, int Of, long At, string Seal)> Ledger);

/// <summary>A link with all that is kept of it, and its ends.</summary>
internal sealed record PagedLink(
    KnownLink Link,
    KnownRecord From,
    KnownRecord To,
    Sealed<LinkContent> Current,
    string Sort,
    int World,
    long FromKey,
    long ToKey,
    byte[] FarProperties,
    List<Sealed<LinkContent>> Versions,
    List<Sealed<(string Agency, long At, string By)>> Consents);

/// <summary>Reads a whole graph, page by page in the order of ids, half by half: no statement takes long, and no page is large.</summary>
internal sealed class Neo4jPages(Neo4jClient client)
{
    private const int Page = 500;

    /// <summary>Ids are random, and begin with a digit from 0 to 7: half of them lie before the first of these.</summary>
    private const string Half = "4", End = "\uFFFF";

    private static readonly string Records = RecordsWith("");

    /// <summary>With the links that spell out its fields, and where it is listed.</summary>
    private static readonly string CheckedRecords = RecordsWith($$"""
        , COLLECT { MATCH (n)-[l]->(t:Record) WHERE l.derived RETURN {{KnownLink.Columns("l", "n", "t")}} },
        COLLECT { MATCH (n)-[l:{{Neo4jListing.Type}}]->(v:Value) RETURN [l.at, l.sort, l.id, v.at] }
        """);

    private static string RecordsWith(string more) => $$"""
        MATCH (n:Record) WHERE n.id > $p.after AND n.id <= $p.until WITH n ORDER BY n.id LIMIT $p.limit
        RETURN n.id, {{KnownRecord.Columns("n")}}, [n.version, n.updatedAt, n.updatedBy, n.validation, n.audience, n.handling, n.details, n.json, n.seal], n.key, n.index,
        COLLECT { MATCH (v:Version {record: n.id}) WHERE v.number > 0 RETURN [v.number, v.at, v.by, v.validation, v.audience, v.handling, v.details, v.json, v.seal] ORDER BY v.number },
        COLLECT { MATCH (e:Edition {record: n.id}) RETURN [e.record, e.token, e.level, e.until, e.since, e.edition, e.releasedAt, e.seal] ORDER BY e.token, e.level, e.until },
        COLLECT { MATCH (e:EditionVersion {record: n.id}) RETURN [e.record, e.token, e.level, e.until, e.since, e.edition, e.at, e.seal, e.showsFrom, e.version] ORDER BY e.token, e.level, e.until, e.since, e.edition }
        {{more}}
        """;

    private const string Rest = """
        RETURN COLLECT { MATCH (c:Counter) RETURN [c.agency, c.year, c.last] ORDER BY c.agency, c.year },
        COLLECT { MATCH (o:Operation) RETURN [o.id, o.name, o.lead, o.until, o.seal] ORDER BY o.id },
        COLLECT { MATCH (a:OperationAgency) RETURN [a.agency, a.operation, a.seal] ORDER BY a.operation, a.agency },
        COLLECT { MATCH (m:Membership) RETURN [m.officer, m.group, m.until, m.confirmed, m.seal] ORDER BY m.group, m.officer },
        COLLECT { MATCH (f:Loaded) RETURN [f.name, f.checksum, f.at] ORDER BY f.name, f.checksum }
        """;

    private const string Audiences = "MATCH (a:Audience) WHERE a.id > $p.after WITH a ORDER BY a.id LIMIT $p.limit RETURN a.id, a.canonical, a.owner, a.reference, a.releases";

    // The registry's own requests, of no field, are nobody's to replay.
    private const string Requests = """
        MATCH (q:Request) WHERE q.at > datetime($p.after) WITH q ORDER BY q.at LIMIT $p.limit
        RETURN q.at, q.officer, q.field, q.key, q.hash, q.ids, q.seal
        """;

    private static string Links(LinkKind kind) => $$"""
        MATCH (f:Record)-[l:{{Neo4jNames.TypeOf(kind)}}]->(t:Record) WHERE l.id > $p.after AND l.id <= $p.until WITH f, l, t ORDER BY l.id LIMIT $p.limit
        RETURN l.id, {{KnownLink.Columns("l", "f", "t")}}, [l.version, l.updatedAt, l.updatedBy, l.audience, l.withdrawn, l.handling, l.json, l.seal], l.sort, l.world, l.fromKey, l.toKey, t.json,
        COLLECT { MATCH (v:LinkVersion {link: l.id}) WHERE v.number > 0 RETURN [v.number, v.at, v.by, v.audience, v.withdrawn, v.handling, v.json, v.seal] ORDER BY v.number },
        COLLECT { MATCH (c:Consent {link: l.id}) RETURN [c.agency, c.at, c.by, c.seal] ORDER BY c.agency }
        """;

    /// <summary>All rows for a move.</summary>
    public async IAsyncEnumerable<MovedRow> RowsAsync([EnumeratorCancellation] CancellationToken ct)
    {
        await foreach (var row in AudiencesAsync(ct))
        {
            yield return row;
        }

        await foreach (var row in RecordsAsync(ct))
        {
            foreach (var moved in Moved(Record(row)))
            {
                yield return moved;
            }
        }

        await foreach (var row in LinksAsync(ct))
        {
            foreach (var moved in Moved(Link(row)))
            {
                yield return moved;
            }
        }

        await foreach (var row in RequestsAsync(ct))
        {
            if (row[2].GetString() is { Length: > 0 } field)
            {
                yield return new MovedRow.Request(row[1].GetString()!, field, row[3].GetString()!, row[4].GetString()!, Ids(row[5]), Ticks(row[0]));
            }
        }

        var rest = await RestAsync(ct);
        foreach (var moved in rest[0].EnumerateArray().Select(row => (MovedRow)new MovedRow.Counter(row[0].GetString()!, row[1].GetInt32(), row[2].GetInt64()))
            .Concat(rest[1].EnumerateArray().Select(row => new MovedRow.Operation(row[0].GetString()!, row[1].GetString()!, row[2].GetString()!, Ticks(row[3]))))
            .Concat(rest[2].EnumerateArray().Select(row => new MovedRow.OperationAgency(row[0].GetString()!, row[1].GetString()!)))
            .Concat(rest[3].EnumerateArray().Select(row => new MovedRow.Membership(row[0].GetString()!, row[1].GetString()!, Ticks(row[2]), row[3].GetBoolean())))
            .Concat(rest[4].EnumerateArray().Select(row => new MovedRow.Loaded(row[0].GetString()!, row[1].GetString()!, Ticks(row[2])))))
        {
            yield return moved;
        }
    }

    /// <summary>Rows that <see cref="Record"/> reads; their first column is the id.</summary>
    public IAsyncEnumerable<JsonElement> RecordsAsync(CancellationToken ct) => PagesAsync(Records, ct);

    /// <summary>As above; then the links that spell out its fields, as <see cref="KnownLink.Read"/> reads them, and each place where it is listed.</summary>
    public IAsyncEnumerable<JsonElement> CheckedRecordsAsync(CancellationToken ct) => PagesAsync(CheckedRecords, ct);

    /// <summary>Rows that <see cref="Link"/> reads; their first column is the id.</summary>
    public async IAsyncEnumerable<JsonElement> LinksAsync([EnumeratorCancellation] CancellationToken ct)
    {
        foreach (var kind in Enum.GetValues<LinkKind>())
        {
            await foreach (var row in PagesAsync(Links(kind), ct))
            {
                yield return row;
            }
        }
    }

    /// <summary>Time, officer, field, key, content's hash, ids and seal of each request.</summary>
    public async IAsyncEnumerable<JsonElement> RequestsAsync([EnumeratorCancellation] CancellationToken ct)
    {
        // By time, which several may share: those of a page's last time are left to the next page.
        for (var (after, limit) = ("0000-01-01T00:00:00Z", Page); ;)
        {
            var rows = await AskAsync(Requests, parameters => parameters.WriteString("after", after), limit, ct);
            var last = rows.Count == limit ? rows[^1][0].GetString() : null;
            var whole = rows.TakeWhile(row => last is null || !string.Equals(row[0].GetString(), last, StringComparison.Ordinal)).ToList();
            foreach (var row in whole)
            {
                yield return row;
            }

            if (last is null)
            {
                yield break;
            }

            (after, limit) = whole.Count == 0 ? (after, limit * 2) : (whole[^1][0].GetString()!, Page);
        }
    }

    /// <summary>Counters, operations, their agencies and officers, and loaded files: five lists.</summary>
    public Task<JsonElement> RestAsync(CancellationToken ct) => client.ReadAsync(Rest, static _ => { }, static rows => rows[0].Clone(), ct);

    /// <exception cref="Exception">Anything: what lies there is damaged.</exception>
    public static PagedRecord Record(JsonElement row) => new(
        KnownRecord.Read(row[1]),
        RecordContent(row[2]),
        row[3].GetInt64(),
        [.. row[4].EnumerateArray().Select(IndexedValue).OrderBy(value => value.Property, StringComparer.Ordinal).ThenBy(value => value.Value, StringComparer.Ordinal)],
        [.. row[5].EnumerateArray().Select(RecordContent)],
        [.. row[6].EnumerateArray().Select(one => new Sealed<KnownEdition>(Edition(one, Ticks(one[6])), one[7].GetString()!))],
        [.. row[7].EnumerateArray().Select(one => (Edition(one, 0), one[8].GetInt32(), one[9].GetInt32(), Ticks(one[6]), one[7].GetString()!))]);

    /// <exception cref="Exception">Anything: what lies there is damaged.</exception>
    public static PagedLink Link(JsonElement row)
    {
        var (link, from, to) = KnownLink.Read(row[1]);
        return new PagedLink(
            link,
            from,
            to,
            LinkContent(row[2]),
            Neo4jOrder.Read(row[3].GetString()!),
            row[4].GetInt32(),
            row[5].GetInt64(),
            row[6].GetInt64(),
            Bytes(row[7]),
            [.. row[8].EnumerateArray().Select(LinkContent)],
            [.. row[9].EnumerateArray().Select(one => new Sealed<(string, long, string)>((one[0].GetString()!, Ticks(one[1]), one[2].GetString()!), one[3].GetString()!))]);
    }

    public static long Ticks(JsonElement value) => Neo4jTime.Read(value.GetString()!);

    /// <summary>The bytes of a list of ids, sixteen each.</summary>
    public static byte[] Ids(JsonElement list) => [.. list.EnumerateArray().SelectMany(id => Neo4jRows.Id(id).ToBytes())];

    private static IEnumerable<MovedRow> Moved(PagedRecord paged)
    {
        var (id, record) = (paged.Record.Id.ToBytes(), paged.Record);
        yield return new MovedRow.Record(record.Origin, paged.Current.Says, record.Sort, paged.Index);
        foreach (var version in paged.Versions)
        {
            yield return new MovedRow.Version(id, version.Says);
        }

        foreach (var (edition, _) in paged.Running)
        {
            yield return new MovedRow.Edition(id, edition.Token, edition.Level, edition.Until, edition.Since, edition.ReleasedAt, edition.Edition);
        }

        foreach (var (edition, showsFrom, of, at, _) in paged.Ledger)
        {
            yield return new MovedRow.EditionVersion(id, edition.Token, edition.Level, edition.Until, edition.Since, edition.Edition, showsFrom, of, at);
        }
    }

    private static IEnumerable<MovedRow> Moved(PagedLink paged)
    {
        var (id, link) = (paged.Link.Id.ToBytes(), paged.Link);
        yield return new MovedRow.Link(link.Origin, paged.Current.Says, link.Discriminator, paged.Sort, paged.World);
        foreach (var version in paged.Versions)
        {
            yield return new MovedRow.LinkVersion(id, version.Says);
        }

        foreach (var (consent, _) in paged.Consents)
        {
            yield return new MovedRow.Consent(id, consent.Agency, consent.At, consent.By);
        }
    }

    private async IAsyncEnumerable<MovedRow> AudiencesAsync([EnumeratorCancellation] CancellationToken ct)
    {
        for (var after = 0; ;)
        {
            var rows = await AskAsync(Audiences, parameters => parameters.WriteNumber("after", after), Page, ct);
            foreach (var row in rows)
            {
                after = row[0].GetInt32();
                yield return new MovedRow.Audience(after, row[1].GetString()!, row[2].GetString()!, row[3].GetBoolean(), row[4].GetString()!);
            }

            if (rows.Count < Page)
            {
                yield break;
            }
        }
    }

    /// <summary>
    /// The rows of both halves, a page of the one and a page of the other; while a page is worked on, the next are on their way:
    /// Neo4j works through a statement on one core.
    /// </summary>
    private async IAsyncEnumerable<JsonElement> PagesAsync(string statement, [EnumeratorCancellation] CancellationToken ct)
    {
        Task<List<JsonElement>>?[] next = [PageAsync("", Half), PageAsync(Half, End)];
        while (next.Any(page => page is not null))
        {
            for (var half = 0; half < next.Length; half++)
            {
                if (next[half] is { } page)
                {
                    var rows = await page;
                    next[half] = rows.Count < Page ? null : PageAsync(rows[^1][0].GetString()!, half == 0 ? Half : End);
                    foreach (var row in rows)
                    {
                        yield return row;
                    }
                }
            }
        }

        Task<List<JsonElement>> PageAsync(string after, string until) => AskAsync(
            statement,
            parameters =>
            {
                parameters.WriteString("after", after);
                parameters.WriteString("until", until);
            },
            Page,
            ct);
    }

    private Task<List<JsonElement>> AskAsync(string statement, Action<Utf8JsonWriter> after, int limit, CancellationToken ct) => client.ReadAsync(
        statement,
        parameters =>
        {
            after(parameters);
            parameters.WriteNumber("limit", limit);
        },
        static rows => rows.Clone().EnumerateArray().ToList(),
        ct);

    private static Sealed<RecordContent> RecordContent(JsonElement row) => new(
        new RecordContent(
            row[0].GetInt32(), Ticks(row[1]), row[2].GetString()!, (int)Neo4jNames.ValidationOf(row[3].GetString()!), row[4].GetInt32(), (int)Neo4jNames.HandlingOf(row[5].GetString()!), row[6].GetString(), Bytes(row[7])),
        row[8].GetString()!);

    private static Sealed<LinkContent> LinkContent(JsonElement row) => new(
        new LinkContent(row[0].GetInt32(), Ticks(row[1]), row[2].GetString()!, row[3].GetInt32(), row[4].GetBoolean() ? 1 : 0, (int)Neo4jNames.HandlingOf(row[5].GetString()!), Bytes(row[6])),
        row[7].GetString()!);

    private static KnownEdition Edition(JsonElement row, long releasedAt) =>
        new(Neo4jRows.Id(row[0]), row[1].GetString()!, row[2].GetInt32(), row[3].GetInt64(), row[4].GetInt32(), releasedAt, row[5].GetInt32());

    private static IndexedValue IndexedValue(JsonElement value)
    {
        var text = value.GetString()!;
        var unit = text.IndexOf(Neo4jWriting.Unit, StringComparison.Ordinal);
        return unit < 0 ? throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"A listed value has no property: {text.Length} characters.")) : new IndexedValue(text[..unit], text[(unit + 1)..]);
    }

    private static byte[] Bytes(JsonElement text) => Encoding.UTF8.GetBytes(text.GetString()!);
}
