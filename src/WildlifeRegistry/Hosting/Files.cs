using WildlifeRegistry.Exporting;
using WildlifeRegistry.Importing;

namespace WildlifeRegistry.Hosting;

/// <summary>Files in and out over HTTP. The queue of imports begins once the store is open.</summary>
public static class Files
{
    /// <param name="folder">What passes through lies in folders in it.</param>
    public static void AddFiles(this WebApplicationBuilder builder, string folder)
    {
        builder.Services.AddSingleton(ImportLimits.From(builder.Configuration));
        builder.Services.AddSingleton<ImportTables>();
        builder.Services.AddSingleton(services => ActivatorUtilities.CreateInstance<ImportQueue>(services, Path.Combine(folder, "imports")));
        builder.Services.AddSingleton<ImportEndpoint>();
        builder.Services.AddSingleton(services => ActivatorUtilities.CreateInstance<ExportEndpoint>(services, Path.Combine(folder, "exports")));
    }

    public static void MapFiles(this WebApplication app)
    {
        ImportEndpoint.Map(app);
        ExportEndpoint.Map(app);
    }
}
