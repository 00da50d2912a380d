using Xunit.Sdk;
using Xunit.v3;

namespace WildlifeRegistry.Tests.Support;

/// <summary>Collections of many classes begin first: what is left to the end is short, and no processor waits for it.</summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : ITestCollection =>
        [.. testCollections.OrderBy(static collection => collection.TestCollectionDisplayName is Neo4jTests.Name or MortalNeo4jTests.Name ? 0 : 1)];
}
