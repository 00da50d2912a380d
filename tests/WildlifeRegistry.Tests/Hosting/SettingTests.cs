using WildlifeRegistry.Access.Identity;
using WildlifeRegistry.DemoIdentity;
using WildlifeRegistry.Hosting;

namespace WildlifeRegistry.Tests.Hosting;

/// <summary>A wrong setting stops the start with one sentence; the demo issuer starts nowhere but on a developer's own machine.</summary>
public sealed class SettingTests
{
    public static TheoryData<string[], string> Wrong => new()
    {
        { ["Store:Engine=oracle"], "The setting Store:Engine is oracle; allowed is sqlite or neo4j." },
        { ["Store:Engine=neo4j", "Store:Neo4j:Uri=bolt://127.0.0.1:7687"], "The setting Store:Neo4j:Uri is bolt://127.0.0.1:7687; allowed is the http or https address of Neo4j's HTTP API without a user in it, like https://neo4j.example.org:7473." },
        { ["Store:Engine=neo4j", "Store:Neo4j:Password=something"], "The setting Store:Neo4j:User is nothing; allowed is User and Password together, or neither where the server asks for none." },
        { ["Limits:ExecutionSeconds=0"], "The setting Limits:ExecutionSeconds is 0; allowed is a whole number from 1 to 300." },
        { ["Limits:ExecutionSeconds=ten"], "The setting Limits:ExecutionSeconds is ten; allowed is a whole number from 1 to 300." },
        { ["Limits:RequestsPerSecond=0"], "The setting Limits:RequestsPerSecond is 0; allowed is a whole number from 1 to 100000." },
        { ["Limits:Connections=-1"], "The setting Limits:Connections is -1; allowed is a whole number from 1 to 100000." },
        { ["Limits:WaitSeconds=1.5"], "The setting Limits:WaitSeconds is 1.5; allowed is a whole number from 1 to 300." },
        { ["Limits:StopSeconds=601"], "The setting Limits:StopSeconds is 601; allowed is a whole number from 1 to 600." },
        { ["Proxies:0=proxy.example"], "The setting Proxies:0 is proxy.example; allowed is a proxy's address, like 10.0.0.2, or the network of proxies, like 10.0.0.0/24." },
        { ["Proxies:0=10.0.0.0/40"], "The setting Proxies:0 is 10.0.0.0/40; allowed is a proxy's address, like 10.0.0.2, or the network of proxies, like 10.0.0.0/24." },
        { ["FORWARDEDHEADERS_ENABLED=true"], "The setting ASPNETCORE_FORWARDEDHEADERS_ENABLED is true; allowed is only false: it believes everybody, so name the proxies in Proxies:0, Proxies:1, ...." },
        { ["Secrets:Folder=nowhere"], "The setting Secrets:Folder is nowhere; allowed is a folder that is there, with one file for each secret setting." },
        { ["Kestrel:Certificates:Default:Path=nowhere.pfx"], "The setting Kestrel:Certificates:Default:Path is nowhere.pfx; allowed is a file that is there." },
        { ["Kestrel:Certificates:Default:Path=appsettings.json"], "The setting Kestrel:Certificates:Default:Path is appsettings.json; allowed is a certificate with its private key: PKCS #12, or PEM with KeyPath; Password is that of the key." },
        { ["OTEL_TRACES_EXPORTER=console"], "The setting OTEL_TRACES_EXPORTER is console; allowed is otlp or none." },
        { ["Issuers:0:Agency=kz"], "The setting Issuers:0:Agency is kz; allowed is an agency's code, like KZ-CUSTOMS." },
        { ["Issuers:0:Issuer=https://a.example"], "The setting Issuers:0:Agency is nothing; allowed is an agency's code, like KZ-CUSTOMS." },
        { ["Issuers:0:Agency=KZ-CUSTOMS"], "The setting Issuers:0:Issuer is nothing; allowed is the address of an OpenID Connect issuer." },
        { ["Issuers:0:Agency=KZ-CUSTOMS", "Issuers:0:Issuer=http://a.example"], "The setting Issuers:0:Issuer is http://a.example; allowed is an https address (http only on this machine itself)." },
        { ["Issuers:0:Agency=KZ-CUSTOMS", "Issuers:0:Issuer=https://a.example"], "The setting Issuers:0:Audience is nothing; allowed is the application that the issuer names in aud." },
        { ["Issuers:0:Agency=KZ-CUSTOMS", "Issuers:0:Type=Ldap"], "The setting Issuers:0:Type is Ldap; allowed is Oidc or Entra." },
        { ["Issuers:0:Agency=KZ-CUSTOMS", "Issuers:0:Type=Entra"], "The setting Issuers:0:TenantId is nothing; allowed is the id of the Entra tenant." },
        { [.. Issuer(0, "KZ-CUSTOMS", "https://a.example"), .. Issuer(1, "KZ-CUSTOMS", "https://b.example")], "The setting Issuers is the Agency KZ-CUSTOMS twice; allowed is each agency and each issuer once." },
        { [.. Issuer(0, "KZ-CUSTOMS", "https://a.example"), .. Issuer(1, "UZ-CUSTOMS", "https://a.example")], "The setting Issuers is the Issuer https://a.example twice; allowed is each agency and each issuer once." },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public async Task A_wrong_setting_stops_the_start_with_one_sentence(string[] settings, string sentence)
    {
        var fault = await Assert.ThrowsAsync<SettingException>(() => RegistryApplication.StartAsync(settings));

        Assert.Equal(sentence, fault.Message);
    }

    [Theory]
    [InlineData("http://0.0.0.0:5240")]
    [InlineData("http://+:5240")]
    [InlineData("http://*:5240")]
    [InlineData("http://[::]:5240")]
    [InlineData("http://192.0.2.1:5240")]
    [InlineData("http://registry.example:5240")]
    [InlineData("http://127.0.0.1:5240;http://0.0.0.0:5241")]
    [InlineData("nonsense")]
    public async Task The_demo_issuer_does_not_start_where_others_can_reach_it(string urls) =>
        Assert.StartsWith("The demo issuer listens on loopback only", (await Assert.ThrowsAsync<InvalidOperationException>(() => RegistryApplication.StartAsync(["urls=" + urls]))).Message, StringComparison.Ordinal);

    [Fact]
    public async Task Nor_where_the_servers_own_endpoints_say_so() => await Assert.ThrowsAsync<InvalidOperationException>(
        () => RegistryApplication.StartAsync(["Kestrel:Endpoints:All:Url=http://0.0.0.0:5242"]));

    [Fact]
    public void The_demo_issuer_refuses_every_environment_but_development() =>
        Assert.Throws<InvalidOperationException>(() => DemoEndpoints.Guard(isDevelopment: false, ["http://127.0.0.1:5080"]));

    [Theory]
    [InlineData("environment=Production")]
    [InlineData("environment=Staging")]
    public async Task Outside_development_there_is_no_demo_issuer_and_nobody_can_sign_in(string environment)
    {
        await using var registry = await RegistryApplication.StartAsync([environment]);
        foreach (var (method, path) in new[] { (HttpMethod.Get, "/demo/personas"), (HttpMethod.Post, "/demo/token"), (HttpMethod.Get, "/demo/issuers/KZ-CUSTOMS/keys"), (HttpMethod.Get, "/demo/issuers/KZ-CUSTOMS/.well-known/openid-configuration") })
        {
            using var request = new HttpRequestMessage(method, path);
            Assert.Equal(System.Net.HttpStatusCode.NotFound, (await registry.SendAsync(null, request)).Status);
        }

        // A token that a demo issuer of the same address signed.
        var forged = new DemoIssuers(TimeProvider.System).Token(registry.Address.ToString(), DemoPersona.All[0]);
        Assert.Equal(System.Net.HttpStatusCode.Unauthorized, (await registry.AskWithAsync(forged, "{ me { officer } }")).Status);
    }

    [Fact]
    public async Task Where_real_issuers_are_set_the_demo_issuer_is_not_there()
    {
        await using var registry = await RegistryApplication.StartAsync(Issuer(0, "KZ-CUSTOMS", "https://a.example"));
        using var request = new HttpRequestMessage(HttpMethod.Get, "/demo/personas");

        Assert.Equal(System.Net.HttpStatusCode.NotFound, (await registry.SendAsync(null, request)).Status);
    }

    [Fact]
    public async Task The_demo_issuers_are_one_address_and_one_key_for_each_agency()
    {
        await using var registry = await RegistryApplication.StartAsync();
        var keys = new HashSet<string>(StringComparer.Ordinal);
        foreach (var agency in DemoIssuers.Agencies)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"/demo/issuers/{agency}/keys");
            var key = (await registry.SendAsync(null, request)).Json.GetProperty("keys")[0];
            Assert.True(keys.Add(key.GetProperty("x").GetString()!));
            Assert.False(key.TryGetProperty("d", out _));
        }

        foreach (var persona in DemoPersona.All)
        {
            var answer = await registry.AskAsync(persona.Name, "{ me { agency { code } roles officer } }");
            Assert.Equal(persona.Agency, answer.TextAt("me.agency.code"));
            Assert.Equal(persona.Role, answer.TextAt("me.roles[0]"));
        }
    }

    [Fact]
    public async Task A_demo_directorys_keys_can_change_too()
    {
        await using var registry = await RegistryApplication.StartAsync();
        var before = await registry.TokenOfAsync("kz-customs-officer");
        Assert.Empty((await registry.AskWithAsync(before, "{ me { officer } }")).Codes);

        // Another agency's key cannot sign for this one.
        var stranger = new DemoIssuers(TimeProvider.System).Token(registry.Address.ToString(), DemoPersona.All[0]);
        Assert.Equal(System.Net.HttpStatusCode.Unauthorized, (await registry.AskWithAsync(stranger, "{ me { officer } }")).Status);
    }

    private static string[] Issuer(int number, string agency, string issuer) =>
        [$"Issuers:{number}:Agency={agency}", $"Issuers:{number}:Issuer={issuer}", $"Issuers:{number}:Audience=registry"];
}
