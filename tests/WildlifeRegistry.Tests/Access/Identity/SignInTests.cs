using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;
using WildlifeRegistry.Access;
using WildlifeRegistry.Access.Identity;
using WildlifeRegistry.Storage;

namespace WildlifeRegistry.Tests.Access.Identity;

/// <summary>Two agencies with an issuer each, and a third issuer that speaks for an agency nobody registered.</summary>
public sealed class TwoAgencies : IAsyncLifetime
{
    public TestIssuer Kz { get; private set; } = null!;

    public TestIssuer Uz { get; private set; } = null!;

    public TestIssuer Nobody { get; private set; } = null!;

    public TestIssuer Stranger { get; private set; } = null!;

    public ObservedStore Store { get; } = new();

    public RegistryApplication Registry { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        (Kz, Uz, Nobody, Stranger) = (await TestIssuer.StartAsync(), await TestIssuer.StartAsync(), await TestIssuer.StartAsync(), await TestIssuer.StartAsync());
        Registry = await RegistryApplication.StartAsync(TestIssuer.Settings(("KZ-CUSTOMS", Kz), ("UZ-CUSTOMS", Uz), ("XX-NOBODY", Nobody)), adjust: Store.Watch);
    }

    public async ValueTask DisposeAsync()
    {
        await Registry.DisposeAsync();
        await Kz.DisposeAsync();
        await Uz.DisposeAsync();
        await Nobody.DisposeAsync();
        await Stranger.DisposeAsync();
    }
}

/// <summary>Who is let in: an officer whose agency's own issuer says so, and nobody else.</summary>
public sealed class SignInTests(TwoAgencies agencies) : IClassFixture<TwoAgencies>
{
    private const string Question = "{ me { officer agency { code } country roles groups } agencies { nodes { code } } }";

    public static TheoryData<string, Refusal> Refused => new()
    {
        { "no token", Refusal.NoToken },
        { "basic", Refusal.NoToken },
        { "empty bearer", Refusal.NoToken },
        { "garbage", Refusal.Malformed },
        { "garbage with dots", Refusal.Malformed },
        { "encrypted form", Refusal.Malformed },
        { "long garbage", Refusal.Malformed },
        { "unknown issuer", Refusal.UnknownIssuer },
        { "unknown tenant", Refusal.UnknownIssuer },
        { "no issuer", Refusal.UnknownIssuer },
        { "issuer with a slash", Refusal.UnknownIssuer },
        { "another key", Refusal.WrongSignature },
        { "another key of the same name", Refusal.WrongSignature },
        { "another agency's issuer", Refusal.WrongSignature },
        { "no signature", Refusal.WrongSignature },
        { "algorithm none", Refusal.WrongSignature },
        { "public key as a shared secret", Refusal.WrongSignature },
        { "payload changed", Refusal.WrongSignature },
        { "another application", Refusal.WrongApplication },
        { "no application", Refusal.WrongApplication },
        { "expired", Refusal.Expired },
        { "not yet valid", Refusal.NotYetValid },
        { "no end", Refusal.NotVerified },
        { "agency not registered", Refusal.UnknownAgency },
        { "no officer", Refusal.NoOfficer },
        { "officer with a line break", Refusal.NoOfficer },
        { "officer too long", Refusal.NoOfficer },
        { "no role", Refusal.NoRole },
        { "unknown role", Refusal.NoRole },
        { "role as a number", Refusal.NoRole },
        { "role as a signed number", Refusal.NoRole },
        { "roles in one word", Refusal.NoRole },
        { "role not registered for the agency", Refusal.NoRole },
        { "administrator and officer", Refusal.RolesNotCombined },
        { "auditor and analyst", Refusal.RolesNotCombined },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task Nobody_else_is_let_in(string what, Refusal expected)
    {
        var registry = agencies.Registry;
        var logged = registry.Log.Own.Count;
        agencies.Store.Forget();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/graphql") { Content = new StringContent($$"""{"query":"{{Question}}"}""", Encoding.UTF8, "application/json") };
        if (Header(what) is { } header)
        {
            request.Headers.TryAddWithoutValidation("Authorization", header);
        }

        var answer = await registry.SendAsync(null, request);

        var status = expected is Refusal.NoRole or Refusal.RolesNotCombined ? HttpStatusCode.Forbidden : HttpStatusCode.Unauthorized;
        Assert.Equal(status, answer.Status);
        Assert.Equal("application/problem+json", answer.ContentType);
        Assert.Equal((int)status, answer.Json.GetProperty("status").GetInt32());
        Assert.Equal(status == HttpStatusCode.Unauthorized, answer.Headers["WWW-Authenticate"].Contains("Bearer"));
        Assert.False(answer.Json.TryGetProperty("data", out _), answer.Text);
        Assert.Empty(agencies.Store.Plans);
        var entry = Assert.Single(registry.Log.Own.Skip(logged));
        Assert.Equal((int)expected, entry.Event);
        Assert.Null(entry.Fault);
    }

    [Fact]
    public void Every_refusal_is_shown() => Assert.Equal(
        Enum.GetValues<Refusal>().Except([Refusal.IssuerAway]).Order(),
        Refused.Select(row => row.Data.Item2).Distinct().Order());

    [Fact]
    public async Task An_officer_is_who_the_agencys_own_issuer_says()
    {
        var answer = await agencies.Registry.AskWithAsync(agencies.Kz.Token(subject: "a.b", roles: ["OFFICER", "ANALYST"]), Question);

        Assert.Equal("KZ-CUSTOMS/a.b", answer.TextAt("me.officer"));
        Assert.Equal("KZ-CUSTOMS", answer.TextAt("me.agency.code"));
        Assert.Equal("KZ", answer.TextAt("me.country"));
        Assert.Equal("""["OFFICER","ANALYST"]""", answer.At("me.roles").GetRawText());
    }

    [Fact]
    public async Task A_claim_to_be_of_another_agency_is_not_heard()
    {
        var token = agencies.Kz.Token(claims: [("agency", "UZ-CUSTOMS"), ("country", "UZ"), ("tid", "UZ-CUSTOMS"), ("groups", new[] { "all" })]);

        var answer = await agencies.Registry.AskWithAsync(token, Question);

        Assert.Equal("KZ-CUSTOMS", answer.TextAt("me.agency.code"));
        Assert.Equal("KZ", answer.TextAt("me.country"));
        Assert.Equal("[]", answer.At("me.groups").GetRawText());
    }

    [Fact]
    public async Task Roles_that_the_registration_does_not_allow_are_left_out()
    {
        var answer = await agencies.Registry.AskWithAsync(agencies.Kz.Token(roles: ["OFFICER", "PROSECUTOR", "EMPEROR"]), Question);

        Assert.Equal("""["OFFICER"]""", answer.At("me.roles").GetRawText());
    }

    [Fact]
    public async Task A_header_larger_than_the_limit_never_reaches_the_registry()
    {
        var logged = agencies.Registry.Log.Own.Count;
        using var request = new HttpRequestMessage(HttpMethod.Post, "/graphql") { Content = new StringContent("{}", Encoding.UTF8, "application/json") };
        request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + new string('a', 1024 * 1024));

        var answer = await agencies.Registry.SendAsync(null, request);

        Assert.Equal(HttpStatusCode.RequestHeaderFieldsTooLarge, answer.Status);
        Assert.Equal(logged, agencies.Registry.Log.Own.Count);
    }

    [Fact]
    public async Task Keys_changed_at_the_issuer_work_without_a_restart()
    {
        await using var issuer = await TestIssuer.StartAsync();
        await using var registry = await RegistryApplication.StartAsync(TestIssuer.Settings(("KZ-CUSTOMS", issuer)));
        var old = issuer.Token();
        Assert.Equal(HttpStatusCode.OK, (await registry.AskWithAsync(old, Question)).Status);

        issuer.Rotate();
        await UntilOkAsync(registry, issuer.Token());

        Assert.Equal(HttpStatusCode.Unauthorized, (await registry.AskWithAsync(old, Question)).Status);
    }

    [Fact]
    public async Task A_token_that_was_let_in_is_refused_when_it_has_ended()
    {
        await using var issuer = await TestIssuer.StartAsync();
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var registry = await RegistryApplication.StartAsync(TestIssuer.Settings(("KZ-CUSTOMS", issuer)), time: clock);
        var token = issuer.Token(until: clock.GetUtcNow().AddMinutes(10));
        Assert.Equal(HttpStatusCode.OK, (await registry.AskWithAsync(token, Question)).Status);
        Assert.Equal(HttpStatusCode.OK, (await registry.AskWithAsync(token, Question)).Status);

        clock.Advance(TimeSpan.FromMinutes(12));

        Assert.Equal(HttpStatusCode.Unauthorized, (await registry.AskWithAsync(token, Question)).Status);
        Assert.Equal((int)Refusal.Expired, Assert.Single(registry.Log.Own).Event);
    }

    [Fact]
    public async Task A_token_that_was_let_in_lets_in_no_other()
    {
        var token = agencies.Kz.Token();
        Assert.Equal("KZ-CUSTOMS/a.b", (await agencies.Registry.AskWithAsync(token, Question)).TextAt("me.officer"));

        Assert.Equal(HttpStatusCode.Unauthorized, (await agencies.Registry.AskWithAsync(Changed(token), Question)).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await agencies.Registry.AskWithAsync(token[..^1], Question)).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await agencies.Registry.AskWithAsync(token + "A", Question)).Status);
        Assert.Equal("KZ-CUSTOMS/a.b", (await agencies.Registry.AskWithAsync(token, Question)).TextAt("me.officer"));
    }

    [Fact]
    public async Task An_issuer_that_is_away_at_the_start_is_asked_again()
    {
        await using var issuer = await TestIssuer.StartAsync();
        await issuer.TurnOffAsync();
        await using var registry = await RegistryApplication.StartAsync(TestIssuer.Settings(("KZ-CUSTOMS", issuer)));

        var answer = await registry.AskWithAsync(issuer.Token(), Question);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.Status);
        Assert.Equal("application/problem+json", answer.ContentType);
        Assert.Equal((int)Refusal.IssuerAway, Assert.Single(registry.Log.Own).Event);

        await issuer.TurnOnAsync();
        await UntilOkAsync(registry, issuer.Token());
    }

    [Fact]
    public async Task An_issuer_that_goes_away_later_is_still_believed()
    {
        await using var issuer = await TestIssuer.StartAsync();
        await using var registry = await RegistryApplication.StartAsync(TestIssuer.Settings(("KZ-CUSTOMS", issuer)));
        Assert.Equal(HttpStatusCode.OK, (await registry.AskWithAsync(issuer.Token(), Question)).Status);

        await issuer.TurnOffAsync();

        Assert.Equal(HttpStatusCode.OK, (await registry.AskWithAsync(issuer.Token("another"), Question)).Status);
        issuer.Rotate();
        Assert.Equal(HttpStatusCode.Unauthorized, (await registry.AskWithAsync(issuer.Token(), Question)).Status);
    }

    [Fact]
    public async Task Joint_operations_are_the_registrys_and_a_claim_only_narrows_them()
    {
        var now = DateTimeOffset.UtcNow;
        var officer = new OfficerId("KZ-CUSTOMS/joint");
        await agencies.Registry.WriteAsync(
            new ChangeSet { Memberships = [new("falcon", officer, now.AddDays(1)), new("saiga", officer, now.AddDays(1)), new("past", officer, now.AddDays(-1))] },
            new Reader(officer, new AgencyCode("KZ-CUSTOMS"), "KZ", [Role.Liaison], []));

        async Task<string> GroupsAsync(params (string, object)[] claims) =>
            (await agencies.Registry.AskWithAsync(agencies.Kz.Token("joint", claims: claims), Question)).At("me.groups").GetRawText();

        Assert.Equal("""["saiga"]""", await GroupsAsync(("operations", new[] { "saiga", "past", "invented" })));
        Assert.Equal("""["falcon"]""", await GroupsAsync(("operations", "falcon")));
        Assert.Equal("[]", await GroupsAsync(("operations", "invented")));
    }

    [Fact]
    public async Task An_entra_tenant_is_one_issuer_and_one_application()
    {
        const string Tenant = "11111111-2222-3333-4444-555555555555", Other = "99999999-2222-3333-4444-555555555555";
        await using var issuer = await TestIssuer.StartAsync();

        // The directory's metadata without the network: its keys are the test issuer's.
        var metadata = new OpenIdConnectConfiguration { Issuer = $"https://login.microsoftonline.com/{Tenant}/v2.0" };
        metadata.SigningKeys.Add(issuer.Key);
        void Offline(WebApplicationBuilder builder) => builder.Services.PostConfigure<JwtBearerOptions>(
            "issuer:KZ-CUSTOMS",
            bearer => bearer.ConfigurationManager = new StaticConfigurationManager<OpenIdConnectConfiguration>(metadata));
        await using var registry = await RegistryApplication.StartAsync(
            ["Issuers:0:Agency=KZ-CUSTOMS", "Issuers:0:Type=Entra", $"Issuers:0:TenantId={Tenant}", "Issuers:0:Audience=api"], adjust: Offline);

        string Token(string tenant, string audience = "api", string? directory = null) => issuer.Token(
            subject: "pairwise", issuer: $"https://login.microsoftonline.com/{tenant}/v2.0", audience: audience,
            claims: [("oid", "officer-7"), ("tid", directory ?? tenant), ("ver", "2.0")]);

        Assert.Equal("KZ-CUSTOMS/officer-7", (await registry.AskWithAsync(Token(Tenant), Question)).TextAt("me.officer"));
        Assert.Equal(HttpStatusCode.Unauthorized, (await registry.AskWithAsync(Token(Other), Question)).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await registry.AskWithAsync(Token(Tenant, audience: "another"), Question)).Status);
        Assert.Equal([(int)Refusal.UnknownIssuer, (int)Refusal.WrongApplication], registry.Log.Own.Select(entry => entry.Event));
    }

    private string? Header(string what)
    {
        var kz = agencies.Kz;
        var now = DateTimeOffset.UtcNow;
        return what switch
        {
            "no token" => null,
            "basic" => "Basic b2ZmaWNlcjpwYXNzd29yZA==",
            "empty bearer" => "Bearer  ",
            _ => "Bearer " + what switch
            {
                "garbage" => "%%%",
                "garbage with dots" => "a.b.c",
                "encrypted form" => "a.b.c.d.e",
                "long garbage" => new string('a', 24 * 1024),
                "unknown issuer" => agencies.Stranger.Token(),
                "unknown tenant" => agencies.Stranger.Token(issuer: "https://login.microsoftonline.com/99999999-2222-3333-4444-555555555555/v2.0"),
                "no issuer" => kz.Token(issuer: ""),
                "issuer with a slash" => kz.Token(issuer: kz.Issuer + "/"),
                "another key" => agencies.Stranger.Token(issuer: kz.Issuer),
                "another key of the same name" => kz.Token(credentials: Signing(new RsaSecurityKey(RSA.Create(2048)) { KeyId = kz.Key.KeyId })),
                "another agency's issuer" => kz.Token(issuer: agencies.Uz.Issuer),
                "no signature" => kz.Token()[..(kz.Token().LastIndexOf('.') + 1)],
                "algorithm none" => Encode("""{"alg":"none","typ":"JWT"}""") + "." + kz.Token().Split('.')[1] + ".",
                "public key as a shared secret" => Confused(kz),
                "payload changed" => Changed(kz.Token()),
                "another application" => kz.Token(audience: "another"),
                "no application" => kz.Token(audience: null),
                "expired" => kz.Token(from: now.AddHours(-2), until: now.AddMinutes(-2)),
                "not yet valid" => kz.Token(from: now.AddMinutes(2)),
                "no end" => Endless(kz),
                "agency not registered" => agencies.Nobody.Token(),
                "no officer" => kz.Token(subject: null),
                "officer with a line break" => kz.Token(subject: "a\nb"),
                "officer too long" => kz.Token(subject: new string('a', 101)),
                "no role" => kz.Token(roles: []),
                "unknown role" => kz.Token(roles: ["EMPEROR", ""]),
                "role as a number" => kz.Token(roles: ["0"]),
                "role as a signed number" => kz.Token(roles: ["+1", "-0", " 1"]),
                "roles in one word" => kz.Token(roles: ["ANALYST,LIAISON", "OFFICER OBSERVER"]),
                "role not registered for the agency" => kz.Token(roles: ["PROSECUTOR", "OBSERVER"]),
                "administrator and officer" => kz.Token(roles: ["ADMIN", "OFFICER"]),
                "auditor and analyst" => kz.Token(roles: ["ANALYST", "AUDITOR"]),
                _ => throw new ArgumentOutOfRangeException(nameof(what)),
            },
        };
    }

    private static SigningCredentials Signing(SecurityKey key) => new(key, SecurityAlgorithms.RsaSha256);

    private static string Encode(string json) => Base64UrlEncoder.Encode(json);

    /// <summary>Signed by HMAC with what everybody knows: the issuer's public key.</summary>
    private static string Confused(TestIssuer issuer)
    {
        var body = Encode($$"""{"alg":"HS256","typ":"JWT","kid":"{{issuer.Key.KeyId}}"}""") + "." + issuer.Token().Split('.')[1];
        return body + "." + Base64UrlEncoder.Encode(HMACSHA256.HashData(Encoding.ASCII.GetBytes(issuer.Key.Rsa.ExportSubjectPublicKeyInfoPem()), Encoding.ASCII.GetBytes(body)));
    }

    private static string Changed(string token)
    {
        var parts = token.Split('.');
        return $"{parts[0]}.{Encode(Base64UrlEncoder.Decode(parts[1]).Replace("a.b", "c.d", StringComparison.Ordinal))}.{parts[2]}";
    }

    private static string Endless(TestIssuer issuer)
    {
        var body = Encode($$"""{"alg":"RS256","typ":"JWT","kid":"{{issuer.Key.KeyId}}"}""") + "." + Encode($$"""{"iss":"{{issuer.Issuer}}","aud":"{{TestIssuer.Application}}","sub":"a.b","roles":["OFFICER"]}""");
        return body + "." + Base64UrlEncoder.Encode(issuer.Key.Rsa.SignData(Encoding.ASCII.GetBytes(body), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
    }

    /// <summary>The registry fetches an issuer's metadata anew beside the requests, so a few may be refused before it has it.</summary>
    private static async Task UntilOkAsync(RegistryApplication registry, string token)
    {
        for (var attempt = 0; attempt < 20_000; attempt++)
        {
            if ((await registry.AskWithAsync(token, Question)).Status == HttpStatusCode.OK)
            {
                return;
            }
        }

        Assert.Fail("The issuer's metadata were never fetched again.");
    }
}
