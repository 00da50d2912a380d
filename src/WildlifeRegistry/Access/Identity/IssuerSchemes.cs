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

    /// <summary>How long, at most, a key that an issuer has withdrawn is still believed.</summary>
    private static readonly TimeSpan AutomaticRefreshInterval = TimeSpan.FromHours(1);

    private static readonly TimeSpan ClockSkew = TimeSpan.FromSeconds(60);

    public static void AddIssuers(this IServiceCollection services, IReadOnlyList<TrustedIssuer> issuers, TimeProvider time)
    {
        // Where there is one issuer alone, it would be everybody's before the gate has asked whose the token is.
        AppContext.SetSwitch("Microsoft.AspNetCore.Authentication.SuppressAutoDefaultScheme", true);
        var authentication = services.AddAuthentication();
        foreach (var issuer in issuers)
        {
            if (issuer.Type == IssuerType.Entra)
            {
                authentication.AddMicrosoftIdentityWebApi(
                    bearer => Verify(bearer, issuer, time),
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
                    Verify(bearer, issuer, time);
                });
            }

            // Else keys that are gone from the issuer's metadata would be believed for another hour.
            services.PostConfigure<JwtBearerOptions>(issuer.Scheme, static bearer =>
            {
                if (bearer.ConfigurationManager is BaseConfigurationManager metadata)
                {
                    metadata.UseLastKnownGoodConfiguration = false;
                }
            });
        }
    }

    private static void Verify(JwtBearerOptions bearer, TrustedIssuer issuer, TimeProvider time)
    {
        bearer.MapInboundClaims = false;
        bearer.RefreshOnIssuerKeyNotFound = true;
        bearer.RefreshInterval = RefreshInterval;
        bearer.AutomaticRefreshInterval = AutomaticRefreshInterval;
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
            LifetimeValidator = (from, until, _, _) => IsWithin(from, until, time.GetUtcNow().UtcDateTime),
        };
    }

    /// <summary>The library's own rule, by the registry's clock.</summary>
    private static bool IsWithin(DateTime? from, DateTime? until, DateTime now)
    {
        if (until is null)
        {
            throw new SecurityTokenNoExpirationException("The token has no end.");
        }

        if (from > now + ClockSkew)
        {
            throw new SecurityTokenNotYetValidException("The token is not valid yet.");
        }

        return until > now - ClockSkew ? true : throw new SecurityTokenExpiredException("The token has expired.");
    }
}
