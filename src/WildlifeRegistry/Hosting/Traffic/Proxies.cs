using System.Collections.Immutable;
using System.Net;
using Microsoft.AspNetCore.HttpOverrides;
using WildlifeRegistry.Access.Identity;
using IPNetwork = System.Net.IPNetwork;

namespace WildlifeRegistry.Hosting.Traffic;

/// <summary>The proxies that are believed when they say for whom they ask, and whether by https: those that are named, no others.</summary>
public sealed class Proxies
{
    private readonly ImmutableArray<IPNetwork> networks;

    private Proxies(ImmutableArray<IPNetwork> networks) => this.networks = networks;

    /// <exception cref="SettingException">A proxy that is neither an address nor a network; or the framework's own switch, which believes everybody.</exception>
    public static Proxies From(IConfiguration configuration)
    {
        const string Switch = "FORWARDEDHEADERS_ENABLED";
        if (string.Equals(configuration[Switch], "true", StringComparison.OrdinalIgnoreCase))
        {
            throw new SettingException("ASPNETCORE_" + Switch, "true", "only false: it believes everybody, so name the proxies in Proxies:0, Proxies:1, ...");
        }

        return new([.. configuration.GetSection("Proxies").GetChildren().Select(Read)]);
    }

    public bool Contains(IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return networks.Any(network => network.Contains(plain));
    }

    /// <summary>Makes the caller's address and scheme those that a proxy tells, as far back as proxies reach.</summary>
    public void Use(WebApplication app)
    {
        if (networks.IsEmpty)
        {
            return;
        }

        var options = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto, ForwardLimit = null };
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (var network in networks)
        {
            options.KnownIPNetworks.Add(network);
        }

        app.UseForwardedHeaders(options);
    }

    private static IPNetwork Read(IConfigurationSection section) =>
        IPNetwork.TryParse(section.Value, out var network) ? network
        : IPAddress.TryParse(section.Value, out var address) ? new IPNetwork(address, address.GetAddressBytes().Length * 8)
        : throw new SettingException(section.Path, section.Value ?? "nothing", "a proxy's address, like 10.0.0.2, or the network of proxies, like 10.0.0.0/24");
}
