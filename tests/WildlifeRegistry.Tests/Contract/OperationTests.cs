using System.Text.Json;
using WildlifeRegistry.Records;
using WildlifeRegistry.Tests.Conformance;

namespace WildlifeRegistry.Tests.Contract;

public sealed class SqliteOperationTests(SampleWorld world) : OperationTests(world);

[Collection(Neo4jTests.Name)]
public sealed class Neo4jOperationTests(Neo4jSampleWorld world) : OperationTests(world), IClassFixture<Neo4jSampleWorld>, IAsyncLifetime
{
    public async ValueTask InitializeAsync() => await Presence.RequireAsync(new Neo4jEngine());

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

/// <summary>The operations that customs IT teams have built against, exactly as written, against a store with records.</summary>
public abstract class OperationTests(SampleWorld world)
{
    /// <summary>Operations that change the registry, which come with recording; the rest must run.</summary>
    private const string Recording = "04-recording.graphql";

    public static TheoryData<string> Reading => [.. Directory.GetFiles(ContractFiles.Folder, "0*.graphql")
        .Where(path => Path.GetFileName(path) != Recording)
        .SelectMany(path => ContractFiles.Operations(File.ReadAllText(path)))];

    [Theory]
    [MemberData(nameof(Reading))]
    public async Task Every_reading_operation_runs_as_written(string operation)
    {
        var answer = await world.Registry.AskAsync("kz-customs-officer", operation, world.VariablesOf(operation));

        Assert.False(answer.Json.TryGetProperty("errors", out _), answer.Text);
        Assert.All(answer.Json.GetProperty("data").EnumerateObject(), field => Assert.NotEqual(JsonValueKind.Null, field.Value.ValueKind));
    }

    [Fact]
    public async Task One_seizure_comes_with_everything_around_it()
    {
        var answer = await world.Registry.AskAsync("kz-customs-officer", "SeizureWithLinks", new { id = world.Open.ToString() });

        Assert.Equal("2025-01-10", answer.TextAt("seizure.occurredOn"));
        Assert.Equal("2025-01-10 KZ: saiga horns and 1 more", answer.TextAt("seizure.caption"));
        Assert.Equal("12000.50", answer.TextAt("seizure.estimatedValue.amount"));
        Assert.Equal("8.350", answer.TextAt("seizure.quantities[0].amount"));
        Assert.Equal("Saiga tatarica", answer.TextAt("seizure.specimens[0].species.scientificName"));
        Assert.Equal("TA12345", answer.TextAt("seizure.specimens[1].marks[0].normalised"));
        Assert.Equal("Kazakhstan", answer.TextAt("seizure.place.name"));
        Assert.Equal("Uzbekistan", answer.TextAt("seizure.chain[1].place.name"));
        Assert.Equal("eco", answer.TextAt("seizure.releases[1].to"));
        Assert.Equal("c4ads", answer.TextAt("seizure.provenance.format"));
        Assert.True(ReferenceNumbers.IsWellFormed(answer.TextAt("seizure.reference")!));
        Assert.Equal(
            ["INVOLVES", "CARRIED_BY", "MARKED", "OF_SPECIES", "AT", "ORIGIN", "TRANSIT", "ON_ROUTE"],
            answer.At("seizure.links.nodes").EnumerateArray().Select(link => link.GetProperty("kind").GetString()));
        Assert.Equal("DRIVER", answer.TextAt("seizure.links.nodes[0].role"));
        Assert.Equal("Exemplar Person", answer.TextAt("seizure.links.nodes[0].other.names[0].full"));
        Assert.Equal("CSQU 305438-3", answer.TextAt("seizure.links.nodes[1].valueAsGiven"));
        Assert.Equal(8, answer.At("seizure.links.totalCount").GetInt32());
    }

    [Fact]
    public async Task A_phone_leads_to_the_suspect_and_from_there_to_the_seizures()
    {
        // As dialled at home: the reader's country makes it international.
        var answer = await world.Registry.AskAsync("kz-customs-officer", "IdentifierLinks", new { type = "PHONE", value = "8 (701) 555-01-01" });

        Assert.Equal(SampleWorld.Phone, answer.TextAt("identifier.normalised"));
        Assert.Equal(world.Suspect.ToString(), answer.TextAt("identifier.links.nodes[0].other.id"));
        Assert.Equal(
            new[] { world.Open.ToString(), world.Own.ToString() }.Order(),
            answer.At("identifier.links.nodes[0].other.links.nodes").EnumerateArray().Select(link => link.GetProperty("other").GetProperty("id").GetString()).Order());
    }

    [Fact]
    public async Task Below_full_nothing_that_is_closed_is_said()
    {
        var answer = await world.Registry.AskAsync("uz-customs-officer", "SeizureWithLinks", new { id = world.Sanitised.ToString() });

        Assert.Equal("SANITISED", answer.TextAt("seizure.level"));
        Assert.DoesNotContain(SampleWorld.Closed, answer.Text, StringComparison.Ordinal);
        Assert.Equal("2024-06-15 KZ: seizure", answer.TextAt("seizure.caption"));
        Assert.Equal(["INVOLVES", "CARRIED_BY", "OF_SPECIES", "AT"], answer.At("seizure.links.nodes").EnumerateArray().Select(link => link.GetProperty("kind").GetString()));
        Assert.Equal("OTHER", answer.TextAt("seizure.links.nodes[0].role"));
        Assert.Equal("Person, UZ", answer.TextAt("seizure.links.nodes[0].other.caption"));
        Assert.Equal(JsonValueKind.Null, answer.At("seizure.version").ValueKind);
        Assert.Equal(JsonValueKind.Null, answer.At("seizure.provenance").ValueKind);
        Assert.Equal(1, answer.At("seizure.edition").GetInt32());

        // The owner sees it all, so it is the level that closes it.
        var owners = await world.Registry.AskAsync("kz-customs-officer", "SeizureWithLinks", new { id = world.Sanitised.ToString() });
        Assert.Contains(SampleWorld.Closed, owners.Text, StringComparison.Ordinal);
        Assert.Equal("ORGANISER", owners.TextAt("seizure.links.nodes[0].role"));
    }
}
