using WildlifeRegistry.Records;
using WildlifeRegistry.Storage;
using Xunit;

namespace WildlifeRegistry.Tests.Conformance;

/// <summary>Lists have one order, and pages of any size tell it from its beginning to its end.</summary>
public abstract class Listing<TEngine> : Promise<TEngine>
    where TEngine : Engine, new()
{
    [Fact]
    public Task Pages_put_together_are_the_whole_list_each_record_once() => InEachWorldAsync(async seed =>
    {
        await using var engine = await AnotherAsync();
        var world = new World(seed);
        await world.BuildAsync(engine, 20, Ct);
        for (var n = 0; n < 15; n++)
        {
            var reader = world.Pick(world.Readers);
            var view = engine.Store.ViewFor(reader);
            var list = world.Page() with { After = null, WantTotal = true };
            var whole = world.Oracle.Answer(new ReadPlan(list with { First = ReadPlan.MaxPage }, Bring.Nothing), reader, world.Now).Roots;
            var ids = new List<RecordId>();
            var page = list with { First = world.Pick<int>([1, 2, 3]) };
            while (true)
            {
                var roots = (await view.ReadAsync(new ReadPlan(page, Bring.Nothing), Ct)).Roots;
                Assert.Equal(whole.Total, roots.Total);
                ids.AddRange(roots.Records.Select(record => record.Record.Id));
                Assert.True(ids.Count <= whole.Records.Length, "More than the whole list.");
                if (!roots.HasNext)
                {
                    break;
                }

                Assert.Equal(page.First, roots.Records.Length);
                page = page with { After = new Position(roots.Records[^1].Sort, roots.Records[^1].Record.Id) };
            }

            Assert.Equal(whole.Records.Select(record => record.Record.Id), ids);
        }
    });

    [Fact]
    public async Task A_total_is_exact_up_to_its_bound_and_one_more_above()
    {
        var officer = new World(1).Officers[0];
        var records = Enumerable.Range(0, ReadPlan.MaxTotal + 5).Select(n => new NewRecord(
            new StoredRecord
            {
                Id = RecordId.NewRandom(),
                Kind = RecordKind.Seizure,
                Owner = officer.Agency,
                Audience = WildlifeRegistry.Access.Audience.OwnAgency(officer.Agency),
                Exercise = false,
                Validation = Validation.Draft,
                Index = [new IndexedValue(Synthetic.Country, n < ReadPlan.MaxTotal ? "KZ" : "UZ")],
                Properties = RecordJson.Write(new { when = n }),
            },
            [],
            null));
        Assert.IsType<CommitResult.Committed>(await CommitAsync(officer, new ChangeSet { Records = [.. records] }));
        var all = new PlanStart.Page(RecordKind.Seizure, [], null, [], [], Exercise: false, Descending: true, 1, null, WantTotal: true);
        Assert.Equal(ReadPlan.MaxTotal + 1, (await ReadAsync(officer, all)).Roots.Total);
        Assert.Equal(ReadPlan.MaxTotal, (await ReadAsync(officer, all with { Conditions = [new Condition(Synthetic.Country, ["KZ"], IsOpen: true)] })).Roots.Total);
    }
}
