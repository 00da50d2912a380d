using System.Text.RegularExpressions;
using WildlifeRegistry.Access;
using WildlifeRegistry.Access.Identity;
#if DEMO_IDENTITY
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using WildlifeRegistry.DemoIdentity;
#endif

namespace WildlifeRegistry.Hosting;

/// <summary>Why a command cannot be carried out: one sentence.</summary>
public sealed class CommandException(string message) : Exception(message);

/// <summary>
/// Who gives a command that touches content: an officer with a token, judged by the gate that judges requests; or a
/// demo persona, in Development only.
/// </summary>
public static partial class CommandReader
{
    /// <exception cref="CommandException">Neither token nor persona, or both; or a word that is no setting.</exception>
    public static void Check(string verb, string? token, string? persona, IReadOnlyList<string> settings)
    {
        CheckSettings(verb, settings);
        if ((token is null) == (persona is null))
        {
            throw new CommandException($"Say who {verb}s: --token with the officer's token, or --as with a demo persona in Development.");
        }
    }

    /// <exception cref="CommandException">A word that is no setting.</exception>
    public static void CheckSettings(string verb, IReadOnlyList<string> settings)
    {
        if (settings.FirstOrDefault(setting => !SettingForm().IsMatch(setting)) is { } unknown)
        {
            throw new CommandException($"{unknown} is neither an option of {verb} nor a setting like --Store:Sqlite:Path=registry.db.");
        }
    }

    /// <summary>What a command needs otherwise than a server: its log on the error stream, and a persona's keys at hand, because the demo issuer's address does not answer here.</summary>
    public static void Adjust(WebApplicationBuilder builder, string? persona)
    {
        builder.Logging.ClearProviders();
        builder.Logging.AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Logging.AddFilter(null, LogLevel.Warning);
#if DEMO_IDENTITY
        if (persona is not null && builder.Environment.IsDevelopment())
        {
            foreach (var issuer in TrustedIssuer.From(builder.Configuration).Where(issuer => DemoIssuers.Agencies.Contains(issuer.Agency.Value, StringComparer.Ordinal)))
            {
                builder.Services.AddOptions<JwtBearerOptions>(issuer.Scheme).Configure<DemoIssuers>((bearer, demo) =>
                    bearer.Configuration = new OpenIdConnectConfiguration { Issuer = issuer.Issuer, SigningKeys = { demo.PublicKey(issuer.Agency.Value) } });
            }
        }
#endif
    }

    /// <summary>The officer, from a token that the gate has judged as it judges a request's.</summary>
    /// <exception cref="CommandException">The gate lets nobody in.</exception>
    public static async Task<Reader> ReadAsync(WebApplication app, string? token, string? persona, CancellationToken ct)
    {
        await using var scope = app.Services.CreateAsyncScope();
        var context = new DefaultHttpContext { RequestServices = scope.ServiceProvider, RequestAborted = ct };
        context.Request.Headers.Authorization = "Bearer " + (token ?? PersonasToken(app, persona!));
        var (reader, refusal) = await app.Services.GetRequiredService<ReaderGate>().ReadAsync(context);
        return reader ?? throw new CommandException(refusal switch
        {
            Refusal.Expired => "The token has expired.",
            Refusal.NotYetValid => "The token is not valid yet.",
            Refusal.IssuerAway => "The keys of the token's issuer could not be fetched: is the issuer running?",
            Refusal.NoRole => "The token has no role that the agency's registration allows.",
            Refusal.RolesNotCombined => "ADMIN and AUDITOR are not combined with another role.",
            _ => "The token is not one that the registry accepts.",
        });
    }

    private static string PersonasToken(WebApplication app, string name)
    {
#if DEMO_IDENTITY
        if (app.Environment.IsDevelopment() && app.Services.GetService<DemoIssuers>() is { } demo)
        {
            return DemoPersona.All.FirstOrDefault(persona => string.Equals(persona.Name, name, StringComparison.Ordinal)) is { } known
                ? demo.Token(RegistryHost.AddressOf(app.Configuration).Split(';')[0], known)
                : throw new CommandException($"There is no persona {name}; there are {string.Join(", ", DemoPersona.All.Select(persona => persona.Name))}.");
        }
#endif
        _ = app;
        throw new CommandException($"--as {name} is there in Development only, where the demo issuer is: give the officer's --token.");
    }

    [GeneratedRegex("^--([A-Za-z]+(:[A-Za-z0-9]+)+|urls|environment)=", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex SettingForm();
}
