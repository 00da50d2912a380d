using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace WildlifeRegistry.Tests.Support;

/// <summary>A collector of OpenTelemetry on loopback (OTLP over HTTP), which keeps every byte that is sent to it.</summary>
public sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly ConcurrentQueue<(string Signal, byte[] Body)> received = new();

    private OtlpReceiver(WebApplication app) => this.app = app;

    /// <summary>The settings of a registry that sends here, and whatever else is standard.</summary>
    public IEnumerable<string> Settings =>
    [
        $"OTEL_EXPORTER_OTLP_ENDPOINT={app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()}",
        "OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf", "OTEL_EXPORTER_OTLP_TIMEOUT=120000",
    ];

    public int Count => received.Count;

    public static async Task<OtlpReceiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var receiver = new OtlpReceiver(builder.Build());
        receiver.app.Urls.Add("http://127.0.0.1:0");
        receiver.app.MapPost("/v1/{signal}", async (string signal, HttpRequest request) =>
        {
            using var body = new MemoryStream();
            await request.Body.CopyToAsync(body);
            receiver.received.Enqueue((signal, body.ToArray()));
            return Results.Bytes([], "application/x-protobuf");
        });
        await receiver.app.StartAsync(TestContext.Current.CancellationToken);
        return receiver;
    }

    /// <summary>All that came of a signal (traces, metrics or logs); its texts stand in it as they are.</summary>
    public string Of(string signal) => string.Concat(received.Where(one => one.Signal == signal).Select(one => Encoding.UTF8.GetString(one.Body)));

    public async ValueTask DisposeAsync() => await app.DisposeAsync();
}
