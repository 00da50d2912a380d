namespace WildlifeRegistry.Access.Identity;

public enum IssuerType
{
    /// <summary>Any OpenID Connect issuer.</summary>
    Oidc,

    /// <summary>A Microsoft Entra tenant.</summary>
    Entra,
}

/// <summary>The one issuer and application that an agency trusts, from the configuration <c>Issuers</c>.</summary>
/// <param name="Issuer">The <c>iss</c> of its tokens and the address of its metadata; for Entra it follows from the tenant.</param>
/// <param name="Audience">The application: the <c>aud</c> of its tokens.</param>
/// <param name="GroupsClaim">A claim that narrows the officer's joint operations for the request; null: none does.</param>
public sealed record TrustedIssuer(AgencyCode Agency, string Issuer, string Audience, IssuerType Type, string? TenantId, string RolesClaim, string? GroupsClaim)
{
    /// <summary>The name of the authentication scheme that verifies its tokens.</summary>
    public string Scheme => "issuer:" + Agency.Value;

    /// <exception cref="SettingException">A value that is missing or not allowed.</exception>
    public static IReadOnlyList<TrustedIssuer> From(IConfiguration configuration)
    {
        var issuers = configuration.GetSection("Issuers").GetChildren().Select(One).ToList();
        Unique(issuers, issuer => issuer.Agency.Value, "Agency");
        Unique(issuers, issuer => issuer.Issuer, "Issuer");
        return issuers;
    }

    private static void Unique(List<TrustedIssuer> issuers, Func<TrustedIssuer, string> key, string name)
    {
        if (issuers.GroupBy(key, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            throw new SettingException("Issuers", $"the {name} {twice.Key} twice", "each agency and each issuer once");
        }
    }

    private static TrustedIssuer One(IConfigurationSection section)
    {
        string Text(string name, string allowed) => section[name] is { Length: > 0 } value ? value : throw new SettingException($"{section.Path}:{name}", "nothing", allowed);

        var agency = Text("Agency", "an agency's code, like KZ-CUSTOMS");
        if (!AgencyCode.IsCode(agency))
        {
            throw new SettingException($"{section.Path}:Agency", agency, "an agency's code, like KZ-CUSTOMS");
        }

        var type = Enum.TryParse<IssuerType>(section["Type"] ?? nameof(IssuerType.Oidc), ignoreCase: true, out var parsed)
            ? parsed
            : throw new SettingException($"{section.Path}:Type", section["Type"]!, "Oidc or Entra");
        var tenant = type == IssuerType.Entra ? Text("TenantId", "the id of the Entra tenant") : null;
        var issuer = type == IssuerType.Entra ? $"https://login.microsoftonline.com/{tenant}/v2.0" : Text("Issuer", "the address of an OpenID Connect issuer");
        if (!Uri.TryCreate(issuer, UriKind.Absolute, out var address) || address is not ({ Scheme: "https" } or { Scheme: "http", IsLoopback: true }))
        {
            throw new SettingException($"{section.Path}:Issuer", issuer, "an https address (http only on this machine itself)");
        }

        return new TrustedIssuer(
            new AgencyCode(agency),
            issuer,
            Text("Audience", "the application that the issuer names in aud"),
            type,
            tenant,
            section["RolesClaim"] ?? "roles",
            section["GroupsClaim"]);
    }
}

/// <summary>A wrong setting: one sentence that names the key, what was found and what is allowed.</summary>
public sealed class SettingException(string key, string found, string allowed)
    : Exception($"The setting {key} is {found}; allowed is {allowed}.");
