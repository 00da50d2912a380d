using System.Collections.Concurrent;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace WildlifeRegistry.Benchmarks;

/// <summary>Stands between a registry and its Neo4j and keeps what is sent: so a registry's own statements can be sent by hand.</summary>
internal sealed class Overhearing : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly HttpClient client = new();
    private ConcurrentQueue<byte[]> heard = new();

    private Overhearing(WebApplication app) => this.app = app;

    public Uri Address => new(app.Urls.First());

    public static async Task<Overhearing> StartAsync(Uri of)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.ClearProviders();
        var between = new Overhearing(builder.Build());
        between.app.Urls.Add("http://127.0.0.1:0");
        between.app.Run(context => between.PassAsync(of, context));
        await between.app.StartAsync();
        return between;
    }

    /// <summary>The bodies that were sent since this was asked last, in order.</summary>
    public List<byte[]> Heard() => [.. Interlocked.Exchange(ref heard, new())];

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        client.Dispose();
    }

    private async Task PassAsync(Uri of, HttpContext context)
    {
        using var received = new MemoryStream();
        await context.Request.Body.CopyToAsync(received, context.RequestAborted);
        var body = received.ToArray();
        heard.Enqueue(body);
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(context.Request.ContentType!);
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(of, context.Request.Path)) { Content = content };
        request.Headers.Accept.ParseAdd("application/json");
        using var answer = await client.SendAsync(request, context.RequestAborted);
        context.Response.StatusCode = (int)answer.StatusCode;
        context.Response.ContentType = answer.Content.Headers.ContentType?.ToString();
        await answer.Content.CopyToAsync(context.Response.Body, context.RequestAborted);
    }
}
