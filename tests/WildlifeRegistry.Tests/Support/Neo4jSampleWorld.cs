namespace WildlifeRegistry.Tests.Support;

/// <summary>The same registry on the run's Neo4j.</summary>
public sealed class Neo4jSampleWorld : SampleWorld
{
    protected override async Task<RegistryApplication?> StartAsync() =>
        await Neo4jServer.AbsenceAsync() is null ? await RegistryApplication.StartAsync((await Neo4jServer.EmptyAsync()).Arguments, isEmpty: true) : null;
}
