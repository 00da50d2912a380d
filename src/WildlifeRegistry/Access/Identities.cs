using System.Text.RegularExpressions;

namespace WildlifeRegistry.Access;

/// <summary>An agency's code, e.g. <c>KZ-CUSTOMS</c>: 2 to 40 capital letters, digits and hyphens.</summary>
public readonly partial record struct AgencyCode
{
    /// <exception cref="ArgumentException">Not an agency code as described on the type.</exception>
    public AgencyCode(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        Value = Form().IsMatch(value) ? value : throw new ArgumentException("An agency code is 2 to 40 capital letters, digits and hyphens.", nameof(value));
    }

    public string Value { get; }

    public static bool IsCode(string? value) => value is not null && Form().IsMatch(value);

    public override string ToString() => Value;

    [GeneratedRegex("^[A-Z][A-Z0-9-]{1,39}$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Form();
}

/// <summary>An officer as the agency's own directory names them, unique within the registry: <c>KZ-CUSTOMS/a.b</c>.</summary>
public readonly record struct OfficerId
{
    public const int MaxLength = 200;

    /// <exception cref="ArgumentException">Empty, longer than 200 characters, or with a control character.</exception>
    public OfficerId(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        if (value.Length is 0 or > MaxLength || value.Any(char.IsControl))
        {
            throw new ArgumentException("An officer's id is 1 to 200 characters without control characters.", nameof(value));
        }

        Value = value;
    }

    public string Value { get; }

    public override string ToString() => Value;
}

/// <summary>
/// Whom a release may name: <c>officer:ID</c>, <c>agency:KZ-CUSTOMS</c>, <c>country:KZ</c>, <c>group:ID</c>, or
/// <c>eco</c> for every agency registered here.
/// </summary>
public readonly record struct Token
{
    private Token(string value) => Value = value;

    public static Token Eco { get; } = new("eco");

    public string Value { get; }

    public static Token Officer(OfficerId officer) => new("officer:" + officer.Value);

    public static Token Agency(AgencyCode agency) => new("agency:" + agency.Value);

    public static Token Country(string country) => new("country:" + country);

    public static Token Group(string group) => new("group:" + group);

    public bool IsGroup => Value.StartsWith("group:", StringComparison.Ordinal);

    /// <summary>True where it names this agency or an officer of its own.</summary>
    public bool IsOf(AgencyCode agency) => this == Agency(agency)
        || ($"officer:{agency.Value}/" is var officers && Value.Length > officers.Length && Value.StartsWith(officers, StringComparison.Ordinal));

    /// <summary>Reads one of the five written forms; false for anything else.</summary>
    public static bool TryParse(string? text, out Token token)
    {
        token = default;
        if (text is null || text.Length > OfficerId.MaxLength + 8 || text.Any(char.IsControl))
        {
            return false;
        }

        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var rest = text[(colon + 1)..];
        var known = (colon < 0 ? text : text[..colon]) switch
        {
            "eco" => colon < 0,
            "officer" or "group" => rest.Length > 0,
            "agency" => AgencyCode.IsCode(rest),
            "country" => rest is [>= 'A' and <= 'Z', >= 'A' and <= 'Z'],
            _ => false,
        };
        token = known ? new Token(text) : default;
        return known;
    }

    public override string ToString() => Value;
}
