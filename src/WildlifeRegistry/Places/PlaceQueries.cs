using GraphQL;
using WildlifeRegistry.Hosting;
using WildlifeRegistry.Reading;
using WildlifeRegistry.Records;

namespace WildlifeRegistry.Places;

/// <summary>What can be asked of places.</summary>
public static class PlaceQueries
{
    public static void Bind(Bindings bindings)
    {
        bindings.Root("place", static (context, request) => Roots.ById(context, request, RecordKind.Place));
        bindings.Root("places", Places);
    }

    private static ValueTask<object?> Places(IResolveFieldContext context, RequestContext request)
    {
        var filter = Arguments.Of(context.Arguments).Input("filter");
        var page = new PageOf(RecordKind.Place)
            .Any(PlaceKind.Type, filter.List<PlaceType>("types").Select(type => type.ToString()))
            .Any(PlaceKind.Country, filter.List<string>("countries"))
            .Any(PlaceKind.Name, filter.Text("name") is { } name ? [Folding.Fold(name)] : []);
        return Roots.Page(context, request, page.OfReference());
    }
}
