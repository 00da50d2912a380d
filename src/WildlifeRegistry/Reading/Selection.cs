using System.Collections.Immutable;
using System.Text.Json;
using GraphQL;
using GraphQL.Execution;
using GraphQL.Types;
using GraphQL.Validation;
using GraphQLParser.AST;

namespace WildlifeRegistry.Reading;

/// <summary>
/// What an operation selects, as concrete types see it: fragments opened, directives heeded. Found as it is looked for,
/// and kept, so that a document which is asked again is read once.
/// </summary>
internal sealed class Selection
{
    private readonly GraphQLDocument document;
    private readonly Variables? variables;
    private readonly int most;
    private readonly Dictionary<string, GraphQLFragmentDefinition> fragments;
    private int found;

    /// <param name="variables">What directives are decided by.</param>
    /// <param name="most">How many fields are kept at most.</param>
    public Selection(GraphQLDocument document, Variables? variables, int most = int.MaxValue)
    {
        this.document = document;
        this.variables = variables;
        this.most = most;
        fragments = document.Definitions.OfType<GraphQLFragmentDefinition>()
            .ToDictionary(fragment => fragment.FragmentName.Name.StringValue, StringComparer.Ordinal);
    }

    /// <summary>The fields of several selection sets as one, as a type sees them: by response key, in order; fields of one key are one field selected several times.</summary>
    /// <exception cref="SelectionTooLargeException">More fields than are kept.</exception>
    public ImmutableArray<SelectedField> Fields(IEnumerable<GraphQLSelectionSet?> sets, IComplexGraphType type, SelectedField? parent)
    {
        var keys = new List<string>();
        var fields = new Dictionary<string, List<GraphQLField>>(StringComparer.Ordinal);
        foreach (var set in sets)
        {
            Collect(set, type, keys, fields);
        }

        if (Interlocked.Add(ref found, keys.Count) > most)
        {
            throw new SelectionTooLargeException();
        }

        return [.. keys.Select(key => new SelectedField(this, key, type, parent, fields[key]))];
    }

    /// <summary>The coerced arguments of a field; null where it takes none.</summary>
    public IDictionary<string, ArgumentValue>? ArgumentsOf(SelectedField field, Variables values) =>
        ExecutionHelper.GetArguments(field.Definition?.Arguments, field.Ast[0].Arguments, values, document, field.Ast[0], null);

    /// <summary>The response key of a field: its alias, else its name.</summary>
    public static string KeyOf(GraphQLField field) => (field.Alias?.Name ?? field.Name).StringValue;

    private void Collect(GraphQLSelectionSet? set, IComplexGraphType type, List<string> keys, Dictionary<string, List<GraphQLField>> fields)
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
                    var key = KeyOf(field);
                    if (!fields.TryGetValue(key, out var same))
                    {
                        fields.Add(key, same = []);
                        keys.Add(key);
                    }

                    same.Add(field);
                    break;
                case GraphQLInlineFragment inline when Applies(inline.TypeCondition, type):
                    Collect(inline.SelectionSet, type, keys, fields);
                    break;
                case GraphQLFragmentSpread spread when fragments.TryGetValue(spread.FragmentName.Name.StringValue, out var fragment) && Applies(fragment.TypeCondition, type):
                    Collect(fragment.SelectionSet, type, keys, fields);
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
            GraphQLVariable variable => variables?.ValueFor(variable.Name.StringValue, null) is true,
            _ => absent,
        };
    }
}

/// <summary>A selection has more fields than are kept of it.</summary>
internal sealed class SelectionTooLargeException : Exception;

/// <summary>One selected field, with what it selects in turn.</summary>
internal sealed class SelectedField
{
    private readonly Selection selection;
    private ImmutableArray<(IComplexGraphType Type, ImmutableArray<SelectedField> Fields)> below = [];

    /// <param name="key">The response key: alias or name.</param>
    /// <param name="type">The type that has the field.</param>
    /// <param name="ast">The field as often as it is selected under this key.</param>
    public SelectedField(Selection selection, string key, IComplexGraphType type, SelectedField? parent, IReadOnlyList<GraphQLField> ast)
    {
        this.selection = selection;
        Key = key;
        EncodedKey = JsonEncodedText.Encode(key);
        Parent = parent;
        Ast = ast;
        Name = ast[0].Name.StringValue;
        Definition = type.GetField(Name);
    }

    public string Key { get; }

    public JsonEncodedText EncodedKey { get; }

    public string Name { get; }

    /// <summary>Null for <c>__typename</c>.</summary>
    public FieldType? Definition { get; }

    /// <summary>Null for a field of the operation itself.</summary>
    public SelectedField? Parent { get; }

    public IReadOnlyList<GraphQLField> Ast { get; }

    /// <summary>The last walk below it, of a root field.</summary>
    public KnownWalk? Walk { get; set; }

    /// <summary>What the field selects of a type.</summary>
    public ImmutableArray<SelectedField> Fields(IComplexGraphType type)
    {
        foreach (var (known, fields) in below)
        {
            if (ReferenceEquals(known, type))
            {
                return fields;
            }
        }

        // Two at once may both read it: one of them is kept, and either is right.
        var read = selection.Fields(Ast.Select(one => one.SelectionSet), type, this);
        ImmutableInterlocked.Update(ref below, static (kept, added) => kept.Add(added), (type, read));
        return read;
    }
}
