using System.Collections.Immutable;
using GraphQL;
using WildlifeRegistry.Hosting;
using WildlifeRegistry.Records;

namespace WildlifeRegistry.Reading;

/// <summary>Anything by its id.</summary>
public static class NodeQueries
{
    private static readonly ImmutableArray<RecordKind> Kinds = [.. Enum.GetValues<RecordKind>()];

    public static void Bind(Bindings bindings)
    {
        bindings.Root("node", static (context, request) =>
            Roots.One(context, request, RecordId.TryParse(Arguments.Of(context.Arguments).Text("id"), out var id) ? id : default, Kinds));
        bindings.Root("nodes", static (context, request) => Roots.Many(context, request, Arguments.Of(context.Arguments).List<string>("ids"), Kinds));
    }
}
