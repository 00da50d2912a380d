using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using WildlifeRegistry.Tests.Recording;

namespace WildlifeRegistry.Tests.Hosting;

/// <summary>What leaves for a collector: figures and spans of what the registry does, nothing of whom or of what.</summary>
public sealed class TelemetryTests
{
    private const string Name = "Quillfeather Exemplarov", Phone = "+77015550199", Plate = "777ABC05", Reference = "SECRET-REF-77", Narrative = "narrative-nobody-tells", Asked = "askedByNobody";

    [Fact]
    public async Task A_busy_day_is_told_in_figures_and_spans_and_nothing_of_it_by_name()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        await using var registry = await RegistryApplication.StartAsync([.. receiver.Settings, "OTEL_SERVICE_NAME=registry-of-tests", "OTEL_RESOURCE_ATTRIBUTES=deployment.environment=exercise", "Limits:ImportsPerOfficer=1", "Limits:ImportMegabytes=1", "Limits:RefusedPerMinute=2"], new FakeTimeProvider(DateTimeOffset.UtcNow));
        var secrets = await BusyDayAsync(registry);
        await FlushAsync(registry);

        var (traces, metrics, logs) = (receiver.Of("traces"), receiver.Of("metrics"), receiver.Of("logs"));
        Assert.All(new[] { traces, metrics, logs }, signal => Assert.Contains("registry-of-tests", signal, StringComparison.Ordinal));
        Assert.All(new[] { traces, metrics, logs }, signal => Assert.Contains("exercise", signal, StringComparison.Ordinal));
        foreach (var told in new[] { "POST /graphql", "GET /imports/{id}", "commit", "read", "INVALID_VALUE", "http.response.status_code" })
        {
            Assert.Contains(told, traces, StringComparison.Ordinal);
        }

        foreach (var told in new[]
        {
            "registry.limit.reached", "OFFICER_IMPORTS", "ADDRESS_REFUSALS", "BODY", "PLAN", "DOCUMENT", "registry.signin.refused", "NO_TOKEN", "MALFORMED", "registry.errors", "INVALID_VALUE",
            "registry.refusals", "InvalidInput", "VersionConflict", "NotFound", "registry.commit.duration", "committed", "registry.read.duration", "registry.imports", "DONE", "registry.exports", "CSV",
            "registry.requests.active", "registry.answers.active", "registry.answers.waiting", "registry.exports.active", "http.server.request.duration", "kestrel.active_connections",
        })
        {
            Assert.Contains(told, metrics, StringComparison.Ordinal);
        }

        Assert.Contains("Refused: no bearer token.", logs, StringComparison.Ordinal);
        Assert.Contains("Import {Id} has ended, {Phase}", logs, StringComparison.Ordinal);
        foreach (var secret in secrets)
        {
            Assert.All(new[] { traces, metrics, logs }, signal => Assert.DoesNotContain(secret, signal, StringComparison.OrdinalIgnoreCase));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("OTEL_SDK_DISABLED=true")]
    [InlineData("OTEL_TRACES_EXPORTER=none", "OTEL_METRICS_EXPORTER=none", "OTEL_LOGS_EXPORTER=none")]
    public async Task Nothing_is_sent_that_is_not_asked_for(params string[] settings)
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        var isAsked = settings.Any(setting => setting.Length > 0);
        await using var registry = await RegistryApplication.StartAsync(isAsked ? [.. receiver.Settings, .. settings] : []);
        Assert.Equal(HttpStatusCode.OK, (await registry.AskAsync(Notebook.Officer, "{ me { officer } }")).Status);
        await registry.StopAsync();

        // Nothing that could send is there at all, so nothing can come later.
        Assert.Null(registry.Services.GetService<TracerProvider>());
        Assert.Null(registry.Services.GetService<MeterProvider>());
        Assert.Null(registry.Services.GetService<LoggerProvider>());
        Assert.Equal(0, receiver.Count);
    }

    [Fact]
    public async Task One_signal_alone_is_sent_where_one_alone_is_asked_for()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        await using var registry = await RegistryApplication.StartAsync([.. receiver.Settings, "OTEL_TRACES_EXPORTER=none", "OTEL_LOGS_EXPORTER=none"]);
        Assert.Equal(HttpStatusCode.OK, (await registry.AskAsync(Notebook.Officer, "{ me { officer } }")).Status);
        await FlushAsync(registry);

        Assert.Contains("http.server.request.duration", receiver.Of("metrics"), StringComparison.Ordinal);
        Assert.Equal(("", ""), (receiver.Of("traces"), receiver.Of("logs")));
    }

    /// <summary>Stops the registry, so that every request has ended, and waits until all that it has to tell is with the collector.</summary>
    private static async Task FlushAsync(RegistryApplication registry)
    {
        const int Patience = 120_000;
        await registry.StopAsync();
        Assert.True(registry.Services.GetService<TracerProvider>()?.ForceFlush(Patience) ?? true);
        Assert.True(registry.Services.GetService<MeterProvider>()?.ForceFlush(Patience) ?? true);
        Assert.True(registry.Services.GetService<LoggerProvider>()?.ForceFlush(Patience) ?? true);
    }

    /// <summary>All roads once, with what must not be told.</summary>
    private static async Task<List<string>> BusyDayAsync(RegistryApplication registry)
    {
        var book = new Notebook(registry);
        var token = await registry.TokenOfAsync(Notebook.Officer);
        var secrets = new List<string> { Name, "Quillfeather", Phone, Phone[1..], Plate, Reference, Narrative, Asked, "demo-officer", "demo-liaison", "KZ-CUSTOMS", "UZ-CUSTOMS", token, token.Split('.')[1], token.Split('.')[2] };
        var with = new JsonObject { ["narrative"] = Narrative, ["agencyReference"] = Reference, ["suspects"] = new JsonArray(Notebook.Involved(Name, phone: Phone)), ["identifiers"] = new JsonArray(new JsonObject { ["as"] = "CARRIED_BY", ["type"] = "PLATE", ["value"] = Plate }) };
        var recorded = await book.MutateAsync(Notebook.Officer, "recordSeizure", Notebook.Seizure(with), "seizure { id reference links(first: 20) { nodes { id other { id } } } }");
        var seizure = recorded.GetProperty("seizure");
        var id = seizure.GetProperty("id").GetString()!;
        secrets.AddRange([id, seizure.GetProperty("reference").GetString()!, .. seizure.GetProperty("links").GetProperty("nodes").EnumerateArray().SelectMany(link => new[] { link.GetProperty("id").GetString()!, link.GetProperty("other").GetProperty("id").GetString()! })]);

        // Refused, in each way that there is.
        Assert.Equal(["VersionConflict"], Notebook.Refusals(await book.MutateAsync(Notebook.Officer, "amendSeizure", Notebook.Of(new { id, version = 7, narrative = Narrative }), "seizure { id }")));
        Assert.Equal(["NotFound"], Notebook.Refusals(await book.MutateAsync(Notebook.Stranger, "amendSeizure", Notebook.Of(new { id, version = 1, narrative = Narrative }), "seizure { id }")));
        Assert.Equal(["InvalidInput"], Notebook.Refusals(await book.MutateAsync(Notebook.Officer, "amendSeizure", Notebook.Of(new { id, version = 1, occurredOn = Narrative }), "seizure { id }")));
        Assert.Equal(["INVALID_DOCUMENT"], (await registry.AskWithAsync(token, $$"""{ {{Asked}} }""")).Codes);
        Assert.Equal(["INVALID_VALUE"], (await registry.AskWithAsync(token, $$"""{ seizures(filter: { owners: ["{{Asked}}"] }) { nodes { id } } }""")).Codes);
        Assert.Equal(["DOCUMENT_TOO_LARGE"], (await registry.AskWithAsync(token, "{ " + string.Join(' ', Enumerable.Range(0, 2000).Select(number => $"{Asked}{number}: me {{ officer }}")) + " }")).Codes);
        Assert.Equal(["PLAN_TOO_LARGE"], (await registry.AskWithAsync(token, "{ seizures(first: 200) { nodes { links(first: 200) { nodes { other { id } } } } } }")).Codes);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await registry.AskWithAsync(token, "{ me { officer } } #" + new string('x', 300_000))).Status);
        foreach (var wrong in new[] { null, "garbage-" + Asked, null })
        {
            Assert.Contains((await registry.AskWithAsync(wrong, "{ me { officer } }")).Status, new[] { HttpStatusCode.Unauthorized, HttpStatusCode.TooManyRequests });
        }

        // Asked by address, with all that a caller may write into a request.
        using var get = new HttpRequestMessage(new HttpMethod("GET"), "/graphql?query=" + Uri.EscapeDataString($$"""query {{Asked}} { identifier(type: PHONE, value: "{{Phone}}") { id } }""") + "&operationName=" + Asked);
        get.Headers.TryAddWithoutValidation("User-Agent", Asked);
        get.Headers.TryAddWithoutValidation("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
        get.Headers.TryAddWithoutValidation("tracestate", $"vendor={Asked}");
        get.Headers.TryAddWithoutValidation("baggage", $"who={Asked}");
        get.Headers.TryAddWithoutValidation("X-Purpose", Narrative);
        Assert.Equal(HttpStatusCode.OK, (await registry.SendAsync(token, get)).Status);
        using var unknown = new HttpRequestMessage(new HttpMethod("INVENTED" + Asked.ToUpperInvariant()), "/" + Asked);
        Assert.Equal(HttpStatusCode.NotFound, (await registry.SendAsync(token, unknown)).Status);

        // Files in and out.
        var sheet = "Agency reference,Date of seizure,Country of discovery,Species,Quantity,Unit\n" + string.Concat(Enumerable.Range(0, 30).Select(number => $"{Reference}-{number},2024,KZ,horns,1,kg\n")) + $"{Reference}-x,{Narrative},KZ,horns,1,kg\n";
        using var held = await HeldRequest.BeginAsync(registry.Address, token, "/imports?format=seizures", sheet, "text/csv", isLast: true);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await PostAsync(registry, token, sheet)).Status);
        var location = (await held.FinishAsync()).Split("\r\n").Single(line => line.StartsWith("Location: ", StringComparison.Ordinal))["Location: ".Length..];
        secrets.Add(location["/imports/".Length..]);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await PostAsync(registry, await registry.TokenOfAsync(Notebook.Analyst), new string('x', (1 << 20) + 1))).Status);
        Answer state;
        do
        {
            using var ask = new HttpRequestMessage(HttpMethod.Get, location);
            state = await registry.SendAsync(token, ask);
        }
        while (!state.Json.TryGetProperty("endedAt", out _));
        Assert.Equal("DONE", state.Json.GetProperty("phase").GetString());
        using var export = new HttpRequestMessage(HttpMethod.Get, "/exports?kind=seizures&format=csv&carriers=" + Asked);
        Assert.Equal(HttpStatusCode.OK, (await registry.SendAsync(token, export)).Status);
        return secrets;
    }

    private static async Task<Answer> PostAsync(RegistryApplication registry, string token, string sheet)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/imports?format=seizures") { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(sheet)) };
        request.Content.Headers.TryAddWithoutValidation("Content-Disposition", $"attachment; filename=\"{Asked}.csv\"");
        return await registry.SendAsync(token, request);
    }
}
