using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace WildlifeRegistry.Tests.Support;

/// <summary>An OpenID Connect issuer on loopback, with metadata and keys of its own, that tests can turn off and whose keys they can change.</summary>
public sealed class TestIssuer : IAsyncDisposable
{
    public const string Application = "wildlife-registry-tests";

    private WebApplication? app;
    private Uri? address;

    private TestIssuer()
    {
    }

    /// <summary>What its tokens carry as <c>iss</c>.</summary>
    public string Issuer => address!.ToString().TrimEnd('/');

    public RsaSecurityKey Key { get; private set; } = NewKey();

    public static async Task<TestIssuer> StartAsync()
    {
        var issuer = new TestIssuer();
        await issuer.TurnOnAsync();
        return issuer;
    }

    /// <summary>The settings of a registry in which these issuers speak for these agencies.</summary>
    public static IEnumerable<string> Settings(params (string Agency, TestIssuer Issuer)[] trusted) => trusted.SelectMany((one, number) => new[]
    {
        $"Issuers:{number}:Agency={one.Agency}",
        $"Issuers:{number}:Issuer={one.Issuer.Issuer}",
        $"Issuers:{number}:Audience={Application}",
        $"Issuers:{number}:GroupsClaim=operations",
    });

    public async Task TurnOnAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        app = builder.Build();
        app.Urls.Add(address?.ToString() ?? "http://127.0.0.1:0");
        app.MapGet("/.well-known/openid-configuration", () => new { issuer = Issuer, jwks_uri = Issuer + "/keys" });
        app.MapGet("/keys", () =>
        {
            var key = JsonWebKeyConverter.ConvertFromRSASecurityKey(Key);
            return Results.Json(new { keys = new[] { new { kty = key.Kty, n = key.N, e = key.E, kid = key.Kid, use = "sig" } } });
        });
        await app.StartAsync(TestContext.Current.CancellationToken);
        address ??= new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
    }

    public async Task TurnOffAsync()
    {
        if (app is not null)
        {
            await app.DisposeAsync();
            app = null;
        }
    }

    public void Rotate() => Key = NewKey();

    /// <summary>A token that the registry accepts, but for what is said.</summary>
    public string Token(
        string? subject = "a.b",
        string[]? roles = null,
        string? issuer = null,
        string? audience = Application,
        DateTimeOffset? from = null,
        DateTimeOffset? until = null,
        SigningCredentials? credentials = null,
        params (string Name, object Value)[] claims)
    {
        var now = DateTimeOffset.UtcNow;
        var all = claims.ToDictionary(claim => claim.Name, claim => claim.Value, StringComparer.Ordinal);
        all["roles"] = roles ?? ["OFFICER"];
        if (subject is not null)
        {
            all["sub"] = subject;
        }

        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = issuer ?? Issuer,
            Audience = audience,
            IssuedAt = now.UtcDateTime,
            NotBefore = (from ?? now.AddMinutes(-1)).UtcDateTime,
            Expires = (until ?? now.AddHours(1)).UtcDateTime,
            Claims = all,
            SigningCredentials = credentials ?? new SigningCredentials(Key, SecurityAlgorithms.RsaSha256),
        });
    }

    public async ValueTask DisposeAsync() => await TurnOffAsync();

    private static RsaSecurityKey NewKey() => new(RSA.Create(2048)) { KeyId = Guid.NewGuid().ToString("N") };
}
