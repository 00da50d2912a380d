using WildlifeRegistry.Records;
using WildlifeRegistry.Seizures;

namespace WildlifeRegistry.Incidents;

public sealed class IncidentKind : RecordKind<Incident>
{
    public const string Type = "type", Country = "country";

    public override RecordKind Kind => RecordKind.Incident;

    public override IEnumerable<string> OpenPaths =>
        ["type", "occurredOn", "country", "placeId", "areaHectares", .. Specimen.OpenPaths("specimens")];

    public override string Caption(Incident value) =>
        $"{value.OccurredOn} {value.Country}: {System.Text.Json.JsonNamingPolicy.KebabCaseLower.ConvertName(value.Type.ToString()).Replace('-', ' ')}";

    protected override string Sort(Incident value) => value.OccurredOn.SortKey;

    protected override IEnumerable<IndexedValue> Index(Incident value) =>
        [new(Type, value.Type.ToString()), new(Country, value.Country)];

    protected override IEnumerable<OwnLink> OwnLinks(Incident value) => EventLinks.Of(value.PlaceId, value.Specimens);
}
