using System.Text;
using System.Text.Json;
using GraphQLParser;
using WildlifeRegistry.Hosting;

namespace WildlifeRegistry.Tests.Hosting;

/// <summary>Documents that would bring the executor down are stopped before it sees them, at a cost that does not grow.</summary>
public sealed class GuardTests(SampleWorld world)
{
    /// <summary>Most bytes of an answer to an attack: it must not be worth more than it cost.</summary>
    private const int MaxAnswer = 16 * 1024;

    private static readonly Dictionary<string, string> Attacks = new(StringComparer.Ordinal)
    {
        ["nested spreads"] = "{ me { ...F0 } } " + Lines(25, n => $"fragment F{n} on Me {{ ...F{n + 1} ...F{n + 1} ...F{n + 1} }}") + "fragment F25 on Me { officer }",
        ["nested spreads, the leaf first"] = "fragment F25 on Me { officer }" + string.Concat(Enumerable.Range(0, 25).Reverse().Select(n => $"fragment F{n} on Me {{ ...F{n + 1} ...F{n + 1} ...F{n + 1} }} ")) + "{ me { ...F0 } }",
        ["nested spreads under fields"] = "{ me { ...F0 } } " + Lines(18, n => $"fragment F{n} on Me {{ a{n}: agency {{ id }} agency {{ id }} ...F{n + 1} ...F{n + 1} }}") + "fragment F18 on Me { officer }",
        ["fragments in a long row"] = "{ me { ...F0 } } " + Lines(4000, n => $"fragment F{n} on Me {{ ...F{n + 1} }}") + "fragment F4000 on Me { officer }",
        ["fragments in a long row, the last first"] = "fragment F4000 on Me { officer }" + string.Concat(Enumerable.Range(0, 4000).Reverse().Select(n => $"fragment F{n} on Me {{ ...F{n + 1} }} ")) + "{ me { ...F0 } }",
        ["repeated fields"] = "{ me { " + Lines(12_000, _ => "officer") + "} }",
        ["repeated fields with selections"] = "{ me { " + Lines(4_000, _ => "agency{id}") + "} }",
        ["repeated fields through fragments"] = "{ me { " + Lines(60, _ => "...F") + "} } fragment F on Me { " + Lines(30, _ => "officer") + "}",
        ["repeated directives"] = "{ me { officer " + Lines(8_000, _ => "@skip(if: false)") + "} }",
        ["unknown directives"] = "{ me { officer " + Lines(12_000, _ => "@invented") + "} }",
        ["directives on the operation"] = "query " + Lines(12_000, _ => "@invented") + "{ me { officer } }",
        ["directives on a variable"] = "query ($a: Int " + Lines(12_000, _ => "@invented") + ") { me { officer } }",
        ["deep lists"] = "{ nodes(ids: " + new string('[', 60) + new string(']', 60) + ") { id } }",
        ["very deep lists"] = "{ nodes(ids: " + new string('[', 100_000) + new string(']', 100_000) + ") { id } }",
        ["deep objects"] = "{ seizures(filter: " + string.Concat(Enumerable.Repeat("{a:", 60)) + "1" + new string('}', 60) + ") { nodes { id } } }",
        ["deep selections"] = string.Concat(Enumerable.Repeat("{ me ", 60)) + new string('}', 60),
        ["very deep selections"] = string.Concat(Enumerable.Repeat("{me", 60_000)),
        ["very deep inline fragments"] = "{ me { " + string.Concat(Enumerable.Repeat("... { ", 60)) + "officer" + new string('}', 62),
        ["deep types of variables"] = "query ($a: " + new string('[', 100_000) + "Int" + new string(']', 100_000) + ") { me { officer } }",
        ["a long alias"] = "{ me { " + new string('a', 100_000) + ": officer } }",
        ["many aliases"] = "{ me { " + Lines(8_000, n => $"a{n}: officer") + "} }",
        ["many values"] = "{ nodes(ids: [" + Lines(60_000, _ => "1") + "]) { id } }",
        ["many operations"] = Lines(5_000, n => $"query Q{n} {{ me {{ officer }} }}"),
        ["many variables"] = "query (" + Lines(12_000, n => $"$a{n}: Int") + ") { me { officer } }",
        ["introspection in a circle"] = "{ __schema { types " + string.Concat(Enumerable.Repeat("{ fields { type ", 8)) + "{ name } " + new string('}', 18),
        ["introspection in a circle by fragments"] = "{ __schema { types { ...A } } } fragment A on __Type { fields { type { ...B } } } fragment B on __Type { fields { type { ...C } } } fragment C on __Type { fields { type { ...D } } } fragment D on __Type { fields { type { name } } }",
        ["introspection of one type in a circle"] = "{ __type(name: \"Query\") " + string.Concat(Enumerable.Repeat("{ fields { type { ofType ", 5)) + "{ name } " + new string('}', 16),
        ["introspection many times over"] = "{ __schema { " + Lines(150, n => $"a{n}: types {{ fields {{ args {{ name }} }} }}") + "} }",
    };

    /// <summary>Small but wrong: they pass the guard, and validation must not choke on them.</summary>
    private static readonly Dictionary<string, string> Wrong = new(StringComparer.Ordinal)
    {
        ["fragments in a circle"] = "{ me { ...A } } fragment A on Me { ...B } fragment B on Me { ...A }",
        ["many unused fragments"] = "{ me { officer } } " + Lines(3_000, n => $"fragment F{n} on Me {{ officer agency {{ id }} }}"),
        ["a fragment that spreads itself"] = "{ me { ...A } } fragment A on Me { officer ...A ...A }",
        ["many unknown fields"] = "{ me { " + Lines(1_000, n => $"unknown{n}") + "} }",
        ["many conflicts"] = "{ me { " + Lines(40, n => n % 2 == 0 ? "a: officer" : "a: country") + "} }",
        ["many unknown arguments"] = "{ me { officer(" + Lines(1_000, n => $"a{n}: 1") + ") } }",
        ["many unknown variables"] = "{ nodes(ids: [" + Lines(1_000, n => $"$a{n}") + "]) { id } }",
    };

    public static TheoryData<string> AttackNames => [.. Attacks.Keys];

    /// <summary>Without those that the parser refuses: they never come as far as the guard.</summary>
    public static TheoryData<string> ParsedAttackNames => [.. Attacks.Keys.Where(name => !name.StartsWith("very deep", StringComparison.Ordinal) && name != "deep types of variables")];

    public static TheoryData<string> WrongNames => [.. Wrong.Keys];

    [Theory]
    [MemberData(nameof(AttackNames))]
    public async Task An_attack_is_answered_with_an_error_that_costs_little(string attack)
    {
        var answer = await world.Registry.AskAsync("kz-customs-officer", Attacks[attack]);

        Assert.Equal(["DOCUMENT_TOO_LARGE"], answer.Codes);
        Assert.InRange(answer.Text.Length, 1, MaxAnswer);
    }

    [Theory]
    [MemberData(nameof(ParsedAttackNames))]
    public void An_attack_is_judged_by_looking_at_a_bounded_number_of_nodes(string attack)
    {
        Assert.NotNull(RequestGuard.Judge(Parser.Parse(Attacks[attack]), out var visited));
        Assert.InRange(visited, 0, RequestGuard.MaxNodes + 100);
    }

    [Theory]
    [MemberData(nameof(WrongNames))]
    public async Task A_small_wrong_document_gets_few_and_short_errors(string document)
    {
        var answer = await world.Registry.AskAsync("kz-customs-officer", Wrong[document]);

        Assert.InRange(answer.Codes.Count, 1, RegistryErrors.MaxErrors);
        Assert.All(answer.Codes, code => Assert.Contains(code, new[] { "INVALID_DOCUMENT", "INVALID_VALUE" }));
        Assert.InRange(answer.Text.Length, 1, MaxAnswer);
    }

    [Fact]
    public void The_operations_of_the_contract_pass()
    {
        foreach (var document in ContractFiles.Documents)
        {
            Assert.Null(RequestGuard.Judge(Parser.Parse(document), out _));
        }
    }

    [Fact]
    public async Task The_usual_introspection_query_is_answered_to_whoever_is_signed_in()
    {
        foreach (var persona in new[] { "kz-customs-officer", "kz-customs-admin", "eco-observer" })
        {
            var answer = await world.Registry.AskAsync(persona, Introspection, operationName: "IntrospectionQuery");

            Assert.Empty(answer.Codes);
            Assert.Equal("Query", answer.TextAt("__schema.queryType.name"));
            Assert.Contains(answer.At("__schema.types").EnumerateArray(), type => type.GetProperty("name").GetString() == "Seizure");
        }
    }

    [Fact]
    public async Task What_is_just_within_the_caps_is_answered()
    {
        var aliases = Lines(RequestGuard.MaxAliases, n => $"{new string('a', RequestGuard.MaxName - 3)}{n:000}: officer");
        var chain = "{ me { ...F1 } } " + Lines(RequestGuard.MaxChain, n => n == 0 ? "" : $"fragment F{n} on Me {{ ...F{n + 1} }}") + $"fragment F{RequestGuard.MaxChain} on Me {{ officer }}";

        Assert.Empty((await world.Registry.AskAsync("kz-customs-officer", $"{{ me {{ {aliases} }} }}")).Codes);
        Assert.Empty((await world.Registry.AskAsync("kz-customs-officer", chain)).Codes);
    }

    [Fact]
    public async Task Bodies_beyond_the_limit_are_refused_and_the_registry_stays_up()
    {
        var token = await world.Registry.TokenOfAsync("kz-customs-officer");
        static string OfSize(int bytes) => JsonSerializer.Serialize(new { query = "{ me { officer } }", variables = new { a = new string('a', bytes) } });

        // A caller who asks first is told before the ten megabytes are sent.
        using var large = new HttpRequestMessage(HttpMethod.Post, "/graphql") { Content = new StringContent(OfSize(10 * 1024 * 1024), Encoding.UTF8, "application/json"), Headers = { ExpectContinue = true } };
        var answer = await world.Registry.SendAsync(token, large);
        Assert.Equal(System.Net.HttpStatusCode.RequestEntityTooLarge, answer.Status);
        Assert.Equal("application/problem+json", answer.ContentType);

        using var chunked = new HttpRequestMessage(HttpMethod.Post, "/graphql") { Content = new StringContent(OfSize(RegistryLimits.MaxBody), Encoding.UTF8, "application/json"), Headers = { TransferEncodingChunked = true } };
        Assert.Equal(System.Net.HttpStatusCode.RequestEntityTooLarge, (await world.Registry.SendAsync(token, chunked)).Status);

        // One who does not may only find the connection closed; the next request is answered all the same.
        using var unasked = new HttpRequestMessage(HttpMethod.Post, "/graphql") { Content = new StringContent(OfSize(10 * 1024 * 1024), Encoding.UTF8, "application/json"), Headers = { TransferEncodingChunked = true } };
        var fault = await Record.ExceptionAsync(async () => Assert.Equal(System.Net.HttpStatusCode.RequestEntityTooLarge, (await world.Registry.SendAsync(token, unasked)).Status));
        Assert.True(fault is null or HttpRequestException, fault?.ToString());

        using var within = new StringContent(OfSize(RegistryLimits.MaxBody - 100), Encoding.UTF8, "application/json");
        Assert.Empty((await world.Registry.SendAsync(token, within)).Codes);
    }

    private static string Lines(int count, Func<int, string> line) => string.Concat(Enumerable.Range(0, count).Select(n => line(n) + " "));

    /// <summary>As the common tools send it (graphql-js, getIntrospectionQuery).</summary>
    private const string Introspection = """
        query IntrospectionQuery {
          __schema {
            queryType { name }
            mutationType { name }
            subscriptionType { name }
            types { ...FullType }
            directives { name description locations args { ...InputValue } }
          }
        }
        fragment FullType on __Type {
          kind name description
          fields(includeDeprecated: true) { name description args { ...InputValue } type { ...TypeRef } isDeprecated deprecationReason }
          inputFields { ...InputValue }
          interfaces { ...TypeRef }
          enumValues(includeDeprecated: true) { name description isDeprecated deprecationReason }
          possibleTypes { ...TypeRef }
        }
        fragment InputValue on __InputValue { name description type { ...TypeRef } defaultValue }
        fragment TypeRef on __Type {
          kind name
          ofType { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name } } } } } } } } }
        }
        """;
}
