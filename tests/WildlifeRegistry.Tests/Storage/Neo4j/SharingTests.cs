using WildlifeRegistry.Access;
using WildlifeRegistry.Links;
using WildlifeRegistry.Records;
using WildlifeRegistry.Storage;
using WildlifeRegistry.Storage.Neo4j;
using WildlifeRegistry.Tests.Conformance;
using static WildlifeRegistry.Tests.Conformance.Drafts;

namespace WildlifeRegistry.Tests.Neo4j;

/// <summary>Several servers of one registry on one database: what one does holds for all at once, and none upsets another.</summary>
[Collection(Neo4jTests.Name)]
public sealed class SharingTests : IAsyncLifetime
{
    private static readonly Reader Officer = new World(1).Officers[0];
    private static readonly Reader Stranger = new World(1).Officers.First(officer => officer.Agency != Officer.Agency);

    private readonly List<Neo4jGraphStore> stores = [];
    private Neo4jServer server = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await Presence.RequireAsync("neo4j", Neo4jServer.AbsenceAsync);
        server = await Neo4jServer.EmptyAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var store in stores)
        {
            await store.DisposeAsync();
        }
    }

    [Fact]
    public async Task Servers_that_start_at_once_on_an_empty_database_make_one_registry()
    {
        await server.ClearAsync(andSchema: true);
        await OpenAsync(4);

        Assert.Single(stores.Select(store => store.Keys.Reference(Officer.Agency, 2026, 1)).Distinct());
        Assert.Equal("1", await NumbersAsync("MATCH (g:Registry) RETURN count(g)"));
        Assert.Equal("1", await NumbersAsync("MATCH (m:Migration) RETURN count(m)"));
        Assert.Equal("0", await NumbersAsync("SHOW INDEXES YIELD state WHERE state <> 'ONLINE' RETURN count(*)"));
    }

    [Fact]
    public async Task Servers_that_record_at_once_give_no_reference_twice_and_leave_none_out()
    {
        await OpenAsync(3);

        await Task.WhenAll(Enumerable.Range(0, 120).Select(n => Task.Run(
            async () => Assert.IsType<CommitResult.Committed>(await stores[n % 3].CommitAsync(Adding(Record(Officer)), Officer, Ct)),
            Ct)));

        Assert.Equal("120 120 119 120", await NumbersAsync("MATCH (n:Seizure) WITH count(n) AS all, count(DISTINCT n.reference) AS references MATCH (c:Counter) MATCH (g:Registry) RETURN all, references, c.last, g.commits"));
    }

    [Fact]
    public async Task Of_servers_that_amend_one_version_exactly_one_wins()
    {
        await OpenAsync(3);
        var record = Record(Officer);
        await stores[0].CommitAsync(Adding(record), Officer, Ct);
        for (var version = 1; version <= 8; version++)
        {
            var results = await Task.WhenAll(stores.Select((store, n) => Task.Run(
                () => store.CommitAsync(Amending(record with { Properties = RecordJson.Write(new { when = n }) }, version), Officer, Ct),
                Ct)));
            Assert.Single(results.OfType<CommitResult.Committed>());
            Assert.Equal(2, results.Count(result => result.Equals(new CommitResult.Conflict(record.Id, version + 1))));
        }

        Assert.Equal("8 9", await NumbersAsync("MATCH (v:Version) WITH count(v) AS versions MATCH (n:Seizure) RETURN versions, n.version"));
    }

    [Fact]
    public async Task One_request_sent_to_all_servers_at_once_is_done_once_and_answered_alike()
    {
        await OpenAsync(3);
        for (var round = 0; round < 5; round++)
        {
            var request = new RequestKey("recordSeizure", $"key {round}", "content");
            var results = await Task.WhenAll(stores.Select(store => Task.Run(
                () => store.CommitAsync(Adding(Record(Officer)) with { RequestKey = request }, Officer, Ct),
                Ct)));
            var made = results.Cast<CommitResult.Committed>().ToList();
            Assert.Single(made, one => !one.Replayed);
            Assert.Single(made.Select(one => one.Ids.Single()).Distinct());
        }

        Assert.Equal("5", await NumbersAsync("MATCH (n:Seizure) RETURN count(n)"));
    }

    [Fact]
    public async Task Servers_that_come_upon_one_connector_or_audience_at_once_make_it_once()
    {
        await OpenAsync(3);
        var (connector, audience) = (new StoredConnector(RecordId.NewRandom(), false, Synthetic.Connector("+7")), new Audience(Officer.Agency, [Full(Officer), Full(Stranger)]));
        var results = await Task.WhenAll(Enumerable.Range(0, 12).Select(n => Task.Run(
            () =>
            {
                var record = Record(Officer, audience);
                var link = new StoredLink { Id = RecordId.NewRandom(), Kind = LinkKind.CarriedBy, From = record.Id, To = connector.Id, Owner = Officer.Agency, Audience = audience, Properties = RecordJson.Write(new LinkProperties()) };
                return stores[n % 3].CommitAsync(Adding(record) with { Connectors = [connector], Links = [link] }, Officer, Ct);
            },
            Ct)));

        Assert.All(results, result => Assert.IsType<CommitResult.Committed>(result));
        Assert.Equal("1 12 1 1", await NumbersAsync("MATCH (c:Identifier)<-[l:CARRIED_BY]-() WITH count(DISTINCT c) AS connectors, count(l) AS links MATCH (a:Audience) WITH connectors, links, count(a) AS audiences MATCH (g:Registry) RETURN connectors, links, audiences, g.audiences"));
    }

    [Fact]
    public async Task What_one_server_releases_or_recalls_holds_at_once_for_readers_of_the_other()
    {
        await OpenAsync(2);
        var (one, other) = (stores[0], stores[1]);
        var record = Record(Officer);
        Assert.IsType<CommitResult.Committed>(await one.CommitAsync(Adding(record), Officer, Ct));
        Assert.Equal(0, await SeenAsync(other, record.Id)); // it knows all audiences that there are
        for (var round = 0; round < 5; round++)
        {
            // An audience that nobody has seen yet, each time.
            var released = new Audience(Officer.Agency, [Full(Officer), new Release(Token.Agency(Stranger.Agency), Level.Full, DateTimeOffset.MaxValue.AddDays(-round))]);
            Assert.IsType<CommitResult.Committed>(await one.CommitAsync(Amending(record with { Audience = released }, (2 * round) + 1), Officer, Ct));
            Assert.Equal(1, await SeenAsync(other, record.Id));
            Assert.IsType<CommitResult.Committed>(await other.CommitAsync(Amending(record, (2 * round) + 2), Officer, Ct));
            Assert.Equal(0, await SeenAsync(one, record.Id));
            Assert.Equal(0, await SeenAsync(other, record.Id));
        }
    }

    [Fact]
    public async Task Servers_that_change_the_same_records_and_links_at_once_get_in_nobodys_way()
    {
        await OpenAsync(2);
        StoredRecord[] records = [.. Enumerable.Range(0, 3).Select(_ => Record(Officer))];
        await stores[0].CommitAsync(Adding(records), Officer, Ct);

        var results = await Task.WhenAll(Enumerable.Range(0, 40).Select(n => Task.Run(
            () => stores[n % 2].CommitAsync(
                n % 4 < 2
                    ? Amending(records[n % 3] with { Sort = $"{n}" }, 1 + (n / 12))
                    : new ChangeSet { Links = [new StoredLink { Id = RecordId.NewRandom(), Kind = LinkKind.ForensicMatch, From = records[n % 3].Id, To = records[(n + 1) % 3].Id, Owner = Officer.Agency, Audience = Audience.OwnAgency(Officer.Agency), Discriminator = $"{n / 8}", Properties = RecordJson.Write(new LinkProperties()) }] },
                Officer,
                Ct),
            Ct)));

        // Whoever came second was told so; what was made is whole: each version kept once, each link once and in its record's place.
        Assert.All(results, result => Assert.True(result is CommitResult.Committed or CommitResult.Conflict or CommitResult.Refused { Reason: RefusalReason.DuplicateLink }, $"{result}"));
        var made = results.Count(result => result is CommitResult.Committed);
        Assert.Equal($"{made + 1} 0 0", await NumbersAsync("""
            MATCH (g:Registry) MATCH (n:Seizure) WITH g, sum(n.version - 1) AS amended
            OPTIONAL MATCH (v:Version) WITH g, amended, count(v) AS kept WITH g, amended - kept AS gaps
            OPTIONAL MATCH (f)-[l:FORENSIC_MATCH]->(t) WITH g, gaps, f, t, l.discriminator AS told, count(l) AS alike, sum(CASE WHEN l.sort = f.sort THEN 0 ELSE 1 END) AS astray
            RETURN g.commits, gaps, sum(astray) + sum(CASE WHEN alike > 1 THEN 1 ELSE 0 END)
            """));
    }

    private static async Task<int> SeenAsync(Neo4jGraphStore store, RecordId id) =>
        (await store.ViewFor(Stranger).ReadAsync(new ReadPlan(new PlanStart.ByIds([id], []), Bring.Nothing), Ct)).Roots.Records.Length;

    private async Task OpenAsync(int count) => stores.AddRange(await Task.WhenAll(Enumerable.Range(0, count).Select(_ => Task.Run(
        () => Neo4jGraphStore.OpenAsync(server.Settings with { Statement = TimeSpan.FromMinutes(5) }, Synthetic.Disclosure, new Natures([]), TimeProvider.System, logger: null, Ct),
        Ct))));

    private Task<string> NumbersAsync(string statement) =>
        server.Client.ReadAsync(statement, static _ => { }, static rows => string.Join(' ', rows[0].EnumerateArray().Select(one => one.GetInt32())), Ct);
}
