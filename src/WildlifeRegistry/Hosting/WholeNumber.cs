using System.Globalization;
using WildlifeRegistry.Access.Identity;

namespace WildlifeRegistry.Hosting;

/// <summary>Settings that are whole numbers, the limits above all.</summary>
internal static class WholeNumber
{
    /// <summary>The number of a setting, from 1 to the most that is allowed.</summary>
    /// <param name="usual">Where nothing is set.</param>
    /// <exception cref="SettingException">It is no such number.</exception>
    public static int Of(IConfiguration configuration, string key, int usual, int most)
    {
        var text = configuration[key];
        return text is null ? usual
            : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1 && number <= most ? number
            : throw new SettingException(key, text, string.Create(CultureInfo.InvariantCulture, $"a whole number from 1 to {most}"));
    }
}
