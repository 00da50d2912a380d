using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using WildlifeRegistry.Tests.Conformance;

namespace WildlifeRegistry.Tests.Recording;

public sealed class SqliteStoryTests : StoryTests
{
    protected override Task<RegistryApplication> StartAsync() => RegistryApplication.StartAsync();
}

[Collection(Neo4jTests.Name)]
public sealed class Neo4jStoryTests : StoryTests
{
    protected override async Task<RegistryApplication> StartAsync()
    {
        await Presence.RequireAsync(new Neo4jEngine());
        return await RegistryApplication.StartAsync((await Neo4jServer.EmptyAsync()).Arguments, isEmpty: true);
    }
}

/// <summary>The story that callers rely on, step by step, on a store that holds the reference alone.</summary>
public abstract class StoryTests
{
    [Fact]
    public async Task The_whole_story_happens()
    {
        await using var registry = await StartAsync();
        var kept = new Dictionary<string, string>(StringComparer.Ordinal);
        var steps = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(ContractFiles.Folder, "story.json"), TestContext.Current.CancellationToken))!.AsArray();
        JsonNode? before = null;
        for (var number = 0; number < steps.Count; number++)
        {
            var step = steps[number]!;
            var with = step["again"]?.GetValue<bool>() == true ? before!["with"] : step["with"];
            var answer = await registry.AskAsync(step["as"]!.GetValue<string>(), step["run"]!.GetValue<string>(), Filled(with, kept));
            Assert.False(answer.Json.TryGetProperty("errors", out _), $"Step {number}: {answer.Text}");
            foreach (var (name, path) in step["keep"]?.AsObject() ?? [])
            {
                kept[name] = At(answer.Json.GetProperty("data"), path!.GetValue<string>()).GetString()!;
            }

            foreach (var (path, value) in step["expect"]?.AsObject() ?? [])
            {
                var expected = Filled(value, kept)?.ToJsonString() ?? "null";
                Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), JsonNode.Parse(At(answer.Json.GetProperty("data"), path).GetRawText())), $"Step {number}, {path}: {answer.Text}");
            }

            Assert.All(step["absent"]?.AsArray() ?? [], absent => Assert.DoesNotContain(absent!.GetValue<string>(), answer.Text, StringComparison.Ordinal));
            before = step;
        }
    }

    protected abstract Task<RegistryApplication> StartAsync();

    private static JsonNode? Filled(JsonNode? node, Dictionary<string, string> kept) => node switch
    {
        JsonObject all => new JsonObject(all.Select(pair => KeyValuePair.Create(pair.Key, Filled(pair.Value, kept)))),
        JsonArray list => new JsonArray([.. list.Select(one => Filled(one, kept))]),
        JsonValue value when value.TryGetValue<string>(out var text) && text.StartsWith('$') && kept.TryGetValue(text[1..], out var known) => known,
        _ => node?.DeepClone(),
    };

    /// <summary>A path: <c>[0]</c> is an index, <c>[kind=X]</c> the first with that field.</summary>
    private static JsonElement At(JsonElement at, string path)
    {
        foreach (var step in path.Replace("[", ".[", StringComparison.Ordinal).Split('.', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!step.StartsWith('['))
            {
                at = at.GetProperty(step);
            }
            else if (step[1..^1].Split('=') is [var field, var value])
            {
                at = at.EnumerateArray().First(one => one.GetProperty(field).GetString() == value);
            }
            else
            {
                at = at[int.Parse(step[1..^1], CultureInfo.InvariantCulture)];
            }
        }

        return at;
    }
}
