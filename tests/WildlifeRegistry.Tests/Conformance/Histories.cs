using System.Collections.Immutable;
using WildlifeRegistry.Access;
using WildlifeRegistry.Records;
using WildlifeRegistry.Storage;
using Xunit;

namespace WildlifeRegistry.Tests.Conformance;

/// <summary>
/// Over time: two registries in which a colleague of the reader's writes different things that the reader may not
/// see. The reader's whole conversation is the same in both: reads, writes, conflicts, replays, ids, and references
/// after consistent renaming.
/// </summary>
public abstract class Histories<TEngine> : Promise<TEngine>
    where TEngine : Engine, new()
{
    [Fact]
    public Task What_a_reader_may_not_see_leaves_no_trace_in_what_they_are_told() => InEachWorldAsync(async seed =>
    {
        await using var left = await AnotherAsync();
        await using var right = await AnotherAsync();
        var (here, there) = (new World(seed), new World(seed) { Random = new Random(~seed) }); // one cast, drawn apart
        var (heardHere, heardThere) = (new Transcript(), new Transcript());
        var reader = here.Officers[0];
        var colleague = here.Officers[1];
        Assert.Equal(reader.Agency, colleague.Agency);
        var others = here.Officers.Where(officer => officer != colleague).ToList();
        for (var n = 0; n < 24; n++)
        {
            await HideAsync(here, left, colleague);
            for (var twice = there.Random.Next(3); twice > 0; twice--)
            {
                await HideAsync(there, right, colleague);
            }

            if (here.OneIn(3))
            {
                var author = here.Pick(others);
                await SameAsync(here.Changes(author, isCareless: false), author);
            }

            await SameAsync(here.Changes(reader, isCareless: here.OneIn(2)), reader);
            var plan = here.Plan();
            Assert.Equal(
                heardHere.Of(await left.Store.ViewFor(reader).ReadAsync(plan, Ct)),
                heardThere.Of(await right.Store.ViewFor(reader).ReadAsync(plan, Ct)));
            if (here.OneIn(4))
            {
                here.MoveOn(left);
                there.MoveOn(right);
            }
        }

        async Task SameAsync(ChangeSet changes, Reader author) => Assert.Equal(
            Transcript.Of(await here.CommitAnywayAsync(left, changes, author, Ct)),
            Transcript.Of(await there.CommitAnywayAsync(right, changes, author, Ct)));
    });

    /// <summary>The colleague records, links, amends and withdraws under audiences that no other officer is in above Hit.</summary>
    private static async Task HideAsync(World world, TEngine engine, Reader colleague)
    {
        var drawn = world.Changes(colleague, isCareless: false);
        var hidden = world.Oracle.Records.Where(record => IsHidden(record.Audience)).Select(record => record.Id).ToHashSet();
        var changes = drawn with
        {
            Records = [.. drawn.Records.Where(added => !added.Record.Kind.IsReference()).Select(added => added with
            {
                Record = added.Record with { Audience = Hidden() },
                Derived = [],
            })],
            Amended = [.. drawn.Amended.Where(amended => hidden.Contains(amended.Record.Id)).Select(amended => amended with { Record = amended.Record with { Audience = Hidden() }, Derived = [] })],
            AmendedLinks = [.. drawn.AmendedLinks.Where(amended => IsHidden(world.Oracle.Links.Single(link => link.Id == amended.Id).Audience)).Select(amended => amended with { Audience = Hidden() })],
            Unchanged = [],
            Consents = [],
            Memberships = [],
        };
        var added = changes.Records.Select(one => one.Record.Id).Concat(drawn.Connectors.Select(connector => connector.Id)).ToHashSet();
        var gone = drawn.Records.Select(one => one.Record.Id).Where(id => !added.Contains(id)).ToHashSet();
        changes = changes with { Links = [.. drawn.Links.Where(link => !gone.Contains(link.From) && !gone.Contains(link.To)).Select(link => link with { Audience = Hidden() })] };
        await world.CommitAnywayAsync(engine, changes, colleague, Ct);

        Audience Hidden() => new(colleague.Agency, ImmutableArray.Create(
            new Release(Token.Officer(colleague.Officer), Level.Full),
            world.Pick<Release>([new Release(Token.Eco, Level.Hit), new Release(Token.Agency(colleague.Agency), Level.Hit), new Release(Token.Group("nobody"), Level.Full)])));

        bool IsHidden(Audience audience) => audience.Owner == colleague.Agency
            && audience.Releases.Any(release => release.To == Token.Officer(colleague.Officer))
            && audience.Releases.All(release => release.Level == Level.Hit || release.To == Token.Officer(colleague.Officer) || release.To == Token.Group("nobody"));
    }
}
