using WildlifeRegistry.Records;

namespace WildlifeRegistry.Agencies;

public sealed class AgencyKind : RecordKind<Agency>
{
    public const string Code = "code";

    public override RecordKind Kind => RecordKind.Agency;

    /// <summary>Reference records are full for everyone: nothing is ever sanitised.</summary>
    public override IEnumerable<string> OpenPaths => [];

    public override string Caption(Agency value) => value.Name;

    protected override string Sort(Agency value) => value.Code;

    protected override IEnumerable<IndexedValue> Index(Agency value) => [new(Code, value.Code)];
}
