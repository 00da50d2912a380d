using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using GraphQL.Types;
using WildlifeRegistry.Access;
using WildlifeRegistry.Hosting;
using WildlifeRegistry.Reading;
using WildlifeRegistry.Tests.Support;

namespace WildlifeRegistry.Tests.Contract;

/// <summary>What the README says is so.</summary>
public sealed partial class ReadmeTests
{
    private static readonly string Folder = ContractFiles.Root;
    private static readonly string Text = File.ReadAllText(Path.Combine(Folder, "README.md"));

    [Fact]
    public async Task The_first_question_answers_as_printed()
    {
        await using var registry = await RegistryApplication.StartAsync(["Store:Samples=true"]);
        var question = Question().Match(Text);
        Assert.True(question.Success, "The README shows a question with curl -d.");
        var body = JsonSerializer.Deserialize<JsonElement>(question.Groups["body"].Value);
        var answer = await registry.SendAsync(await registry.TokenOfAsync("kz-customs-officer"), JsonContent.Create(body), "application/json");
        Assert.Equal(Answer().Match(Text).Groups["answer"].Value.Trim(), answer.Text.Trim());
    }

    [Fact]
    public void The_table_of_roles_is_what_the_contract_says()
    {
        var mutation = RegistrySchema.Build().Mutation!;
        var roles = Enum.GetValues<Role>();
        var table = new StringBuilder();
        table.Append("| mutation | ").AppendJoin(" | ", roles.Select(role => role.ToString().ToUpperInvariant())).AppendLine(" |");
        table.Append("|---|").Append(string.Concat(roles.Select(_ => "---|"))).AppendLine();
        foreach (var field in mutation.Fields.OrderBy(field => field.Name, StringComparer.Ordinal))
        {
            var allowed = ContractSchema.RolesOf(field)!;
            table.Append("| `").Append(field.Name).Append("` | ").AppendJoin(" | ", roles.Select(role => allowed.Contains(role) ? "yes" : "")).AppendLine(" |");
        }

        Assert.Equal(table.ToString().ReplaceLineEndings("\n").Trim(), Roles().Match(Text).Groups["table"].Value.Trim());
    }

    [Fact]
    public void Every_file_that_is_linked_is_there()
    {
        var links = Links().Matches(Text).Select(link => link.Groups["target"].Value).Where(target => !target.StartsWith('#')).ToList();
        Assert.NotEmpty(links);
        Assert.All(links, link => Assert.True(Path.Exists(Path.Combine(Folder, link)), link));
    }

    [GeneratedRegex("-d '(?<body>\\{\"query\": [^\n]*\\})'\n", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Question();

    [GeneratedRegex("<!-- first-answer -->\n```json\n(?<answer>[^\n]*)\n```", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Answer();

    [GeneratedRegex("<!-- roles -->(?<table>.*?)<!-- /roles -->", RegexOptions.ExplicitCapture | RegexOptions.Singleline, 1000)]
    private static partial Regex Roles();

    [GeneratedRegex("\\]\\((?<target>[^)]+)\\)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Links();
}
