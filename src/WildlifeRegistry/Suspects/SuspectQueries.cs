using GraphQL;
using WildlifeRegistry.Hosting;
using WildlifeRegistry.Reading;
using WildlifeRegistry.Records;

namespace WildlifeRegistry.Suspects;

/// <summary>What can be asked of suspects.</summary>
public static class SuspectQueries
{
    public static void Bind(Bindings bindings)
    {
        bindings.Root("suspect", static (context, request) => Roots.ById(context, request, RecordKind.Suspect));
        bindings.Root("suspects", Suspects);
    }

    private static ValueTask<object?> Suspects(IResolveFieldContext context, RequestContext request)
    {
        var filter = Arguments.Of(context.Arguments).Input("filter");
        var page = new PageOf(RecordKind.Suspect)
            .Any(SuspectKind.Type, filter.List<SuspectType>("types").Select(type => type.ToString()))
            .Any(SuspectKind.Nationality, filter.List<string>("nationalities"));
        return Roots.Page(context, request, page.OfRecords(filter, request, descending: false));
    }
}
