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
internal sealed record Timing(double P50, double P99)
{
    public static Timing Of(IEnumerable<double> times)
    {
        double[] sorted = [.. times.Order()];
        return new Timing(sorted[sorted.Length / 2], sorted[(int)(sorted.Length * 0.99)]);
    }
}

/// <summary>
/// One caller at a time. The sides take turns, the first of one turn last in the next, so that what else the machine does
/// falls on all of them alike.
/// </summary>
internal static class Load
{
    /// <summary>Rounds before the clock runs: a server that has run for a while has its code compiled to the last tier.</summary>
    internal const int WarmUp = 3000;

    public static Task<IReadOnlyList<Timing>> RunAsync(int rounds, params IReadOnlyList<Side> sides) => RunAsync(WarmUp, rounds, sides);

    /// <param name="turn">How many rounds a side has one after the other: with several a server is asked as by somebody who works with it, and not each time after others had the processors.</param>
    public static async Task<IReadOnlyList<Timing>> RunAsync(int warmUp, int rounds, IReadOnlyList<Side> sides, int turn = 1)
    {
        var times = sides.Select(_ => new double[rounds]).ToList();
        await TakeTurnsAsync(-warmUp, times, sides, turn);
        return [.. times.Select(Timing.Of)];
    }

    /// <summary>As <see cref="RunAsync(int, int, IReadOnlyList{Side}, int)"/>, with the clock never running.</summary>
    public static Task WarmUpAsync(int warmUp, IReadOnlyList<Side> sides, int turn) => TakeTurnsAsync(-warmUp, [.. sides.Select(_ => Array.Empty<double>())], sides, turn);

    /// <param name="from">The first round; what is below 0 is not noted.</param>
    /// <param name="times">Of each side, a place for each round.</param>
    private static async Task TakeTurnsAsync(int from, IReadOnlyList<double[]> times, IReadOnlyList<Side> sides, int turn)
    {
        var rounds = times[0].Length;
        for (var first = from; first < rounds; first += turn)
        {
            for (var next = 0; next < sides.Count; next++)
            {
                var side = (next + Math.Abs(first / turn)) % sides.Count;
                for (var round = first; round < Math.Min(first + turn, rounds); round++)
                {
                    var began = Stopwatch.GetTimestamp();
                    await sides[side].Act(Math.Abs(round));
                    if (round >= 0)
                    {
                        times[side][round] = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
                    }
                }
            }
        }
    }
}
