using System.Text;
using System.Text.Json;
using WildlifeRegistry.Links;
using WildlifeRegistry.Records;
using WildlifeRegistry.Storage;
using WildlifeRegistry.Storage.Neo4j;

namespace WildlifeRegistry.Tests.Neo4j;

/// <summary>What came before is taken for what comes only where both are the same, byte for byte.</summary>
public sealed class KeptTests : IDisposable
{
    private static readonly RecordId Seizure = new(1), Species = new(2), Link = new(3);

    private readonly Neo4jKept kept = new();

    public void Dispose() => kept.Dispose();

    [Fact]
    public void What_comes_again_as_it_came_is_not_read_again()
    {
        var found = Record(Node(Seizure, RecordKind.Seizure));
        Assert.Same(found, Record(Node(Seizure, RecordKind.Seizure)));
        var link = Linked(found, Relationship(), Species);
        Assert.Same(link, Linked(found, Relationship(), Species));
    }

    [Fact]
    public void What_has_changed_is_read()
    {
        var found = Record(Node(Seizure, RecordKind.Seizure));
        var amended = Record(Node(Seizure, RecordKind.Seizure, audience: 8, version: 2, json: """{"a":2}"""));
        Assert.Equal((8, 2, """{"a":2}"""), (amended.Row.Audience, amended.Row.Version, Encoding.UTF8.GetString(amended.Row.Properties)));
        Assert.Equal((7, 1), (found.Row.Audience, found.Row.Version));
        Assert.Equal(found.Row, Record(Node(Seizure, RecordKind.Seizure)).Row with { Properties = found.Row.Properties });

        Assert.Equal(7, Linked(found, Relationship(), Species).Audience);
        Assert.Equal(8, Linked(found, Relationship(audience: 8), Species).Audience);
    }

    [Theory]
    [InlineData(2, 8)] // audience
    [InlineData(6, 2)] // version
    [InlineData(5, "H2")]
    [InlineData(7, "KZ-POLICE")]
    [InlineData(16, """{"a":2}""")]
    public void A_record_whose_seal_does_not_fit_is_not_taken_for_the_one_before(int column, object? other)
    {
        var columns = Node(Seizure, RecordKind.Seizure);
        var found = Record(columns);
        object?[] spoilt = [.. columns];
        spoilt[column] = other;
        Assert.Throws<Neo4jMovedException>(() => Record(spoilt));
        Assert.Same(found, Record(columns));
    }

    [Theory]
    [InlineData(1, false)] // leads the other way
    [InlineData(4, 8)] // audience
    [InlineData(5, 2)] // floor
    [InlineData(6, true)] // withdrawn
    [InlineData(15, """{"note":"another"}""")]
    public void A_link_whose_seal_does_not_fit_is_not_taken_for_the_one_before(int column, object? other)
    {
        var near = Record(Node(Seizure, RecordKind.Seizure));
        var columns = Relationship();
        var link = Linked(near, columns, Species);
        object?[] spoilt = [.. columns];
        spoilt[column] = other;
        Assert.Throws<Neo4jMovedException>(() => Linked(near, spoilt, Species));
        Assert.Same(link, Linked(near, columns, Species));
    }

    [Fact]
    public void A_link_between_others_is_not_taken_for_the_one_before()
    {
        var near = Record(Node(Seizure, RecordKind.Seizure));
        Linked(near, Relationship(), Species);
        Assert.Throws<Neo4jMovedException>(() => Linked(near, Relationship(), Seizure));
        Assert.Throws<Neo4jMovedException>(() => Linked(Record(Node(Link, RecordKind.Seizure)), Relationship(), Species));
    }

    private Neo4jFound Record(object?[] columns) => kept.Record((string)columns[1]!, JsonSerializer.SerializeToElement(columns));

    private LinkRow Linked(Neo4jFound near, object?[] columns, RecordId far) =>
        kept.Link(near, JsonSerializer.SerializeToElement(columns), Record(Node(far, RecordKind.Species)).Row).Link;

    /// <summary>A record's columns, with their seal.</summary>
    private static object?[] Node(RecordId id, RecordKind kind, int audience = 7, int version = 1, string json = """{"a":1}""") =>
    [
        new[] { "Record", kind.ToString() }, id.ToString(), audience, 0, "VALIDATED", "H0", version, "KZ-CUSTOMS", "", null, null, Neo4jTime.Write(0), "KZ-CUSTOMS/a", Neo4jTime.Write(0), "KZ-CUSTOMS/a", null, json,
        Neo4jSeal.Of(
            new RecordOrigin(id.ToBytes(), (int)kind, 0, "KZ-CUSTOMS", null, null, 0, "KZ-CUSTOMS/a"),
            new RecordContent(version, 0, "KZ-CUSTOMS/a", (int)Validation.Validated, audience, (int)Handling.H0, null, Encoding.UTF8.GetBytes(json))),
    ];

    /// <summary>The columns, with their seal, of the link that leads from the seizure to the species.</summary>
    private static object?[] Relationship(int audience = 7) =>
    [
        "OF_SPECIES", true, Link.ToString(), "KZ-CUSTOMS", audience, 3, false, false, "", "H0", 1, Neo4jTime.Write(0), "KZ-CUSTOMS/a", Neo4jTime.Write(0), "KZ-CUSTOMS/a", "{}", Array.Empty<string>(),
        Neo4jSeal.Of(
            new LinkOrigin(Link.ToBytes(), (int)LinkKind.OfSpecies, Seizure.ToBytes(), Species.ToBytes(), "KZ-CUSTOMS", [3], 0, 0, "KZ-CUSTOMS/a"),
            new LinkContent(1, 0, "KZ-CUSTOMS/a", audience, 0, (int)Handling.H0, "{}"u8.ToArray())),
    ];
}
