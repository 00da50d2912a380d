global using Xunit;
global using WildlifeRegistry.Tests.Support;

// One registry with the sample records for all tests that only read.
[assembly: AssemblyFixture(typeof(WildlifeRegistry.Tests.Support.SampleWorld))]
