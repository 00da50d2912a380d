using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using GraphQL;
using GraphQL.Types;
using WildlifeRegistry.Hosting;

namespace WildlifeRegistry.Tests.Reading;

/// <summary>
/// Whatever is selected, in whatever form, every field is answered from what the one plan brought: a question with
/// aliases, fragments and repetitions answers what the plain question answers.
/// </summary>
public sealed class SelectionTests(SampleWorld world)
{
    private const int Worlds = 150, MaxDepth = 4;

    private static readonly ISchema Schema = RegistrySchema.Build();

    [Fact]
    public async Task Every_form_of_a_question_answers_the_same()
    {
        var tokens = new[] { await world.Registry.TokenOfAsync("kz-customs-officer"), await world.Registry.TokenOfAsync("uz-customs-officer") };
        var roots = new[] { $"seizure(id: \"{world.Open}\")", $"seizure(id: \"{world.Sanitised}\")", $"suspect(id: \"{world.Suspect}\")", $"route(id: \"{world.Route}\")", $"place(id: \"{world.Kazakhstan}\")", $"node(id: \"{world.Open}\")", "seizures(first: 3)", $"identifier(type: PHONE, value: \"{SampleWorld.Phone}\")" };
        var seed = Environment.GetEnvironmentVariable("CsCheck_Seed") is { Length: > 0 } text ? int.Parse(text, System.Globalization.CultureInfo.InvariantCulture) : Random.Shared.Next();
        var random = new Random(seed);
        for (var n = 0; n < Worlds; n++)
        {
            var root = roots[random.Next(roots.Length)];
            var type = (IComplexGraphType)Schema.Query!.Fields.Find(root[..root.IndexOf('(', StringComparison.Ordinal)])!.ResolvedType!.GetNamedType();
            var selection = Selection.Draw(random, type, MaxDepth);
            var plain = $"{{ it: {root} {selection.Plain()} }}";
            var other = selection.Other(random, $"{{ it: {root} @include(if: $yes) @skip(if: $no) ", " }");
            var token = tokens[random.Next(tokens.Length)];

            var expected = await world.Registry.AskWithAsync(token, plain);
            var actual = await world.Registry.AskWithAsync(token, other.Document, other.Variables);

            var where = $"seed {seed}, question {n}:\n{plain}\n{other.Document}\n{expected.Text}\n{actual.Text}";
            if (expected.Codes.Contains("PLAN_TOO_LARGE") || actual.Codes.Contains("PLAN_TOO_LARGE") || actual.Codes.Contains("DOCUMENT_TOO_LARGE"))
            {
                continue; // an alias is asked for on its own, and may be one too many
            }

            Assert.True(expected.Codes.Count == 0, where);
            Assert.True(actual.Codes.Count == 0, where);
            Assert.True((await world.Registry.AskWithAsync(token, plain)).Text == expected.Text, "Asked again it answers otherwise. " + where);
            Assert.True(JsonNode.DeepEquals(Node(expected.Json), selection.WithoutAliases(Node(actual.Json)!)), where);
        }
    }

    [Fact]
    public async Task Two_fields_that_name_one_record_may_ask_different_things_of_it()
    {
        var answer = await world.Registry.AskAsync(
            "kz-customs-officer",
            $$"""
            { seizure(id: "{{world.Open}}") {
              place { links(first: 1) { nodes { kind } } }
              again: place { links(first: 2) { nodes { kind } } }
              plain: place { name }
              chain { place { links(first: 200) { totalCount } } }
            } }
            """);

        Assert.Equal(1, answer.At("seizure.place.links.nodes").GetArrayLength());
        Assert.Equal(2, answer.At("seizure.again.links.nodes").GetArrayLength());
        Assert.Equal("Kazakhstan", answer.TextAt("seizure.plain.name"));
        Assert.True(answer.At("seizure.chain[0].place.links.totalCount").GetInt32() > 2);
    }

    [Theory]
    [InlineData("")]
    [InlineData("@include(if: true) ")]
    public async Task One_response_key_may_mean_different_things_at_each_place_of_an_answer(string answeredByTheLibrary)
    {
        var answer = await world.Registry.AskAsync(
            "kz-customs-officer",
            $$"""
            { all: seizure(id: "{{world.Open}}") {{answeredByTheLibrary}}{ links(first: 200) { totalCount nodes { kind } } place { links { totalCount } } }
              seizures(first: 1) {
              nodes { x: links(first: 1) { totalCount nodes { kind other { ... on Species { y: links { totalCount } } } } } z: place { name } }
              edges { node { x: links(first: 2, kinds: [OF_SPECIES]) { totalCount nodes { kind } edges { node { other { ... on Species { y: links(first: 1, kinds: [AT]) { totalCount } } } } } }
                             z: chain { place { name links(first: 1) { nodes { kind } } } } } }
              again: edges { node { z: place { links { totalCount } } } }
            } }
            """);

        Assert.Equal(answer.At("all.links.totalCount").GetInt32(), answer.At("seizures.nodes[0].x.totalCount").GetInt32());
        Assert.Equal(1, answer.At("seizures.nodes[0].x.nodes").GetArrayLength());
        var ofSpecies = answer.At("all.links.nodes").EnumerateArray().Count(link => link.GetProperty("kind").GetString() == "OF_SPECIES");
        Assert.InRange(ofSpecies, 1, answer.At("all.links.totalCount").GetInt32() - 1);
        Assert.Equal(ofSpecies, answer.At("seizures.edges[0].node.x.totalCount").GetInt32());
        Assert.Equal(0, answer.At("seizures.edges[0].node.x.edges[0].node.other.y.totalCount").GetInt32());
        Assert.Equal("Kazakhstan", answer.TextAt("seizures.nodes[0].z.name"));
        Assert.Equal(1, answer.At("seizures.edges[0].node.z[0].place.links.nodes").GetArrayLength());
        Assert.Equal(answer.At("all.place.links.totalCount").GetInt32(), answer.At("seizures.again[0].node.z.links.totalCount").GetInt32());
    }

    private static JsonNode? Node(JsonElement answer) => JsonNode.Parse(answer.GetProperty("data").GetProperty("it").GetRawText());

    /// <summary>Fields of a type to select, by response key; below an interface each concrete type has fields of its own.</summary>
    private sealed record Selection(IComplexGraphType Type, List<(string Field, string Arguments, Selection? Below)> Fields, List<Selection> Kinds)
    {
        public static Selection Draw(Random random, IComplexGraphType type, int depth)
        {
            var fields = new List<(string, string, Selection?)> { ("__typename", "", null) };
            foreach (var field in type.Fields.Where(_ => random.Next(3) == 0))
            {
                var below = field.ResolvedType!.GetNamedType() as IComplexGraphType;
                if (below is null)
                {
                    fields.Add((field.Name, "", null));
                }
                else if (depth > 0)
                {
                    var arguments = field.Name == "changesSince" ? "(edition: 1)" : field.Name == "links" ? random.Next(3) switch { 0 => "", 1 => "(first: 3)", _ => "(kinds: [INVOLVES, OF_SPECIES, USES], first: 4)" } : "";
                    fields.Add((field.Name, arguments, Draw(random, below, depth - 1)));
                }
            }

            var kinds = type is IInterfaceGraphType face
                ? Schema.AllTypes.OfType<IObjectGraphType>().Where(one => one.ResolvedInterfaces.Contains(face) && random.Next(2) == 0).Select(one => Draw(random, one, depth - 1)).ToList()
                : [];

            // Two kinds may not mean different things by one key: a field with arguments is drawn once, on the interface.
            return new Selection(type, fields, [.. kinds.Select(kind => kind with { Fields = [.. kind.Fields.Where(field => field.Item3 is null && !Clashes(field.Item1))] })]);
        }

        public string Plain() => "{ " + string.Join(' ', Fields.Select(field => $"{field.Field}{field.Arguments}{(field.Below is null ? "" : " " + field.Below.Plain())}"))
            + string.Concat(Kinds.Select(kind => $" ... on {kind.Type.Name} {kind.Plain()}")) + " }";

        /// <summary>The same question, said another way.</summary>
        public (string Document, object Variables) Other(Random random, string before, string after)
        {
            var fragments = new StringBuilder();
            var body = Other(random, fragments);
            return ($"query ($yes: Boolean = true, $no: Boolean!) {before}{body}{after} {fragments}", new { no = false });
        }

        public JsonNode WithoutAliases(JsonNode answer)
        {
            switch (answer)
            {
                case JsonArray list:
                    return new JsonArray([.. list.Select(one => one is null ? null : WithoutAliases(one))]);
                case JsonObject node:
                    var clean = new JsonObject();
                    foreach (var (key, value) in node)
                    {
                        var name = key.Split("__as")[0];
                        var below = Fields.Find(field => field.Field == name).Below;
                        var inner = value is null ? null : below is null ? value.DeepClone() : below.WithoutAliases(value);
                        if (clean.TryGetPropertyValue(name, out var earlier))
                        {
                            Assert.True(JsonNode.DeepEquals(earlier, inner), $"{name} is answered in two ways");
                        }
                        else
                        {
                            clean.Add(name, inner);
                        }
                    }

                    return clean;
                default:
                    return answer.DeepClone();
            }
        }

        private string Other(Random random, StringBuilder fragments)
        {
            var parts = new List<string>();
            foreach (var (field, arguments, below) in Fields)
            {
                var alias = random.Next(3) == 0 ? $"{field}__as{random.Next(3)}: " : "";
                var text = $"{alias}{field}{arguments}{(below is null ? "" : " " + below.Other(random, fragments))}";
                parts.Add(random.Next(6) switch
                {
                    0 => $"... on {Type.Name} {{ {text} }}",
                    1 => $"... @include(if: $yes) {{ {text} }}",
                    2 => Spread(fragments, text),
                    3 => $"... @skip(if: $no) {{ ... on {Type.Name} {{ {text} }} }}",
                    4 => $"{text} {(below is null ? text : "")} skipped: __typename @include(if: $no)",
                    _ => text,
                });
            }

            parts.AddRange(Kinds.Select(kind => $"... on {kind.Type.Name} {kind.Other(random, fragments)}"));
            return "{ " + string.Join(' ', parts.OrderBy(_ => random.Next())) + " }";
        }

        private string Spread(StringBuilder fragments, string text)
        {
            var name = $"F{fragments.Length}";
            fragments.Append(System.Globalization.CultureInfo.InvariantCulture, $"fragment {name} on {Type.Name} {{ {text} }} ");
            return "..." + name;
        }

        /// <summary>Fields that two kinds type differently: GraphQL does not merge them.</summary>
        private static bool Clashes(string field) => field != "__typename" && Schema.AllTypes.OfType<IObjectGraphType>()
            .Where(type => !type.Name.StartsWith("__", StringComparison.Ordinal))
            .Select(type => type.Fields.FirstOrDefault(one => one.Name == field)?.ResolvedType?.ToString())
            .Where(type => type is not null).Distinct().Count() > 1;
    }
}
