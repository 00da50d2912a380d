using System.Net;
using System.Text;
using System.Text.Json;
using WildlifeRegistry.Hosting;
using WildlifeRegistry.Storage;

namespace WildlifeRegistry.Tests.Hosting;

/// <summary>A registry whose store does what a test tells it to.</summary>
public sealed class FaultyRegistry : IAsyncLifetime
{
    public ObservedStore Store { get; } = new();

    public RegistryApplication Registry { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Registry = await RegistryApplication.StartAsync(["Limits:ExecutionSeconds=1"], adjust: Store.Watch);

    public async ValueTask DisposeAsync() => await Registry.DisposeAsync();
}

/// <summary>What callers are told when something is wrong: one code of a closed list, and nothing that is not theirs to know.</summary>
public sealed class ErrorTests(SampleWorld world, FaultyRegistry faulty) : IClassFixture<FaultyRegistry>
{
    private const string Secret = "engine says: table record is locked by 10.1.2.3";

    public static TheoryData<ErrorCode, string, HttpStatusCode, string> Table => new()
    {
        { ErrorCode.BadRequest, "[]", HttpStatusCode.BadRequest, """{"errors":[{"message":"The body is not a JSON object. Batches are not answered.","extensions":{"code":"BAD_REQUEST"}}]}""" },
        { ErrorCode.Syntax, Query("{ me {"), HttpStatusCode.BadRequest, """{"errors":[{"message":"The document cannot be read at line 1, column 7.","extensions":{"code":"SYNTAX"}}]}""" },
        { ErrorCode.InvalidDocument, Query("{ seizurs { nodes { id } } }"), HttpStatusCode.BadRequest, """{"errors":[{"message":"Cannot query field \u0027seizurs\u0027 on type \u0027Query\u0027.","locations":[{"line":1,"column":3}],"extensions":{"code":"INVALID_DOCUMENT"}}]}""" },
        { ErrorCode.DocumentTooLarge, Query(string.Concat(Enumerable.Range(0, 21).Select(n => $"query Q{n} {{ me {{ officer }} }} "))), HttpStatusCode.BadRequest, """{"errors":[{"message":"The document has more than 20 operations.","extensions":{"code":"DOCUMENT_TOO_LARGE"}}]}""" },
        { ErrorCode.InvalidValue, Query("{ agencies(first: 0) { nodes { id } } }"), HttpStatusCode.OK, """{"errors":[{"message":"first is 0; allowed is 1 to 200.","locations":[{"line":1,"column":3}],"path":["agencies"],"extensions":{"code":"INVALID_VALUE","field":"first"}}],"data":null}""" },
        { ErrorCode.PlanTooLarge, Query("{ seizures(first: 200) { nodes { links(first: 50) { nodes { id } } } } }"), HttpStatusCode.OK, """{"errors":[{"message":"The question asks for up to 10200 records; allowed are 10000. Ask for smaller pages, or for fewer levels.","locations":[{"line":1,"column":3}],"path":["seizures"],"extensions":{"code":"PLAN_TOO_LARGE"}}],"data":null}""" },
        { ErrorCode.Forbidden, Query("{ seizure(id: \"x\") { id } }"), HttpStatusCode.OK, """{"errors":[{"message":"seizure is not for your role.","locations":[{"line":1,"column":3}],"path":["seizure"],"extensions":{"code":"FORBIDDEN"}}],"data":{"seizure":null}}""" },
        { ErrorCode.StoreBusy, Query("{ seizure(id: \"x\") { id } }"), HttpStatusCode.OK, """{"errors":[{"message":"The store is busy. Try again.","locations":[{"line":1,"column":3}],"path":["seizure"],"extensions":{"code":"STORE_BUSY"}}],"data":{"seizure":null}}""" },
        { ErrorCode.Timeout, Query("{ seizure(id: \"x\") { id } }"), HttpStatusCode.ServiceUnavailable, """{"errors":[{"message":"The answer took too long. Ask for less.","extensions":{"code":"TIMEOUT"}}]}""" },
        { ErrorCode.Internal, Query("{ seizure(id: \"x\") { id } }"), HttpStatusCode.OK, """{"errors":[{"message":"The registry failed to answer. Its operator can find the cause under the trace id.","locations":[{"line":1,"column":3}],"path":["seizure"],"extensions":{"code":"INTERNAL","traceId":"TRACE"}}],"data":{"seizure":null}}""" },
    };

    [Theory]
    [MemberData(nameof(Table))]
    public async Task Each_code_has_a_request_that_makes_it_and_one_answer(ErrorCode code, string body, HttpStatusCode status, string expected)
    {
        var registry = faulty.Registry;
        faulty.Store.Instead = code switch
        {
            ErrorCode.StoreBusy => (_, _) => throw new StoreException(Secret, isTransient: true),
            ErrorCode.Internal => (_, _) => throw new StoreException(Secret, isTransient: false, new InvalidOperationException(Secret)),
            ErrorCode.Timeout => (_, ct) => new TaskCompletionSource<Storage.Reading>().Task.WaitAsync(ct),
            _ => null,
        };
        var logged = registry.Log.Own.Count;

        var answer = await registry.SendAsync(
            await registry.TokenOfAsync(code == ErrorCode.Forbidden ? "kz-customs-admin" : "kz-customs-officer"),
            new StringContent(body, Encoding.UTF8, "application/json"));

        faulty.Store.Instead = null;
        var trace = answer.Json.GetProperty("errors")[0].GetProperty("extensions").TryGetProperty("traceId", out var id) ? id.GetString()! : "TRACE";
        Assert.Equal(expected, answer.Text.Replace(trace, "TRACE", StringComparison.Ordinal));
        Assert.Equal(status, answer.Status);
        Assert.Equal(status == HttpStatusCode.ServiceUnavailable, answer.Headers["Retry-After"].Any());
        Assert.Equal("application/graphql-response+json; charset=utf-8", answer.ContentType);
        if (code == ErrorCode.Internal)
        {
            // What the caller must not know, the operator finds in the log.
            var entry = Assert.Single(registry.Log.Own.Skip(logged));
            Assert.Contains(trace, entry.Message, StringComparison.Ordinal);
            Assert.Equal(Secret, entry.Fault!.Message);
        }
    }

    [Fact]
    public void Every_code_is_in_the_table() => Assert.Equal(Enum.GetValues<ErrorCode>(), Table.Select(row => row.Data.Item1).Order());

    public static TheoryData<string, string, string?> BadValues => new()
    {
        { """{ seizures(first: 201) { nodes { id } } }""", "INVALID_VALUE", "first" },
        { """{ seizures(first: -1) { nodes { id } } }""", "INVALID_VALUE", "first" },
        { """{ seizures(first: 99999999999999999999) { nodes { id } } }""", "INVALID_VALUE", null },
        { """{ seizures(first: "5") { nodes { id } } }""", "INVALID_VALUE", null },
        { """{ seizures(after: "nonsense") { nodes { id } } }""", "INVALID_VALUE", "after" },
        { """{ seizures(after: "") { nodes { id } } }""", "INVALID_VALUE", "after" },
        { """{ seizures(filter: { occurredOn: { from: "2013-13" } }) { nodes { id } } }""", "INVALID_VALUE", "filter.occurredOn.from" },
        { """{ seizures(filter: { occurredOn: { from: "0999" } }) { nodes { id } } }""", "INVALID_VALUE", "filter.occurredOn.from" },
        { """{ seizures(filter: { occurredOn: { from: "2014", until: "2013" } }) { nodes { id } } }""", "INVALID_VALUE", "filter.occurredOn" },
        { """{ seizures(filter: { countries: ["kz"] }) { nodes { id } } }""", "INVALID_VALUE", "filter.countries" },
        { """{ seizures(filter: { owners: ["nobody"] }) { nodes { id } } }""", "INVALID_VALUE", "filter.owners" },
        { """{ seizures(filter: { invented: 1 }) { nodes { id } } }""", "INVALID_VALUE", null },
        { """{ seizures(order: SIDEWAYS) { nodes { id } } }""", "INVALID_VALUE", null },
        { """{ identifier(type: CONTAINER, value: "CSQU3054384") { id } }""", "INVALID_VALUE", "value" },
        { """{ identifier(type: PASSPORT, value: "N1234567") { id } }""", "INVALID_VALUE", "country" },
        { """{ species(name: "a\u0000b") { nodes { id } } }""", "INVALID_VALUE", "name" },
        { """{ species(name: "a\u202Eb") { nodes { id } } }""", "INVALID_VALUE", "name" },
        { """{ species(name: "a\u2066b") { nodes { id } } }""", "INVALID_VALUE", "name" },
        { """{ species(name: "a\nb") { nodes { id } } }""", "INVALID_VALUE", "name" },
        { """{ places(filter: { name: "a\u0007" }) { nodes { id } } }""", "INVALID_VALUE", "filter.name" },
        { """{ seizures(filter: { carriers: ["a\u202Eb"] }) { nodes { id } } }""", "INVALID_VALUE", "filter.carriers" },
        { """{ seizure { id } }""", "INVALID_DOCUMENT", null },
        { """{ me { ...Missing } }""", "INVALID_DOCUMENT", null },
        { """query A { me { officer } } query A { me { officer } }""", "INVALID_DOCUMENT", null },
        { """fragment F on Me { officer }""", "INVALID_DOCUMENT", null },
        { """subscription { me { officer } }""", "INVALID_DOCUMENT", null },
        { """mutation { me { officer } }""", "INVALID_DOCUMENT", null },
        { "{ me { officer } } \u0000", "SYNTAX", null },
    };

    [Theory]
    [MemberData(nameof(BadValues))]
    public async Task What_is_wrong_with_a_question_is_said_with_its_field(string question, string code, string? field)
    {
        var answer = await world.Registry.AskAsync("kz-customs-officer", question + " ");

        var error = Assert.Single(answer.Json.GetProperty("errors").EnumerateArray());
        Assert.Equal(code, error.GetProperty("extensions").GetProperty("code").GetString());
        Assert.Equal(field, error.GetProperty("extensions").TryGetProperty("field", out var named) ? named.GetString() : null);
        AssertSaysNothing(answer.Text);
    }

    [Theory]
    [InlineData("""{"query":"{ me { officer } }","variables":[]}""", "BAD_REQUEST")]
    [InlineData("""{"query":"{ me { officer } }","variables":"x"}""", "BAD_REQUEST")]
    [InlineData("""{"query":"{ me { officer } }","extensions":[]}""", "BAD_REQUEST")]
    [InlineData("""{"query":1}""", "BAD_REQUEST")]
    [InlineData("""{"query":""}""", "INVALID_DOCUMENT")]
    [InlineData("""{"query":null}""", "BAD_REQUEST")]
    [InlineData("""{"query":"{ me { officer } }","operationName":7}""", "BAD_REQUEST")]
    [InlineData("""{"query":"{ me { officer } }" """, "BAD_REQUEST")]
    [InlineData("""null""", "BAD_REQUEST")]
    [InlineData("", "BAD_REQUEST")]
    [InlineData("""[{"query":"{ me { officer } }"}]""", "BAD_REQUEST")]
    [InlineData("""{"query":"{ me { officer } } #\ud800"}""", "BAD_REQUEST")]
    [InlineData("""{"query":"query ($n: String!) { species(name: $n) { nodes { id } } }","variables":{"n":"\ud800"}}""", "BAD_REQUEST")]
    [InlineData("""{"query":"{ species(name: \"\\uD800\") { nodes { id } } }"}""", "INVALID_VALUE")]
    [InlineData("""{"query":"query ($n: String!) { species(name: $n) { nodes { id } } }","variables":{"n":7}}""", "INVALID_VALUE")]
    [InlineData("""{"query":"query ($n: String!) { species(name: $n) { nodes { id } } }","variables":{}}""", "INVALID_VALUE")]
    [InlineData("""{"query":"query ($n: String!) { species(name: $n) { nodes { id } } }","variables":{"n":"b\u0000"}}""", "INVALID_VALUE")]
    [InlineData("""{"query":"query ($n: Int) { agencies(first: $n) { nodes { id } } }","variables":{"n":1e400}}""", "INVALID_VALUE")]
    [InlineData("""{"query":"query ($n: Int) { agencies(first: $n) { nodes { id } } }","variables":{"n":99999999999999999999}}""", "INVALID_VALUE")]
    [InlineData("""{"query":"query ($n: Int) { agencies(first: $n) { nodes { id } } }","variables":{"n":2.5}}""", "INVALID_VALUE")]
    [InlineData("""{"query":"{ me { officer } }","operationName":"Other"}""", "INVALID_DOCUMENT")]
    [InlineData("""{"query":"query A { me { officer } } query B { me { officer } }"}""", "INVALID_DOCUMENT")]
    public async Task A_malformed_request_is_told_what_is_wrong(string body, string code)
    {
        var answer = await world.Registry.SendAsync(await world.Registry.TokenOfAsync("kz-customs-officer"), new StringContent(body, Encoding.UTF8, "application/json"));

        Assert.Equal([code], answer.Codes);
        AssertSaysNothing(answer.Text);
    }

    [Fact]
    public async Task Bytes_that_are_no_text_are_a_bad_request()
    {
        var bytes = Encoding.UTF8.GetBytes("""{"query":"{ me { officer } } #XX"}""");
        bytes[^4] = 0xFF;
        using var body = new ByteArrayContent(bytes) { Headers = { ContentType = new("application/json") } };

        Assert.Equal(["BAD_REQUEST"], (await world.Registry.SendAsync(await world.Registry.TokenOfAsync("kz-customs-officer"), body)).Codes);
    }

    [Fact]
    public async Task A_variable_of_a_deep_form_is_refused()
    {
        var deep = string.Concat(Enumerable.Repeat("[", 40)) + string.Concat(Enumerable.Repeat("]", 40));
        using var body = new StringContent("""{"query":"{ me { officer } }","variables":{"a":""" + deep + "}}", Encoding.UTF8, "application/json");

        Assert.Equal(["BAD_REQUEST"], (await world.Registry.SendAsync(await world.Registry.TokenOfAsync("kz-customs-officer"), body)).Codes);
    }

    [Fact]
    public async Task An_answer_that_would_be_too_large_is_an_error_instead()
    {
        // Within every cap of the document and of the plan: one record, two thousand times, two hundred fields each.
        var aliases = string.Join(' ', Enumerable.Range(0, 190).Select(n => $"{new string('a', 90)}{n}: scientificName"));
        var roots = string.Join(' ', Enumerable.Range(0, 10).Select(n => $"n{n}: nodes(ids: $ids) {{ ...All }}"));

        var answer = await world.Registry.AskAsync(
            "kz-customs-officer",
            $"query ($ids: [ID!]!) {{ {roots} }} fragment All on Species {{ {aliases} }}",
            new { ids = Enumerable.Repeat(world.Saiga.ToString(), 200) });

        Assert.Equal(["PLAN_TOO_LARGE"], answer.Codes);
        Assert.InRange(answer.Text.Length, 1, 1000);
    }

    [Fact]
    public async Task Nobody_is_told_what_they_might_have_meant()
    {
        foreach (var question in new[] { "{ seizurs { nodes { id } } }", "{ me { oficer } }", "{ seizures(filtr: {}) { nodes { id } } }", "{ seizures(order: NEWEST) { nodes { id } } }", "{ node(id: \"x\") { ... on Seizur { id } } }", "query ($f: SeizureFilte) { me { officer } }", "{ node(id: 1) { caption } }" })
        {
            AssertSaysNothing((await world.Registry.AskAsync("kz-customs-officer", question)).Text);
        }
    }

    private static void AssertSaysNothing(string text)
    {
        Assert.DoesNotContain("did you mean", text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("GraphQL.", text, StringComparison.Ordinal);
        Assert.DoesNotContain("System.", text, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", text, StringComparison.Ordinal);
        Assert.DoesNotContain("SQLite", text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("INTERNAL", text, StringComparison.Ordinal);
    }

    private static string Query(string document) => JsonSerializer.Serialize(new { query = document });
}
