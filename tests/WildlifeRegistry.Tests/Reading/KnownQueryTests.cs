using System.Text;
using System.Text.Json;
using GraphQL;
using GraphQL.SystemTextJson;
using Microsoft.Extensions.DependencyInjection;
using WildlifeRegistry.Hosting;
using WildlifeRegistry.Tests.Contract;

namespace WildlifeRegistry.Tests.Reading;

/// <summary>A query that was asked before is answered another way, and nobody can tell by the answer.</summary>
public sealed class KnownQueryTests(SampleWorld world)
{
    public static TheoryData<string, string> Operations =>
    [
        .. from operation in OperationTests.Reading.Select(row => row.Data)
           from persona in new[] { "kz-customs-officer", "uz-customs-officer", "eco-observer" }
           select (operation, persona),
    ];

    [Theory]
    [MemberData(nameof(Operations))]
    public async Task It_answers_what_the_executor_answers(string operation, string persona)
    {
        var variables = world.VariablesOf(operation);

        // Its own words, so that the first to ask it here is answered by the executor.
        var text = $"# {operation} {persona}\n" + ContractFiles.DocumentWith(operation);
        var token = await world.Registry.TokenOfAsync(persona);

        var first = await world.Registry.AskWithAsync(token, text, variables, operation);
        var direct = await AnswerAsync(text, operation, variables, persona);
        var again = await world.Registry.AskWithAsync(token, text, variables, operation);

        Assert.Empty(first.Codes);
        Assert.Equal(first.Text, direct);
        Assert.Equal(first.Text, again.Text);
    }

    [Fact]
    public async Task It_is_asked_anew_with_each_value_of_its_variables()
    {
        const string Question = "query ($id: ID!, $first: Int, $kinds: [LinkKind!], $other: LinkKind, $withdrawn: Boolean, $after: String) { seizure(id: $id) { links(first: $first, kinds: $kinds, withdrawn: $withdrawn, after: $after) { totalCount nodes { id } pageInfo { endCursor } } more: links(kinds: [AT, $other], first: 1) { totalCount } } }";
        var token = await world.Registry.TokenOfAsync("kz-customs-officer");
        var id = world.Open.ToString();
        var one = await world.Registry.AskWithAsync(token, Question, new { id, first = 1 });
        var after = one.TextAt("seizure.links.pageInfo.endCursor");
        object[] asked =
        [
            new { id, first = 1 }, new { id, first = 2 }, new { id }, new { id, first = (int?)null }, new { id, first = 2, kinds = new[] { "INVOLVES" } }, new { id, first = 2, kinds = new[] { "OF_SPECIES" } },
            new { id, first = 2, kinds = (string[]?)null }, new { id, first = 1, after }, new { id, first = 1, after = (string?)null }, new { id, first = 2, other = "INVOLVES" }, new { id, first = 2, other = "OF_SPECIES" },
            new { id, first = 2, withdrawn = true }, new { id, first = 2, withdrawn = false }, new { id = world.Sanitised.ToString(), first = 2 },
        ];
        var answers = new List<string>();
        foreach (var variables in asked.Concat(asked.Reverse()))
        {
            var known = await AnswerAsync(Question, "", variables, "kz-customs-officer");
            var fresh = await world.Registry.AskWithAsync(token, $"# {answers.Count}\n{Question}", variables);

            Assert.Empty(fresh.Codes);
            Assert.Equal(fresh.Text, known);
            answers.Add(fresh.Text);
        }

        Assert.InRange(answers.Distinct().Count(), 7, asked.Length);

        // Nor is one officer's cursor another's, though nothing is there to be continued.
        var nothing = new { id = new string('0', 26), first = 1, after };
        var others = await world.Registry.TokenOfAsync("uz-customs-officer");
        await AnswerAsync(Question, "", new { id, first = 1, after }, "kz-customs-officer");
        var refused = await world.Registry.AskWithAsync(others, Question + "\n# in other words", nothing);
        Assert.NotEmpty(refused.Codes);
        Assert.Equal(refused.Text, (await world.Registry.AskWithAsync(others, Question, nothing)).Text);
    }

    public static TheoryData<string, string, object?> Faults => new()
    {
        { "uz-customs-officer", "query ($edition: Int!) { seizure(id: \"OPEN\") { id changesSince(edition: $edition) { field } } }", new { edition = 99 } },
        { "kz-customs-officer", "query ($after: String) { seizures(first: 1, after: $after) { nodes { id } } }", new { after = "AAAA" } },
        { "kz-customs-officer", "query ($after: String) { seizure(id: \"OPEN\") { links(first: 1, after: $after) { nodes { id } } } }", new { after = "AAAA" } },
        { "kz-customs-officer", "query ($first: Int = 5) { seizures(first: $first) { nodes { id } } }", new { first = 0 } },
        { "uz-customs-officer", "query ($edition: Int = 1) { seizure(id: \"OPEN\") { id changesSince(edition: $edition) { field } } }", new { edition = (int?)null } },
        { "kz-customs-officer", "query ($first: Int = 5) { seizures(first: $first) { nodes { links(first: $first) { nodes { id } } } } }", new { first = 200 } },
        { "kz-customs-officer", "query ($id: ID!) { seizure(id: $id) { id } suspect(id: $id) { id } }", new { } },
        { "kz-customs-admin", "query ($first: Int = 5) { seizures(first: $first) { nodes { id } } me { officer } }", new { first = 1 } },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task What_goes_wrong_is_told_in_the_executors_words(string persona, string question, object? variables)
    {
        var text = question.Replace("OPEN", world.Open.ToString(), StringComparison.Ordinal);
        var token = await world.Registry.TokenOfAsync(persona);
        await world.Registry.AskWithAsync(await world.Registry.TokenOfAsync("kz-customs-officer"), text, new { id = world.Open.ToString(), edition = 1 });
        Assert.NotEmpty(world.Registry.Services.GetRequiredService<DocumentCache>().Find(DocumentCache.HashOf(text))!.Queries);

        var known = await world.Registry.AskWithAsync(token, text, variables);
        var fresh = await world.Registry.AskWithAsync(token, text + "\n# in other words", variables);

        Assert.NotEmpty(fresh.Codes);
        Assert.Equal(fresh.Text, known.Text);
    }

    [Fact]
    public async Task What_is_out_of_the_ordinary_is_left_to_the_executor()
    {
        foreach (var text in new[]
        {
            "{ __schema { queryType { name } } }",
            "query ($yes: Boolean = true) { me { officer @include(if: $yes) } }",
            "{ seizures { nodes { " + string.Join(' ', Enumerable.Range(0, 199).Select(n => $"a{n}: links(first: 1) {{ nodes {{ kind role id level owner {{ code }} }} }}")) + " } } }",
        })
        {
            await world.Registry.AskAsync("kz-customs-officer", text);
            var known = world.Registry.Services.GetRequiredService<DocumentCache>().Find(DocumentCache.HashOf(text));
            Assert.True(known is null || known.Queries.IsEmpty || await AnswerAsync(text, "", new { }, "kz-customs-officer") is null, text);
        }
    }

    private async Task<string?> AnswerAsync(string text, string operation, object variables, string persona)
    {
        var services = world.Registry.Services;
        var query = services.GetRequiredService<DocumentCache>().Find(DocumentCache.HashOf(text))!.Queries[operation];
        var inputs = new GraphQLSerializer().ReadNode<Inputs>(JsonSerializer.SerializeToElement(variables));
        var answer = await query.AnswerAsync(inputs, new RequestContext(world.Registry.ReaderOf(persona), services.GetRequiredService<RegistryParts>()), TestContext.Current.CancellationToken);
        return answer is { } body ? Encoding.UTF8.GetString(body.Span) : null;
    }
}
