namespace WildlifeRegistry.DemoIdentity;

/// <summary>One invented officer of the demo: never a real person.</summary>
/// <param name="Name">What a first user asks for, e.g. kz-customs-officer.</param>
/// <param name="Agency">The code of the agency that the persona speaks for.</param>
/// <param name="Subject">The name that the agency's demo directory gives.</param>
public sealed record DemoPersona(string Name, string Agency, string Subject, string Role)
{
    public static IReadOnlyList<DemoPersona> All { get; } =
    [
        new("kz-customs-officer", "KZ-CUSTOMS", "demo-officer", "OFFICER"),
        new("kz-customs-analyst", "KZ-CUSTOMS", "demo-analyst", "ANALYST"),
        new("kz-customs-liaison", "KZ-CUSTOMS", "demo-liaison", "LIAISON"),
        new("kz-customs-admin", "KZ-CUSTOMS", "demo-admin", "ADMIN"),
        new("kz-customs-auditor", "KZ-CUSTOMS", "demo-auditor", "AUDITOR"),
        new("kz-prosecutor", "KZ-PROSECUTOR", "demo-prosecutor", "PROSECUTOR"),
        new("uz-customs-officer", "UZ-CUSTOMS", "demo-officer", "OFFICER"),
        new("uz-customs-liaison", "UZ-CUSTOMS", "demo-liaison", "LIAISON"),
        new("uz-prosecutor", "UZ-PROSECUTOR", "demo-prosecutor", "PROSECUTOR"),
        new("tr-customs-liaison", "TR-CUSTOMS", "demo-liaison", "LIAISON"),
        new("ir-environment-officer", "IR-ENVIRONMENT", "demo-officer", "OFFICER"),
        new("pk-customs-officer", "PK-CUSTOMS", "demo-officer", "OFFICER"),
        new("eco-observer", "ECO-SECRETARIAT", "demo-observer", "OBSERVER"),
    ];
}
