using System.Diagnostics;

namespace WildlifeRegistry.Benchmarks;

/// <summary>One side of a comparison: what is done in the n-th round.</summary>
internal sealed record Side(string Name, Func<int, Task> Act)
{
    public static Side Of(string name, Action<int> act) => new(name, round =>
    {
        act(round);
        return Task.CompletedTask;
    });
}

/// <summary>How long one side took, in milliseconds.</summary>
internal sealed record Timing(double P50, double P99);

/// <summary>
/// One caller at a time. The sides take turns within every round, the first of one round last in the next, so that
/// what else the machine does falls on all of them alike.
/// </summary>
internal static class Load
{
    /// <summary>Rounds before the clock runs: a server that has run for a while has its code compiled to the last tier.</summary>
    internal const int WarmUp = 3000;

    public static Task<IReadOnlyList<Timing>> RunAsync(int rounds, params IReadOnlyList<Side> sides) => RunAsync(WarmUp, rounds, sides);

    public static async Task<IReadOnlyList<Timing>> RunAsync(int warmUp, int rounds, IReadOnlyList<Side> sides)
    {
        var times = sides.Select(_ => new double[rounds]).ToList();
        for (var round = -warmUp; round < rounds; round++)
        {
            for (var turn = 0; turn < sides.Count; turn++)
            {
                var side = (turn + Math.Abs(round)) % sides.Count;
                var began = Stopwatch.GetTimestamp();
                await sides[side].Act(Math.Abs(round));
                if (round >= 0)
                {
                    times[side][round] = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
                }
            }
        }

        return [.. times.Select(Of)];
    }

    private static Timing Of(double[] times)
    {
        Array.Sort(times);
        return new Timing(times[times.Length / 2], times[(int)(times.Length * 0.99)]);
    }
}
