using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using WildlifeRegistry.Access;
using WildlifeRegistry.Hosting;
using WildlifeRegistry.Records;
using WildlifeRegistry.Storage;

namespace WildlifeRegistry.Benchmarks;

/// <summary>The real host over a seeded store, asked over HTTP on loopback with a signed token.</summary>
internal sealed class BenchmarkHost : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly BenchmarkIssuer issuer;

    private BenchmarkHost(WebApplication app, BenchmarkIssuer issuer, SeededStore seeded, string path)
    {
        this.app = app;
        this.issuer = issuer;
        Seeded = seeded;
        StorePath = path;
    }

    public SeededStore Seeded { get; }

    public string StorePath { get; }

    /// <param name="folder">Where the store is made, or was made before.</param>
    public static async Task<BenchmarkHost> StartAsync(string folder, int seizures, CancellationToken ct)
    {
        var directory = await BenchmarkIssuer.StartAsync();
        var path = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"seeded-{seizures}.db"));
        string[] agencies = ["KZ-CUSTOMS", "TM-PROSECUTOR"];
        var host = await RegistryHost.BuildAsync(
            [
                "--urls", "http://127.0.0.1:0", "--environment", "Production", "--Store:Sqlite:Path", path, "--Logging:LogLevel:Default", "Warning",
                "--Limits:RequestsPerSecond", "100000", "--Limits:RequestBurst", "100000", "--Limits:RequestsPerOfficer", "1000", "--Limits:AnswersPerOfficer", "64", "--Limits:AnswersAtOnce", "64",
                .. agencies.SelectMany((agency, number) => new[]
                {
                    $"--Issuers:{number}:Agency", agency,
                    $"--Issuers:{number}:Issuer", directory.AddressOf(agency),
                    $"--Issuers:{number}:Audience", BenchmarkIssuer.Application,
                }),
            ],
            ct);
        var seeded = new SeededStore(1, seizures, host.Services.GetRequiredService<RegistryKeys>());
        await seeded.FillAsync(host.Services.GetRequiredService<IGraphStore>(), host.Services.GetRequiredService<IStoreMaintenance>(), ct);
        await host.StartAsync(ct);
        return new BenchmarkHost(host, directory, seeded, path);
    }

    /// <summary>A caller of an agency, on one connection that stays open.</summary>
    public Caller Of(AgencyCode agency, string role = "ANALYST") => new(new Uri(app.Urls.First() + "/graphql"), issuer.Token(agency, role));

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        await issuer.DisposeAsync();
    }
}

/// <summary>Asks GraphQL over HTTP.</summary>
internal sealed class Caller : IDisposable
{
    private static readonly MediaTypeHeaderValue Json = new("application/json");

    private readonly HttpClient client = new();
    private readonly Uri address;

    public Caller(Uri address, string token)
    {
        this.address = address;
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    /// <summary>The body of a request, made before the clock runs.</summary>
    public static byte[] Body(string query, object? variables = null, string? operation = null) =>
        JsonSerializer.SerializeToUtf8Bytes(new { query, operationName = operation, variables });

    /// <summary>The whole answer's bytes.</summary>
    public async Task<byte[]> AskAsync(byte[] body)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = Json;
        using var response = await client.PostAsync(address, content);
        return await response.Content.ReadAsByteArrayAsync();
    }

    /// <summary>The data of an answer that must have no errors.</summary>
    public async Task<JsonElement> DataAsync(byte[] body)
    {
        using var document = JsonDocument.Parse(await AskAsync(body));
        var root = document.RootElement;
        return root.TryGetProperty("data", out var data) && !root.TryGetProperty("errors", out _)
            ? data.Clone()
            : throw new InvalidOperationException("The registry answered: " + root);
    }

    public void Dispose() => client.Dispose();
}
