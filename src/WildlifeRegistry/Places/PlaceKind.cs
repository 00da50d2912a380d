using WildlifeRegistry.Records;

namespace WildlifeRegistry.Places;

public sealed class PlaceKind : RecordKind<Place>
{
    public const string Name = "name", Country = "country", Type = "type";

    public override RecordKind Kind => RecordKind.Place;

    /// <summary>Reference records are full for everyone: nothing is ever sanitised.</summary>
    public override IEnumerable<string> OpenPaths => [];

    public override string Caption(Place value) => value.Name;

    protected override string Sort(Place value) => Folding.Fold(value.Name);

    protected override IEnumerable<IndexedValue> Index(Place value) =>
    [
        new(Type, value.Type.ToString()),
        .. value.Country is { } country ? [new IndexedValue(Country, country)] : Array.Empty<IndexedValue>(),
        .. value.Names.Select(name => name.Name).Prepend(value.Name).Select(name => new IndexedValue(Name, Folding.Fold(name))),
    ];
}
