using System.Globalization;
using System.Text.Json.Nodes;
using WildlifeRegistry.Reading;
using WildlifeRegistry.Records;

namespace WildlifeRegistry.Recording;

/// <summary>One field that differs between two states of a record.</summary>
/// <param name="Field">Its path, e.g. <c>specimens[0].quantities[1].amount</c>.</param>
/// <param name="Before">As it was, as text; null where it was not there.</param>
/// <param name="After">As it is, as text; null where it is not there.</param>
public sealed record FieldChange(string Field, string? Before, string? After);

/// <summary>What differs between two states of a record, field by field.</summary>
public static class Difference
{
    public static void Bind(Bindings bindings) => bindings.Object<FieldChange>("FieldChange")
        .Field("field", change => change.Field)
        .Field("before", change => change.Before)
        .Field("after", change => change.After);

    /// <summary>The differing fields of two records' properties, UTF-8 JSON, by path.</summary>
    public static IReadOnlyList<FieldChange> Between(byte[]? before, byte[] after)
    {
        var changes = new List<FieldChange>();
        Compare("", before is null ? null : JsonNode.Parse(before), JsonNode.Parse(after), changes);
        return changes;
    }

    public static IReadOnlyList<FieldChange> Between<T>(T before, T after)
        where T : notnull => Between(RecordJson.Write(before), RecordJson.Write(after));

    /// <summary>A field of the envelope; empty where it is the same.</summary>
    public static IEnumerable<FieldChange> OfEnvelope(string field, string? before, string? after) =>
        string.Equals(before, after, StringComparison.Ordinal) ? [] : [new FieldChange(field, before, after)];

    private static void Compare(string path, JsonNode? before, JsonNode? after, List<FieldChange> changes)
    {
        if (JsonNode.DeepEquals(before, after))
        {
            return;
        }

        if (before is JsonObject or null && after is JsonObject or null && (before ?? after) is JsonObject)
        {
            var names = (before as JsonObject ?? []).Select(property => property.Key).Union((after as JsonObject ?? []).Select(property => property.Key), StringComparer.Ordinal);
            foreach (var name in names)
            {
                Compare(path.Length == 0 ? name : path + "." + name, (before as JsonObject)?[name], (after as JsonObject)?[name], changes);
            }
        }
        else if (before is JsonArray or null && after is JsonArray or null && (before ?? after) is JsonArray)
        {
            var (left, right) = (before as JsonArray ?? [], after as JsonArray ?? []);
            for (var at = 0; at < Math.Max(left.Count, right.Count); at++)
            {
                Compare(string.Create(CultureInfo.InvariantCulture, $"{path}[{at}]"), at < left.Count ? left[at] : null, at < right.Count ? right[at] : null, changes);
            }
        }
        else
        {
            changes.Add(new FieldChange(path, Text(before), Text(after)));
        }
    }

    private static string? Text(JsonNode? node) => node switch
    {
        null => null,
        JsonValue value when value.TryGetValue<string>(out var text) => text,
        _ => node.ToJsonString(RecordJson.Options),
    };
}
