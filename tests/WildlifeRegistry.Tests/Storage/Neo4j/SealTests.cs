using WildlifeRegistry.Access;
using WildlifeRegistry.Links;
using WildlifeRegistry.Records;
using WildlifeRegistry.Storage;

namespace WildlifeRegistry.Tests.Neo4j;

/// <summary>
/// Neo4j gives a statement no snapshot: one version's content may come with another's audience. Here it is put so by hand,
/// so that it comes so each time.
/// </summary>
[Collection(Neo4jTests.Name)]
public sealed class SealTests
{
    [Theory]
    [InlineData("MATCH (n:Seizure), (a:Audience) WHERE a.canonical CONTAINS 'eco' SET n.audience = a.id")]
    [InlineData("MATCH (n:Seizure) SET n.audience = 0")]
    [InlineData("MATCH (n:Seizure)-[l:OF_SPECIES]->() SET n.json = '{\"secret\":\"of another time\"}'")]
    [InlineData("MATCH (:Seizure)-[l:OF_SPECIES]->() SET l.audience = 0")]
    [InlineData("MATCH (:Seizure)-[l:OF_SPECIES]->() SET l.floor = 2, l.json = '{\"note\":\"of another time\"}'")]
    [InlineData("MATCH (v:Version) SET v.json = '{\"secret\":\"of another time\"}'")]
    [InlineData("MATCH (v:Version) DELETE v")]
    public async Task What_did_not_lie_there_together_is_shown_to_nobody(string spoil)
    {
        await using var world = await GraphWorld.OpenAsync(1);
        var shown = GraphWorld.Record(RecordId.NewRandom(), RecordKind.Suspect, "");
        await world.CommitAsync(GraphWorld.Officer, new ChangeSet { Records = [new NewRecord(shown with { Audience = new Audience(GraphWorld.Officer.Agency, [new Release(Token.Eco, Level.Full)]) }, [], null)] });
        var seizure = GraphWorld.Record(world.Seizures[0], RecordKind.Seizure, "2013");
        await world.CommitAsync(GraphWorld.Officer, new ChangeSet { Amended = [new AmendedRecord(seizure, 1, [Link(world, seizure)], null)] });
        Assert.Single((await AskAsync(GraphWorld.Officer)).Roots.Records);

        await world.Engine.TamperAsync(spoil);

        foreach (var reader in new[] { GraphWorld.Officer, GraphWorld.Stranger })
        {
            try
            {
                var answer = await AskAsync(reader);
                Assert.True(reader == GraphWorld.Stranger && answer.Roots.Records.IsEmpty, $"{reader.Officer} was shown {answer.Roots.Records.Length} records.");
            }
            catch (StoreException fault)
            {
                Assert.True(fault.IsTransient);
            }
        }

        Task<Storage.Reading> AskAsync(Reader reader) =>
            world.ReadAsync(reader, new PlanStart.ByIds([seizure.Id], []), new Bring([GraphWorld.Step([], 5)], Versions: true));
    }

    private static StoredLink Link(GraphWorld world, StoredRecord seizure) => new()
    {
        Id = RecordId.NewRandom(),
        Kind = LinkKind.OfSpecies,
        From = seizure.Id,
        To = world.Species,
        Owner = seizure.Owner,
        Audience = seizure.Audience,
        Properties = RecordJson.Write(new LinkProperties()),
    };
}
