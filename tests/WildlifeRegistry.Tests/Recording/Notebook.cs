using System.Text.Json;
using System.Text.Json.Nodes;

namespace WildlifeRegistry.Tests.Recording;

/// <summary>A registry of its own in which officers record: one call a mutation, the payload back.</summary>
public sealed class Notebook(RegistryApplication registry)
{
    public const string Officer = "kz-customs-officer", Analyst = "kz-customs-analyst", Liaison = "kz-customs-liaison", Stranger = "uz-customs-liaison";

    private int keys;

    public RegistryApplication Registry => registry;

    public string Key() => "key-" + Interlocked.Increment(ref keys).ToString(System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Sends a mutation with a fresh request key, unless the input has one.</summary>
    public async Task<JsonElement> MutateAsync(string persona, string mutation, JsonObject input, string select)
    {
        var answer = await SendAsync(persona, mutation, input, select);
        return answer.At(mutation);
    }

    public Task<Answer> SendAsync(string persona, string mutation, JsonObject input, string select)
    {
        var given = (JsonObject)input.DeepClone();
        given.TryAdd("requestKey", Key());
        return registry.AskAsync(persona, Document(mutation, select), new { input = given });
    }

    /// <summary>A mutation that selects this of its payload, and every refusal whole.</summary>
    public static string Document(string mutation, string select)
    {
        var type = char.ToUpperInvariant(mutation[0]) + mutation[1..] + "Input";
        type = mutation switch
        {
            "submit" or "validate" => "VersionedInput",
            "returnToAuthor" => "ReturnInput",
            "consentToLink" => "ConsentInput",
            "proposeOfficers" or "confirmOfficers" or "removeOfficers" => "OperationOfficersInput",
            _ => type,
        };
        return $"mutation ($input: {type}!) {{ {mutation}(input: $input) {{ {select} errors {{ __typename message ... on InvalidInput {{ field }} ... on NotFound {{ id }} ... on VersionConflict {{ current }} }} }} }}";
    }

    /// <summary>A mutation that must be accepted; its payload.</summary>
    public async Task<JsonElement> OkAsync(string persona, string mutation, object input, string select = "")
    {
        var payload = await MutateAsync(persona, mutation, Of(input), select);
        Assert.True(payload.GetProperty("errors").GetArrayLength() == 0, $"{mutation}: {payload}");
        return payload;
    }

    /// <summary>A mutation that must be refused, and must have changed nothing: each refusal as its kind and, where it names one, its field.</summary>
    public async Task<IReadOnlyList<string>> RefusedAsync(string persona, string mutation, object input)
    {
        var before = await registry.DumpAsync();
        var payload = await MutateAsync(persona, mutation, Of(input), "");
        Assert.True(payload.GetProperty("errors").GetArrayLength() > 0, $"{mutation} was not refused.");
        Assert.Equal(before, await registry.DumpAsync());
        return [.. Refusals(payload).Zip(Fields(payload), (kind, field) => field.Length == 0 ? kind : $"{kind} {field}")];
    }

    /// <summary>The links of an event as one of its agency sees them, as JSON: kind, id, version, role, other.</summary>
    public async Task<IReadOnlyList<JsonElement>> LinksAsync(string persona, string id, bool withdrawn = false) =>
        [.. (await registry.AskAsync(persona, "query ($id: ID!, $withdrawn: Boolean) { node(id: $id) { ... on Linkable { links(withdrawn: $withdrawn, first: 100) { nodes { id kind role leg version withdrawn note handling handlingNote other { id caption } } } } } }", new { id, withdrawn })).At("node.links.nodes").EnumerateArray()];

    /// <summary>The one link of a kind around a record.</summary>
    public async Task<JsonElement> LinkAsync(string persona, string id, string kind) =>
        (await LinksAsync(persona, id)).Single(link => link.GetProperty("kind").GetString() == kind);

    /// <summary>Records a seizure that must be accepted; its id.</summary>
    public async Task<string> SeizureAsync(string persona = Officer, JsonObject? with = null)
    {
        var payload = await MutateAsync(persona, "recordSeizure", Seizure(with), "seizure { id }");
        Assert.Equal(0, payload.GetProperty("errors").GetArrayLength());
        return payload.GetProperty("seizure").GetProperty("id").GetString()!;
    }

    /// <summary>An exercise seizure, with these fields too.</summary>
    public static JsonObject Seizure(JsonObject? with = null)
    {
        var input = JsonNode.Parse("""
            { "exercise": true, "occurredOn": "2026-03-14", "country": "KZ", "placeName": "closed-place", "narrative": "closed-narrative",
              "specimens": [{ "nameAsGiven": "Saiga tatarica", "description": "closed-description", "quantities": [{ "amount": "46", "unit": "pieces" }] }] }
            """)!.AsObject();
        foreach (var (name, value) in with ?? [])
        {
            input[name] = value?.DeepClone();
        }

        return input;
    }

    /// <summary>One new suspect for the input <c>suspects</c>.</summary>
    public static JsonObject Involved(string name = "Exercise Person", string role = "DRIVER", string? phone = null) => JsonNode.Parse($$"""
        { "role": "{{role}}", "new": { "type": "PERSON", "offence": "invented", "names": [{ "full": "{{name}}", "role": "PRIMARY" }], "nationalities": ["KG"],
          "identifiers": [{{(phone is null ? "" : $$"""{ "type": "PHONE", "value": "{{phone}}" }""")}}] } }
        """)!.AsObject();

    public static JsonObject Of(object value) => JsonSerializer.SerializeToNode(value)!.AsObject();

    /// <summary>The kinds of refusal in a payload, in order.</summary>
    public static IReadOnlyList<string> Refusals(JsonElement payload) => [.. payload.GetProperty("errors").EnumerateArray().Select(error => error.GetProperty("__typename").GetString()!)];

    public static IReadOnlyList<string> Fields(JsonElement payload) =>
        [.. payload.GetProperty("errors").EnumerateArray().Select(error => error.TryGetProperty("field", out var field) ? field.GetString()! : "")];
}
