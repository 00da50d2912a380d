using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace WildlifeRegistry.DemoIdentity;

/// <summary>What the demo directories answer: their metadata, their keys, and a token for a persona.</summary>
public static class DemoEndpoints
{
    private static readonly string[] Algorithms = ["ES256"];
    private static readonly string[] ResponseTypes = ["token"];
    private static readonly string[] SubjectTypes = ["public"];

    /// <summary>Refuses to be where it must not be: outside Development, or reachable from another machine.</summary>
    /// <exception cref="InvalidOperationException">The environment is not Development, or an address is not loopback.</exception>
    public static void Guard(bool isDevelopment, IEnumerable<string> addresses)
    {
        if (!isDevelopment)
        {
            throw new InvalidOperationException("The demo issuer starts in Development only.");
        }

        foreach (var address in addresses)
        {
            if (!Uri.TryCreate(address.Replace("*", "any.invalid", StringComparison.Ordinal).Replace("+", "any.invalid", StringComparison.Ordinal), UriKind.Absolute, out var uri) || !uri.IsLoopback)
            {
                throw new InvalidOperationException($"The demo issuer listens on loopback only, not on {address}: set ASPNETCORE_URLS to http://127.0.0.1:5080, or the environment to Production.");
            }
        }
    }

    public static void MapDemoIdentity(this IEndpointRouteBuilder routes, string server)
    {
        var demo = routes.MapGroup("/demo");
        demo.MapGet("/personas", () => DemoPersona.All.Select(persona => new { persona = persona.Name, agency = persona.Agency, role = persona.Role }));
        demo.MapPost("/token", (TokenRequest request, DemoIssuers issuers) =>
            DemoPersona.All.FirstOrDefault(persona => string.Equals(persona.Name, request.Persona, StringComparison.Ordinal)) is { } known
                ? Results.Json(new { access_token = issuers.Token(server, known), token_type = "Bearer" })
                : Results.Problem($"persona is not known; allowed are: {string.Join(", ", DemoPersona.All.Select(persona => persona.Name))}.", statusCode: StatusCodes.Status400BadRequest));
        demo.MapGet("/issuers/{agency}/.well-known/openid-configuration", (string agency) => Known(agency, () => new
        {
            issuer = DemoIssuers.IssuerOf(server, agency),
            jwks_uri = DemoIssuers.IssuerOf(server, agency) + "/keys",
            id_token_signing_alg_values_supported = Algorithms,
            response_types_supported = ResponseTypes,
            subject_types_supported = SubjectTypes,
        }));
        demo.MapGet("/issuers/{agency}/keys", (string agency, DemoIssuers issuers) => Known(agency, () =>
        {
            var key = issuers.PublicKey(agency);
            return new { keys = new[] { new { kty = key.Kty, crv = key.Crv, x = key.X, y = key.Y, kid = key.Kid, use = key.Use, alg = key.Alg } } };
        }));
    }

    private static IResult Known(string agency, Func<object> answer) =>
        DemoIssuers.Agencies.Contains(agency, StringComparer.Ordinal) ? Results.Json(answer()) : Results.NotFound();

    private sealed record TokenRequest(string? Persona);
}
