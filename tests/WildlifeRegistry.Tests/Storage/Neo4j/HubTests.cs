using System.Collections.Immutable;
using WildlifeRegistry.Links;
using WildlifeRegistry.Records;
using WildlifeRegistry.Storage;
using WildlifeRegistry.Storage.Neo4j;

namespace WildlifeRegistry.Tests.Neo4j;

/// <summary>A record with more links than can be walked lists them by their index, in the same order as any other.</summary>
[Collection(Neo4jTests.Name)]
public sealed class HubTests
{
    [Fact]
    public async Task A_hub_tells_its_links_in_order_page_by_page_by_their_index()
    {
        await using var world = await GraphWorld.OpenAsync(Neo4jText.MostWalked + 105);
        using var sent = new SentStatements();
        foreach (var kinds in new ImmutableArray<LinkKind>[] { [LinkKind.OfSpecies], [], [LinkKind.Involves, LinkKind.OfSpecies, LinkKind.SameAs] })
        {
            var told = new List<RecordId>();
            LinkPosition? after = null;
            do
            {
                var page = await LinksAsync(world, GraphWorld.Step(kinds, 150, after, wantTotal: after is null));
                Assert.True(after is not null || page.Total == ReadPlan.MaxTotal + 1);
                told.AddRange(page.Links.Select(link => link.Far.Record.Id));
                after = page.HasNext ? new LinkPosition(page.Links[^1].Link.Kind, page.Links[^1].Sort, page.Links[^1].Link.Id) : null;
            }
            while (after is not null);

            Assert.Equal(world.Seizures, told);
        }

        // Met once, then known.
        Assert.Single(sent.Texts, Neo4jText.Degrees);
        Assert.Contains("USING INDEX l0:OF_SPECIES(toKey, sort, id)", sent.Texts[^1], StringComparison.Ordinal);

        // Its links onto others, and those of a kind that it has few of, as from any record.
        Assert.Empty((await LinksAsync(world, GraphWorld.Step([LinkKind.Involves], 10))).Links);
        Assert.Equal(world.Species, Assert.Single((await world.ReadAsync(GraphWorld.Officer, new PlanStart.ByIds([world.Seizures[0]], []), new Bring([GraphWorld.Step([], 10)]))).Roots.Records[0].Links["links"].Links).Far.Record.Id);

        // Met on the way.
        var through = await world.ReadAsync(GraphWorld.Officer, new PlanStart.ByIds([world.Seizures[0]], []), new Bring([GraphWorld.Step([], 1, bring: new Bring([GraphWorld.Step([], 5)]))]));
        Assert.Equal(world.Seizures.Take(5), through.Roots.Records[0].Links["links"].Links[0].Far.Links["links"].Links.Select(link => link.Far.Record.Id));

        // To who sees none of them it is no hub but a species.
        Assert.Empty((await world.ReadAsync(GraphWorld.Stranger, new PlanStart.ByIds([world.Species], []), new Bring([GraphWorld.Step([], 10, wantTotal: true)]))).Roots.Records[0].Links["links"].Links);
    }

    private static async Task<LinkPage> LinksAsync(GraphWorld world, LinkStep step) =>
        (await world.ReadAsync(GraphWorld.Officer, new PlanStart.ByIds([world.Species], []), new Bring([step]))).Roots.Records.Single().Links["links"];
}
