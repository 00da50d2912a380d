using GraphQL;
using WildlifeRegistry.Hosting;
using WildlifeRegistry.Reading;
using WildlifeRegistry.Records;
using WildlifeRegistry.Storage;

namespace WildlifeRegistry.Seizures;

public enum SeizureOrder
{
    NewestFirst,
    OldestFirst,
}

/// <summary>What can be asked of seizures.</summary>
public static class SeizureQueries
{
    public static void Bind(Bindings bindings)
    {
        bindings.Root("seizure", static (context, request) => Roots.ById(context, request, RecordKind.Seizure));
        bindings.Root("seizures", Seizures);
    }

    private static ValueTask<object?> Seizures(IResolveFieldContext context, RequestContext request)
    {
        var arguments = Arguments.Of(context.Arguments);
        return Roots.Page(context, request, Page(arguments.Input("filter"), request, arguments.Value<SeizureOrder>("order") != SeizureOrder.OldestFirst));
    }

    /// <summary>The page that a <c>SeizureFilter</c> asks for.</summary>
    /// <exception cref="RequestException">A value that is not allowed.</exception>
    public static PlanStart.Page Page(Arguments filter, RequestContext request, bool newestFirst) => new PageOf(RecordKind.Seizure)
        .Any(SeizureKind.Country, filter.List<string>("countries"))
        .Any(SeizureKind.SpeciesId, One(filter.Text("speciesId")))
        .Any(SeizureKind.SpeciesUnder, One(filter.Text("speciesUnder")))
        .Any(SeizureKind.Mode, filter.List<ModeOfTransport>("modesOfTransport").Select(mode => mode.ToString()))
        .Any(SeizureKind.Detection, filter.List<MethodOfDetection>("methodsOfDetection").Select(method => method.ToString()))
        .Any(SeizureKind.Origin, filter.List<string>("origins"))
        .Any(SeizureKind.Destination, filter.List<string>("destinations"))
        .Any(SeizureKind.Place, One(filter.Text("placeId")))
        .Any(SeizureKind.Carrier, filter.List<string>("carriers").Select(Folding.Fold), isOpen: false)
        .OfRecords(filter, request, newestFirst, PageOf.Within(filter, "occurredOn"));

    private static IEnumerable<string> One(string? value) => value is null ? [] : [value];
}
