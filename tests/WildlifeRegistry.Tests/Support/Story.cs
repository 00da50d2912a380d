using System.Text.Json;
using System.Text.Json.Nodes;

namespace WildlifeRegistry.Tests.Support;

/// <summary>The seizure of the agreed story: its size is what people write.</summary>
public static class Story
{
    private static readonly JsonNode First = JsonNode.Parse(File.ReadAllText(Path.Combine(ContractFiles.Folder, "story.json")))![0]!["with"]!;

    /// <summary>The variables of the story's RecordSeizure under another request key.</summary>
    /// <param name="adjust">Changes the input.</param>
    public static JsonElement Seizure(string requestKey, Action<JsonObject>? adjust = null)
    {
        var variables = First.DeepClone();
        variables["input"]!["requestKey"] = requestKey;
        adjust?.Invoke(variables["input"]!.AsObject());
        return JsonSerializer.SerializeToElement(variables);
    }
}
