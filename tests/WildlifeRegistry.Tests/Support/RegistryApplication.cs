using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using WildlifeRegistry.Access;
using WildlifeRegistry.Agencies;
using WildlifeRegistry.DemoIdentity;
using WildlifeRegistry.Hosting;
using WildlifeRegistry.Records;
using WildlifeRegistry.Storage;
using WildlifeRegistry.Storage.Sqlite;

namespace WildlifeRegistry.Tests.Support;

/// <summary>
/// The registry as its callers meet it: the real host on loopback, a store of its own that holds the reference data,
/// and the demo personas. Nothing of the pipeline is rebuilt here.
/// </summary>
public sealed class RegistryApplication : IAsyncDisposable
{
    /// <summary>Room for as many tests as share one registry and its personas: the limits are on, and the tests of limits set their own.</summary>
    public static readonly string[] Roomy =
    [
        "--Limits:RequestsPerSecond=100000", "--Limits:RequestBurst=100000", "--Limits:RequestsPerOfficer=10000", "--Limits:Requests=10000", "--Limits:AnswersPerOfficer=16",
        "--Limits:WaitSeconds=300", "--Limits:RefusedPerMinute=1000000",
    ];

    private readonly WebApplication host;
    private readonly string storeFolder;

    private RegistryApplication(WebApplication host, string storeFolder, LogCapture log, Uri address)
    {
        this.host = host;
        this.storeFolder = storeFolder;
        Log = log;
        Address = address;
        Http = new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, Expect100ContinueTimeout = TimeSpan.FromMinutes(1) }) { BaseAddress = address };
    }

    public Uri Address { get; }

    /// <summary>A client that brings no token.</summary>
    public HttpClient Http { get; }

    public LogCapture Log { get; }

    public IServiceProvider Services => host.Services;

    public string StorePath => Path.Combine(storeFolder, "registry.db");

    public SqliteGraphStore Store => Services.GetRequiredService<SqliteGraphStore>();

    public RegistryKeys Keys => Services.GetRequiredService<RegistryKeys>();

    /// <summary>Every row of every table, as text: two dumps are equal exactly where nothing was changed.</summary>
    public async Task<string> DumpAsync()
    {
        var dump = new StringBuilder();
        await using var connection = new SqliteConnection($"Data Source={Path.Combine(storeFolder, "registry.db")};Pooling=False");
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        var tables = new List<string>();
        await using (var names = connection.CreateCommand())
        {
            names.CommandText = "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name";
            await using var reading = await names.ExecuteReaderAsync(TestContext.Current.CancellationToken);
            while (await reading.ReadAsync(TestContext.Current.CancellationToken))
            {
                tables.Add(reading.GetString(0));
            }
        }

        foreach (var table in tables)
        {
            dump.AppendLine(table);
            await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // the store's own names
            command.CommandText = $"SELECT * FROM \"{table}\"";
#pragma warning restore CA2100
            await using var reading = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
            while (await reading.ReadAsync(TestContext.Current.CancellationToken))
            {
                for (var column = 0; column < reading.FieldCount; column++)
                {
                    dump.Append(reading.GetValue(column) is byte[] bytes ? Convert.ToHexString(bytes) : Convert.ToString(reading.GetValue(column), CultureInfo.InvariantCulture)).Append('|');
                }

                dump.AppendLine();
            }
        }

        return dump.ToString();
    }

    /// <summary>Starts the registry.</summary>
    /// <param name="settings">As on the command line, e.g. <c>Limits:ExecutionSeconds=1</c>; they win over what is set here.</param>
    /// <param name="adjust">The last word on the services.</param>
    /// <param name="isEmpty">True for a store that does not hold the reference data yet: it is loaded by this start.</param>
    /// <param name="store">A closed store to start from, which is copied.</param>
    public static async Task<RegistryApplication> StartAsync(
        IEnumerable<string>? settings = null,
        TimeProvider? time = null,
        Action<WebApplicationBuilder>? adjust = null,
        bool isEmpty = false,
        string? store = null)
    {
        var folder = Directory.CreateTempSubdirectory("wildlife-registry-").FullName;
        var path = Path.Combine(folder, "registry.db");
        if (!isEmpty)
        {
            File.Copy(store ?? await ReferenceStore.PathAsync(), path);
        }

        for (var attempt = 1; ; attempt++)
        {
            var address = new Uri($"http://127.0.0.1:{FreePort()}");
            var log = new LogCapture();
            string[] args =
            [
                "--environment=Development", $"--urls={address}", $"--Store:Sqlite:Path={path}", "--Store:Samples=false", .. Roomy,
                .. (settings ?? []).Select(setting => "--" + setting),
            ];
            var app = await RegistryHost.BuildAsync(
                args,
                time ?? TimeProvider.System,
                builder =>
                {
                    builder.Logging.ClearProviders().AddProvider(log);
                    adjust?.Invoke(builder);
                },
                TestContext.Current.CancellationToken);
            try
            {
                await app.StartAsync(TestContext.Current.CancellationToken);
                return new RegistryApplication(app, folder, log, address);
            }
            catch (IOException fault) when (fault.InnerException is AddressInUseException && attempt < 10)
            {
                await app.DisposeAsync(); // somebody else took the port in between
            }
        }
    }

    /// <summary>Makes a store that holds the reference data.</summary>
    public static async Task CopyReferenceAsync(string path) => File.Copy(await ReferenceStore.PathAsync(), path);

    /// <summary>The reader that the registry makes of a persona.</summary>
    public Reader ReaderOf(string persona)
    {
        var known = DemoPersona.All.Single(one => one.Name == persona);
        var agency = new AgencyCode(known.Agency);
        return new Reader(
            new OfficerId(known.Agency + "/" + known.Subject),
            agency,
            Services.GetRequiredService<IAgencyRegister>().Find(agency)!.Country,
            [Enum.Parse<Role>(known.Role, ignoreCase: true)],
            []);
    }

    /// <summary>Signs a demo persona in.</summary>
    public async Task<string> TokenOfAsync(string persona)
    {
        using var answer = await Http.PostAsJsonAsync("/demo/token", new { persona }, TestContext.Current.CancellationToken);
        answer.EnsureSuccessStatusCode();
        var body = await answer.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
        return body.GetProperty("access_token").GetString()!;
    }

    /// <summary>Signs an officer of a demo directory in who is none of the personas.</summary>
    public string TokenOf(string agency, string subject, string role) =>
        Services.GetRequiredService<DemoIssuers>().Token(Address.ToString(), new DemoPersona("", agency, subject, role));

    /// <summary>Asks as a demo persona.</summary>
    /// <param name="question">A document, or the name of an operation of the contract.</param>
    public async Task<Answer> AskAsync(string persona, string question, object? variables = null, string? operationName = null) =>
        await AskWithAsync(await TokenOfAsync(persona), question, variables, operationName);

    /// <summary>Asks with a token.</summary>
    public Task<Answer> AskWithAsync(string? token, string question, object? variables = null, string? operationName = null)
    {
        if (!question.Contains('{', StringComparison.Ordinal))
        {
            operationName = question;
            question = ContractFiles.DocumentWith(question);
        }

        return SendAsync(token, JsonContent.Create(new { query = question, operationName, variables }));
    }

    /// <summary>Sends a body to the GraphQL endpoint as it is.</summary>
    public async Task<Answer> SendAsync(string? token, HttpContent body, string accept = "application/graphql-response+json")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/graphql") { Content = body };
        request.Headers.TryAddWithoutValidation("Accept", accept);
        return await SendAsync(token, request);
    }

    /// <summary>Sends a request as it is.</summary>
    public async Task<Answer> SendAsync(string? token, HttpRequestMessage request)
    {
        if (token is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        using var answer = await Http.SendAsync(request, TestContext.Current.CancellationToken);
        return await Answer.OfAsync(answer);
    }

    /// <summary>Writes to the store as an officer; the change must be possible.</summary>
    public async Task<CommitResult.Committed> WriteAsync(ChangeSet changes, Reader author) =>
        Assert.IsType<CommitResult.Committed>(await Services.GetRequiredService<IGraphStore>().CommitAsync(changes, author, TestContext.Current.CancellationToken));

    /// <summary>Stops it as SIGTERM does: it ends once every request that was on its way is answered.</summary>
    public Task StopAsync() => host.StopAsync(TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await host.DisposeAsync();
        Directory.Delete(storeFolder, recursive: true);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>A closed store that holds the reference data, made once: loading ten thousand taxa for each test would cost minutes.</summary>
    private static class ReferenceStore
    {
        private static readonly Lazy<Task<string>> Made = new(MakeAsync);

        public static Task<string> PathAsync() => Made.Value;

        private static async Task<string> MakeAsync()
        {
            var folder = Directory.CreateTempSubdirectory("wildlife-reference-").FullName;
            AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
            var path = Path.Combine(folder, "registry.db");
            await using var app = await RegistryHost.BuildAsync(
                [$"--Store:Sqlite:Path={path}", "--Store:Samples=false", "--environment=Production"],
                TimeProvider.System,
                builder => builder.Logging.ClearProviders(),
                CancellationToken.None);
            return path;
        }
    }
}
