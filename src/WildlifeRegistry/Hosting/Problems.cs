using WildlifeRegistry.Access.Identity;

namespace WildlifeRegistry.Hosting;

/// <summary>Answers to requests that never became a GraphQL request (RFC 9457).</summary>
public static class Problems
{
    public static async Task WriteAsync(HttpContext context, int status, string detail, params (string Name, string Value)[] headers)
    {
        foreach (var (name, value) in headers)
        {
            context.Response.Headers[name] = value;
        }

        await Results.Problem(detail, statusCode: status).ExecuteAsync(context);
    }

    public static Task WriteAsync(HttpContext context, Refusal refusal) => refusal switch
    {
        Refusal.NoRole => WriteAsync(context, StatusCodes.Status403Forbidden, "The token has no role that the agency's registration allows."),
        Refusal.RolesNotCombined => WriteAsync(context, StatusCodes.Status403Forbidden, "ADMIN and AUDITOR are not combined with another role."),
        Refusal.NoToken => Unauthenticated(context, "A bearer token of the agency's own issuer is needed."),
        Refusal.Expired => Unauthenticated(context, "The token has expired."),
        Refusal.NotYetValid => Unauthenticated(context, "The token is not valid yet."),
        Refusal.Malformed or Refusal.UnknownIssuer or Refusal.WrongSignature or Refusal.WrongApplication or Refusal.UnknownAgency
            or Refusal.NoOfficer or Refusal.IssuerAway or Refusal.NotVerified => Unauthenticated(context, "The token is not one that the registry accepts."),
        _ => throw new ArgumentOutOfRangeException(nameof(refusal)),
    };

    private static Task Unauthenticated(HttpContext context, string detail) =>
        WriteAsync(context, StatusCodes.Status401Unauthorized, detail, ("WWW-Authenticate", "Bearer"));
}
