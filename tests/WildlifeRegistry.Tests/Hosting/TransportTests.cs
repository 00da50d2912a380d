using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Json;

namespace WildlifeRegistry.Tests.Hosting;

/// <summary>GraphQL over HTTP, as the specification's own audits and this registry's rules have it.</summary>
public sealed class TransportTests(SampleWorld world)
{
    /// <summary>How many audits the pinned package has: one that stops running is noticed.</summary>
    private const int Audits = 61;

    private static readonly string Audit = Path.Combine(ContractFiles.Root, "tests", "graphql-http");
    private const string Modern = "application/graphql-response+json; charset=utf-8", Legacy = "application/json; charset=utf-8";
    private const string Me = """{"query":"{ me { officer } }"}""";

    [Fact]
    public async Task All_audits_of_the_specification_pass()
    {
        var token = await world.Registry.TokenOfAsync("kz-customs-officer");
        if (!Directory.Exists(Path.Combine(Audit, "node_modules", "graphql-http")))
        {
            await RunAsync("npm", "ci --no-audit --no-fund");
        }

        var lines = (await RunAsync("node", "run.mjs", ("AUDIT_URL", new Uri(world.Registry.Address, "/graphql").ToString()), ("AUDIT_TOKEN", token)))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var failed = lines.Where(line => JsonDocument.Parse(line).RootElement.GetProperty("status").GetString() != "ok");
        Assert.True(!failed.Any(), string.Join('\n', failed));
        Assert.Equal(Audits, lines.Length);
    }

    [Theory]
    [InlineData("application/graphql-response+json", Modern)]
    [InlineData("application/json", Legacy)]
    [InlineData("*/*", Legacy)]
    [InlineData("application/*", Legacy)]
    [InlineData("text/html, application/json;q=0.5", Legacy)]
    [InlineData("application/json;q=0.5, application/graphql-response+json", Modern)]
    [InlineData("APPLICATION/GRAPHQL-RESPONSE+JSON; charset=utf-8", Modern)]
    [InlineData(null, Legacy)]
    public async Task The_answer_has_the_form_that_the_caller_takes(string? accept, string expected)
    {
        var answer = await PostAsync(Me, accept: accept);

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Equal(expected, answer.ContentType);
        Assert.Equal("KZ-CUSTOMS/demo-officer", answer.TextAt("me.officer"));
    }

    [Theory]
    [InlineData("text/html")]
    [InlineData("application/xml, text/*")]
    [InlineData("nonsense")]
    [InlineData("application/json;q=0")]
    public async Task A_caller_who_takes_neither_form_is_told_so(string accept) => AssertProblem(HttpStatusCode.NotAcceptable, await PostAsync(Me, accept: accept));

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/graphql")]
    [InlineData("multipart/form-data; boundary=x")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("application/json; charset=utf-16")]
    [InlineData("application/json; charset=windows-1251")]
    [InlineData(null)]
    public async Task A_body_of_another_type_is_refused(string? type) => AssertProblem(HttpStatusCode.UnsupportedMediaType, await PostAsync(Me, type));

    [Theory]
    [InlineData("application/json; charset=utf-8")]
    [InlineData("application/json; charset=UTF-8")]
    [InlineData("Application/JSON")]
    [InlineData("application/json; charset=\"utf-8\"")]
    public async Task A_body_of_the_right_type_is_read_however_it_is_written(string type) => Assert.Equal(HttpStatusCode.OK, (await PostAsync(Me, type)).Status);

    [Theory]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    [InlineData("PATCH")]
    [InlineData("HEAD")]
    [InlineData("OPTIONS")]
    [InlineData("INVENTED")]
    public async Task Only_get_and_post_are_answered(string method)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), "/graphql");
        var answer = await world.Registry.SendAsync(await world.Registry.TokenOfAsync("kz-customs-officer"), request);

        Assert.Equal(HttpStatusCode.MethodNotAllowed, answer.Status);
        Assert.Equal("GET,POST", string.Join(',', answer.Headers["Allow"].SelectMany(value => value.Split(", "))));
    }

    [Fact]
    public async Task Get_answers_queries()
    {
        var answer = await GetAsync("?query=" + Uri.EscapeDataString("query A($first: Int) { agencies(first: $first) { nodes { code } } } query B { me { officer } }") + "&operationName=A&variables=" + Uri.EscapeDataString("{\"first\":2}"));

        Assert.Equal(2, answer.At("agencies.nodes").GetArrayLength());
    }

    [Theory]
    [InlineData("mutation { recordSeizure }")]
    [InlineData("subscription { anything }")]
    public async Task Get_changes_nothing(string document)
    {
        var answer = await GetAsync("?query=" + Uri.EscapeDataString(document));

        AssertProblem(HttpStatusCode.MethodNotAllowed, answer);
        Assert.Equal(["POST"], answer.Headers["Allow"]);
    }

    [Fact]
    public async Task Get_of_a_document_with_a_change_answers_its_queries_alone()
    {
        var document = Uri.EscapeDataString("query Q { me { officer } } mutation M { anything }");

        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await GetAsync($"?query={document}&operationName=M")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await GetAsync($"?query={document}")).Status);
    }

    [Theory]
    [InlineData("")]
    [InlineData("?query=")]
    [InlineData("?query=%7B+me+%7B+officer+%7D+%7D&variables=%5B%5D")]
    [InlineData("?query=%7B+me+%7B+officer+%7D+%7D&variables=%7B")]
    public async Task A_get_that_is_no_request_is_told_so(string query) => Assert.Equal(["BAD_REQUEST"], (await GetAsync(query)).Codes);

    [Fact]
    public async Task Without_a_token_nothing_else_is_looked_at()
    {
        foreach (var method in new[] { "GET", "POST", "PUT", "OPTIONS" })
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), "/graphql");
            AssertProblem(HttpStatusCode.Unauthorized, await world.Registry.SendAsync(null, request));
        }
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/graphql/schema")]
    [InlineData("/graphiql")]
    [InlineData("/health")]
    [InlineData("/swagger")]
    [InlineData("/demo")]
    public async Task An_unknown_path_is_not_there(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        var answer = await world.Registry.SendAsync(await world.Registry.TokenOfAsync("kz-customs-officer"), request);

        Assert.Equal(HttpStatusCode.NotFound, answer.Status);
        AssertHeaders(answer);
    }

    [Fact]
    public async Task Every_answer_says_not_to_keep_it_nor_to_guess_its_type()
    {
        AssertHeaders(await PostAsync(Me));
        AssertHeaders(await PostAsync(Me, "text/plain"));
        AssertHeaders(await GetAsync("?query=x"));
        using var health = new HttpRequestMessage(HttpMethod.Get, "/health/live");
        var answer = await world.Registry.SendAsync(null, health);
        AssertHeaders(answer);
        Assert.Empty(answer.Headers["Server"]);
    }

    private static void AssertHeaders(Answer answer)
    {
        Assert.Equal(["nosniff"], answer.Headers["X-Content-Type-Options"]);
        Assert.Contains("no-store", answer.Headers["Cache-Control"]);
        Assert.Equal(["default-src 'none'; frame-ancestors 'none'"], answer.Headers["Content-Security-Policy"]);
        Assert.Equal(["no-referrer"], answer.Headers["Referrer-Policy"]);
        Assert.Empty(answer.Headers["Strict-Transport-Security"]); // this registry is asked by http
    }

    private static void AssertProblem(HttpStatusCode status, Answer answer)
    {
        Assert.Equal(status, answer.Status);
        Assert.Equal("application/problem+json", answer.ContentType);
        Assert.Equal((int)status, answer.Json.GetProperty("status").GetInt32());
    }

    private async Task<Answer> PostAsync(string body, string? type = "application/json", string? accept = "application/graphql-response+json")
    {
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        if (type is not null)
        {
            content.Headers.TryAddWithoutValidation("Content-Type", type);
        }

        using var request = new HttpRequestMessage(HttpMethod.Post, "/graphql") { Content = content };
        if (accept is not null)
        {
            request.Headers.TryAddWithoutValidation("Accept", accept);
        }

        return await world.Registry.SendAsync(await world.Registry.TokenOfAsync("kz-customs-officer"), request);
    }

    private async Task<Answer> GetAsync(string query)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/graphql" + query);
        request.Headers.TryAddWithoutValidation("Accept", "application/graphql-response+json");
        return await world.Registry.SendAsync(await world.Registry.TokenOfAsync("kz-customs-officer"), request);
    }

    /// <summary>What a program prints in the audit's folder; it must end well.</summary>
    private static async Task<string> RunAsync(string program, string arguments, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = Audit, UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        var faults = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, await faults);
        return output;
    }
}
