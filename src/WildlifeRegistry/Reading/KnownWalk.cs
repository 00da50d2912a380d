using System.Collections.Immutable;
using GraphQL.Validation;
using GraphQLParser.AST;
using WildlifeRegistry.Records;
using WildlifeRegistry.Storage;

namespace WildlifeRegistry.Reading;

/// <summary>What a <see cref="PlanWalker"/> found below a root field, and all that it looked at beside the selection: with the same it finds the same.</summary>
internal sealed class KnownWalk(ImmutableArray<RecordKind> kinds, ImmutableArray<(string Name, bool IsGiven, object? Value)> looked, Bring bring)
{
    public Bring Bring => bring;

    /// <summary>True where a walk would look at the same. Lists are not compared: they are walked each time.</summary>
    public bool Holds(ImmutableArray<RecordKind> others, Variables variables)
    {
        if (!kinds.AsSpan().SequenceEqual(others.AsSpan()))
        {
            return false;
        }

        foreach (var one in looked)
        {
            if (!one.Equals(Look(one.Name, variables)))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>A variable as it is now: one that is absent is not one that is null.</summary>
    public static (string Name, bool IsGiven, object? Value) Look(string name, Variables variables)
    {
        foreach (var variable in variables)
        {
            if (string.Equals(variable.Name, name, StringComparison.Ordinal))
            {
                return (name, variable.ValueSpecified, variable.Value);
            }
        }

        return (name, false, null);
    }

    /// <summary>Adds the names of the variables in some arguments.</summary>
    public static void Names(GraphQLArguments? arguments, List<string> names)
    {
        foreach (var argument in arguments?.Items ?? [])
        {
            Names(argument.Value, names);
        }
    }

    private static void Names(GraphQLValue value, List<string> names)
    {
        switch (value)
        {
            case GraphQLVariable variable when !names.Contains(variable.Name.StringValue, StringComparer.Ordinal):
                names.Add(variable.Name.StringValue);
                break;
            case GraphQLListValue list:
                list.Values?.ForEach(one => Names(one, names));
                break;
            case GraphQLObjectValue one:
                one.Fields?.ForEach(field => Names(field.Value, names));
                break;
            default:
                break;
        }
    }
}
