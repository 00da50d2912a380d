using WildlifeRegistry.Exporting;
using WildlifeRegistry.Importing;

namespace WildlifeRegistry.Hosting;

/// <summary>Files in and out over HTTP, beside the store.</summary>
public static class Files
{
    /// <param name="storePath">The store's file: what passes through lies in folders beside it.</param>
    public static void AddFiles(this WebApplicationBuilder builder, string storePath)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(storePath))!;
        builder.Services.AddSingleton(ImportLimits.From(builder.Configuration));
        builder.Services.AddSingleton<ImportTables>();
        builder.Services.AddSingleton(services => ActivatorUtilities.CreateInstance<ImportQueue>(services, Path.Combine(folder, "imports")));
        builder.Services.AddHostedService(services => services.GetRequiredService<ImportQueue>());
        builder.Services.AddSingleton<ImportEndpoint>();
        builder.Services.AddSingleton(services => ActivatorUtilities.CreateInstance<ExportEndpoint>(services, Path.Combine(folder, "exports")));
    }

    public static void MapFiles(this WebApplication app)
    {
        ImportEndpoint.Map(app);
        ExportEndpoint.Map(app);
    }
}
