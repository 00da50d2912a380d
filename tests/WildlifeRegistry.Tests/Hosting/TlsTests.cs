using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using WildlifeRegistry.Access.Identity;
using WildlifeRegistry.Hosting;

namespace WildlifeRegistry.Tests.Hosting;

/// <summary>By https: on a certificate of its own, whose password lies in a file, or as a proxy tells it.</summary>
public sealed class TlsTests : IDisposable
{
    private const string Password = "exercise-password-of-a-key";

    private readonly string folder = Directory.CreateTempSubdirectory("wildlife-tls-").FullName;

    public TlsTests()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest("CN=registry.example", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        File.WriteAllBytes(PathOf("registry.pfx"), certificate.Export(X509ContentType.Pfx, Password));
        File.WriteAllText(PathOf("registry.pem"), certificate.ExportCertificatePem());
        File.WriteAllText(PathOf("registry.key"), key.ExportPkcs8PrivateKeyPem());
        Directory.CreateDirectory(PathOf("secrets"));
        File.WriteAllText(PathOf("secrets/Kestrel__Certificates__Default__Password"), Password + "\n");
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public Task A_certificate_and_its_password_are_files() => AssertServedAsync($"Kestrel:Certificates:Default:Path={PathOf("registry.pfx")}", $"Secrets:Folder={PathOf("secrets")}");

    [Fact]
    public Task A_certificate_and_its_key_are_files_of_text() => AssertServedAsync($"Kestrel:Certificates:Default:Path={PathOf("registry.pem")}", $"Kestrel:Certificates:Default:KeyPath={PathOf("registry.key")}");

    [Fact]
    public async Task A_wrong_password_stops_the_start_and_is_not_told()
    {
        var fault = await Assert.ThrowsAsync<SettingException>(() => RegistryApplication.StartAsync([$"Kestrel:Certificates:Default:Path={PathOf("registry.pfx")}", "Kestrel:Certificates:Default:Password=wrong-one"]));

        Assert.Contains("Password is that of the key", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("wrong-one", fault.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_comes_by_https_through_a_proxy_that_is_named_is_told_to_stay_with_it()
    {
        await using var registry = await RegistryApplication.StartAsync(["Proxies:0=127.0.0.1"]);
        Assert.Equal(["max-age=31536000"], await ByAsync(registry, "https"));
        Assert.Empty(await ByAsync(registry, "http"));

        await using var open = await RegistryApplication.StartAsync();
        Assert.Empty(await ByAsync(open, "https"));
    }

    private static async Task<IEnumerable<string>> ByAsync(RegistryApplication registry, string scheme)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/health/live");
        request.Headers.TryAddWithoutValidation("X-Forwarded-Proto", scheme);
        return (await registry.SendAsync(null, request)).Headers["Strict-Transport-Security"];
    }

    private static async Task AssertServedAsync(params string[] settings)
    {
        await using var registry = await RegistryApplication.StartAsync(["urls=https://127.0.0.1:0", .. settings]);
        var address = registry.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        Assert.StartsWith("https://", address, StringComparison.Ordinal);
        using var handler = new SocketsHttpHandler { UseProxy = false };
        string? subject = null;
        handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, _) => (subject = certificate?.Subject) is not null;
        using var client = new HttpClient(handler);
        using var answer = await client.GetAsync(new Uri(address + "/health/ready"), TestContext.Current.CancellationToken);

        Assert.Equal((HttpStatusCode.OK, "CN=registry.example"), (answer.StatusCode, subject));
        Assert.Equal(["max-age=31536000"], answer.Headers.GetValues("Strict-Transport-Security"));
        Assert.Equal(0, await Health.AskAsync(new ConfigurationBuilder().AddInMemoryCollection([KeyValuePair.Create("urls", (string?)address)]).Build(), TestContext.Current.CancellationToken));
    }

    private string PathOf(string name) => Path.Combine(folder, name);
}
