using WildlifeRegistry.Links;
using WildlifeRegistry.Records;

namespace WildlifeRegistry.Routes;

public sealed class RouteKind : RecordKind<Route>
{
    public const string Status = "status";

    public override RecordKind Kind => RecordKind.Route;

    public override IEnumerable<string> OpenPaths => ["status", "legs.fromPlaceId", "legs.toPlaceId", "legs.mode"];

    public override string Caption(Route value) => value.Name ?? $"Route of {value.Legs.Count} legs";

    /// <summary>No open property orders routes: they are listed by id.</summary>
    protected override string Sort(Route value) => "";

    protected override IEnumerable<IndexedValue> Index(Route value) => [new(Status, value.Status.ToString())];

    protected override IEnumerable<OwnLink> OwnLinks(Route value) => value.Legs
        .SelectMany(leg => new[] { leg.FromPlaceId, leg.ToPlaceId })
        .Where(place => place is not null)
        .Distinct()
        .Select(place => new OwnLink(LinkKind.Passes, place!.Value, new LinkProperties()));
}
