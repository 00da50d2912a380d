using Microsoft.Extensions.Time.Testing;
using WildlifeRegistry.Access;
using WildlifeRegistry.Hosting.Traffic;

namespace WildlifeRegistry.Tests.Hosting.Traffic;

/// <summary>Turns are bounded, fair between officers, and never lost.</summary>
public sealed class TurnsTests
{
    private static readonly OfficerId Many = new("KZ-CUSTOMS/many"), One = new("UZ-CUSTOMS/one"), Other = new("TR-CUSTOMS/other");

    private readonly FakeTimeProvider time = new();

    [Fact]
    public async Task Who_asks_once_waits_for_one_turn_of_him_who_asks_a_hundred_times()
    {
        var turns = new Turns(1, 1, TimeSpan.FromSeconds(5), time);
        var (_, running) = await TakeAsync(turns, Many);
        var hundred = Enumerable.Range(0, 100).Select(_ => TakeAsync(turns, Many).AsTask()).ToList();
        var one = TakeAsync(turns, One).AsTask();
        var other = TakeAsync(turns, Other).AsTask();
        Assert.Equal((1, 102), (turns.Running, turns.Waiting));

        // Served in the round of officers: Many's first, One, Other, Many's second.
        var waiting = hundred.Append(one).Append(other).ToList();
        foreach (var next in new[] { hundred[0], one, other, hundred[1], hundred[2] })
        {
            running!.Dispose();
            var served = await Task.WhenAny(waiting);
            Assert.Equal(waiting.IndexOf(next), waiting.IndexOf(served));
            waiting.Remove(served);
            (var answer, running) = await served;
            Assert.Equal((TurnAnswer.Given, 1), (answer, turns.Running));
        }

        Assert.All(waiting, one => Assert.False(one.IsCompleted));
    }

    [Fact]
    public async Task An_officer_has_as_many_as_one_may_have_and_leaves_the_rest_to_others()
    {
        var turns = new Turns(3, 2, TimeSpan.Zero, time);
        var (_, first) = await TakeAsync(turns, Many);
        await TakeAsync(turns, Many);
        Assert.Equal(TurnAnswer.OwnFull, (await TakeAsync(turns, Many)).Answer);
        Assert.Equal(TurnAnswer.Given, (await TakeAsync(turns, One)).Answer);
        Assert.Equal(TurnAnswer.Full, (await TakeAsync(turns, Other)).Answer);

        first!.Dispose();
        first.Dispose(); // gives back once
        Assert.Equal(TurnAnswer.Given, (await TakeAsync(turns, Other)).Answer);
        Assert.Equal(TurnAnswer.Full, (await TakeAsync(turns, One)).Answer);
        Assert.Equal(3, turns.Running);
    }

    [Fact]
    public async Task A_turn_that_does_not_come_in_time_is_not_given_and_not_lost()
    {
        var turns = new Turns(1, 1, TimeSpan.FromSeconds(5), time);
        var (_, running) = await TakeAsync(turns, Many);
        var own = TakeAsync(turns, Many).AsTask();
        var late = TakeAsync(turns, One).AsTask();
        time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(TurnAnswer.OwnFull, (await own).Answer);
        Assert.Equal(TurnAnswer.Full, (await late).Answer);
        Assert.Equal((1, 0), (turns.Running, turns.Waiting));

        var next = TakeAsync(turns, Other).AsTask();
        running!.Dispose();
        Assert.Equal(TurnAnswer.Given, (await next).Answer);
        Assert.Equal(1, turns.Running);
    }

    [Fact]
    public async Task Who_goes_away_while_waiting_takes_no_turn_along()
    {
        var turns = new Turns(1, 1, TimeSpan.FromSeconds(5), time);
        var (_, running) = await TakeAsync(turns, Many);
        using var gone = new CancellationTokenSource();
        var waiting = turns.TakeAsync(One, gone.Token).AsTask();
        var next = TakeAsync(turns, Other).AsTask();
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);

        running!.Dispose();
        Assert.Equal(TurnAnswer.Given, (await next).Answer);
        Assert.Equal((1, 0), (turns.Running, turns.Waiting));
    }

    [Fact]
    public async Task However_many_come_and_go_at_once_no_more_run_than_may_and_all_turns_come_back()
    {
        var turns = new Turns(4, 2, TimeSpan.FromMinutes(5), TimeProvider.System);
        var (most, now) = (0, 0);
        await Task.WhenAll(Enumerable.Range(0, 2000).Select(number => Task.Run(async () =>
        {
            using var patience = new CancellationTokenSource();
            if (number % 7 == 0)
            {
                patience.CancelAfter(TimeSpan.FromMilliseconds(number % 3));
            }

            try
            {
                var (answer, turn) = await turns.TakeAsync(new OfficerId($"KZ-CUSTOMS/{number % 5}"), patience.Token);
                Assert.Equal(TurnAnswer.Given, answer);
                using (turn)
                {
                    InterlockedMax(ref most, Interlocked.Increment(ref now));
                    await Task.Yield();
                    Interlocked.Decrement(ref now);
                }
            }
            catch (OperationCanceledException)
            {
                Assert.True(patience.IsCancellationRequested);
            }
        })));

        Assert.InRange(most, 1, 4);
        Assert.Equal((0, 0), (turns.Running, turns.Waiting));
    }

    private static ValueTask<(TurnAnswer Answer, IDisposable? Turn)> TakeAsync(Turns turns, OfficerId officer) => turns.TakeAsync(officer, TestContext.Current.CancellationToken);

    private static void InterlockedMax(ref int most, int now)
    {
        int seen;
        while (now > (seen = Volatile.Read(ref most)) && Interlocked.CompareExchange(ref most, now, seen) != seen)
        {
        }
    }
}
