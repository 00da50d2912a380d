using WildlifeRegistry.Reading;

namespace WildlifeRegistry.Identifiers;

/// <summary>The GraphQL fields of an identifier.</summary>
public static class IdentifierFields
{
    public static void Bind(Bindings bindings) => bindings.Record<Identifier>("Identifier")
        .Linkable()
        .Field("type", identifier => identifier.Type)
        .Field("normalised", identifier => identifier.Normalised)
        .Own("exercise", source => source.Record.Exercise ?? false);
}
