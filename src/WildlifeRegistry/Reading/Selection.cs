using GraphQL.Execution;
using GraphQL.Types;
using GraphQL.Validation;
using GraphQLParser.AST;

namespace WildlifeRegistry.Reading;

/// <summary>The fields that an operation selects, as one concrete type sees them: fragments opened, directives heeded.</summary>
internal sealed class Selection
{
    private readonly IExecutionContext execution;
    private readonly Dictionary<string, GraphQLFragmentDefinition> fragments;

    public Selection(IExecutionContext execution)
    {
        this.execution = execution;
        fragments = execution.Document.Definitions.OfType<GraphQLFragmentDefinition>()
            .ToDictionary(fragment => fragment.FragmentName.Name.StringValue, StringComparer.Ordinal);
    }

    /// <summary>The selected fields of a type by response key, in order; fields of one key are one field selected several times.</summary>
    public IReadOnlyList<SelectedField> Fields(IEnumerable<GraphQLSelectionSet?> sets, IComplexGraphType type)
    {
        var found = new Dictionary<string, List<GraphQLField>>(StringComparer.Ordinal);
        foreach (var set in sets)
        {
            Collect(set, type, found);
        }

        return [.. found.Select(pair => new SelectedField(pair.Key, type, pair.Value))];
    }

    /// <summary>The coerced arguments of a field.</summary>
    public Arguments ArgumentsOf(SelectedField field) =>
        execution.ArgumentValues is { } known && known.TryGetValue(field.Ast[0], out var values)
            ? Arguments.Of(values)
            : Arguments.Of(ExecutionHelper.GetArguments(field.Type.GetField(field.Name)?.Arguments, field.Ast[0].Arguments, execution.Variables, execution.Document, field.Ast[0], null));

    private void Collect(GraphQLSelectionSet? set, IComplexGraphType type, Dictionary<string, List<GraphQLField>> found)
    {
        foreach (var selected in set?.Selections ?? [])
        {
            if (selected is IHasDirectivesNode directed && !IsIncluded(directed))
            {
                continue;
            }

            switch (selected)
            {
                case GraphQLField field:
                    var key = (field.Alias?.Name ?? field.Name).StringValue;
                    if (!found.TryGetValue(key, out var same))
                    {
                        found.Add(key, same = []);
                    }

                    same.Add(field);
                    break;
                case GraphQLInlineFragment inline when Applies(inline.TypeCondition, type):
                    Collect(inline.SelectionSet, type, found);
                    break;
                case GraphQLFragmentSpread spread when fragments.TryGetValue(spread.FragmentName.Name.StringValue, out var fragment) && Applies(fragment.TypeCondition, type):
                    Collect(fragment.SelectionSet, type, found);
                    break;
                default:
                    break;
            }
        }
    }

    private static bool Applies(GraphQLTypeCondition? condition, IComplexGraphType type)
    {
        if (condition is null)
        {
            return true;
        }

        var name = condition.Type.Name.StringValue;
        return string.Equals(name, type.Name, StringComparison.Ordinal)
            || (type is IImplementInterfaces implementing && implementing.ResolvedInterfaces.Any(one => string.Equals(one.Name, name, StringComparison.Ordinal)));
    }

    private bool IsIncluded(IHasDirectivesNode node) => !Condition(node, "skip", absent: false) && Condition(node, "include", absent: true);

    private bool Condition(IHasDirectivesNode node, string directive, bool absent)
    {
        if (node.Directives?.FirstOrDefault(one => one.Name.Value == directive) is not { } applied)
        {
            return absent;
        }

        return applied.Arguments?.FirstOrDefault(argument => argument.Name.Value == "if")?.Value switch
        {
            GraphQLBooleanValue literal => literal.Value == "true",
            GraphQLVariable variable => ((Variables?)execution.Variables)?.ValueFor(variable.Name.StringValue, null) is true,
            _ => absent,
        };
    }
}

/// <summary>One selected field.</summary>
/// <param name="Key">The response key: alias or name.</param>
internal sealed record SelectedField(string Key, IComplexGraphType Type, List<GraphQLField> Ast)
{
    public string Name => Ast[0].Name.StringValue;

    public IEnumerable<GraphQLSelectionSet?> Sets => Ast.Select(one => one.SelectionSet);
}
