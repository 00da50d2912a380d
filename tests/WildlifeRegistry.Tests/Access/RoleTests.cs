using System.Text.Json;
using GraphQL.Types;
using WildlifeRegistry.Access;
using WildlifeRegistry.DemoIdentity;
using WildlifeRegistry.Hosting;
using WildlifeRegistry.Reading;

namespace WildlifeRegistry.Tests.Access;

/// <summary>Who may ask what: the contract's <c>@allow</c>, held against every root field and every role.</summary>
public sealed class RoleTests(SampleWorld world)
{
    private static readonly ISchema Schema = RegistrySchema.Build();

    public static TheoryData<string, Role> Table
    {
        get
        {
            var table = new TheoryData<string, Role>();
            foreach (var root in Schema.Query!.Fields)
            {
                foreach (var role in Enum.GetValues<Role>())
                {
                    table.Add(root.Name, role);
                }
            }

            return table;
        }
    }

    [Theory]
    [MemberData(nameof(Table))]
    public async Task A_root_field_answers_the_roles_that_it_names_and_refuses_all_others(string field, Role role)
    {
        var definition = Schema.Query!.Fields.Single(one => one.Name == field);
        var answer = await world.Registry.AskAsync(PersonaWith(role), $"{{ {field}{Arguments(definition)} {{ __typename }} }}");

        if (ContractSchema.RolesOf(definition)!.Contains(role))
        {
            Assert.False(answer.Json.TryGetProperty("errors", out _), answer.Text);
        }
        else
        {
            Assert.Equal(["FORBIDDEN"], answer.Codes);
            Assert.True(answer.Json.GetProperty("data") is { ValueKind: JsonValueKind.Null } || answer.Json.GetProperty("data").GetProperty(field).ValueKind == JsonValueKind.Null, answer.Text);
        }
    }

    [Theory]
    [InlineData(Role.Admin)]
    [InlineData(Role.Auditor)]
    public async Task Administrators_and_auditors_read_no_records_by_any_road(Role role)
    {
        const string Question = """
            query ($ids: [ID!]!, $id: ID!, $place: ID!) {
              nodes(ids: $ids) { __typename }
              node(id: $id) { id }
              species(name: "Saiga tatarica") { nodes { id links(first: 200) { totalAtLeast nodes { id other { id } } } } }
              place(id: $place) { id links(first: 200) { totalAtLeast nodes { id } } }
            }
            """;
        var ids = new[] { world.Open, world.Suspect, world.Route, world.Incident, world.Own, world.PhoneId }.Select(id => id.ToString());
        var variables = new { ids, id = world.Open.ToString(), place = world.Kazakhstan.ToString() };

        var answer = await world.Registry.AskAsync(PersonaWith(role), Question, variables);

        Assert.All(answer.At("nodes").EnumerateArray(), node => Assert.Equal(JsonValueKind.Null, node.ValueKind));
        Assert.Equal(JsonValueKind.Null, answer.At("node").ValueKind);
        Assert.Equal(0, answer.At("species.nodes[0].links.totalAtLeast").GetInt32());
        Assert.Equal(0, answer.At("place.links.totalAtLeast").GetInt32());

        // Everything that was asked for is there, and an officer of the same agency sees it.
        var officers = await world.Registry.AskAsync("kz-customs-officer", Question, variables);
        Assert.All(officers.At("nodes").EnumerateArray(), node => Assert.Equal(JsonValueKind.Object, node.ValueKind));
        Assert.True(officers.At("species.nodes[0].links.totalAtLeast").GetInt32() > 0);
        Assert.True(officers.At("place.links.totalAtLeast").GetInt32() > 0);
    }

    [Fact]
    public async Task An_observer_sees_what_is_released_to_all_at_sanitised_at_most()
    {
        var answer = await world.Registry.AskAsync("eco-observer", "SeizureWithLinks", new { id = world.Open.ToString() });

        Assert.Equal("SANITISED", answer.TextAt("seizure.level"));
        Assert.DoesNotContain("saiga horns", answer.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(SampleWorld.Phone, answer.Text, StringComparison.Ordinal);
    }

    private static string PersonaWith(Role role) => DemoPersona.All.First(persona => string.Equals(persona.Role, role.ToString(), StringComparison.OrdinalIgnoreCase)).Name;

    private string Arguments(FieldType field)
    {
        var demanded = field.Arguments!.Where(argument => argument is { ResolvedType: NonNullGraphType, DefaultValue: null }).Select(argument => argument.Name + ": " + argument.Name switch
        {
            "id" => $"\"{world.Open}\"",
            "ids" => $"[\"{world.Open}\"]",
            "code" => "\"KZ-CUSTOMS\"",
            "type" => "PHONE",
            "value" => $"\"{SampleWorld.Phone}\"",
            "name" => "\"Saiga tatarica\"",
            "to" => "\"agency:UZ-CUSTOMS\"",
            "level" => "SANITISED",
            _ => throw new InvalidOperationException($"The table has no value for {field.Name}({argument.Name})."),
        }).ToList();
        return demanded.Count == 0 ? "" : $"({string.Join(", ", demanded)})";
    }
}
