using Xunit;

namespace WildlifeRegistry.Tests.Conformance;

/// <summary><c>WILDLIFE_ENGINES=sqlite,neo4j</c> names the engines that must be there: absent elsewhere is skipped, absent where named is failed.</summary>
internal static class Presence
{
    public static Task RequireAsync(Engine engine) => RequireAsync(engine.Name, engine.AbsenceAsync);

    /// <param name="absence">Why it is not here; null where it is.</param>
    public static async Task RequireAsync(string engine, Func<Task<string?>> absence) => Require(engine, await absence());

    /// <param name="absence">Why it is not here; null where it is.</param>
    public static void Require(string engine, string? absence)
    {
        if (absence is not { } reason)
        {
            return;
        }

        Assert.False(IsNamed(Environment.GetEnvironmentVariable("WILDLIFE_ENGINES"), engine), $"{engine} must be there, and is not: {reason}");
        Assert.Skip($"{engine} is not here: {reason}");
    }

    public static bool IsNamed(string? engines, string engine) =>
        engines?.Split(',', StringSplitOptions.TrimEntries).Contains(engine, StringComparer.OrdinalIgnoreCase) ?? false;
}
