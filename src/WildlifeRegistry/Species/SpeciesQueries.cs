using GraphQL;
using WildlifeRegistry.Hosting;
using WildlifeRegistry.Reading;
using WildlifeRegistry.Records;

namespace WildlifeRegistry.Species;

/// <summary>What can be asked of species.</summary>
public static class SpeciesQueries
{
    public static void Bind(Bindings bindings) => bindings.Root("species", Species);

    private static ValueTask<object?> Species(IResolveFieldContext context, RequestContext request)
    {
        var name = Arguments.Of(context.Arguments).Text("name") ?? "";
        return Roots.Page(context, request, new PageOf(RecordKind.Species).Any(SpeciesKind.Name, [Folding.Fold(name)]).OfReference());
    }
}
