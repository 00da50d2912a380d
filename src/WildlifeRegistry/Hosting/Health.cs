using System.Net.Security;
using WildlifeRegistry.Storage;

namespace WildlifeRegistry.Hosting;

/// <summary>Whether the process lives and whether it can answer: bare statuses, open to all; the reason goes to the log.</summary>
public static partial class Health
{
    internal const string Live = "/health/live", Ready = "/health/ready";

    public static void MapHealth(this WebApplication app)
    {
        app.MapGet(Live, () => Results.StatusCode(StatusCodes.Status200OK));
        app.MapGet(Ready, async (HttpContext context, IStoreMaintenance store, ILogger<GraphQlEndpoint> logger) =>
        {
            try
            {
                await store.PingAsync(context.RequestAborted);
            }
            catch (StoreException fault)
            {
                NotReady(context, logger, fault);
            }
        });
    }

    internal static void NotReady(HttpContext context, ILogger logger, StoreException? fault)
    {
        LogNotReady(logger, fault);
        context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
    }

    /// <summary>Asks a running registry on this machine whether it is ready: for a container's health check.</summary>
    /// <returns>0 where it is, 1 where it is not.</returns>
    public static async Task<int> AskAsync(IConfiguration configuration, CancellationToken ct)
    {
        var address = (configuration["urls"] ?? "http://127.0.0.1:5080").Split(';')[0].Replace("+", "127.0.0.1", StringComparison.Ordinal).Replace("*", "127.0.0.1", StringComparison.Ordinal).Replace("0.0.0.0", "127.0.0.1", StringComparison.Ordinal).Replace("[::]", "[::1]", StringComparison.Ordinal);
        var ready = new Uri(address.TrimEnd('/') + Ready);

        // Its own certificate names the server, not the loopback; nothing is told to whoever answers.
        using var handler = new SocketsHttpHandler { UseProxy = false };
        handler.SslOptions.RemoteCertificateValidationCallback = (_, _, _, faults) => faults == SslPolicyErrors.None || ready.IsLoopback;
        using var client = new HttpClient(handler) { Timeout = TimeSpan.FromSeconds(4) };
        try
        {
            using var answer = await client.GetAsync(ready, ct);
            return answer.IsSuccessStatusCode ? 0 : 1;
        }
        catch (Exception fault) when (fault is HttpRequestException or TaskCanceledException)
        {
            return 1;
        }
    }

    [LoggerMessage(2002, LogLevel.Error, "The store is not ready.")]
    private static partial void LogNotReady(ILogger logger, Exception? fault);
}
