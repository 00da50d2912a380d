using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Identity.Web;
using Microsoft.IdentityModel.Tokens;

namespace WildlifeRegistry.Access.Identity;

/// <summary>One authentication scheme for each trusted issuer: its own keys, issuer and application, nobody else's.</summary>
public static class IssuerSchemes
{
    /// <summary>How often, at most, unknown keys may make an issuer's metadata be fetched again.</summary>
    private static readonly TimeSpan RefreshInterval = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan ClockSkew = TimeSpan.FromSeconds(60);

    public static void AddIssuers(this IServiceCollection services, IReadOnlyList<TrustedIssuer> issuers)
    {
        var authentication = services.AddAuthentication();
        foreach (var issuer in issuers)
        {
            if (issuer.Type == IssuerType.Entra)
            {
                authentication.AddMicrosoftIdentityWebApi(
                    bearer => Verify(bearer, issuer),
                    identity =>
                    {
                        identity.Instance = "https://login.microsoftonline.com/";
                        identity.TenantId = issuer.TenantId;
                        identity.ClientId = issuer.Audience;
                    },
                    issuer.Scheme);
            }
            else
            {
                authentication.AddJwtBearer(issuer.Scheme, bearer =>
                {
                    bearer.Authority = issuer.Issuer;
                    bearer.RequireHttpsMetadata = !new Uri(issuer.Issuer).IsLoopback;
                    Verify(bearer, issuer);
                });
            }
        }
    }

    private static void Verify(JwtBearerOptions bearer, TrustedIssuer issuer)
    {
        bearer.MapInboundClaims = false;
        bearer.RefreshOnIssuerKeyNotFound = true;
        bearer.RefreshInterval = RefreshInterval;
        bearer.IncludeErrorDetails = false;
        bearer.TokenValidationParameters = new TokenValidationParameters
        {
            ValidIssuer = issuer.Issuer,
            ValidAudience = issuer.Audience,
            ValidateIssuer = true,
            ValidateAudience = true,
            ValidateLifetime = true,
            ValidateIssuerSigningKey = true,
            RequireSignedTokens = true,
            RequireExpirationTime = true,
            ClockSkew = ClockSkew,
        };
    }
}
