using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace WildlifeRegistry.Storage.Neo4j;

/// <summary>Who answers.</summary>
/// <param name="Version">As it says it, e.g. <c>5.26.30</c>, <c>2025.03.0</c>, <c>5.27-aura</c>.</param>
/// <param name="Edition"><c>community</c> or <c>enterprise</c>.</param>
internal sealed partial record Neo4jRelease(string Version, string Edition)
{
    public const string Statement = "CALL dbms.components() YIELD name, versions, edition WHERE name = 'Neo4j Kernel' RETURN versions[0], edition";

    /// <summary>True where there can be no cluster.</summary>
    public bool IsAlone => string.Equals(Edition, "community", StringComparison.Ordinal);

    public bool IsSupported => Number().Match(Version) is { Success: true } number
        && (Part(number, "major"), Part(number, "minor")) is var (major, minor) && (major > 5 || (major == 5 && minor >= 26));

    public static Neo4jRelease Of(JsonElement rows) => new(rows[0][0].GetString()!, rows[0][1].GetString()!);

    public override string ToString() => $"Neo4j {Version} {Edition}";

    private static int Part(Match number, string part) => int.Parse(number.Groups[part].ValueSpan, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^(?<major>[0-9]{1,6})\.(?<minor>[0-9]{1,6})", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Number();
}
