using GraphQL;
using Microsoft.AspNetCore.DataProtection;
using WildlifeRegistry.Access.Identity;
using WildlifeRegistry.Agencies;
using WildlifeRegistry.Hosting.Traffic;
using WildlifeRegistry.Importing.Reference;
using WildlifeRegistry.Importing.Samples;
using WildlifeRegistry.Places;
using WildlifeRegistry.Records;
using WildlifeRegistry.Storage;
using WildlifeRegistry.Storage.Moving;
using WildlifeRegistry.Storage.Neo4j;
using WildlifeRegistry.Storage.Sqlite;
#if DEMO_IDENTITY
using WildlifeRegistry.DemoIdentity;
#endif

namespace WildlifeRegistry.Hosting;

/// <summary>Puts the registry together: store, access, contract, transport.</summary>
public static partial class RegistryHost
{
    private const string DefaultAddress = "http://127.0.0.1:5080";

    /// <summary>A host that is ready to run; it disposes of the store.</summary>
    /// <exception cref="SettingException">A wrong setting.</exception>
    /// <exception cref="StoreException">The store cannot be opened.</exception>
    public static Task<WebApplication> BuildAsync(string[] args, CancellationToken ct) => BuildAsync(args, TimeProvider.System, adjust: null, ct);

    /// <param name="time">The clock of the store, the issuers and the tokens.</param>
    /// <param name="adjust">The last word on the services: how tests see the log and put a store of their own in place.</param>
    internal static async Task<WebApplication> BuildAsync(string[] args, TimeProvider time, Action<WebApplicationBuilder>? adjust, CancellationToken ct)
    {
        // The program's own settings lie beside it, wherever it is started from.
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.AddSecrets();
        var address = AddressOf(builder.Configuration);
        var traffic = TrafficLimits.From(builder.Configuration);
        var proxies = Proxies.From(builder.Configuration);
        builder.WebHost.UseUrls(address);
        builder.Bound(traffic, proxies);
        builder.Services.AddSingleton(time);
        builder.Services.AddProblemDetails();
        builder.Services.AddDataProtection().UseEphemeralDataProtectionProvider(); // nothing is sealed for longer than the process

        var demo = AddDemo(builder, address);
        var issuers = TrustedIssuer.From(builder.Configuration);
        builder.Services.AddIssuers(issuers, time);
        builder.Services.AddSingleton(issuers);
        builder.Services.AddSingleton<ReaderGate>();
        builder.Services.AddSingleton<IAgencyRegister, AgencyRegister>();

        await AddStoreAsync(builder, time, ct);
        builder.Services.AddSingleton(KindCatalogue.Registry());
        builder.Services.AddSingleton(KindCatalogue.Registry().Disclosure());
        builder.Services.AddSingleton(new PlaceTable());
        builder.Services.AddSingleton<IIdSource, RandomIds>();
        builder.Services.AddSingleton<RegistryParts>();
        builder.Services.AddSingleton(_ => RegistrySchema.Build());
        builder.Services.AddSingleton<IDocumentExecuter, DocumentExecuter>();
        builder.Services.AddSingleton(new DocumentCache());
        builder.Services.AddSingleton(RegistryLimits.From(builder.Configuration));
        builder.Services.AddSingleton(traffic);
        builder.Services.AddSingleton<Admission>();
        builder.Services.AddSingleton<RegistryMeter>();
        builder.Services.AddSingleton<RegistryErrors>();
        builder.Services.AddSingleton<GraphQlEndpoint>();
        builder.AddFiles(StorePathOf(builder.Configuration));

        adjust?.Invoke(builder);
        builder.AddTelemetry(); // last, because who adjusts may clear what logs
        var app = builder.Build();
        if (app.Services.GetRequiredService<SqliteGraphStore>().KeptBeforeUpgrade is { } kept)
        {
            LogUpgraded(app.Services.GetRequiredService<ILogger<SqliteGraphStore>>(), kept);
        }

        proxies.Use(app);
        app.Use(Transport.Headers);
        app.UseExceptionHandler();
        app.MapHealth();
        app.Map("/graphql", (HttpContext context, GraphQlEndpoint endpoint) => endpoint.AnswerAsync(context));
        app.MapFiles();
        demo(app);
        app.Services.GetRequiredService<GraphQlEndpoint>(); // a contract that does not fit its bindings stops the start
        await new ReferenceLoader(
            app.Services.GetRequiredService<IGraphStore>(),
            app.Services.GetRequiredService<IStoreMaintenance>(),
            app.Services.GetRequiredService<RegistryKeys>()).LoadAsync(ct);
        if (WantsSamples(app))
        {
            await ActivatorUtilities.CreateInstance<SampleLoader>(app.Services).LoadAsync(ct);
        }

        return app;
    }

    /// <summary>Checks the store that the settings name, without serving it.</summary>
    /// <returns>The store's path, and what was found.</returns>
    /// <exception cref="StoreException">It is not there, or not one that this program can check.</exception>
    internal static async Task<(string Path, CheckReport Report)> CheckAsync(string[] args, CancellationToken ct)
    {
        var path = StorePathOf(args);
        return (path, await SqliteGraphStore.CheckAsync(path, KindCatalogue.Registry(), ct));
    }

    /// <summary>Copies the store that the settings name into one file, whether or not a process serves it.</summary>
    /// <returns>The store's path, and what the check of the copy found: with a fault there is no copy.</returns>
    /// <exception cref="StoreException">There is no store that can be copied, or the file cannot be made.</exception>
    internal static async Task<(string Path, CheckReport Report)> BackupAsync(string[] args, string file, CancellationToken ct)
    {
        var path = StorePathOf(args);
        return (path, await SqliteGraphStore.BackupAsync(path, file, KindCatalogue.Registry(), TimeProvider.System, ct));
    }

    /// <summary>Makes the store that the settings name of a backup; its place must be empty.</summary>
    /// <returns>The store's path, and what the check found: with a fault nothing was restored.</returns>
    /// <exception cref="StoreException">There is no backup that can be restored, or the place is not empty.</exception>
    internal static async Task<(string Path, CheckReport Report)> RestoreAsync(string[] args, string file, CancellationToken ct)
    {
        var path = StorePathOf(args);
        return (path, await SqliteGraphStore.RestoreAsync(file, path, KindCatalogue.Registry(), TimeProvider.System, ct));
    }

    /// <summary>Moves a whole registry into an empty store.</summary>
    /// <param name="from">The store: <c>sqlite:PATH</c> or <c>neo4j:URI</c>, with the settings' database, user and password.</param>
    /// <param name="to">The empty place, likewise.</param>
    /// <returns>The digest of everything, the same of both, and how many things of each sort were moved.</returns>
    /// <exception cref="CommandException">One of the two is no store's name.</exception>
    /// <exception cref="StoreException">One of the two cannot be used, or not everything arrived.</exception>
    internal static async Task<(string Digest, IReadOnlyList<CheckCount> Counts)> MoveAsync(string[] args, string from, string to, CancellationToken ct)
    {
        var (time, natures) = (TimeProvider.System, KindCatalogue.Registry().Natures());
        var configuration = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory }).Configuration;
        configuration.AddSecrets();
        await using var source = await Movable(
            from,
            path => Task.FromResult<IMovedStore>(SqliteMove.Read(path)),
            async uri => await Neo4jMove.ReadAsync(Neo4jSettings.From(configuration) with { Uri = Neo4jSettings.Address(uri, "--from neo4j:") }, time, ct));
        await using var target = await Movable(
            to,
            path => Task.FromResult<IMovedStore>(SqliteMove.Fill(path, source.Secret, source.Name, time.GetUtcNow())),
            async uri => await Neo4jMove.FillAsync(Neo4jSettings.From(configuration) with { Uri = Neo4jSettings.Address(uri, "--to neo4j:") }, natures, source.Secret, source.Name, time, ct));
        var digest = await Move.RunAsync(source, target, ct);
        return (digest.ToString(), digest.Counts);
    }

    private static Task<IMovedStore> Movable(string name, Func<string, Task<IMovedStore>> sqlite, Func<string, Task<IMovedStore>> neo4j) => name.Split(':', 2) switch
    {
        ["sqlite", { Length: > 0 } path] => sqlite(path),
        ["neo4j", { Length: > 0 } uri] => neo4j(uri),
        _ => throw new CommandException($"{name} names no store: that is sqlite:PATH or neo4j:URI, e.g. neo4j:http://127.0.0.1:7474."),
    };

    /// <summary>In Development unless said otherwise; elsewhere only when asked for.</summary>
    private static bool WantsSamples(WebApplication app)
    {
        var text = app.Configuration["Store:Samples"] ?? (app.Environment.IsDevelopment() ? "true" : "false");
        return bool.TryParse(text, out var wanted) ? wanted : throw new SettingException("Store:Samples", text, "true or false");
    }

    /// <summary>Where the registry listens, as configured.</summary>
    internal static string AddressOf(IConfiguration configuration) => configuration["urls"] ?? DefaultAddress;

    private static async Task AddStoreAsync(WebApplicationBuilder builder, TimeProvider time, CancellationToken ct)
    {
        var engine = builder.Configuration["Store:Engine"] ?? "sqlite";
        if (!string.Equals(engine, "sqlite", StringComparison.OrdinalIgnoreCase))
        {
            throw new SettingException("Store:Engine", engine, "sqlite");
        }

        var store = await SqliteGraphStore.OpenAsync(StorePathOf(builder.Configuration), KindCatalogue.Registry().Disclosure(), time, logger: null, ct);
        builder.Services.AddSingleton(_ => store); // by a factory, so that the host disposes of it
        builder.Services.AddSingleton<IGraphStore>(services => ActivatorUtilities.CreateInstance<MeteredStore>(services, (IGraphStore)services.GetRequiredService<SqliteGraphStore>()));
        builder.Services.AddSingleton<IGroupRegister>(services => services.GetRequiredService<SqliteGraphStore>());
        builder.Services.AddSingleton<IStoreMaintenance>(services => services.GetRequiredService<SqliteGraphStore>());
        builder.Services.AddSingleton(store.Keys);
    }

    private static string StorePathOf(string[] args) =>
        StorePathOf(WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory }).Configuration);

    private static string StorePathOf(ConfigurationManager configuration)
    {
        var engine = configuration["Store:Engine"] ?? "sqlite";
        return string.Equals(engine, "sqlite", StringComparison.OrdinalIgnoreCase)
            ? configuration["Store:Sqlite:Path"] ?? Path.Combine("data", "registry.db")
            : throw new SettingException("Store:Engine", engine, "sqlite");
    }

    /// <summary>Outside Release, in Development: the demo issuers are trusted through the same settings as any other.</summary>
    private static Action<WebApplication> AddDemo(WebApplicationBuilder builder, string address)
    {
#if DEMO_IDENTITY
        if (builder.Environment.IsDevelopment() && !builder.Configuration.GetSection("Issuers").Exists())
        {
            var endpoints = builder.Configuration.GetSection("Kestrel:Endpoints").GetChildren().Select(endpoint => endpoint["Url"] ?? "");
            DemoEndpoints.Guard(builder.Environment.IsDevelopment(), address.Split(';').Concat(endpoints));
            var server = address.Split(';')[0];
            builder.Configuration.AddInMemoryCollection(DemoIssuers.Agencies.SelectMany((agency, number) => new Dictionary<string, string?>(StringComparer.Ordinal)
            {
                [$"Issuers:{number}:Agency"] = agency,
                [$"Issuers:{number}:Issuer"] = DemoIssuers.IssuerOf(server, agency),
                [$"Issuers:{number}:Audience"] = DemoIssuers.Audience,
            }));
            builder.Services.AddSingleton<DemoIssuers>();
            return app => app.MapDemoIdentity(server);
        }
#endif
        _ = address;
        return static _ => { };
    }

    [LoggerMessage(2003, LogLevel.Warning, "The store was of an older program and has been brought up to date; as it was, it lies at {Kept}.")]
    private static partial void LogUpgraded(ILogger logger, string kept);
}
