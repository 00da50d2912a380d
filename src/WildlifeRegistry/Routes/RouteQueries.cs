using GraphQL;
using WildlifeRegistry.Hosting;
using WildlifeRegistry.Reading;
using WildlifeRegistry.Records;

namespace WildlifeRegistry.Routes;

/// <summary>What can be asked of routes.</summary>
public static class RouteQueries
{
    public static void Bind(Bindings bindings)
    {
        bindings.Root("route", static (context, request) => Roots.ById(context, request, RecordKind.Route));
        bindings.Root("routes", Routes);
    }

    private static ValueTask<object?> Routes(IResolveFieldContext context, RequestContext request)
    {
        var filter = Arguments.Of(context.Arguments).Input("filter");
        var page = new PageOf(RecordKind.Route).Any(RouteKind.Status, filter.List<RouteStatus>("status").Select(status => status.ToString()));
        return Roots.Page(context, request, page.OfRecords(filter, request, descending: false));
    }
}
