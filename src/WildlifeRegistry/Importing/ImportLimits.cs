using WildlifeRegistry.Access.Identity;
using WildlifeRegistry.Hosting;

namespace WildlifeRegistry.Importing;

/// <summary>How much may be brought in and taken out at once.</summary>
/// <param name="Bytes">Most bytes of a file.</param>
/// <param name="Queue">Imports that may be on their way: uploading, waiting and running.</param>
/// <param name="PerOfficer">Of these, one officer's.</param>
/// <param name="AtOnce">Imports that run at once.</param>
/// <param name="ExportsAtOnce">Exports that are made or fetched at once; of one officer, one.</param>
/// <param name="Upload">How long an upload may take.</param>
/// <param name="Export">How long an export may take to be made.</param>
public sealed record ImportLimits(long Bytes, int Queue, int PerOfficer, int AtOnce, int ExportsAtOnce, TimeSpan Upload, TimeSpan Export)
{
    /// <exception cref="SettingException">A limit that is no whole number in its range.</exception>
    public static ImportLimits From(IConfiguration configuration) => new(
        Number(configuration, "ImportMegabytes", 50, 2000) * 1024L * 1024,
        Number(configuration, "ImportQueue", 20, 1000),
        Number(configuration, "ImportsPerOfficer", 5, 1000),
        Number(configuration, "ImportsAtOnce", 2, 16),
        Number(configuration, "ExportsAtOnce", 4, 64),
        TimeSpan.FromSeconds(Number(configuration, "UploadSeconds", 900, 86_400)),
        TimeSpan.FromSeconds(Number(configuration, "ExportSeconds", 900, 86_400)));

    private static int Number(IConfiguration configuration, string name, int usual, int most) => WholeNumber.Of(configuration, "Limits:" + name, usual, most);
}
