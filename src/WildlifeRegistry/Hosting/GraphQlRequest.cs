using System.Text.Json;
using GraphQL;
using GraphQL.SystemTextJson;

namespace WildlifeRegistry.Hosting;

/// <summary>A GraphQL request as GraphQL over HTTP has it: a document, which of its operations, and the variables.</summary>
public sealed record GraphQlRequest(string Query, string? OperationName, Inputs? Variables)
{
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 32 };
    private static readonly GraphQLSerializer Serializer = new();

    /// <summary>From the body of a POST.</summary>
    /// <exception cref="RequestException">Not a GraphQL request; the message says which part is at fault.</exception>
    public static GraphQlRequest FromBody(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body, Strict);
            var root = document.RootElement;
            return root.ValueKind == JsonValueKind.Object
                ? new GraphQlRequest(
                    Text(root, "query") ?? throw Refused("query is missing: it is the document, a string."),
                    Text(root, "operationName"),
                    VariablesOf(root))
                : throw Refused("The body is not a JSON object. Batches are not answered.");
        }
        catch (JsonException)
        {
            throw Refused("The body is not JSON.");
        }
        catch (InvalidOperationException)
        {
            throw Refused("The body has a text that is not Unicode."); // what the reader says to half a surrogate pair, or to bytes that are not UTF-8
        }
    }

    /// <summary>From the query string of a GET.</summary>
    /// <exception cref="RequestException">Not a GraphQL request.</exception>
    public static GraphQlRequest FromQuery(IQueryCollection query)
    {
        Inputs? variables = null;
        if (query["variables"].ToString() is { Length: > 0 } text)
        {
            try
            {
                using var document = JsonDocument.Parse(text, Strict);
                variables = document.RootElement.ValueKind is JsonValueKind.Object or JsonValueKind.Null
                    ? ReadVariables(document.RootElement.ValueKind == JsonValueKind.Null ? null : document.RootElement)
                    : throw Refused("variables is not a JSON object.");
            }
            catch (Exception fault) when (fault is JsonException or InvalidOperationException)
            {
                throw Refused("variables is not JSON.");
            }
        }

        var name = query["operationName"].ToString();
        return query["query"].ToString() is { Length: > 0 } document2
            ? new GraphQlRequest(document2, name.Length == 0 ? null : name, variables)
            : throw Refused("query is missing: it is the document.");
    }

    private static string? Text(JsonElement root, string name) => root.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null
        ? value.ValueKind == JsonValueKind.String ? value.GetString() : throw Refused($"{name} is not a string.")
        : null;

    private static JsonElement? Checked(JsonElement root, string name) => root.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null
        ? value.ValueKind == JsonValueKind.Object ? value : throw Refused($"{name} is not a JSON object.")
        : null;

    /// <summary>The variables; extensions are looked at for their form only.</summary>
    private static Inputs? VariablesOf(JsonElement root)
    {
        _ = Checked(root, "extensions");
        return ReadVariables(Checked(root, "variables"));
    }

    private static Inputs? ReadVariables(JsonElement? element) => element is { } given ? Serializer.ReadNode<Inputs>(given) : null;

    private static RequestException Refused(string message) => new(ErrorCode.BadRequest, message);
}
