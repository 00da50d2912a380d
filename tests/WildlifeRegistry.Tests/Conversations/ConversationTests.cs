namespace WildlifeRegistry.Tests.Conversations;

/// <summary>
/// The promise over time, through the real host: two registries whose histories differ only in what a reader may not
/// see tell that reader the same, byte for byte: reads, refusals, errors, ids, cursors, replays and editions.
/// </summary>
public sealed class ConversationTests
{
    private const int Steps = 24;

    [Fact]
    public Task What_a_reader_may_not_see_changes_nothing_that_they_are_ever_told() => Worlds.EachAsync(
        "Conversations",
        async seed =>
        {
            await using var left = await Side.StartAsync(seed);
            await using var right = await Side.StartAsync(seed);
            var history = new History(seed, left, right);
            await history.LiveAsync(Steps);
            var (answers, changes, made) = history.Count;
            TestContext.Current.TestOutputHelper?.WriteLine($"{history.Told[0]} {answers} answers alike; {made} of {changes} changes were made.");
            Assert.True(made > 0 && answers > 2 * Steps);
        },
        share: 30);
}
