using GraphQL;
using GraphQL.Types;
using Microsoft.AspNetCore.DataProtection;
using WildlifeRegistry.Access;
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

    /// <summary>Runs the registry until it is stopped.</summary>
    /// <exception cref="SettingException">A wrong setting.</exception>
    /// <exception cref="StoreException">The store cannot be opened, as was found at the start or once it came.</exception>
    public static async Task RunAsync(string[] args, CancellationToken ct)
    {
        await using var app = await BuildAsync(args, ct);
        var opening = app.Services.GetRequiredService<StoreOpening>();
        await app.RunAsync(ct); // when it returns, its services are gone
        if (opening.Failure is { } failure)
        {
            throw failure;
        }
    }

    /// <summary>A host that is ready to run; it disposes of the store.</summary>
    /// <exception cref="SettingException">A wrong setting.</exception>
    /// <exception cref="StoreException">The store cannot be opened.</exception>
    public static Task<WebApplication> BuildAsync(string[] args, CancellationToken ct) => BuildAsync(args, TimeProvider.System, adjust: null, ct);

    /// <param name="time">The clock of the store, the issuers and the tokens.</param>
    /// <param name="adjust">The last word on the services: how tests see the log and put a store of their own in place.</param>
    /// <param name="mayWait">True for a host that runs, and may so before a store on another machine is up.</param>
    internal static async Task<WebApplication> BuildAsync(string[] args, TimeProvider time, Action<WebApplicationBuilder>? adjust, CancellationToken ct, bool mayWait = true)
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

        var opening = await AddStoreAsync(builder, time, mayWait, ct);
        builder.Services.AddSingleton(KindCatalogue.Registry());
        builder.Services.AddSingleton<KeptValues>();
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
        builder.AddFiles(FolderOf(builder.Configuration));

        adjust?.Invoke(builder);
        builder.AddTelemetry(); // last, because who adjusts may clear what logs
        var app = builder.Build();
        if (app.Services.GetService<SqliteGraphStore>()?.KeptBeforeUpgrade is { } kept)
        {
            LogUpgraded(app.Services.GetRequiredService<ILogger<SqliteGraphStore>>(), kept);
        }

        proxies.Use(app);
        app.Use(Transport.Headers);
        app.UseExceptionHandler();
        opening.Guard(app);
        app.MapHealth();
        app.Map("/graphql", (HttpContext context, GraphQlEndpoint endpoint) => endpoint.AnswerAsync(context));
        app.MapFiles();
        demo(app);
        app.Services.GetRequiredService<ISchema>(); // a contract that does not fit its bindings stops the start
        var wantsSamples = WantsSamples(app);
        await opening.TakeAsync(loading => LoadAsync(app.Services, wantsSamples, loading), ct);
        return app;
    }

    private static async Task LoadAsync(IServiceProvider services, bool wantsSamples, CancellationToken ct)
    {
        await ActivatorUtilities.CreateInstance<ReferenceLoader>(services).LoadAsync(ct);
        if (wantsSamples)
        {
            await ActivatorUtilities.CreateInstance<SampleLoader>(services).LoadAsync(ct);
        }
    }

    /// <summary>Checks the store that the settings name, without serving it.</summary>
    /// <returns>Where the store is, and what was found.</returns>
    /// <exception cref="StoreException">It is not there, or not one that this program can check.</exception>
    internal static async Task<(string Path, CheckReport Report)> CheckAsync(string[] args, CancellationToken ct)
    {
        var configuration = ConfigurationOf(args);
        if (IsNeo4j(configuration))
        {
            var settings = Neo4jSettings.From(configuration);
            return ($"{settings.Uri} {settings.Database}", await Neo4jGraphStore.CheckAsync(settings, KindCatalogue.Registry(), TimeProvider.System, ct));
        }

        var path = StorePathOf(configuration);
        return (path, await SqliteGraphStore.CheckAsync(path, KindCatalogue.Registry(), ct));
    }

    /// <summary>Copies the store that the settings name into one file, whether or not a process serves it.</summary>
    /// <returns>The store's path, and what the check of the copy found: with a fault there is no copy.</returns>
    /// <exception cref="CommandException">Its engine makes its own.</exception>
    /// <exception cref="StoreException">There is no store that can be copied, or the file cannot be made.</exception>
    internal static async Task<(string Path, CheckReport Report)> BackupAsync(string[] args, string file, CancellationToken ct)
    {
        var path = FileOf(args, "backup", "neo4j-admin database dump", "--from neo4j:... --to sqlite:FILE makes a file of the registry");
        return (path, await SqliteGraphStore.BackupAsync(path, file, KindCatalogue.Registry(), TimeProvider.System, ct));
    }

    /// <summary>Makes the store that the settings name of a backup; its place must be empty.</summary>
    /// <returns>The store's path, and what the check found: with a fault nothing was restored.</returns>
    /// <exception cref="CommandException">Its engine restores its own.</exception>
    /// <exception cref="StoreException">There is no backup that can be restored, or the place is not empty.</exception>
    internal static async Task<(string Path, CheckReport Report)> RestoreAsync(string[] args, string file, CancellationToken ct)
    {
        var path = FileOf(args, "restore", "neo4j-admin database load", "--from sqlite:FILE --to neo4j:... makes a registry of a file");
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
        var configuration = ConfigurationOf(args);
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

    /// <summary>The file of an embedded store.</summary>
    /// <param name="instead">Neo4j's own command.</param>
    /// <param name="move">What the verb move does there.</param>
    private static string FileOf(string[] args, string verb, string instead, string move)
    {
        var configuration = ConfigurationOf(args);
        return IsNeo4j(configuration)
            ? throw new CommandException($"Store:Engine is neo4j: what {verb} does is done there by {instead} (the server stopped), and move {move}.")
            : StorePathOf(configuration);
    }

    /// <summary>In Development unless said otherwise; elsewhere only when asked for.</summary>
    private static bool WantsSamples(WebApplication app)
    {
        var text = app.Configuration["Store:Samples"] ?? (app.Environment.IsDevelopment() ? "true" : "false");
        return bool.TryParse(text, out var wanted) ? wanted : throw new SettingException("Store:Samples", text, "true or false");
    }

    /// <summary>Where the registry listens, as configured.</summary>
    internal static string AddressOf(IConfiguration configuration) => configuration["urls"] ?? DefaultAddress;

    private static async Task<StoreOpening> AddStoreAsync(WebApplicationBuilder builder, TimeProvider time, bool mayWait, CancellationToken ct)
    {
        var kinds = KindCatalogue.Registry();
        var isNeo4j = IsNeo4j(builder.Configuration);
        var opening = new StoreOpening(mayWait && isNeo4j, time);
        builder.Services.AddSingleton(opening);
        builder.Services.AddHostedService(_ => opening);
        if (isNeo4j)
        {
            var settings = Neo4jSettings.From(builder.Configuration);
            Neo4jGraphStore? store = null;
            await opening.TakeAsync(async opened => store = await Neo4jGraphStore.OpenAsync(settings, kinds.Disclosure(), kinds.Natures(), time, logger: null, opened), ct);
            await opening.TakeAsync(opened => store!.PrepareAsync(opened), ct);
            Serve(builder.Services, _ => store ?? throw new InvalidOperationException("Nothing asks a store that is away."), static opened => opened.Keys);
        }
        else
        {
            var store = await SqliteGraphStore.OpenAsync(StorePathOf(builder.Configuration), kinds.Disclosure(), time, logger: null, ct);
            Serve(builder.Services, _ => store, static opened => opened.Keys);
        }

        return opening;
    }

    /// <param name="store">By a factory, so that the host disposes of it.</param>
    private static void Serve<TStore>(IServiceCollection services, Func<IServiceProvider, TStore> store, Func<TStore, RegistryKeys> keys)
        where TStore : class, IGraphStore, IGroupRegister, IStoreMaintenance
    {
        services.AddSingleton(store);
        services.AddSingleton<IGraphStore>(given => ActivatorUtilities.CreateInstance<MeteredStore>(given, (IGraphStore)given.GetRequiredService<TStore>()));
        services.AddSingleton<IGroupRegister>(given => given.GetRequiredService<TStore>());
        services.AddSingleton<IStoreMaintenance>(given => given.GetRequiredService<TStore>());
        services.AddSingleton(given => keys(given.GetRequiredService<TStore>()));
    }

    /// <exception cref="SettingException">There is no such engine.</exception>
    private static bool IsNeo4j(ConfigurationManager configuration) => configuration["Store:Engine"] switch
    {
        null => false,
        var engine when engine.Equals("sqlite", StringComparison.OrdinalIgnoreCase) => false,
        var engine when engine.Equals("neo4j", StringComparison.OrdinalIgnoreCase) => true,
        { } other => throw new SettingException("Store:Engine", other, "sqlite or neo4j"),
    };

    private static ConfigurationManager ConfigurationOf(string[] args)
    {
        var configuration = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory }).Configuration;
        configuration.AddSecrets();
        return configuration;
    }

    private static string StorePathOf(ConfigurationManager configuration) => configuration["Store:Sqlite:Path"] ?? Path.Combine("data", "registry.db");

    /// <summary>Where files on their way lie: beside an embedded store, unless set.</summary>
    private static string FolderOf(ConfigurationManager configuration) => Path.GetFullPath(configuration["Store:Folder"] ?? Path.GetDirectoryName(Path.GetFullPath(StorePathOf(configuration)))!);

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
