using System.Globalization;
using GraphQL.Execution;
using WildlifeRegistry.Hosting;
using WildlifeRegistry.Importing.Sheets;
using WildlifeRegistry.Reading;
using WildlifeRegistry.Records;
using WildlifeRegistry.Seizures;

namespace WildlifeRegistry.Exporting;

/// <summary>The conditions of an export as texts, as a query string and a command line have them: those of the contract's <c>SeizureFilter</c>.</summary>
public static class ExportFilter
{
    private const string From = "occurredFrom", Until = "occurredUntil";

    private static readonly string[] Texts = ["speciesId", "speciesUnder", "placeId"], Lists = ["owners", "carriers"], Countries = ["countries", "origins", "destinations"], Flags = ["mine", "exercise"];

    /// <summary>What conditions are called.</summary>
    public static IReadOnlyList<string> Names { get; } = [From, Until, "modesOfTransport", "methodsOfDetection", "validation", .. Texts, .. Lists, .. Countries, .. Flags];

    /// <summary>The conditions as a filter's arguments; one that is given several times, or with commas, has several values.</summary>
    /// <exception cref="RequestException">A condition that there is not, or a value that is not allowed.</exception>
    public static Arguments Read(IEnumerable<(string Name, string Value)> conditions)
    {
        var filter = new Dictionary<string, object?>(StringComparer.Ordinal);
        var range = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach (var group in conditions.GroupBy(condition => condition.Name, StringComparer.Ordinal))
        {
            var name = group.Key;
            List<string> values = [.. group.SelectMany(condition => condition.Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))];
            var last = group.Last().Value.Trim();
            switch (name)
            {
                case From or Until:
                    range[string.Equals(name, From, StringComparison.Ordinal) ? "from" : "until"] = PartialDate.TryParse(last, out var date) ? date : throw Fault(name, "A date is YYYY, YYYY-MM or YYYY-MM-DD.");
                    filter["occurredOn"] = range;
                    break;
                case "modesOfTransport":
                    filter[name] = Words(name, values, SheetWords.Transport);
                    break;
                case "methodsOfDetection":
                    filter[name] = Words(name, values, SheetWords.Detection);
                    break;
                case "validation":
                    filter[name] = Words(name, values, new WordList<Validation>(Enum.GetValues<Validation>()));
                    break;
                case var _ when Texts.Contains(name, StringComparer.Ordinal):
                    filter[name] = last;
                    break;
                case var _ when Countries.Contains(name, StringComparer.Ordinal):
                    filter[name] = values.Select(country => country is [>= 'A' and <= 'Z', >= 'A' and <= 'Z'] ? (object?)country : throw Fault(name, "A country is two capital letters, ISO 3166-1 alpha-2.")).ToList();
                    break;
                case var _ when Lists.Contains(name, StringComparer.Ordinal):
                    filter[name] = values.Cast<object?>().ToList();
                    break;
                case var _ when Flags.Contains(name, StringComparer.Ordinal):
                    filter[name] = bool.TryParse(last, out var flag) ? flag : throw Fault(name, "Allowed are true and false.");
                    break;
                default:
                    throw Fault(name, $"There is no such condition. There are {string.Join(", ", Names)}.");
            }
        }

        return Arguments.Of(new Dictionary<string, ArgumentValue>(StringComparer.Ordinal) { ["filter"] = new(filter, ArgumentSource.Variable) }).Input("filter");
    }

    private static List<object?> Words<T>(string name, List<string> values, WordList<T> list)
        where T : struct, Enum => [.. values.Select(value => (object?)(list.Find(value) ?? throw Fault(name, string.Create(CultureInfo.InvariantCulture, $"Allowed are {list.Allowed}."))))];

    private static RequestException Fault(string name, string message) => new(ErrorCode.InvalidValue, $"{name}: {message}", name);
}
