using Xunit;

namespace WildlifeRegistry.Tests.Conformance;

/// <summary><c>WILDLIFE_ENGINES=sqlite,neo4j</c> names the engines that must be there: absent elsewhere is skipped, absent where named is failed.</summary>
internal static class Presence
{
    public static async Task RequireAsync(Engine engine)
    {
        if (await engine.AbsenceAsync() is not { } reason)
        {
            return;
        }

        Assert.False(IsNamed(Environment.GetEnvironmentVariable("WILDLIFE_ENGINES"), engine.Name), $"{engine.Name} must be there, and is not: {reason}");
        Assert.Skip($"{engine.Name} is not here: {reason}");
    }

    public static bool IsNamed(string? engines, string engine) =>
        engines?.Split(',', StringSplitOptions.TrimEntries).Contains(engine, StringComparer.OrdinalIgnoreCase) ?? false;
}
