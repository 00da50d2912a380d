using System.Collections;
using System.Globalization;
using System.Text;
using GraphQL.Execution;
using WildlifeRegistry.Hosting;
using WildlifeRegistry.Records;
using WildlifeRegistry.Storage;

namespace WildlifeRegistry.Reading;

/// <summary>The coerced arguments of one field, or the fields of one input, read with their names for the error.</summary>
public sealed class Arguments
{
    /// <summary>Most characters of a text argument.</summary>
    public const int MaxText = 1000;

    /// <summary>Most values of a list argument.</summary>
    public const int MaxList = 200;

    private readonly IDictionary<string, object?> values;
    private readonly string path;

    private Arguments(IDictionary<string, object?> values, string path)
    {
        this.values = values;
        this.path = path;
        foreach (var (name, value) in values)
        {
            Check(path + name, value);
        }
    }

    /// <exception cref="RequestException">A text with control characters or direction overrides, or too long; a list too long.</exception>
    public static Arguments Of(IDictionary<string, ArgumentValue>? arguments) =>
        new(arguments?.ToDictionary(pair => pair.Key, pair => pair.Value.Value, StringComparer.Ordinal) ?? [], "");

    /// <summary>The fields of an input argument; none where it is absent.</summary>
    public Arguments Input(string name) =>
        new(values.TryGetValue(name, out var value) && value is IDictionary<string, object?> input ? input : new Dictionary<string, object?>(StringComparer.Ordinal), path + name + ".");

    public string? Text(string name) => values.TryGetValue(name, out var value) ? value as string : null;

    public bool Flag(string name) => values.TryGetValue(name, out var value) && value is true;

    public T? Value<T>(string name)
        where T : struct => values.TryGetValue(name, out var value) && value is T typed ? typed : null;

    /// <summary>The values of a list; an absent list and an empty one ask for nothing.</summary>
    public IReadOnlyList<T> List<T>(string name) =>
        values.TryGetValue(name, out var value) && value is IEnumerable list and not string ? [.. list.OfType<T>()] : [];

    /// <summary>The page size: 1 to 200.</summary>
    /// <exception cref="RequestException">Outside the range.</exception>
    public int First()
    {
        var first = Value<int>("first") ?? ReadPlan.DefaultPage;
        return first is >= 1 and <= ReadPlan.MaxPage
            ? first
            : throw new RequestException(ErrorCode.InvalidValue, string.Create(CultureInfo.InvariantCulture, $"first is {first}; allowed is 1 to {ReadPlan.MaxPage}."), path + "first");
    }

    /// <summary>One line that is equal exactly for equal arguments, without the page.</summary>
    public string Question() => Line(values.Where(pair => pair.Key is not ("first" or "after")));

    /// <summary>One line that is equal exactly for equal arguments, the page among them.</summary>
    public string Whole() => Line(values);

    /// <summary>One line that is equal exactly for equal values.</summary>
    internal static string Line(IEnumerable<KeyValuePair<string, object?>> values)
    {
        var line = new StringBuilder();
        foreach (var (name, value) in values.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            Write(line.Append(name).Append('='), value);
        }

        return line.ToString();
    }

    /// <summary>A fault in one of these arguments.</summary>
    public RequestException Fault(string name, string message) => new(ErrorCode.InvalidValue, message, path + name);

    private static void Write(StringBuilder line, object? value)
    {
        switch (value)
        {
            case string text:
                line.Append(text.Length).Append(':').Append(text);
                break;
            case IDictionary<string, object?> input:
                line.Append('{').Append(Line(input)).Append('}');
                break;
            case IEnumerable list:
                line.Append('[');
                foreach (var inner in list)
                {
                    Write(line, inner);
                }

                line.Append(']');
                break;
            default:
                line.Append(Convert.ToString(value, CultureInfo.InvariantCulture));
                break;
        }

        line.Append(';');
    }

    private static void Check(string name, object? value)
    {
        switch (value)
        {
            case string { Length: > MaxText }:
                throw new RequestException(ErrorCode.InvalidValue, string.Create(CultureInfo.InvariantCulture, $"{name} is longer than {MaxText} characters."), name);
            case string text when text.Any(IsUnsafe) || !PlainText.IsWhole(text):
                throw new RequestException(ErrorCode.InvalidValue, $"{name} has control characters, direction overrides or half a character; plain text is allowed.", name);
            case AsGiven given:
                throw new RequestException(ErrorCode.InvalidValue, $"{name} cannot be read. {given.Allowed}", name);
            case IDictionary<string, object?>:
                break; // read, and checked, by Input
            case IEnumerable list and not string:
                var members = list.Cast<object?>().ToList();
                if (members.Count > MaxList)
                {
                    throw new RequestException(ErrorCode.InvalidValue, string.Create(CultureInfo.InvariantCulture, $"{name} has {members.Count} values; allowed are {MaxList}."), name);
                }

                members.ForEach(one => Check(name, one));
                break;
            default:
                break;
        }
    }

    /// <summary>Control characters, and the marks that turn the direction of text around (Unicode 16, bidirectional controls).</summary>
    internal static bool IsUnsafe(char character) => char.IsControl(character) || character is (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069');
}
