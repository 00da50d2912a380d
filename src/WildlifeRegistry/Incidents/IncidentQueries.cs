using GraphQL;
using WildlifeRegistry.Hosting;
using WildlifeRegistry.Reading;
using WildlifeRegistry.Records;

namespace WildlifeRegistry.Incidents;

public enum IncidentOrder
{
    NewestFirst,
    OldestFirst,
}

/// <summary>What can be asked of incidents.</summary>
public static class IncidentQueries
{
    public static void Bind(Bindings bindings)
    {
        bindings.Root("incident", static (context, request) => Roots.ById(context, request, RecordKind.Incident));
        bindings.Root("incidents", Incidents);
    }

    private static ValueTask<object?> Incidents(IResolveFieldContext context, RequestContext request)
    {
        var arguments = Arguments.Of(context.Arguments);
        var filter = arguments.Input("filter");
        var page = new PageOf(RecordKind.Incident)
            .Any(IncidentKind.Type, filter.List<IncidentType>("types").Select(type => type.ToString()))
            .Any(IncidentKind.Country, filter.List<string>("countries"));
        var newestFirst = arguments.Value<IncidentOrder>("order") != IncidentOrder.OldestFirst;
        return Roots.Page(context, request, page.OfRecords(filter, request, newestFirst, PageOf.Within(filter, "occurredOn")));
    }
}
