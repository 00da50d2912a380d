using System.Globalization;

namespace WildlifeRegistry.Tests.Support;

/// <summary>Runs a promise on worlds drawn from a printed seed.</summary>
/// <remarks><c>WILDLIFE_WORLDS=N</c> says how many worlds, <c>WILDLIFE_NEO4J_WORLDS=N</c> how many of one engine; <c>WILDLIFE_SEED=S</c> replays one.</remarks>
public static class Worlds
{
    private const int AtADesk = 30;

    /// <summary>One world after another; a failure names the seed that shows it again.</summary>
    /// <param name="of">What is printed beside the seed; an engine's name may have a number of its own.</param>
    /// <param name="share">Of so many worlds one: for promises that take longer to try.</param>
    public static async Task EachAsync(string of, Func<int, Task> promise, int share = 1)
    {
        var first = Number("WILDLIFE_SEED");
        var count = first is null ? Math.Max(1, (Number($"WILDLIFE_{of.Replace("Engine", "", StringComparison.Ordinal).ToUpperInvariant()}_WORLDS") ?? Number("WILDLIFE_WORLDS") ?? AtADesk) / share) : 1;
        var seed = first ?? Random.Shared.Next(1_000_000_000);
        TestContext.Current.TestOutputHelper?.WriteLine($"{of}: {count} worlds from seed {seed}");
        for (var n = 0; n < count; n++)
        {
            try
            {
                await promise(seed + n);
            }
            catch (Exception fault) when (fault is not OperationCanceledException || !TestContext.Current.CancellationToken.IsCancellationRequested)
            {
                throw new InvalidOperationException($"World {n + 1} of {count}; replay it with WILDLIFE_SEED={seed + n}. {fault.Message}", fault);
            }
        }
    }

    private static int? Number(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
