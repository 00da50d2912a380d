using GraphQLParser.AST;

namespace WildlifeRegistry.Hosting;

/// <summary>
/// Judges a parsed document before anything else looks at it, in one pass over its nodes: fragments are measured
/// once and counted wherever they are spread, and counting stops at the caps. GraphQL.NET 8.8.5 blows up on nested
/// spreads, repeated fields and repeated directives; nothing that would make it do so gets past here.
/// </summary>
public sealed class RequestGuard
{
    public const int MaxNodes = 20_000;
    public const int MaxDepth = 20;
    public const int MaxFields = 2_000;
    public const int MaxAliases = 200;
    public const int MaxDirectives = 50;
    public const int MaxOperations = 20;

    /// <summary>Characters of a name or alias: an alias comes back with every record.</summary>
    public const int MaxName = 100;

    /// <summary>Fragments that spread one another in a row: everything after this pass follows them by recursion.</summary>
    public const int MaxChain = 20;

    /// <summary>What an answer about the schema may come to, by the sizes of <see cref="Factor"/>: the usual introspection query is a quarter of it.</summary>
    public const long MaxIntrospection = 5_000_000;

    /// <summary>Pairs of fields with one response key in one selection set, after expansion: what merging them costs.</summary>
    public const int MaxRepeatedPairs = 1_000;

    private readonly Dictionary<string, GraphQLFragmentDefinition> fragments = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Measure?> measured = new(StringComparer.Ordinal);
    private int opening;
    private int aliases;
    private int directives;
    private string? fault;

    private RequestGuard()
    {
    }

    /// <summary>Nodes looked at so far.</summary>
    public int Visited { get; private set; }

    /// <summary>Why the document is not executed; null where nothing is wrong with its size.</summary>
    /// <param name="visited">Nodes looked at: at most <see cref="MaxNodes"/> and a few.</param>
    public static string? Judge(GraphQLDocument document, out int visited)
    {
        var guard = new RequestGuard();
        guard.Walk(document);
        visited = guard.Visited;
        return guard.fault;
    }

    private void Walk(GraphQLDocument document)
    {
        var operations = 0;
        foreach (var definition in document.Definitions)
        {
            if (definition is GraphQLFragmentDefinition fragment)
            {
                fragments.TryAdd(fragment.FragmentName.Name.StringValue, fragment);
            }
            else if (++operations > MaxOperations)
            {
                fault = $"The document has more than {MaxOperations} operations.";
                return;
            }
        }

        foreach (var definition in document.Definitions)
        {
            if (fault is not null)
            {
                return;
            }

            if (definition is GraphQLOperationDefinition operation)
            {
                CountDirectives(operation.Directives);
                foreach (var variable in operation.Variables?.Items ?? [])
                {
                    Visit();
                    CountDirectives(variable.Directives);
                    CountValue(variable.DefaultValue);
                    if (fault is not null)
                    {
                        return;
                    }
                }

                Check(Of(operation.SelectionSet, 1));
            }
            else if (definition is GraphQLFragmentDefinition fragment)
            {
                OfFragment(fragment.FragmentName.Name.StringValue, 1); // unused ones are validated too
            }
        }
    }

    private Measure Of(GraphQLSelectionSet? set, int depth)
    {
        var measure = new Measure();
        if (depth > MaxDepth)
        {
            fault ??= $"The document is deeper than {MaxDepth} levels.";
            return measure;
        }

        foreach (var selection in set?.Selections ?? [])
        {
            Visit();
            if (fault is not null)
            {
                return measure;
            }

            CountDirectives((selection as IHasDirectivesNode)?.Directives);
            switch (selection)
            {
                case GraphQLField field:
                    if (field.Alias is not null && ++aliases > MaxAliases)
                    {
                        fault ??= $"The document has more than {MaxAliases} aliases.";
                    }

                    foreach (var argument in field.Arguments?.Items ?? [])
                    {
                        CountValue(argument.Value);
                    }

                    var key = (field.Alias?.Name ?? field.Name).StringValue;
                    if (key.Length > MaxName)
                    {
                        fault ??= $"A name has more than {MaxName} characters.";
                        return measure;
                    }

                    var inner = Of(field.SelectionSet, depth + 1);
                    if (field.Name.Value is var name && (name == "__schema" || name == "__type") && inner.Introspection > MaxIntrospection)
                    {
                        fault ??= "The document asks for too much of the schema at once.";
                    }

                    measure.Add(key, inner, Factor(field.Name.StringValue));
                    break;
                case GraphQLInlineFragment inline:
                    measure.Merge(Of(inline.SelectionSet, depth)); // a level of the document, but not of the answer
                    break;
                case GraphQLFragmentSpread spread:
                    measure.Open(OfFragment(spread.FragmentName.Name.StringValue, depth));
                    break;
                default:
                    break;
            }

            Check(measure);
        }

        return measure;
    }

    private Measure OfFragment(string name, int depth)
    {
        if (++opening > MaxChain)
        {
            fault ??= $"The document has more than {MaxChain} fragments that spread one another.";
        }

        try
        {
            return fault is null ? Measured(name, depth) : new Measure();
        }
        finally
        {
            opening--;
        }
    }

    private Measure Measured(string name, int depth)
    {
        if (measured.TryGetValue(name, out var known))
        {
            if (known is not null && depth + known.Depth > MaxDepth)
            {
                fault ??= $"The document is deeper than {MaxDepth} levels.";
            }

            return known ?? new Measure(); // null: being measured, so it spreads itself; validation says so
        }

        if (!fragments.TryGetValue(name, out var fragment))
        {
            return new Measure();
        }

        measured[name] = null;
        CountDirectives(fragment.Directives);
        var measure = Of(fragment.SelectionSet, depth);
        measured[name] = measure;
        return measure;
    }

    private void Check(Measure measure)
    {
        if (measure.Fields > MaxFields)
        {
            fault ??= $"The document selects more than {MaxFields} fields, fragments opened.";
        }
        else if (measure.Chain > MaxChain)
        {
            fault ??= $"The document has more than {MaxChain} fragments that spread one another.";
        }
        else if (measure.RepeatedPairs > MaxRepeatedPairs)
        {
            fault ??= "The document repeats the same fields too often.";
        }
    }

    /// <summary>How many a list of the introspection system may have; 1 for what is not one. A type leads to fields that lead to types.</summary>
    private static int Factor(string name) => name switch
    {
        "types" => 150,
        "fields" or "inputFields" => 30,
        "enumValues" => 20,
        "possibleTypes" => 10,
        "args" or "directives" or "interfaces" => 5,
        _ => 1,
    };

    private void CountDirectives(GraphQLDirectives? applied)
    {
        foreach (var directive in applied?.Items ?? [])
        {
            Visit();
            foreach (var argument in directive.Arguments?.Items ?? [])
            {
                CountValue(argument.Value);
            }

            if (++directives > MaxDirectives)
            {
                fault ??= $"The document has more than {MaxDirectives} directives.";
                return;
            }
        }
    }

    private void CountValue(GraphQLValue? value, int depth = 0)
    {
        Visit();
        if (fault is not null || value is null)
        {
            return;
        }

        if (depth > MaxDepth)
        {
            fault = $"A value is nested deeper than {MaxDepth} levels.";
            return;
        }

        switch (value)
        {
            case GraphQLListValue list:
                CountValues(list.Values, depth + 1);
                break;
            case GraphQLObjectValue input:
                CountValues(input.Fields?.Select(field => field.Value), depth + 1);
                break;
            default:
                break;
        }
    }

    private void CountValues(IEnumerable<GraphQLValue>? values, int depth)
    {
        foreach (var value in values ?? [])
        {
            CountValue(value, depth);
            if (fault is not null)
            {
                return;
            }
        }
    }

    private void Visit()
    {
        if (++Visited > MaxNodes)
        {
            fault ??= $"The document has more than {MaxNodes} parts.";
        }
    }

    /// <summary>What a selection set comes to, fragments opened. Numbers saturate far below overflow.</summary>
    private sealed class Measure
    {
        private const long Most = 1_000_000_000;

        private readonly Dictionary<string, int> keys = new(StringComparer.Ordinal);

        public long Fields { get; private set; }

        public long RepeatedPairs { get; private set; }

        public int Depth { get; private set; }

        /// <summary>The longest row of fragments that spread one another.</summary>
        public int Chain { get; private set; }

        /// <summary>What it comes to as a question about the schema.</summary>
        public long Introspection { get; private set; }

        public void Add(string key, Measure inner, int factor)
        {
            Count(key, 1);
            Chain = Math.Max(Chain, inner.Chain);
            Introspection = Math.Min(Most, Introspection + (factor * (1 + inner.Introspection)));
            Fields = Math.Min(Most, Fields + 1 + inner.Fields);
            RepeatedPairs = Math.Min(Most, RepeatedPairs + inner.RepeatedPairs);
            Depth = Math.Max(Depth, inner.Depth + 1);
        }

        /// <summary>Takes in what a fragment comes to.</summary>
        public void Open(Measure fragment)
        {
            Merge(fragment);
            Chain = Math.Max(Chain, fragment.Chain + 1);
        }

        public void Merge(Measure other)
        {
            Chain = Math.Max(Chain, other.Chain);
            Introspection = Math.Min(Most, Introspection + other.Introspection);
            if (Fields > MaxFields || RepeatedPairs > MaxRepeatedPairs)
            {
                return; // already past a cap: counting on would only cost
            }

            var own = other.RepeatedPairs;
            foreach (var (key, count) in other.keys)
            {
                own -= (long)count * (count - 1) / 2;
                Count(key, count);
            }

            Fields = Math.Min(Most, Fields + other.Fields);
            RepeatedPairs = Math.Min(Most, RepeatedPairs + Math.Max(0, own));
            Depth = Math.Max(Depth, other.Depth);
        }

        private void Count(string key, int count)
        {
            var before = keys.GetValueOrDefault(key);
            keys[key] = (int)Math.Min(Most, (long)before + count);
            var pairs = ((long)before * count) + ((long)count * (count - 1) / 2);
            RepeatedPairs = Math.Min(Most, RepeatedPairs + pairs);
        }
    }
}
