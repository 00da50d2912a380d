using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;
using WildlifeRegistry.Agencies;
using WildlifeRegistry.Storage;

namespace WildlifeRegistry.Access.Identity;

/// <summary>Why a caller is not let in, each with a log event of its own; 403 where the caller is known and may not.</summary>
public enum Refusal
{
    NoToken = 1101,
    Malformed = 1102,
    UnknownIssuer = 1103,
    WrongSignature = 1104,
    WrongApplication = 1105,
    Expired = 1106,
    NotYetValid = 1107,
    UnknownAgency = 1108,
    NoOfficer = 1109,
    IssuerAway = 1110,
    NotVerified = 1111,
    NoRole = 1112,
    RolesNotCombined = 1113,
}

/// <summary>Makes the reader of a request from its verified token and the registry's own register; no reader, no execution.</summary>
public sealed partial class ReaderGate : IDisposable
{
    /// <summary>Longest purpose, in characters.</summary>
    private const int MaxPurpose = 200;

    /// <summary>Of how many tokens it is kept that they were verified.</summary>
    private const int MaxVerified = 2_000;

    /// <summary>How long, at most: a token comes with each of an officer's requests.</summary>
    private static readonly TimeSpan VerifiedFor = TimeSpan.FromMinutes(1);

    /// <summary>Roles as tokens write them. Not parsed as an enumeration: that would take numbers, and add up lists.</summary>
    private static readonly FrozenDictionary<string, Role> RoleNames =
        Enum.GetValues<Role>().ToFrozenDictionary(role => role.ToString(), StringComparer.OrdinalIgnoreCase);

    private readonly Dictionary<string, TrustedIssuer> issuers;
    private readonly IAgencyRegister agencies;
    private readonly IGroupRegister groups;
    private readonly IOptionsMonitor<JwtBearerOptions> bearers;
    private readonly TimeProvider time;
    private readonly ILogger<ReaderGate> logger;
    private readonly JsonWebTokenHandler tokens = new();
    private readonly MemoryCache verified = new(new MemoryCacheOptions { SizeLimit = MaxVerified });

    public ReaderGate(IReadOnlyList<TrustedIssuer> issuers, IAgencyRegister agencies, IGroupRegister groups, IOptionsMonitor<JwtBearerOptions> bearers, TimeProvider time, ILogger<ReaderGate> logger)
    {
        this.issuers = issuers.ToDictionary(issuer => issuer.Issuer, StringComparer.Ordinal);
        this.agencies = agencies;
        this.groups = groups;
        this.bearers = bearers;
        this.time = time;
        this.logger = logger;
    }

    public void Dispose() => verified.Dispose();

    /// <summary>The reader, or why there is none; a refusal is logged here, once.</summary>
    public async Task<(Reader? Reader, Refusal? Refusal)> ReadAsync(HttpContext context)
    {
        var (reader, refusal) = await JudgeAsync(context);
        if (refusal is { } reason)
        {
            Log(reason);
        }

        return (reader, refusal);
    }

    /// <summary>The reader, or why there is none, without a word in the log.</summary>
    /// <param name="mayRecall">True where the reader may be made of recalled groups; the caller then answers nothing that they were not confirmed for.</param>
    public async Task<(Reader? Reader, Refusal? Refusal)> JudgeAsync(HttpContext context, bool mayRecall = false)
    {
        var header = context.Request.Headers.Authorization.ToString();
        if (!header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase))
        {
            return (null, Refusal.NoToken);
        }

        var (token, refusal) = await VerifiedAsync(header["Bearer ".Length..].Trim(), context);
        if (token is null)
        {
            return (null, refusal);
        }

        return agencies.Find(token.Issuer.Agency) is { } agency
            ? await ReaderOf(token.Principal, token.Issuer, agency, Purpose(context), mayRecall, context.RequestAborted)
            : (null, Refusal.UnknownAgency);
    }

    /// <summary>
    /// What the request's token says, verified. A token that was verified a moment ago is not verified again as long as its
    /// issuer's metadata are the very same and its own time has begun and not ended; whatever else, the library judges.
    /// </summary>
    private async Task<(VerifiedToken? Token, Refusal? Refusal)> VerifiedAsync(string text, HttpContext context)
    {
        var now = time.GetUtcNow().UtcDateTime;
        if (verified.TryGetValue(text, out VerifiedToken? known) && known!.From <= now && now < known.Until
            && ReferenceEquals(known.Metadata, await MetadataAsync(known.Issuer, context.RequestAborted)))
        {
            return (known, null);
        }

        // Unverified: it only says whose key must verify the token.
        JsonWebToken named;
        try
        {
            named = tokens.ReadJsonWebToken(text);
        }
        catch (Exception fault) when (fault is ArgumentException or SecurityTokenException)
        {
            return (null, Refusal.Malformed);
        }

        if (!issuers.TryGetValue(named.Issuer, out var issuer))
        {
            return (null, Refusal.UnknownIssuer);
        }

        if (await MetadataAsync(issuer, context.RequestAborted) is not { } metadata)
        {
            return (null, Refusal.IssuerAway);
        }

        var result = await context.AuthenticateAsync(issuer.Scheme);
        if (!result.Succeeded)
        {
            return (null, Cause(result.Failure));
        }

        var token = new VerifiedToken(issuer, metadata, named.ValidFrom, named.ValidTo, result.Principal);
        return (verified.Set(text, token, new MemoryCacheEntryOptions { Size = 1, AbsoluteExpirationRelativeToNow = VerifiedFor }), null);
    }

    /// <summary>The issuer's metadata; null where they were never fetched and cannot be now: without its keys, verifying would only blame the signature.</summary>
    private async Task<OpenIdConnectConfiguration?> MetadataAsync(TrustedIssuer issuer, CancellationToken ct)
    {
        try
        {
            return await bearers.Get(issuer.Scheme).ConfigurationManager!.GetConfigurationAsync(ct);
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private async Task<(Reader? Reader, Refusal? Refusal)> ReaderOf(ClaimsPrincipal principal, TrustedIssuer issuer, Agency agency, string? purpose, bool mayRecall, CancellationToken ct)
    {
        var name = principal.FindFirstValue(issuer.Type == IssuerType.Entra ? "oid" : "sub");
        if (string.IsNullOrEmpty(name) || name.Length > 100 || name.Any(char.IsControl))
        {
            return (null, Refusal.NoOfficer);
        }

        var roles = principal.FindAll(issuer.RolesClaim)
            .Select(claim => RoleNames.TryGetValue(claim.Value, out var role) ? role : (Role?)null)
            .OfType<Role>()
            .Distinct()
            .Where(agency.Roles.Contains)
            .ToImmutableArray();
        if (roles.IsEmpty)
        {
            return (null, Refusal.NoRole);
        }

        if (roles.Length > 1 && roles.Any(role => role is Role.Admin or Role.Auditor))
        {
            return (null, Refusal.RolesNotCombined);
        }

        var officer = new OfficerId(issuer.Agency.Value + "/" + name);
        var recalled = mayRecall ? groups.RecallGroups(officer) : null;
        var held = recalled ?? await groups.GroupsOfAsync(officer, ct);
        if (issuer.GroupsClaim is { } claimed)
        {
            var narrowed = principal.FindAll(claimed).Select(claim => claim.Value).ToHashSet(StringComparer.Ordinal);
            held = [.. held.Where(narrowed.Contains)];
        }

        return (new Reader(officer, issuer.Agency, agency.Country, roles, [.. held], purpose) { Recalled = recalled is null ? null : new RecalledGroups(recalled) }, null);
    }

    private static string? Purpose(HttpContext context)
    {
        var text = context.Request.Headers["X-Purpose"].ToString().Trim();
        return text.Length is 0 or > MaxPurpose || text.Any(char.IsControl) ? null : text;
    }

    private static Refusal Cause(Exception? failure) => failure switch
    {
        SecurityTokenExpiredException => Refusal.Expired,
        SecurityTokenNotYetValidException => Refusal.NotYetValid,
        SecurityTokenInvalidAudienceException => Refusal.WrongApplication,
        SecurityTokenInvalidIssuerException => Refusal.UnknownIssuer,
        SecurityTokenSignatureKeyNotFoundException or SecurityTokenInvalidSignatureException => Refusal.WrongSignature,
        SecurityTokenMalformedException => Refusal.Malformed,
        _ => Refusal.NotVerified,
    };

    public void Log(Refusal refusal)
    {
        switch (refusal)
        {
            case Refusal.NoToken: LogNoToken(logger); break;
            case Refusal.Malformed: LogMalformed(logger); break;
            case Refusal.UnknownIssuer: LogUnknownIssuer(logger); break;
            case Refusal.WrongSignature: LogWrongSignature(logger); break;
            case Refusal.WrongApplication: LogWrongApplication(logger); break;
            case Refusal.Expired: LogExpired(logger); break;
            case Refusal.NotYetValid: LogNotYetValid(logger); break;
            case Refusal.UnknownAgency: LogUnknownAgency(logger); break;
            case Refusal.NoOfficer: LogNoOfficer(logger); break;
            case Refusal.IssuerAway: LogIssuerAway(logger); break;
            case Refusal.NotVerified: LogNotVerified(logger); break;
            case Refusal.NoRole: LogNoRole(logger); break;
            case Refusal.RolesNotCombined: LogRolesNotCombined(logger); break;
            default: throw new ArgumentOutOfRangeException(nameof(refusal));
        }
    }

    [LoggerMessage((int)Refusal.NoToken, LogLevel.Information, "Refused: no bearer token.")]
    private static partial void LogNoToken(ILogger logger);

    [LoggerMessage((int)Refusal.Malformed, LogLevel.Warning, "Refused: the bearer token is not a JSON web token.")]
    private static partial void LogMalformed(ILogger logger);

    [LoggerMessage((int)Refusal.UnknownIssuer, LogLevel.Warning, "Refused: the token is of an issuer or tenant that no agency trusts.")]
    private static partial void LogUnknownIssuer(ILogger logger);

    [LoggerMessage((int)Refusal.WrongSignature, LogLevel.Warning, "Refused: the token's signature is not its issuer's.")]
    private static partial void LogWrongSignature(ILogger logger);

    [LoggerMessage((int)Refusal.WrongApplication, LogLevel.Warning, "Refused: the token is for another application.")]
    private static partial void LogWrongApplication(ILogger logger);

    [LoggerMessage((int)Refusal.Expired, LogLevel.Information, "Refused: the token has expired.")]
    private static partial void LogExpired(ILogger logger);

    [LoggerMessage((int)Refusal.NotYetValid, LogLevel.Warning, "Refused: the token is not valid yet.")]
    private static partial void LogNotYetValid(ILogger logger);

    [LoggerMessage((int)Refusal.UnknownAgency, LogLevel.Warning, "Refused: the issuer's agency is not registered.")]
    private static partial void LogUnknownAgency(ILogger logger);

    [LoggerMessage((int)Refusal.NoOfficer, LogLevel.Warning, "Refused: the token names no officer.")]
    private static partial void LogNoOfficer(ILogger logger);

    [LoggerMessage((int)Refusal.IssuerAway, LogLevel.Error, "Refused: the issuer's keys could not be fetched.")]
    private static partial void LogIssuerAway(ILogger logger);

    [LoggerMessage((int)Refusal.NotVerified, LogLevel.Warning, "Refused: the token could not be verified.")]
    private static partial void LogNotVerified(ILogger logger);

    [LoggerMessage((int)Refusal.NoRole, LogLevel.Warning, "Refused: the token has no role that the agency's registration allows.")]
    private static partial void LogNoRole(ILogger logger);

    [LoggerMessage((int)Refusal.RolesNotCombined, LogLevel.Warning, "Refused: ADMIN and AUDITOR stand alone.")]
    private static partial void LogRolesNotCombined(ILogger logger);

    /// <summary>A token that was verified.</summary>
    /// <param name="Metadata">Its issuer's, by whose keys it was.</param>
    /// <param name="From">UTC, like <paramref name="Until"/>.</param>
    private sealed record VerifiedToken(TrustedIssuer Issuer, OpenIdConnectConfiguration Metadata, DateTime From, DateTime Until, ClaimsPrincipal Principal);
}
