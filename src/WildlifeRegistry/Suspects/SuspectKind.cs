using WildlifeRegistry.Records;

namespace WildlifeRegistry.Suspects;

public sealed class SuspectKind : RecordKind<Suspect>
{
    public const string Type = "type", Nationality = "nationality";

    public override RecordKind Kind => RecordKind.Suspect;

    public override IEnumerable<string> OpenPaths => ["type", "nationalities"];

    public override string Caption(Suspect value)
    {
        if (value.Names.FirstOrDefault(name => name.Role == NameRole.Primary) is { } name)
        {
            return name.Full;
        }

        var type = value.Type switch
        {
            SuspectType.Person => "Person",
            SuspectType.Company => "Company",
            SuspectType.Group => "Group",
            _ => throw new ArgumentOutOfRangeException(nameof(value)),
        };
        return value.Nationalities.Count == 0 ? type : $"{type}, {string.Join(", ", value.Nationalities)}";
    }

    /// <summary>No open property orders suspects: they are listed by id.</summary>
    protected override string Sort(Suspect value) => "";

    protected override IEnumerable<IndexedValue> Index(Suspect value) =>
        value.Nationalities.Select(country => new IndexedValue(Nationality, country)).Append(new IndexedValue(Type, value.Type.ToString()));
}
