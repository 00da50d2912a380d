using System.Runtime.CompilerServices;
using System.Text.Json;
using Polly;
using Polly.Retry;
using WildlifeRegistry.Links;
using WildlifeRegistry.Records;
using WildlifeRegistry.Storage.Moving;

namespace WildlifeRegistry.Storage.Neo4j;

/// <summary>
/// A store in a graph as the operator's move reads it, page by page, or fills it, one statement for each sort of things in
/// a batch. Reading, it demands that nobody writes meanwhile, and that what hangs on records and links is all there is.
/// </summary>
internal sealed class Neo4jMove : IMovedStore
{
    /// <summary>Nobody waits for a page or a batch: only a server that is gone must be told from one that is busy.</summary>
    private static readonly TimeSpan StatementLimit = TimeSpan.FromMinutes(5);

    /// <summary>Few enough for a server that is busy to take them up within its time limit.</summary>
    private const int PerStatement = 500;

    /// <summary>Sends again what was undone.</summary>
    private static readonly ResiliencePipeline Again = new ResiliencePipelineBuilder().AddRetry(new RetryStrategyOptions
    {
        ShouldHandle = new PredicateBuilder().Handle<StoreException>(fault => fault.IsTransient), // nothing of it was changed
        MaxRetryAttempts = 9,
        BackoffType = DelayBackoffType.Exponential,
        UseJitter = true,
        Delay = TimeSpan.FromMilliseconds(50),
    }).Build();

    private const string Took = "UNWIND $p.rows AS x CREATE ";

    private static readonly string TakeRecords = $"UNWIND $p.rows AS x {Neo4jCommitStatement.CreateRecord} {Neo4jListing.OfMade()}";
    private static readonly string TakeLinks = $"UNWIND $p.rows AS x MATCH (f:Record {{id: x.from}}) MATCH (t:Record {{id: x.to}}) {Neo4jCommitStatement.CreateLink}";
    private static readonly string TakeConsents = $"UNWIND $p.rows AS x {Neo4jNames.FindLink("x.link", "x", "f", "l", "t")} SET l.consents = l.consents + x.agency CREATE (c:Consent) SET c = x, c.at = datetime(x.at)";

    private readonly Neo4jClient client;
    private readonly Natures natures;
    private readonly TimeProvider time;
    private readonly bool isBeingFilled;

    private Neo4jMove(Neo4jClient client, Natures natures, TimeProvider time, bool isBeingFilled, byte[] secret, string name)
    {
        this.client = client;
        this.natures = natures;
        this.time = time;
        this.isBeingFilled = isBeingFilled;
        Secret = secret;
        Name = name;
    }

    public string Name { get; }

    public string StartOver => Neo4jMigrations.StartOver;

    public byte[] Secret { get; }

    /// <exception cref="StoreException">There is no registry there that this program can read.</exception>
    public static Task<Neo4jMove> ReadAsync(Neo4jSettings settings, TimeProvider time, CancellationToken ct) =>
        OpenedAsync(settings, new Natures([]), time, isBeingFilled: false, async opened =>
        {
            await Neo4jMigrations.VerifyAsync(opened, ct);
            return await opened.ReadAsync("MATCH (g:Registry {id: 1}) RETURN g.secret", static _ => { }, static rows => rows[0][0].GetBytesFromBase64(), ct);
        });

    /// <summary>Makes a registry of an empty database, marked as incomplete.</summary>
    /// <param name="from">What it is filled from.</param>
    /// <exception cref="StoreException">It is not empty, or cannot be reached.</exception>
    public static Task<Neo4jMove> FillAsync(Neo4jSettings settings, Natures natures, byte[] secret, string from, TimeProvider time, CancellationToken ct) =>
        OpenedAsync(settings, natures, time, isBeingFilled: true, async opened =>
        {
            await Neo4jMigrations.BeginAsync(opened, secret, from, ct);
            return secret;
        });

    public async IAsyncEnumerable<MovedRow> RowsAsync([EnumeratorCancellation] CancellationToken ct)
    {
        if (isBeingFilled)
        {
            await Neo4jMigrations.IndexAsync(client, ct); // Neo4j makes them while this reads
        }

        var before = await CommitsAsync(ct);
        var read = new Dictionary<string, long>(StringComparer.Ordinal);
        await foreach (var row in new Neo4jPages(client).RowsAsync(ct))
        {
            read[row.GetType().Name] = read.GetValueOrDefault(row.GetType().Name) + 1;
            yield return row;
        }

        foreach (var (sort, label) in new[] { ("Version", "Version"), ("LinkVersion", "LinkVersion"), ("Consent", "Consent"), ("Edition", "Edition"), ("EditionVersion", "EditionVersion") })
        {
            if (await CountAsync(label, ct) is var there && there != read.GetValueOrDefault(sort))
            {
                throw new StoreException($"{there - read.GetValueOrDefault(sort)} nodes {label} hang on nothing that is there: check the store {Name}.", isTransient: false);
            }
        }

        if (await CommitsAsync(ct) != before)
        {
            throw new StoreException($"{Name} was written to while it was read: stop the registry's servers first.", isTransient: false);
        }
    }

    public async Task TakeAsync(IReadOnlyList<MovedRow> rows, CancellationToken ct)
    {
        foreach (var alike in rows.GroupBy(row => row.GetType()))
        {
            var statement = alike.First() switch
            {
                MovedRow.Audience => Took + "(n:Audience) SET n = x",
                MovedRow.Record => TakeRecords,
                MovedRow.Version => Took + "(n:Version) SET n = x, n.at = datetime(x.at)",
                MovedRow.Edition => Took + "(n:Edition) SET n = x, n.releasedAt = datetime(x.releasedAt)",
                MovedRow.EditionVersion => Took + "(n:EditionVersion) SET n = x, n.at = datetime(x.at)",
                MovedRow.Link => TakeLinks,
                MovedRow.LinkVersion => Took + "(n:LinkVersion) SET n = x, n.at = datetime(x.at)",
                MovedRow.Consent => TakeConsents,
                MovedRow.Request => Took + "(n:Request) SET n = x, n.at = datetime(x.at)",
                MovedRow.Counter => Took + "(n:Counter) SET n = x",
                MovedRow.Operation => Took + "(n:Operation) SET n = x, n.until = datetime(x.until), n.revision = 1",
                MovedRow.OperationAgency => Took + "(n:OperationAgency) SET n = x",
                MovedRow.Membership => Took + "(n:Membership) SET n = x, n.until = datetime(x.until)",
                MovedRow.Loaded => Took + "(n:Loaded) SET n = x, n.at = datetime(x.at)",
                _ => throw new ArgumentException("A row outside the closed set.", nameof(rows)),
            };

            // Versions carry seals over what stays through all versions of what they are of, which is asked for.
            var origins = alike.First() switch
            {
                MovedRow.Version => await RecordOriginsAsync(alike.Cast<MovedRow.Version>().Select(row => row.Parent), ct),
                _ => [],
            };
            var linkOrigins = alike.First() switch
            {
                MovedRow.LinkVersion => await LinkOriginsAsync(alike.Cast<MovedRow.LinkVersion>().Select(row => row.Parent), ct),
                _ => [],
            };

            // Neo4j works through a statement on one core; two at once get in each other's way now and then, and one is undone. A
            // link's consents are one list: two that add to it go one after the other.
            var together = Task.CompletedTask;
            foreach (var some in alike.Chunk(PerStatement))
            {
                var taken = TakeAsync(statement, parameters => Neo4jWriting.Each(parameters, "rows", some, row => Write(parameters, row, origins, linkOrigins)), ct);
                together = Task.WhenAll(together, taken);
                if (alike.First() is MovedRow.Consent)
                {
                    await together;
                }
            }

            await together;
            if (alike.First() is MovedRow.Audience)
            {
                var last = alike.Cast<MovedRow.Audience>().Max(row => row.Id);
                await client.WriteAsync("MATCH (g:Registry {id: 1}) SET g.audiences = $p.last", parameters => parameters.WriteNumber("last", last), static _ => true, mayRepeat: true, ct);
            }
        }
    }

    public Task CompleteAsync(CancellationToken ct) => Neo4jMigrations.CompleteAsync(client, time.GetUtcNow(), ct);

    public ValueTask DisposeAsync()
    {
        client.Dispose();
        return ValueTask.CompletedTask;
    }

    private static async Task<Neo4jMove> OpenedAsync(Neo4jSettings settings, Natures natures, TimeProvider time, bool isBeingFilled, Func<Neo4jClient, Task<byte[]>> begin)
    {
        var opened = new Neo4jClient(settings with { Statement = StatementLimit }, time);
        try
        {
            await opened.ReleaseAsync(CancellationToken.None);
            return new Neo4jMove(opened, natures, time, isBeingFilled, await begin(opened), $"neo4j:{settings.Uri.AbsoluteUri.TrimEnd('/')} ({settings.Database})");
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    private Task<bool> TakeAsync(string statement, Action<Utf8JsonWriter> parameters, CancellationToken ct) => Again.ExecuteAsync(
        async token => await client.WriteAsync(statement, parameters, static _ => true, mayRepeat: false, token), // what is in doubt is begun anew, from an empty target
        ct).AsTask();

    private void Write(Utf8JsonWriter writer, MovedRow moved, Dictionary<RecordId, RecordOrigin> origins, Dictionary<RecordId, LinkOrigin> linkOrigins)
    {
        switch (moved)
        {
            case MovedRow.Audience row:
                Neo4jWriting.Audience(writer, row.Id, row.Canonical, row.Owner, row.IsReference, row.Releases);
                break;
            case MovedRow.Record row:
                Neo4jWriting.Record(writer, row.Of, row.Says, row.Sort, row.Index, natures);
                break;
            case MovedRow.Version row:
                Neo4jWriting.Version(writer, row.Parent, row.Says, Neo4jSeal.Of(origins[RecordId.FromBytes(row.Parent)], row.Says));
                break;
            case MovedRow.Edition row:
                Neo4jWriting.Edition(writer, new KnownEdition(RecordId.FromBytes(row.Parent), row.Token, row.Level, row.Until, row.Since, row.ReleasedAt, row.Number));
                break;
            case MovedRow.EditionVersion row:
                Neo4jWriting.EditionVersion(writer, new KnownEdition(RecordId.FromBytes(row.Parent), row.Token, row.Level, row.Until, row.Since, 0, row.Number), row.ShowsFrom, row.Of, row.At);
                break;
            case MovedRow.Link row:
                Neo4jWriting.Link(writer, row.Of, row.Says, row.World, row.Sort, row.Discriminator, []);
                break;
            case MovedRow.LinkVersion row:
                Neo4jWriting.LinkVersion(writer, row.Parent, row.Says, Neo4jSeal.Of(linkOrigins[RecordId.FromBytes(row.Parent)], row.Says));
                break;
            case MovedRow.Consent row:
                Neo4jWriting.Consent(writer, row.Parent, row.Agency, row.At, row.By);
                break;
            case MovedRow.Request row:
                Neo4jWriting.Request(writer, row.Officer, row.Field, row.Key, row.Hash, row.Ids, row.At);
                break;
            case MovedRow.Counter row:
                writer.WriteString("agency", row.Agency);
                writer.WriteNumber("year", row.Year);
                writer.WriteNumber("last", row.Last);
                break;
            case MovedRow.Operation row:
                Neo4jWriting.Operation(writer, row.Id, row.Name, row.Lead, row.Until);
                break;
            case MovedRow.OperationAgency row:
                Neo4jWriting.OperationAgency(writer, row.Of, row.Agency);
                break;
            case MovedRow.Membership row:
                Neo4jWriting.Membership(writer, row.Officer, row.Group, row.Until, row.IsConfirmed);
                break;
            case MovedRow.Loaded row:
                writer.WriteString("name", row.Name);
                writer.WriteString("checksum", row.Checksum);
                writer.WriteString("at", Neo4jTime.Write(row.At));
                break;
            default:
                throw new ArgumentException("A row outside the closed set.", nameof(moved));
        }
    }

    private async Task<Dictionary<RecordId, RecordOrigin>> RecordOriginsAsync(IEnumerable<byte[]> records, CancellationToken ct) => await client.ReadAsync(
        $"UNWIND $p.ids AS id MATCH (n:Record {{id: id}}) RETURN {KnownRecord.Columns("n")}",
        parameters => WriteIds(parameters, records),
        static rows => rows.EnumerateArray().Select(row => KnownRecord.Read(row[0])).ToDictionary(record => record.Id, record => record.Origin),
        ct);

    private async Task<Dictionary<RecordId, LinkOrigin>> LinkOriginsAsync(IEnumerable<byte[]> links, CancellationToken ct) => await client.ReadAsync(
        $"UNWIND $p.ids AS id {Neo4jNames.FindLink("id", "id", "f", "l", "t")} RETURN {KnownLink.Columns("l", "f", "t")}",
        parameters => WriteIds(parameters, links),
        static rows => rows.EnumerateArray().Select(row => KnownLink.Read(row[0]).Link).ToDictionary(link => link.Id, link => link.Origin),
        ct);

    private static void WriteIds(Utf8JsonWriter parameters, IEnumerable<byte[]> ids) =>
        Neo4jWriting.Texts(parameters, "ids", ids.Select(id => RecordId.FromBytes(id)).Distinct().Select(id => id.ToString()));

    private Task<long> CommitsAsync(CancellationToken ct) =>
        client.ReadAsync("MATCH (g:Registry {id: 1}) RETURN g.commits", static _ => { }, static rows => rows[0][0].GetInt64(), ct);

    private Task<long> CountAsync(string label, CancellationToken ct) =>
        client.ReadAsync($"MATCH (n:{label}) RETURN count(n)", static _ => { }, static rows => rows[0][0].GetInt64(), ct);
}
