global using Xunit;
global using WildlifeRegistry.Tests.Support;

[assembly: TestCollectionOrderer(typeof(WildlifeRegistry.Tests.Support.LongestFirst))]

// One registry with the sample records for all tests that only read.
[assembly: AssemblyFixture(typeof(WildlifeRegistry.Tests.Support.SampleWorld))]
