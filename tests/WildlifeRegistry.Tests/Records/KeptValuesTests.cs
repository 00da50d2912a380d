using WildlifeRegistry.Access;
using WildlifeRegistry.Records;
using WildlifeRegistry.Species;

namespace WildlifeRegistry.Tests.Records;

public sealed class KeptValuesTests : IDisposable
{
    private static readonly RecordId Id = new(1);

    private readonly KeptValues kept = new(KindCatalogue.Registry());

    public void Dispose() => kept.Dispose();

    [Fact]
    public void What_stays_what_it_is_is_read_once() => Assert.Same(kept.Of(Seen("Falco cherrug")), kept.Of(Seen("Falco cherrug")));

    [Fact]
    public void What_has_changed_is_read_again()
    {
        Assert.Equal("Falco cherrug", Name(Seen("Falco cherrug")));
        Assert.Equal("Falco rusticolus", Name(Seen("Falco rusticolus")));
        Assert.Equal("Falco cherrug", Name(Seen("Falco cherrug")));
    }

    [Fact]
    public void What_one_level_shows_is_not_what_another_does()
    {
        var full = kept.Of(Seen("Falco cherrug"));
        Assert.Equal("Falco", Name(Seen("Falco", Level.Sanitised)));
        Assert.Same(full, kept.Of(Seen("Falco cherrug")));
    }

    [Fact]
    public void More_than_there_is_room_for_is_read_all_the_same()
    {
        for (var n = 0; n < 2_000; n++)
        {
            var seen = Seen($"{n} {new string('a', 10_000)}") with { Id = new RecordId((UInt128)n) };
            Assert.StartsWith($"{n} ", Name(seen), StringComparison.Ordinal);
        }
    }

    private string Name(SeenRecord seen) => Assert.IsType<Taxon>(kept.Of(seen)).ScientificName;

    private static SeenRecord Seen(string name, Level level = Level.Full) => new()
    {
        Id = Id,
        Kind = RecordKind.Species,
        Level = level,
        Properties = RecordJson.Write(new Taxon { ScientificName = name, Rank = "SPECIES" }),
    };
}
