using WildlifeRegistry.Records;

namespace WildlifeRegistry.Species;

public sealed class SpeciesKind : RecordKind<Taxon>
{
    /// <summary>Any of its names, folded.</summary>
    public const string Name = "name";

    public override RecordKind Kind => RecordKind.Species;

    /// <summary>Reference records are full for everyone: nothing is ever sanitised.</summary>
    public override IEnumerable<string> OpenPaths => [];

    public override string Caption(Taxon value) => value.ScientificName;

    protected override string Sort(Taxon value) => Folding.Fold(value.ScientificName);

    protected override IEnumerable<IndexedValue> Index(Taxon value) =>
        value.CommonNames.Select(name => name.Name).Prepend(value.ScientificName).Select(name => new IndexedValue(Name, Folding.Fold(name)));
}
