using WildlifeRegistry.Links;
using WildlifeRegistry.Records;
using WildlifeRegistry.Storage;
using Xunit;

namespace WildlifeRegistry.Tests.Conformance;

/// <summary>The links of a record have one order, and pages of any size tell it.</summary>
public abstract class Links<TEngine> : Promise<TEngine>
    where TEngine : Engine, new()
{
    [Fact]
    public Task Pages_of_links_put_together_are_all_the_links_each_once() => InEachWorldAsync(async seed =>
    {
        await using var engine = await AnotherAsync();
        var world = new World(seed);
        await world.BuildAsync(engine, 25, Ct);
        for (var n = 0; n < 15; n++)
        {
            var reader = world.Pick(world.Readers);
            var view = engine.Store.ViewFor(reader);
            var start = new PlanStart.ByIds([world.Pick(world.AllIds.ToList())], []);
            var step = world.Step("links", 0) with { After = null, WantTotal = true };
            var whole = Of(world.Oracle.Answer(Plan(step with { First = ReadPlan.MaxPage }), reader, world.Now));
            var ids = new List<RecordId>();
            var next = step with { First = world.Pick<int>([1, 2]) };
            while (true)
            {
                var page = Of(await view.ReadAsync(Plan(next), Ct));
                Assert.Equal(whole?.Total, page?.Total);
                ids.AddRange(page?.Links.Select(link => link.Link.Id) ?? []);
                Assert.True(ids.Count <= (whole?.Links.Length ?? 0), "More than all the links.");
                if (page is not { HasNext: true })
                {
                    break;
                }

                var last = page.Links[^1];
                next = next with { After = new LinkPosition(last.Link.Kind, last.Sort, last.Link.Id) };
            }

            Assert.Equal(whole?.Links.Select(link => link.Link.Id) ?? [], ids);

            ReadPlan Plan(LinkStep one) => new(start, new Bring([one]));
        }

        static LinkPage? Of(Storage.Reading reading) => reading.Roots.Records.FirstOrDefault()?.Links.GetValueOrDefault("links");
    });

    [Fact]
    public async Task A_link_is_listed_by_the_order_key_of_the_record_it_starts_from_also_when_that_moves()
    {
        var world = new World(1);
        var officer = world.Officers[0];
        var audience = WildlifeRegistry.Access.Audience.OwnAgency(officer.Agency);
        var events = Enumerable.Range(1, 3).Select(n => world.Record(world.NewId(), RecordKind.Seizure, officer.Agency, false, audience) with { Sort = $"201{n}", Validation = Validation.Draft, ImportKey = null }).ToList();
        var suspect = world.Record(world.NewId(), RecordKind.Suspect, officer.Agency, false, audience) with { Validation = Validation.Draft, ImportKey = null };
        Assert.IsType<CommitResult.Committed>(await CommitAsync(officer, new ChangeSet
        {
            Records = [.. events.Append(suspect).Select(record => new NewRecord(record, [], null))],
            Links = [.. events.Select(one => world.NewLink(officer.Agency, one.Id, suspect.Id, audience) with { Kind = LinkKind.Involves, Floor = WildlifeRegistry.Access.Level.Sanitised, Withdrawn = false })],
        }));
        Assert.Equal([events[2].Id, events[1].Id, events[0].Id], await FarAsync());

        Assert.IsType<CommitResult.Committed>(await CommitAsync(officer, new ChangeSet { Amended = [new AmendedRecord(events[0] with { Sort = "2019" }, 1, [], null)] }));
        Assert.Equal([events[0].Id, events[2].Id, events[1].Id], await FarAsync());

        async Task<IEnumerable<RecordId>> FarAsync()
        {
            var step = world.Step("links", 0) with { From = [RecordKind.Suspect], Kinds = [], Direction = LinkDirection.Both, Withdrawn = false, First = 25, After = null };
            var reading = await ReadAsync(officer, new PlanStart.ByIds([suspect.Id], []), new Bring([step]));
            return reading.Roots.Records.Single().Links["links"].Links.Select(link => link.Link.Other);
        }
    }
}
