using System.Net;
using Microsoft.AspNetCore.Connections;

namespace WildlifeRegistry.Hosting.Traffic;

/// <summary>Bounds the open connections of one address, before anything is read of them: one machine cannot take all that there are.</summary>
internal sealed class ConnectionBound(int most, Proxies proxies, RegistryMeter meter)
{
    private readonly Lock door = new();
    private readonly Dictionary<IPAddress, int> open = [];

    public ConnectionDelegate Around(ConnectionDelegate next) => async connection =>
    {
        // A proxy's connections are its callers'; whoever comes without an address comes from this machine.
        if (connection.RemoteEndPoint is not IPEndPoint { Address: var given } || proxies.Contains(given))
        {
            await next(connection);
            return;
        }

        var address = Admission.Near(given);
        if (!Enter(address))
        {
            meter.Reached(Limit.ConnectionsOfAddress);
            connection.Abort();
            return;
        }

        try
        {
            await next(connection);
        }
        finally
        {
            Leave(address);
        }
    };

    private bool Enter(IPAddress address)
    {
        lock (door)
        {
            var now = open.GetValueOrDefault(address);
            if (now >= most)
            {
                return false;
            }

            open[address] = now + 1;
            return true;
        }
    }

    private void Leave(IPAddress address)
    {
        lock (door)
        {
            if (--open[address] == 0)
            {
                open.Remove(address);
            }
        }
    }
}
