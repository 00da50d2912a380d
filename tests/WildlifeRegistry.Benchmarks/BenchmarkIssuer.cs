using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using WildlifeRegistry.Access;

namespace WildlifeRegistry.Benchmarks;

/// <summary>
/// An OpenID Connect issuer on loopback for each agency that asks: Release has no demo issuer, and the real rule is
/// what is measured. It signs as Entra does, with RSA of 2048 bits.
/// </summary>
internal sealed class BenchmarkIssuer : IAsyncDisposable
{
    public const string Application = "wildlife-registry-benchmark";

    private readonly WebApplication app;
    private readonly RSA rsa = RSA.Create(2048);
    private readonly RsaSecurityKey key;

    private BenchmarkIssuer(WebApplication app)
    {
        this.app = app;
        key = new RsaSecurityKey(rsa) { KeyId = "benchmark" };
    }

    public static async Task<BenchmarkIssuer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory }); // not where the store is written: its changes are watched
        builder.Logging.ClearProviders();
        var issuer = new BenchmarkIssuer(builder.Build());
        issuer.app.Urls.Add("http://127.0.0.1:0");
        issuer.app.MapGet("/{agency}/.well-known/openid-configuration", (string agency) => Results.Json(new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["issuer"] = issuer.AddressOf(agency),
            ["jwks_uri"] = issuer.AddressOf(agency) + "/keys",
        }));
        var parameters = issuer.rsa.ExportParameters(includePrivateParameters: false);
        var shown = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["kty"] = "RSA",
            ["use"] = "sig",
            ["alg"] = SecurityAlgorithms.RsaSha256,
            ["kid"] = issuer.key.KeyId,
            ["n"] = Base64UrlEncoder.Encode(parameters.Modulus),
            ["e"] = Base64UrlEncoder.Encode(parameters.Exponent),
        };
        issuer.app.MapGet("/{agency}/keys", (string agency) => Results.Json(new { keys = new[] { shown } }));
        await issuer.app.StartAsync();
        return issuer;
    }

    public string AddressOf(string agency) => $"{app.Urls.First()}/{agency}";

    /// <summary>A token of an officer of the agency, good for as long as a benchmark takes.</summary>
    public string Token(AgencyCode agency, string role) => new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
    {
        Issuer = AddressOf(agency.Value),
        Audience = Application,
        Expires = DateTime.UtcNow.AddHours(8),
        Claims = new Dictionary<string, object>(StringComparer.Ordinal) { ["sub"] = "benchmark-" + role, ["roles"] = new[] { role } },
        SigningCredentials = new SigningCredentials(key, SecurityAlgorithms.RsaSha256),
    });

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        rsa.Dispose();
    }
}
