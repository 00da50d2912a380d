using Xunit;

namespace WildlifeRegistry.Tests.Conformance;

/// <summary>No engine is held to fewer promises than another.</summary>
public sealed class Completeness
{
    private static readonly Type[] All = typeof(Completeness).Assembly.GetTypes();

    [Fact]
    public void Every_engine_has_every_class_of_the_suite()
    {
        var engines = All.Where(type => type is { IsAbstract: false } && type.IsSubclassOf(typeof(Engine))).ToList();
        var promises = All.Where(type => type is { IsAbstract: true, IsGenericTypeDefinition: true } && IsPromise(type) && type != typeof(Promise<>)).ToList();
        Assert.Equal([typeof(Neo4jEngine), typeof(SqliteEngine)], engines.OrderBy(engine => engine.Name, StringComparer.Ordinal));
        Assert.Equal(7, promises.Count);
        Assert.All(
            from engine in engines from promise in promises select promise.MakeGenericType(engine),
            demanded => Assert.Contains(All, type => type is { IsAbstract: false } && type.IsSubclassOf(demanded)));
    }

    [Theory]
    [InlineData("sqlite", "sqlite", true)]
    [InlineData("neo4j, SQLite", "sqlite", true)]
    [InlineData("neo4j", "sqlite", false)]
    [InlineData(null, "sqlite", false)]
    public void Named_engines_must_be_there(string? engines, string engine, bool named) => Assert.Equal(named, Presence.IsNamed(engines, engine));

    private static bool IsPromise(Type type) =>
        type.BaseType is { } parent && ((parent.IsGenericType && parent.GetGenericTypeDefinition() == typeof(Promise<>)) || IsPromise(parent));
}
