using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using WildlifeRegistry.Access.Identity;
using WildlifeRegistry.Hosting.Traffic;

namespace WildlifeRegistry.Hosting;

/// <summary>What lies between the wire and the endpoints: the server's bounds, proxies, certificate, secrets and headers.</summary>
internal static class Transport
{
    private const string Certificate = "Kestrel:Certificates:Default:";

    /// <summary>How often the server looks at its connections; a bound shorter than that it does not take.</summary>
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(1);

    /// <summary>Settings whose values are secret lie in a folder, one file each, named like a setting in the environment: they win.</summary>
    /// <exception cref="SettingException">The folder is not there.</exception>
    public static void AddSecrets(this ConfigurationManager configuration)
    {
        if (configuration["Secrets:Folder"] is { } folder)
        {
            var path = Path.GetFullPath(folder);
            if (!Directory.Exists(path))
            {
                throw new SettingException("Secrets:Folder", folder, "a folder that is there, with one file for each secret setting");
            }

            configuration.AddKeyPerFile(path, optional: false);
        }
    }

    public static void Bound(this WebApplicationBuilder builder, TrafficLimits limits, Proxies proxies)
    {
        CheckCertificate(builder.Configuration);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = limits.Stop);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            var rate = new MinDataRate(limits.SlowestBytesPerSecond, limits.Stall + Heartbeat);
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = RegistryLimits.MaxBody + 1024; // a little more, so that the endpoint says what is allowed
            kestrel.Limits.MaxRequestHeadersTotalSize = 32 * 1024;
            kestrel.Limits.MaxRequestLineSize = 16 * 1024;
            kestrel.Limits.MaxConcurrentConnections = limits.Connections;
            kestrel.Limits.RequestHeadersTimeout = limits.Headers;
            kestrel.Limits.KeepAliveTimeout = limits.Idle;
            kestrel.Limits.MinRequestBodyDataRate = rate;
            kestrel.Limits.MinResponseDataRate = rate;
            var bound = new ConnectionBound(limits.ConnectionsPerAddress, proxies, kestrel.ApplicationServices.GetRequiredService<RegistryMeter>());
            kestrel.ConfigureEndpointDefaults(endpoint => endpoint.Use(bound.Around));
        });
    }

    /// <summary>What every answer says: not to keep it, not to guess its type, and that nothing in it is a page.</summary>
    public static Task Headers(HttpContext context, RequestDelegate next)
    {
        // At the last moment: what handles a fault clears what was set before.
        context.Response.OnStarting(() =>
        {
            var headers = context.Response.Headers;
            headers.XContentTypeOptions = "nosniff";
            headers.CacheControl = "no-store";
            headers.ContentSecurityPolicy = "default-src 'none'; frame-ancestors 'none'";
            headers["Referrer-Policy"] = "no-referrer";
            if (context.Request.IsHttps)
            {
                headers.StrictTransportSecurity = "max-age=31536000";
            }

            return Task.CompletedTask;
        });
        return next(context);
    }

    /// <summary>Else a wrong certificate would stop the start with the framework's words, after everything else has begun.</summary>
    private static void CheckCertificate(ConfigurationManager configuration)
    {
        if (configuration[Certificate + "Path"] is not { } path)
        {
            return;
        }

        var keyPath = configuration[Certificate + "KeyPath"];
        foreach (var (key, file) in new[] { ("Path", path), ("KeyPath", keyPath) })
        {
            if (file is not null && !File.Exists(Path.Combine(AppContext.BaseDirectory, file)))
            {
                throw new SettingException(Certificate + key, file, "a file that is there");
            }
        }

        try
        {
            var password = configuration[Certificate + "Password"];
            using var certificate = keyPath is null
                ? X509CertificateLoader.LoadPkcs12FromFile(Path.Combine(AppContext.BaseDirectory, path), password)
                : password is null
                    ? X509Certificate2.CreateFromPemFile(Path.Combine(AppContext.BaseDirectory, path), Path.Combine(AppContext.BaseDirectory, keyPath))
                    : X509Certificate2.CreateFromEncryptedPemFile(Path.Combine(AppContext.BaseDirectory, path), password, Path.Combine(AppContext.BaseDirectory, keyPath));
        }
        catch (Exception fault) when (fault is CryptographicException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new SettingException(Certificate + "Path", path, "a certificate with its private key: PKCS #12, or PEM with KeyPath; Password is that of the key");
        }
    }
}
