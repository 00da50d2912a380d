using WildlifeRegistry.Access.Identity;

namespace WildlifeRegistry.Hosting;

/// <summary>How much one request may ask for.</summary>
/// <param name="Execution">How long an answer may take.</param>
public sealed record RegistryLimits(TimeSpan Execution)
{
    /// <summary>Most bytes of a request.</summary>
    public const int MaxBody = 256 * 1024;

    /// <summary>Most bytes of an answer.</summary>
    public const int MaxAnswer = 16 * 1024 * 1024;

    private const int MaxSeconds = 300;

    /// <exception cref="SettingException">Limits:ExecutionSeconds is not 1 to 300.</exception>
    public static RegistryLimits From(IConfiguration configuration) =>
        new(TimeSpan.FromSeconds(WholeNumber.Of(configuration, "Limits:ExecutionSeconds", 10, MaxSeconds)));
}
