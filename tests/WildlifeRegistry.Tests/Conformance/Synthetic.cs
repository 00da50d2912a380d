using System.Text.Json.Nodes;
using WildlifeRegistry.Access;
using WildlifeRegistry.Records;

namespace WildlifeRegistry.Tests.Conformance;

/// <summary>
/// Properties that no real kind has: an engine must not care. What is open: <c>when</c>, <c>parts.what</c>,
/// <c>place.country</c>; of a suspect <c>type</c> alone; of a connector its type and value.
/// </summary>
internal static class Synthetic
{
    /// <summary>Indexed properties; the closed one is known by its name.</summary>
    public const string Country = "country", Goods = "goods", Closed = "closedName";

    private static readonly string[] EventPaths = ["when", "parts.what", "place.country"];
    private static readonly string[] Texts = ["", "Сокол", "saker \"balaban\"", "😀\uFFFD", "شاهين", "e\u0301", "é", "line\nbreak"];

    public static Disclosure Disclosure { get; } = new(Enum.GetValues<RecordKind>().Select(kind => KeyValuePair.Create(kind, OpenPaths(kind))));

    public static bool IsOpen(string property) => property != Closed;

    public static byte[] Connector(string value) => RecordJson.Write(new { type = "PHONE", value });

    public static byte[] Properties(Random random)
    {
        var node = new JsonObject();
        Maybe(node, "when", random, () => Text(random));
        Maybe(node, "type", random, () => Text(random));
        Maybe(node, "secret", random, () => Text(random));
        Maybe(node, "parts", random, () => new JsonArray([.. Enumerable.Range(0, random.Next(3)).Select(_ => (JsonNode)new JsonObject { ["what"] = Text(random), ["note"] = Text(random) })]));
        Maybe(node, "place", random, () => random.Next(4) == 0 ? null : new JsonObject { ["country"] = Text(random), ["street"] = new JsonObject { ["house"] = random.Next(9) } });
        return RecordJson.Write(node);
    }

    /// <summary>What is left of the properties at Sanitised: written apart from the registry's own stripping.</summary>
    public static JsonNode Open(RecordKind kind, byte[] properties)
    {
        var all = JsonNode.Parse(properties)!.AsObject();
        var left = new JsonObject();
        foreach (var (name, value) in all)
        {
            if (kind == RecordKind.Suspect ? name == "type" : name == "when")
            {
                left[name] = value?.DeepClone();
            }
            else if (kind != RecordKind.Suspect && name == "parts")
            {
                left[name] = new JsonArray([.. value!.AsArray().Select(part => (JsonNode)new JsonObject { ["what"] = part!["what"]?.DeepClone() })]);
            }
            else if (kind != RecordKind.Suspect && name == "place")
            {
                left[name] = value is null ? null : new JsonObject { ["country"] = value["country"]?.DeepClone() };
            }
        }

        return left;
    }

    private static IEnumerable<string> OpenPaths(RecordKind kind) => kind switch
    {
        RecordKind.Suspect => ["type"],
        RecordKind.Identifier => ["type", "value"],
        _ => EventPaths,
    };

    private static string Text(Random random) => Texts[random.Next(Texts.Length)];

    private static void Maybe(JsonObject node, string name, Random random, Func<JsonNode?> value)
    {
        if (random.Next(5) > 0)
        {
            node[name] = value();
        }
    }
}
