using GraphQL;
using WildlifeRegistry.Hosting;
using WildlifeRegistry.Reading;
using WildlifeRegistry.Records;

namespace WildlifeRegistry.Identifiers;

/// <summary>What can be asked of identifiers.</summary>
public static class IdentifierQueries
{
    public static void Bind(Bindings bindings) => bindings.Root("identifier", Identifier);

    private static ValueTask<object?> Identifier(IResolveFieldContext context, RequestContext request)
    {
        var arguments = Arguments.Of(context.Arguments);
        var type = arguments.Value<IdentifierType>("type") ?? throw arguments.Fault("type", "type is missing.");
        var result = NormalForm.Of(type, arguments.Text("value") ?? "", arguments.Text("country"), request.Reader.Country);
        if (result is not NormalFormResult.Normal(var identifier))
        {
            var fault = (NormalFormResult.Invalid)result;
            throw arguments.Fault(fault.IsOfCountry ? "country" : "value", $"{fault.Reason} {fault.Allowed}");
        }

        var id = request.Parts.Keys.ConnectorId(identifier.Type.ToString(), identifier.Normalised, arguments.Flag("exercise"));
        return Roots.One(context, request, id, [RecordKind.Identifier]);
    }
}
