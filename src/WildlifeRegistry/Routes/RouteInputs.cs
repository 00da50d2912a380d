using WildlifeRegistry.Links;
using WildlifeRegistry.Records;
using WildlifeRegistry.Recording;
using WildlifeRegistry.Seizures;

namespace WildlifeRegistry.Routes;

/// <summary>From the inputs of routes to their properties and links.</summary>
public static class RouteInputs
{
    public const int MaxLegs = 100;

    /// <summary>A route as the input has it; of an amended one, what the input does not have stays.</summary>
    public static async Task<Route> ReadAsync(Change change, Route? old)
    {
        var input = change.Input;
        return new Route
        {
            Name = input.Has("name") ? input.RequiredLine("name") : old?.Name,
            Status = input.Value<RouteStatus>("status") ?? old?.Status ?? RouteStatus.Suspected,
            Legs = input.Has("legs") ? await LegsAsync(change) : old?.Legs ?? [],
            Period = input.Has("periodFrom") || input.Has("periodUntil") ? Period(input, old?.Period) : old?.Period,
        };
    }

    /// <summary>When something held, from the fields <c>periodFrom</c> and <c>periodUntil</c>.</summary>
    public static Period? Period(Input input, Period? old)
    {
        var from = input.Has("periodFrom") ? input.Date("periodFrom")?.Date : old?.From;
        var until = input.Has("periodUntil") ? input.Date("periodUntil")?.Date : old?.Until;
        if (from is { } first && until is { } last && first.First > last.Last)
        {
            input.Fault("periodUntil", $"The period ends before it begins: from {first} until {last}.");
        }

        return from is null && until is null ? null : new Period(from, until);
    }

    /// <summary>Links an event of the author's to the route in its input, at a leg.</summary>
    public static async Task PutOnRouteAsync(Change change, RecordEnvelope added)
    {
        var leg = change.Input.Number("routeLeg", 1, MaxLegs);
        if (change.Input.IsNull("routeId") && leg is not null)
        {
            change.Input.Fault("routeId", "A leg needs the route that it is of.");
        }
        else if (await change.NamedAsync(change.Input, "routeId", [RecordKind.Route], added.Exercise) is { } route)
        {
            CheckLeg(change, "routeLeg", leg, route);
            change.Link(LinkKind.OnRoute, added.Id, route.Id, change.AudienceOfLink(LinkEnd.Of(added), LinkEnd.Of(route)), added.Handling, new LinkProperties(Leg: leg, Grade: added.Details.Grade, HandlingNote: added.Handling == Handling.H3 ? added.Details.HandlingNote : null));
        }
    }

    /// <summary>Notes a fault where the route has no such leg.</summary>
    public static void CheckLeg(Change change, string field, int? leg, SeenRecord route)
    {
        var legs = ((Route)new RouteKind().Read(route.Properties)).Legs.Count;
        if (leg > legs)
        {
            change.Input.Fault(field, $"The route has {legs} legs.");
        }
    }

    private static async Task<IReadOnlyList<RouteLeg>> LegsAsync(Change change)
    {
        var legs = new List<RouteLeg>();
        var given = change.Input.Objects("legs");
        if (given.Count is 0 or > MaxLegs)
        {
            change.Input.Fault("legs", $"A route has 1 to {MaxLegs} legs.");
            return [];
        }

        foreach (var input in given)
        {
            var from = await PlaceAsync(change, input, "fromPlaceId");
            var to = await PlaceAsync(change, input, "toPlaceId");
            legs.Add(new RouteLeg(from, to, input.Value<ModeOfTransport>("mode"), input.Line("note", 1000)));
        }

        return legs;
    }

    private static async Task<RecordId?> PlaceAsync(Change change, Input input, string field)
    {
        var given = input.RequiredLine(field);
        if (RecordId.TryParse(given, out var id) && await change.VisibleAsync(id, [RecordKind.Place]) is not null)
        {
            return id;
        }

        if (given.Length > 0)
        {
            input.Fault(field, "There is no such place; allowed is an id that the query places answers.");
        }

        return null;
    }
}
