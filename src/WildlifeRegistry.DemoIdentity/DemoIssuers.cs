using System.Collections.Concurrent;
using System.Security.Cryptography;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace WildlifeRegistry.DemoIdentity;

/// <summary>
/// A demo directory for each agency: an issuer address and a signing key of its own, made at start and kept in
/// memory only.
/// </summary>
public sealed class DemoIssuers(TimeProvider time)
{
    /// <summary>The application that the tokens are for.</summary>
    public const string Audience = "wildlife-registry-demo";

    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(8);

    private readonly ConcurrentDictionary<string, ECDsaSecurityKey> keys = new(StringComparer.Ordinal);

    /// <summary>The agencies that have a demo directory.</summary>
    public static IReadOnlyList<string> Agencies { get; } = [.. DemoPersona.All.Select(persona => persona.Agency).Distinct(StringComparer.Ordinal)];

    /// <summary>The issuer address of an agency's directory on a server.</summary>
    public static string IssuerOf(string server, string agency) => $"{server.TrimEnd('/')}/demo/issuers/{agency}";

    /// <summary>The public key of an agency's directory, as a JSON web key.</summary>
    public JsonWebKey PublicKey(string agency)
    {
        var key = JsonWebKeyConverter.ConvertFromECDsaSecurityKey(Key(agency));
        return new JsonWebKey { Kty = key.Kty, Crv = key.Crv, X = key.X, Y = key.Y, Kid = key.Kid, Use = "sig", Alg = SecurityAlgorithms.EcdsaSha256 };
    }

    /// <summary>A token for a persona, signed by its agency's directory.</summary>
    public string Token(string server, DemoPersona persona) => new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
    {
        Issuer = IssuerOf(server, persona.Agency),
        Audience = Audience,
        IssuedAt = time.GetUtcNow().UtcDateTime,
        NotBefore = time.GetUtcNow().UtcDateTime,
        Expires = (time.GetUtcNow() + Lifetime).UtcDateTime,
        Claims = new Dictionary<string, object>(StringComparer.Ordinal) { ["sub"] = persona.Subject, ["roles"] = new[] { persona.Role } },
        SigningCredentials = new SigningCredentials(Key(persona.Agency), SecurityAlgorithms.EcdsaSha256),
    });

    /// <summary>Replaces an agency's key, as a directory does from time to time.</summary>
    public void Rotate(string agency) => keys[agency] = NewKey();

    private ECDsaSecurityKey Key(string agency) => keys.GetOrAdd(agency, static _ => NewKey());

    private static ECDsaSecurityKey NewKey() => new(ECDsa.Create(ECCurve.NamedCurves.nistP256)) { KeyId = Guid.NewGuid().ToString("N") };
}
