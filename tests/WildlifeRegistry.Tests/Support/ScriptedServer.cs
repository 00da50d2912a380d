using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace WildlifeRegistry.Tests.Support;

/// <summary>A server on loopback that answers request after request as a test wrote it; the last answer stays.</summary>
internal sealed class ScriptedServer : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly Func<HttpContext, Task>[] answers;
    private readonly ConcurrentQueue<JsonElement> requests = new();
    private int count;

    private ScriptedServer(WebApplication app, Func<HttpContext, Task>[] answers) => (this.app, this.answers) = (app, answers);

    public Uri Address { get; private set; } = null!;

    /// <summary>The bodies that came, in order.</summary>
    public IReadOnlyList<JsonElement> Requests => [.. requests];

    /// <summary>The headers of the latest request.</summary>
    public IHeaderDictionary Headers { get; private set; } = null!;

    public static async Task<ScriptedServer> StartAsync(params Func<HttpContext, Task>[] answers)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var server = new ScriptedServer(builder.Build(), answers);
        server.app.Urls.Add("http://127.0.0.1:0");
        server.app.Run(server.AnswerAsync);
        await server.app.StartAsync(TestContext.Current.CancellationToken);
        server.Address = new Uri(server.app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        return server;
    }

    /// <summary>A whole answer.</summary>
    public static Func<HttpContext, Task> Says(int status, string body, string type = "application/json") => async context =>
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = type;
        await context.Response.WriteAsync(body);
    };

    /// <summary>Rows as Neo4j answers them: one with a 1 in it.</summary>
    public static Func<HttpContext, Task> Rows(params string[] bookmarks) =>
        Says(202, $$"""{"data":{"fields":["x"],"values":[[1]]},"bookmarks":{{JsonSerializer.Serialize(bookmarks)}}}""");

    /// <summary>An error as Neo4j answers it.</summary>
    public static Func<HttpContext, Task> Error(int status, string code, string text = "") =>
        Says(status, JsonSerializer.Serialize(new { errors = new[] { new { code, message = text } } }));

    /// <summary>The beginning of an answer, after which the connection breaks.</summary>
    public static Func<HttpContext, Task> Breaks(string beginning, int? announced = null) => async context =>
    {
        context.Response.StatusCode = 202;
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = announced;
        await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(beginning));
        await context.Response.Body.FlushAsync();
        context.Abort();
    };

    public async ValueTask DisposeAsync() => await app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        Headers = new HeaderDictionary(context.Request.Headers.ToDictionary(header => header.Key, header => header.Value, StringComparer.OrdinalIgnoreCase)); // the request's own are gone with it
        requests.Enqueue((await JsonDocument.ParseAsync(context.Request.Body)).RootElement);
        await answers[Math.Min(Interlocked.Increment(ref count), answers.Length) - 1](context);
    }
}
