using WildlifeRegistry.Access;
using WildlifeRegistry.Links;
using WildlifeRegistry.Records;
using WildlifeRegistry.Storage;
using Xunit;
using static WildlifeRegistry.Tests.Conformance.Drafts;

namespace WildlifeRegistry.Tests.Conformance;

/// <summary>A change is made whole or not at all, once, on the version it states, and only by who may.</summary>
public abstract class Commits<TEngine> : Promise<TEngine>
    where TEngine : Engine, new()
{
    private static readonly Reader Officer = new World(1).Officers[0];
    private static readonly Reader Colleague = new World(1).Officers[1];
    private static readonly Reader Stranger = new World(1).Officers.First(officer => officer.Agency != Officer.Agency);

    [Fact]
    public Task A_change_that_is_not_made_leaves_every_byte_as_it_was() => InEachWorldAsync(async seed =>
    {
        await using var engine = await AnotherAsync();
        var world = new World(seed);
        await world.BuildAsync(engine, 10, Ct);
        for (var n = 0; n < 12; n++)
        {
            var author = world.Pick(world.Readers);
            var before = await engine.DumpAsync();
            var result = await world.CommitAsync(engine, world.Changes(author, isCareless: true), author, Ct);
            if (result is not CommitResult.Committed { Replayed: false })
            {
                Assert.Equal(before, await engine.DumpAsync());
            }
        }
    });

    [Fact]
    public async Task A_hidden_record_answers_a_writer_like_a_missing_one_and_like_anothers()
    {
        var hidden = Record(Colleague, new Audience(Officer.Agency, [new Release(Token.Officer(Colleague.Officer), Level.Full)]));
        var shown = Record(Stranger, new Audience(Stranger.Agency, [new Release(Token.Agency(Stranger.Agency), Level.Full), new Release(Token.Eco, Level.Full)]));
        Assert.IsType<CommitResult.Committed>(await CommitAsync(Colleague, Adding(hidden)));
        Assert.IsType<CommitResult.Committed>(await CommitAsync(Stranger, Adding(shown)));
        var before = await Engine.DumpAsync();
        foreach (var id in new[] { hidden.Id, shown.Id, RecordId.NewRandom() })
        {
            Assert.Equal(new CommitResult.Missing(id), await CommitAsync(Officer, Amending(Record(Officer) with { Id = id }, 1)));
        }

        Assert.Equal(before, await Engine.DumpAsync());
    }

    [Fact]
    public async Task Of_writers_on_one_version_exactly_one_wins()
    {
        var record = Record(Officer);
        await CommitAsync(Officer, Adding(record));
        for (var version = 1; version <= 20; version++)
        {
            var results = await Task.WhenAll(Enumerable.Range(0, 8).Select(n => Task.Run(
                () => CommitAsync(Officer, Amending(record with { Properties = RecordJson.Write(new { when = n }) }, version)),
                Ct)));
            Assert.Single(results.OfType<CommitResult.Committed>());
            Assert.All(results.Where(result => result is not CommitResult.Committed), result => Assert.Equal(new CommitResult.Conflict(record.Id, version + 1), result));
        }
    }

    [Fact]
    public async Task Whatever_was_acknowledged_is_there_after_reopening_and_references_are_unique()
    {
        var authors = new World(1).Officers;
        var written = await Task.WhenAll(Enumerable.Range(0, 200).Select(n => Task.Run(
            async () =>
            {
                var author = authors[n % authors.Length];
                var record = Record(author);
                var result = await CommitAsync(author, new ChangeSet { Records = [new NewRecord(record, [], 2025 + (n % 2))] });
                Assert.IsType<CommitResult.Committed>(result);
                return (author, record.Id);
            },
            Ct)));
        await Engine.CloseAsync();
        await Engine.OpenAsync();
        var references = new List<string>();
        foreach (var group in written.GroupBy(one => one.author))
        {
            var reading = await ReadAsync(group.Key, new PlanStart.ByIds([.. group.Select(one => one.Id)], []));
            Assert.Equal(group.Count(), reading.Roots.Records.Length);
            references.AddRange(reading.Roots.Records.Select(record => record.Record.Reference!));
        }

        Assert.Equal(references.Count, references.Distinct().Count());
        Assert.All(references, reference => Assert.True(ReferenceNumbers.IsWellFormed(reference), reference));
    }

    [Fact]
    public async Task A_request_key_is_an_officers_own_happens_once_and_is_kept_thirty_days()
    {
        var record = Record(Officer);
        var request = new RequestKey("recordSeizure", "key", "content");
        var first = Adding(record) with { RequestKey = request };
        Assert.Null(await Engine.Store.ReplayAsync(request, Officer, Ct));
        Assert.Equal(Transcript.Of(new CommitResult.Committed([record.Id], Replayed: false)), Transcript.Of(await CommitAsync(Officer, first)));

        Engine.Time.Advance(TimeSpan.FromDays(29));
        var before = await Engine.DumpAsync();
        var replayed = Transcript.Of(new CommitResult.Committed([record.Id], Replayed: true));
        Assert.Equal(replayed, Transcript.Of(await CommitAsync(Officer, first)));
        Assert.Equal(replayed, Transcript.Of((await Engine.Store.ReplayAsync(request, Officer, Ct))!));
        var reused = new CommitResult.Refused(RefusalReason.RequestKeyReused, null);
        Assert.Equal(reused, await CommitAsync(Officer, Adding(Record(Officer)) with { RequestKey = request with { ContentHash = "other" } }));
        Assert.Equal(reused, await Engine.Store.ReplayAsync(request with { ContentHash = "other" }, Officer, Ct));
        Assert.Equal(before, await Engine.DumpAsync());

        Assert.Null(await Engine.Store.ReplayAsync(request, Colleague, Ct));
        Assert.Null(await Engine.Store.ReplayAsync(request with { Field = "amendSeizure" }, Officer, Ct));
        Assert.IsType<CommitResult.Committed>(await CommitAsync(Colleague, Adding(Record(Colleague)) with { RequestKey = request with { ContentHash = "other" } }));

        Engine.Time.Advance(TimeSpan.FromDays(2));
        Assert.Null(await Engine.Store.ReplayAsync(request, Officer, Ct));
        Assert.Equal(new CommitResult.Refused(RefusalReason.IdTaken, record.Id), await CommitAsync(Officer, first)); // the key is free again: the change is tried anew
    }

    [Fact]
    public async Task A_change_is_made_only_if_what_it_was_decided_on_is_as_it_was()
    {
        var (record, witness) = (Record(Officer), Record(Officer));
        await CommitAsync(Officer, Adding(record, witness));
        await CommitAsync(Officer, Amending(witness, 1));
        var before = await Engine.DumpAsync();
        Assert.Equal(new CommitResult.Conflict(witness.Id, 2), await CommitAsync(Officer, Amending(record, 1) with { Unchanged = [new Witness(witness.Id, 1)] }));
        Assert.Equal(before, await Engine.DumpAsync());
        Assert.IsType<CommitResult.Committed>(await CommitAsync(Officer, Amending(record, 1) with { Unchanged = [new Witness(witness.Id, 2)] }));
    }

    [Fact]
    public async Task A_connector_is_seen_through_the_links_that_the_change_itself_has_made_so_far()
    {
        var connector = new StoredConnector(RecordId.NewRandom(), false, Synthetic.Connector("+7 700"));
        var (one, two) = (Record(Officer), Record(Officer));
        Assert.IsType<CommitResult.Committed>(await CommitAsync(Officer, new ChangeSet
        {
            Records = [new NewRecord(one, [Link(one.Id, connector.Id)], null), new NewRecord(two, [Link(two.Id, connector.Id)], null)],
            Connectors = [connector],
        }));

        // What made it visible goes with the fields of each; the first takes it up again before the second lets go of it.
        Assert.IsType<CommitResult.Committed>(await CommitAsync(Officer, new ChangeSet
        {
            Amended =
            [
                new AmendedRecord(one, 1, [Link(one.Id, connector.Id)], Level.Full),
                new AmendedRecord(two, 1, [Link(two.Id, connector.Id)], Level.Full),
            ],
            Links = [Link(connector.Id, one.Id)],
        }));

        // The only link that shows it goes: it cannot be taken up.
        var alone = Record(Officer);
        var only = new StoredConnector(RecordId.NewRandom(), false, Synthetic.Connector("+7 701"));
        await CommitAsync(Officer, new ChangeSet { Records = [new NewRecord(alone, [Link(alone.Id, only.Id)], null)], Connectors = [only] });
        var before = await Engine.DumpAsync();
        Assert.Equal(new CommitResult.Missing(only.Id), await CommitAsync(Officer, new ChangeSet { Amended = [new AmendedRecord(alone, 1, [Link(alone.Id, only.Id)], Level.Full)] }));
        Assert.Equal(before, await Engine.DumpAsync());

        static StoredLink Link(RecordId from, RecordId to) => new()
        {
            Id = RecordId.NewRandom(),
            Kind = LinkKind.Uses,
            From = from,
            To = to,
            Owner = Officer.Agency,
            Audience = Audience.OwnAgency(Officer.Agency),
            Properties = RecordJson.Write(new LinkProperties()),
        };
    }

    [Fact]
    public async Task A_link_onto_anothers_record_stays_between_the_two_until_its_owner_consents()
    {
        var mine = Record(Officer, new Audience(Officer.Agency, [Full(Officer), new Release(Token.Eco, Level.Full)]));
        var theirs = Record(Stranger, new Audience(Stranger.Agency, [Full(Stranger), new Release(Token.Eco, Level.Full)]));
        await CommitAsync(Officer, Adding(mine));
        await CommitAsync(Stranger, Adding(theirs));
        var between = new Audience(Officer.Agency, [Full(Officer), Full(Stranger)]);
        var beyond = new Audience(Officer.Agency, [Full(Officer), Full(Stranger), new Release(Token.Eco, Level.Sanitised)]);
        var link = new StoredLink { Id = RecordId.NewRandom(), Kind = LinkKind.ForensicMatch, From = mine.Id, To = theirs.Id, Owner = Officer.Agency, Audience = beyond, Properties = RecordJson.Write(new LinkProperties()) };
        var third = new World(1).Officers.First(officer => officer.Agency != Officer.Agency && officer.Agency != Stranger.Agency);

        Assert.Equal(new CommitResult.Refused(RefusalReason.ConsentMissing, link.Id), await CommitAsync(Officer, new ChangeSet { Links = [link] }));
        Assert.IsType<CommitResult.Committed>(await CommitAsync(Officer, new ChangeSet { Links = [link with { Audience = between }] }));
        Assert.Equal(new CommitResult.Refused(RefusalReason.ConsentMissing, link.Id), await CommitAsync(Officer, Releasing(beyond, 1)));
        Assert.Equal(new CommitResult.Missing(link.Id), await CommitAsync(third, new ChangeSet { Consents = [new Consent(link.Id, true)] }));
        Assert.Equal(new CommitResult.Missing(link.Id), await CommitAsync(Officer, new ChangeSet { Consents = [new Consent(link.Id, true)] }));
        Assert.False(await SeesAsync(third));

        Assert.IsType<CommitResult.Committed>(await CommitAsync(Stranger, new ChangeSet { Consents = [new Consent(link.Id, true)] }));
        Assert.False(await SeesAsync(third));
        Assert.IsType<CommitResult.Committed>(await CommitAsync(Officer, Releasing(beyond, 1)));
        Assert.True(await SeesAsync(third));

        Assert.IsType<CommitResult.Committed>(await CommitAsync(Stranger, new ChangeSet { Consents = [new Consent(link.Id, false)] }));
        Assert.False(await SeesAsync(third));
        Assert.True(await SeesAsync(Stranger));

        ChangeSet Releasing(Audience audience, int version) => new()
        {
            AmendedLinks = [new AmendedLink(link.Id, version, audience, Withdrawn: false, Handling.H0, "", RecordJson.Write(new LinkProperties()))],
        };

        async Task<bool> SeesAsync(Reader reader) =>
            (await ReadAsync(reader, new PlanStart.OfLink(link.Id), new Bring([new World(1).Step("link", 0)]))).Roots.Records.Length == 1;
    }

    [Fact]
    public async Task Joint_operations_are_told_to_their_members_and_open_nothing_before_they_are_confirmed()
    {
        var operation = new JointOperation(RecordId.NewRandom(), "Exercise operation", Officer.Agency, [Officer.Agency, Stranger.Agency], Engine.Time.GetUtcNow().AddDays(2));
        var group = operation.Id.ToString();
        var place = new Membership(group, Stranger.Officer, operation.Until, Confirmed: false);
        await CommitAsync(Officer, new ChangeSet { Operations = [operation] });
        await CommitAsync(Stranger, new ChangeSet { Memberships = [place] });
        Assert.Empty(await Engine.Groups.GroupsOfAsync(Stranger.Officer, Ct));

        await CommitAsync(Officer, new ChangeSet { Memberships = [place with { Confirmed = true }] });
        Assert.Equal([group], await Engine.Groups.GroupsOfAsync(Stranger.Officer, Ct));
        var told = Assert.Single(await Engine.Groups.OperationsOfAsync(Stranger.Agency, Ct));
        Assert.Equal((operation.Id, operation.Name, operation.Lead, operation.Until), (told.Operation.Id, told.Operation.Name, told.Operation.Lead, told.Operation.Until));
        Assert.Equal(operation.Members.Select(member => member.Value).Order(StringComparer.Ordinal), told.Operation.Members.Select(member => member.Value));
        Assert.Equal(place with { Confirmed = true }, Assert.Single(told.Officers));
        Assert.Empty(await Engine.Groups.OperationsOfAsync(new AgencyCode("TM-CUSTOMS"), Ct));

        Engine.Time.Advance(TimeSpan.FromDays(2));
        Assert.Empty(await Engine.Groups.GroupsOfAsync(Stranger.Officer, Ct));
    }

    [Fact]
    public async Task A_release_recalled_and_made_again_at_the_same_instant_begins_anew()
    {
        var record = Record(Officer);
        var released = record with { Audience = new Audience(Officer.Agency, [Full(Officer), Full(Stranger)]), Properties = RecordJson.Write(new { when = "first" }) };
        await CommitAsync(Officer, Adding(record));
        await CommitAsync(Officer, Amending(released, 1));
        await CommitAsync(Officer, Amending(record, 2));
        await CommitAsync(Officer, Amending(released with { Properties = RecordJson.Write(new { when = "second" }) }, 3));

        var read = Assert.Single((await ReadAsync(Stranger, new PlanStart.ByIds([record.Id], []), new Bring([], Versions: true))).Roots.Records).Record;
        Assert.Equal(read.Properties, Assert.Single(read.Editions!).Properties);
    }

    [Fact]
    public async Task A_new_epoch_empties_what_is_known_of_audiences_and_what_is_unknown_is_invisible()
    {
        var record = Record(Officer);
        await CommitAsync(Officer, Adding(record));
        var start = new PlanStart.ByIds([record.Id], []);
        Assert.Single((await ReadAsync(Officer, start)).Roots.Records);
        await Engine.ForgetAudiencesAsync();
        Assert.Empty((await ReadAsync(Officer, start)).Roots.Records);
        Assert.Equal(new CommitResult.Missing(record.Id), await CommitAsync(Officer, Amending(record, 1)));
    }
}
