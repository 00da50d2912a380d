using System.Text.Json;
using GraphQL;
using GraphQL.Resolvers;
using GraphQL.Types;
using GraphQLParser;
using GraphQLParser.AST;
using WildlifeRegistry.Access;
using WildlifeRegistry.Hosting;

namespace WildlifeRegistry.Reading;

/// <summary>
/// The running schema, built from the contract's text: types, descriptions and <c>@allow</c> are what
/// <c>schema/registry.graphql</c> says, and every object field is answered by a binding.
/// </summary>
public static class ContractSchema
{
    /// <exception cref="InvalidOperationException">A field without a binding, a binding without a field, or a root field without roles.</exception>
    public static ISchema Build(string sdl, Bindings bindings, params IEnumerable<Type> enums)
    {
        var document = Parser.Parse(sdl);
        var schema = new Schema();
        var known = new Dictionary<string, IGraphType>(StringComparer.Ordinal);
        var enumTypes = enums.ToDictionary(type => type.Name, StringComparer.Ordinal);
        foreach (IGraphType scalar in new ScalarGraphType[]
        {
            new RecordIdScalar(), new StringGraphType(), new IntGraphType(), new FloatGraphType(), new BooleanGraphType(),
            new PartialDateScalar(), new DateTimeScalar(), new CountryCodeScalar(), new DecimalScalar(),
        })
        {
            known.Add(scalar.Name, scalar);
        }

        foreach (var definition in document.Definitions)
        {
            switch (definition)
            {
                case GraphQLScalarTypeDefinition scalar:
                    known[scalar.Name.StringValue].Description = Text(scalar.Description);
                    break;
                case GraphQLEnumTypeDefinition enumeration:
                    known.Add(enumeration.Name.StringValue, Enumeration(enumeration, enumTypes));
                    break;
                case GraphQLInterfaceTypeDefinition contract:
                    known.Add(contract.Name.StringValue, new InterfaceGraphType { Name = contract.Name.StringValue, Description = Text(contract.Description) });
                    break;
                case GraphQLObjectTypeDefinition contract:
                    known.Add(contract.Name.StringValue, new ObjectGraphType { Name = contract.Name.StringValue, Description = Text(contract.Description), IsTypeOf = static _ => true });
                    break;
                case GraphQLInputObjectTypeDefinition contract:
                    known.Add(contract.Name.StringValue, new InputObjectGraphType { Name = contract.Name.StringValue, Description = Text(contract.Description) });
                    break;
                default:
                    break;
            }
        }

        foreach (var directive in document.Definitions.OfType<GraphQLDirectiveDefinition>())
        {
            schema.Directives.Register(Directive(directive, known));
        }

        // Interfaces first: an object is held against the fields of those it implements.
        foreach (var definition in document.Definitions.OrderBy(definition => definition is GraphQLInterfaceTypeDefinition ? 0 : 1))
        {
            switch (definition)
            {
                case GraphQLInterfaceTypeDefinition contract:
                    var face = (InterfaceGraphType)known[contract.Name.StringValue];
                    face.ResolveType = source => (IObjectGraphType)known[TypeNameOf(source)];
                    AddFields(face, contract.Fields, known);
                    break;
                case GraphQLObjectTypeDefinition contract:
                    var type = (ObjectGraphType)known[contract.Name.StringValue];
                    AddFields(type, contract.Fields, known);
                    foreach (var implemented in contract.Interfaces?.Items ?? [])
                    {
                        type.AddResolvedInterface((IInterfaceGraphType)known[implemented.Name.StringValue]);
                    }

                    break;
                case GraphQLInputObjectTypeDefinition contract:
                    var input = (InputObjectGraphType)known[contract.Name.StringValue];
                    foreach (var field in contract.Fields ?? Enumerable.Empty<GraphQLInputValueDefinition>())
                    {
                        var resolved = TypeOf(field.Type, known);
                        input.AddField(new FieldType { Name = field.Name.StringValue, Description = Text(field.Description), ResolvedType = resolved, DefaultValue = Default(field.DefaultValue, resolved) });
                    }

                    break;
                default:
                    break;
            }
        }

        schema.Query = (IObjectGraphType)known["Query"];
        schema.Mutation = (IObjectGraphType)known["Mutation"];
        foreach (var type in known.Values)
        {
            schema.RegisterType(type);
        }

        Resolve(known.Values.OfType<ObjectGraphType>().ToList(), bindings);
        schema.Initialize();
        return schema;
    }

    /// <summary>The roles of which a caller needs one for a root field.</summary>
    internal static IReadOnlyList<Role>? RolesOf(IFieldType field) =>
        field.FindAppliedDirective("allow")?.FindArgument("roles")?.Value is IEnumerable<object> roles ? [.. roles.Cast<Role>()] : null;

    private static string TypeNameOf(object source) => source switch
    {
        RecordSource record => PlanWalker.TypeName(record.Record.Kind),
        Agencies.Agency => "Agency",
        Recording.Refusal => source.GetType().Name,
        _ => throw new InvalidOperationException("A source without a type."),
    };

    private static void Resolve(IReadOnlyList<ObjectGraphType> types, Bindings bindings)
    {
        var bound = 0;
        foreach (var type in types)
        {
            foreach (var field in type.Fields)
            {
                if (type.Name is "Query" or "Mutation")
                {
                    var roots = type.Name is "Query" ? bindings.Roots : bindings.Mutations;
                    field.Resolver = Root(field, roots.GetValueOrDefault(field.Name) ?? throw new InvalidOperationException($"Nothing answers {type.Name}.{field.Name}."));
                }
                else
                {
                    field.Resolver = bindings.Fields.GetValueOrDefault((type.Name, field.Name)) ?? throw new InvalidOperationException($"Nothing answers {type.Name}.{field.Name}.");
                }

                bound++;
            }
        }

        if (bound != bindings.Fields.Count + bindings.Roots.Count + bindings.Mutations.Count)
        {
            var names = types.SelectMany(type => type.Fields.Select(field => (type.Name, field.Name))).ToHashSet();
            throw new InvalidOperationException("Bindings without a field: " + string.Join(", ", bindings.Fields.Keys.Where(key => !names.Contains(key))));
        }
    }

    /// <summary>The one place where roles are enforced: before the field is asked.</summary>
    private static FuncFieldResolver<object> Root(FieldType field, Func<IResolveFieldContext, RequestContext, ValueTask<object?>> resolve)
    {
        var roles = RolesOf(field) ?? throw new InvalidOperationException($"The root field {field.Name} says nothing of roles.");
        return new FuncFieldResolver<object>(context =>
        {
            var request = context.UserContext as RequestContext ?? throw new InvalidOperationException("There is no reader.");
            if (!request.Reader.Roles.Any(roles.Contains))
            {
                throw new RequestException(ErrorCode.Forbidden, $"{field.Name} is not for your role.");
            }

            return resolve(context, request);
        });
    }

    private static void AddFields(IComplexGraphType type, IEnumerable<GraphQLFieldDefinition>? fields, Dictionary<string, IGraphType> known)
    {
        foreach (var definition in fields ?? [])
        {
            var field = new FieldType
            {
                Name = definition.Name.StringValue,
                Description = Text(definition.Description),
                ResolvedType = TypeOf(definition.Type, known),
                Arguments = [.. (definition.Arguments?.Items ?? []).Select(argument => Argument(argument, known))],
            };
            if (definition.Directives?.FirstOrDefault(directive => directive.Name.Value == "allow") is { } allow)
            {
                var roles = ((GraphQLListValue)allow.Arguments!.Single().Value).Values!.Select(value => (object)RoleOf((GraphQLEnumValue)value)).ToArray();
                field.ApplyDirective("allow", "roles", roles);
            }

            type.AddField(field);
        }
    }

    private static Role RoleOf(GraphQLEnumValue value) => Enum.Parse<Role>(value.Name.StringValue, ignoreCase: true);

    private static QueryArgument Argument(GraphQLInputValueDefinition argument, Dictionary<string, IGraphType> known)
    {
        var type = TypeOf(argument.Type, known);
        return new QueryArgument(type) { Name = argument.Name.StringValue, Description = Text(argument.Description), DefaultValue = Default(argument.DefaultValue, type) };
    }

    private static Directive Directive(GraphQLDirectiveDefinition definition, Dictionary<string, IGraphType> known) =>
        new(definition.Name.StringValue, [.. definition.Locations.Items])
        {
            Description = Text(definition.Description),
            Arguments = [.. (definition.Arguments?.Items ?? []).Select(argument => Argument(argument, known))],
        };

    private static EnumerationGraphType Enumeration(GraphQLEnumTypeDefinition definition, Dictionary<string, Type> enums)
    {
        var name = definition.Name.StringValue;
        var clr = enums.GetValueOrDefault(name) ?? throw new InvalidOperationException($"No enumeration is behind {name}.");
        var members = Enum.GetValues(clr).Cast<object>().ToDictionary(value => JsonNamingPolicy.SnakeCaseUpper.ConvertName(value.ToString()!), StringComparer.Ordinal);
        var type = new EnumerationGraphType { Name = name, Description = Text(definition.Description) };
        foreach (var value in definition.Values!)
        {
            type.Add(new EnumValueDefinition(value.Name.StringValue, members[value.Name.StringValue]) { Description = Text(value.Description) });
        }

        return type;
    }

    private static IGraphType TypeOf(GraphQLType type, Dictionary<string, IGraphType> known) => type switch
    {
        GraphQLNonNullType required => new NonNullGraphType(TypeOf(required.Type, known)),
        GraphQLListType list => new ListGraphType(TypeOf(list.Type, known)),
        GraphQLNamedType named => known.GetValueOrDefault(named.Name.StringValue) ?? throw new InvalidOperationException($"The contract has no type {named.Name.StringValue}."),
        _ => throw new InvalidOperationException("A type outside the language."),
    };

    private static object? Default(GraphQLValue? value, IGraphType type) => (value, type) switch
    {
        (null, _) => null,
        ({ } literal, ScalarGraphType scalar) => scalar.ParseLiteral(literal),
        _ => throw new InvalidOperationException("Only scalars and enumerations have defaults here."),
    };

    private static string? Text(GraphQLDescription? description) => description?.Value.ToString();
}
