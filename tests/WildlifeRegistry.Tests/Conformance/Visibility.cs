using Xunit;

namespace WildlifeRegistry.Tests.Conformance;
public abstract class Visibility<TEngine> : Promise<TEngine>
    where TEngine : Engine, new()
{
    [Fact]
    public Task Every_answer_is_that_of_a_registry_which_holds_nothing_the_reader_may_not_see() => InEachWorldAsync(async seed =>
    {
        await using var engine = await AnotherAsync();
        var world = new World(seed);
        await world.BuildAsync(engine, 20, Ct);
        for (var n = 0; n < 120; n++)
        {
            var reader = world.Pick(world.Readers);
            var plan = world.Plan();
            RoundTrip<TEngine>.Equal(await engine.Store.ViewFor(reader).ReadAsync(plan, Ct), world.Oracle.Answer(plan, reader, world.Now));
            if (world.OneIn(20))
            {
                world.MoveOn(engine);
            }
        }
    });
}
