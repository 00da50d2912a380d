using GraphQL;
using WildlifeRegistry.Access;
using WildlifeRegistry.Hosting;
using WildlifeRegistry.Reading;
using WildlifeRegistry.Records;

namespace WildlifeRegistry.Agencies;

/// <summary>What can be asked of agencies, and who the caller is.</summary>
public static class AgencyQueries
{
    public static void Bind(Bindings bindings)
    {
        bindings.Root("me", static (_, request) => ValueTask.FromResult<object?>(request));
        bindings.Root("agencies", static (context, request) => Roots.Page(context, request, new PageOf(RecordKind.Agency).OfReference()));
        bindings.Root("agency", Agency);
    }

    private static ValueTask<object?> Agency(IResolveFieldContext context, RequestContext request)
    {
        var code = Arguments.Of(context.Arguments).Text("code");
        return ValueTask.FromResult<object?>(AgencyCode.IsCode(code) ? request.Parts.Agencies.Find(new AgencyCode(code!)) : null);
    }
}
