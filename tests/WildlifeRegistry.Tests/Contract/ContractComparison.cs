using GraphQLParser;
using GraphQLParser.AST;
using GraphQLParser.Visitors;

namespace WildlifeRegistry.Tests.Contract;

/// <summary>What a caller who was built against one schema would miss in another.</summary>
/// <param name="Where">A type, <c>Type.field</c>, <c>Type.field(argument)</c>, <c>Enum.VALUE</c> or <c>Type implements Interface</c>.</param>
public sealed record Missing(string Where, string Why);

/// <summary>
/// Compares two schemas as their callers do: an output type must be the same or stricter, an input type the same or
/// looser, nothing may be gone, and nothing new may be demanded.
/// </summary>
public static class ContractComparison
{
    public static IEnumerable<Missing> Missing(string assumed, string actual)
    {
        var there = Types(actual);
        foreach (var (name, type) in Types(assumed))
        {
            if (!there.TryGetValue(name, out var found))
            {
                yield return new Missing(name, "is gone");
            }
            else if (found.Kind != type.Kind)
            {
                yield return new Missing(name, "is of another kind");
            }
            else
            {
                foreach (var one in Compare(name, type, found))
                {
                    yield return one;
                }
            }
        }
    }

    private static Dictionary<string, GraphQLTypeDefinition> Types(string sdl) =>
        Parser.Parse(sdl).Definitions.OfType<GraphQLTypeDefinition>().ToDictionary(type => type.Name.StringValue, StringComparer.Ordinal);

    private static IEnumerable<Missing> Compare(string name, GraphQLTypeDefinition assumed, GraphQLTypeDefinition actual) => (assumed, actual) switch
    {
        (GraphQLObjectTypeDefinition one, GraphQLObjectTypeDefinition other) => Fields(name, one.Fields, other.Fields).Concat(Interfaces(name, one.Interfaces, other.Interfaces)),
        (GraphQLInterfaceTypeDefinition one, GraphQLInterfaceTypeDefinition other) => Fields(name, one.Fields, other.Fields).Concat(Interfaces(name, one.Interfaces, other.Interfaces)),
        (GraphQLInputObjectTypeDefinition one, GraphQLInputObjectTypeDefinition other) => Inputs(one.Fields?.Items, other.Fields?.Items, field => $"{name}.{field}"),
        (GraphQLEnumTypeDefinition one, GraphQLEnumTypeDefinition other) => one.Values!
            .ExceptBy(other.Values!.Select(value => value.Name.StringValue), value => value.Name.StringValue, StringComparer.Ordinal)
            .Select(value => new Missing($"{name}.{value.Name.StringValue}", "is gone")),
        (GraphQLScalarTypeDefinition, GraphQLScalarTypeDefinition) => [],
        _ => throw new InvalidOperationException($"{name} is of a kind that the contract does not use."),
    };

    private static IEnumerable<Missing> Interfaces(string name, GraphQLImplementsInterfaces? assumed, GraphQLImplementsInterfaces? actual) =>
        (assumed?.Items ?? [])
            .ExceptBy((actual?.Items ?? []).Select(one => one.Name.StringValue), one => one.Name.StringValue, StringComparer.Ordinal)
            .Select(one => new Missing($"{name} implements {one.Name.StringValue}", "is gone"));

    private static IEnumerable<Missing> Fields(string name, GraphQLFieldsDefinition? assumed, GraphQLFieldsDefinition? actual)
    {
        foreach (var field in assumed ?? Enumerable.Empty<GraphQLFieldDefinition>())
        {
            var where = $"{name}.{field.Name.StringValue}";
            if (actual?.FirstOrDefault(one => one.Name.Value == field.Name.Value) is not { } found)
            {
                yield return new Missing(where, "is gone");
                continue;
            }

            if (!IsSameOrStricter(found.Type, field.Type))
            {
                yield return new Missing(where, "has another or a looser type");
            }

            foreach (var one in Inputs(field.Arguments?.Items, found.Arguments?.Items, argument => $"{where}({argument})"))
            {
                yield return one;
            }
        }
    }

    /// <summary>Arguments, or the fields of an input.</summary>
    private static IEnumerable<Missing> Inputs(List<GraphQLInputValueDefinition>? assumed, List<GraphQLInputValueDefinition>? actual, Func<string, string> where)
    {
        foreach (var input in assumed ?? [])
        {
            var found = actual?.Find(one => one.Name.Value == input.Name.Value);
            if (found is null)
            {
                yield return new Missing(where(input.Name.StringValue), "is gone");
            }
            else if (!IsSameOrStricter(input.Type, found.Type))
            {
                yield return new Missing(where(input.Name.StringValue), "has another or a stricter type");
            }
            else if (input.DefaultValue is { } value && (found.DefaultValue is null || Text(found.DefaultValue) != Text(value)))
            {
                yield return new Missing(where(input.Name.StringValue), "has another default");
            }
        }

        foreach (var demanded in (actual ?? []).Where(one => one is { Type: GraphQLNonNullType, DefaultValue: null }))
        {
            if (assumed?.Exists(one => one.Name.Value == demanded.Name.Value) != true)
            {
                yield return new Missing(where(demanded.Name.StringValue), "is demanded");
            }
        }
    }

    private static string Text(GraphQLValue value) => new SDLPrinter().Print(value);

    private static bool IsSameOrStricter(GraphQLType type, GraphQLType than) => (type, than) switch
    {
        (GraphQLNonNullType one, GraphQLNonNullType other) => IsSameOrStricter(one.Type, other.Type),
        (GraphQLNonNullType one, _) => IsSameOrStricter(one.Type, than),
        (GraphQLListType one, GraphQLListType other) => IsSameOrStricter(one.Type, other.Type),
        (GraphQLNamedType one, GraphQLNamedType other) => one.Name.Value == other.Name.Value,
        _ => false,
    };
}
