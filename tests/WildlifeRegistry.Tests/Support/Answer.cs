using System.Globalization;
using System.Net;
using System.Text.Json;

namespace WildlifeRegistry.Tests.Support;

/// <summary>What came back, whole.</summary>
public sealed record Answer(HttpStatusCode Status, string? ContentType, ILookup<string, string> Headers, string Text)
{
    private readonly Lazy<JsonElement> json = new(() => JsonDocument.Parse(Text).RootElement);

    public JsonElement Json => json.Value;

    /// <summary>The codes of its errors, in order.</summary>
    public IReadOnlyList<string> Codes => Json.TryGetProperty("errors", out var errors)
        ? [.. errors.EnumerateArray().Select(error => error.GetProperty("extensions").GetProperty("code").GetString()!)]
        : [];

    public static async Task<Answer> OfAsync(HttpResponseMessage message) => new(
        message.StatusCode,
        message.Content.Headers.ContentType?.ToString(),
        message.Headers.Concat(message.Content.Headers)
            .SelectMany(header => header.Value.Select(value => (header.Key, Value: value)))
            .ToLookup(header => header.Key, header => header.Value, StringComparer.OrdinalIgnoreCase),
        await message.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));

    /// <summary>What lies at a path in the data, e.g. <c>seizure.links.nodes[0].kind</c>; the answer must be without errors.</summary>
    public JsonElement At(string path)
    {
        Assert.False(Json.TryGetProperty("errors", out _), Text);
        var at = Json.GetProperty("data");
        foreach (var step in path.Split(['.', '['], StringSplitOptions.RemoveEmptyEntries))
        {
            at = step.EndsWith(']') ? at[int.Parse(step[..^1], CultureInfo.InvariantCulture)] : at.GetProperty(step);
        }

        return at;
    }

    public string? TextAt(string path) => At(path).ToString() is { Length: > 0 } text ? text : null;
}
