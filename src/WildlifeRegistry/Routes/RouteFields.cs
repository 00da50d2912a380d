using WildlifeRegistry.Reading;

namespace WildlifeRegistry.Routes;

/// <summary>The GraphQL fields of a route.</summary>
public static class RouteFields
{
    public static void Bind(Bindings bindings)
    {
        bindings.Record<Route>("Route")
            .Record()
            .Field("name", route => route.Name)
            .Field("status", route => route.Status)
            .Field("period", route => route.Period)
            .Own("legs", source => ((Route)source.Value).Legs.Select(leg => new PartSource<RouteLeg>(leg, source)));
        bindings.Object<PartSource<RouteLeg>>("RouteLeg")
            .Field("from", (part, field) => part.Own(part.Value.FromPlaceId, field))
            .Field("to", (part, field) => part.Own(part.Value.ToPlaceId, field))
            .Field("mode", part => part.Value.Mode)
            .Field("note", part => part.Value.Note);
    }
}
