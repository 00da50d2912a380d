using GraphQL.Types;
using WildlifeRegistry.Hosting;
using WildlifeRegistry.Reading;

namespace WildlifeRegistry.Tests.Contract;

/// <summary>The contract that callers see is the one in the repository, says what it means, and holds what callers rely on.</summary>
public sealed class ContractTests
{
    private static readonly ISchema Schema = RegistrySchema.Build();

    [Fact]
    public void The_running_schema_prints_as_the_contract_in_the_repository() =>
        Assert.Equal(File.ReadAllText(Path.Combine(ContractFiles.Root, "schema", "registry.graphql")), RegistrySchema.Print(Schema));

    [Fact]
    public void The_contract_holds_everything_that_callers_rely_on() =>
        Assert.Empty(ContractComparison.Missing(ContractFiles.Assumed, RegistrySchema.Print(Schema)));

    [Theory]
    [InlineData("type Query { a: Int b: Int }", "type Query { a: Int }", "Query.b")]
    [InlineData("type Query { a: Int! }", "type Query { a: Int }", "Query.a")]
    [InlineData("type Query { a: [Int!]! }", "type Query { a: [Int]! }", "Query.a")]
    [InlineData("type Query { a(b: Int): Int }", "type Query { a: Int }", "Query.a(b)")]
    [InlineData("type Query { a(b: Int): Int }", "type Query { a(b: Int!): Int }", "Query.a(b)")]
    [InlineData("type Query { a(b: Int = 1): Int }", "type Query { a(b: Int = 2): Int }", "Query.a(b)")]
    [InlineData("type Query { a: Int }", "type Query { a(c: Int!): Int }", "Query.a(c)")]
    [InlineData("input I { a: Int }", "input I { a: Int c: Int! }", "I.c")]
    [InlineData("input I { a: Int! }", "input I { a: String! }", "I.a")]
    [InlineData("enum E { A B }", "enum E { A }", "E.B")]
    [InlineData("type T implements N { a: Int }", "type T { a: Int }", "T implements N")]
    [InlineData("type T { a: Int }", "interface T { a: Int }", "T")]
    [InlineData("scalar S", "type T { a: Int }", "S")]
    public void The_comparison_finds_what_a_caller_would_miss(string assumed, string actual, string expected) =>
        Assert.Equal([expected], ContractComparison.Missing(assumed, actual).Select(one => one.Where));

    [Theory]
    [InlineData("type Query { a: Int }", "type Query { a: Int! b: Int }")]
    [InlineData("type Query { a(b: Int!): [Int] }", "type Query { a(b: Int, c: Int!  = 1, d: Int): [Int!]! }")]
    [InlineData("input I { a: Int! b: Int = 1 }", "input I { a: Int b: Int = 1 c: Int }")]
    [InlineData("enum E { A }", "enum E { A B }")]
    [InlineData("type T implements N { a: Int }", "type T implements M & N { a: Int }")]
    public void The_comparison_lets_the_contract_offer_more(string assumed, string actual) =>
        Assert.Empty(ContractComparison.Missing(assumed, actual));

    [Fact]
    public void Everything_in_the_contract_has_a_description() => Assert.Empty(Undescribed());

    [Fact]
    public void Every_root_field_says_which_roles_may_ask_it() =>
        Assert.Empty(Roots().Where(field => ContractSchema.RolesOf(field) is not { Count: > 0 }).Select(field => field.Name));

    [Fact]
    public void The_agreed_files_are_those_that_lie_beside_the_repository()
    {
        var beside = Path.Combine(ContractFiles.Root, "..", "shared", "contract");
        Assert.SkipUnless(Directory.Exists(beside) || Environment.GetEnvironmentVariable("CI") == "true", "The agreed contract does not lie beside this clone; its copy in the tests is used.");

        foreach (var file in Directory.GetFiles(beside, "*.graphql"))
        {
            Assert.Equal(File.ReadAllText(file), File.ReadAllText(Path.Combine(ContractFiles.Folder, Path.GetFileName(file))));
        }
    }

    private static IEnumerable<FieldType> Roots() => new IObjectGraphType?[] { Schema.Query, Schema.Mutation, Schema.Subscription }.OfType<IObjectGraphType>().SelectMany(type => type.Fields);

    private static IEnumerable<string> Undescribed()
    {
        foreach (var type in Schema.AllTypes.Where(type => !type.Name.StartsWith("__", StringComparison.Ordinal)))
        {
            // The language's own scalars describe themselves.
            if (string.IsNullOrWhiteSpace(type.Description) && type.Name is not ("ID" or "String" or "Int" or "Float" or "Boolean"))
            {
                yield return type.Name;
            }

            foreach (var value in (type as EnumerationGraphType)?.Values.Where(value => string.IsNullOrWhiteSpace(value.Description)) ?? [])
            {
                yield return $"{type.Name}.{value.Name}";
            }

            foreach (var field in (type as IComplexGraphType)?.Fields.AsEnumerable() ?? [])
            {
                if (string.IsNullOrWhiteSpace(field.Description))
                {
                    yield return $"{type.Name}.{field.Name}";
                }

                foreach (var argument in field.Arguments?.Where(argument => string.IsNullOrWhiteSpace(argument.Description)) ?? [])
                {
                    yield return $"{type.Name}.{field.Name}({argument.Name})";
                }
            }
        }
    }
}
