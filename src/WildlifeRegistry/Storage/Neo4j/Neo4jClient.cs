using System.Buffers;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Polly;
using Polly.Retry;

namespace WildlifeRegistry.Storage.Neo4j;

/// <summary>
/// Neo4j's HTTP Query API: one statement, one round trip, one transaction. What fails for a passing reason is asked again
/// where that cannot do a thing twice; all else is a <see cref="StoreException"/> without a word of the engine's.
/// </summary>
internal sealed class Neo4jClient : IDisposable
{
    private const string Read = "READ", Write = "WRITE";

    private static readonly MediaTypeHeaderValue Json = new("application/json");

    private readonly Neo4jSettings settings;
    private readonly TimeProvider time;
    private readonly Uri address;
    private readonly AuthenticationHeaderValue? authorization;
    private readonly HttpMessageInvoker http;
    private readonly SemaphoreSlim turns;
    private readonly ResiliencePipeline again;
    private readonly Neo4jBookmarks bookmarks = new();
    private volatile bool isAlone;

    /// <param name="time">The clock of rests and time-outs.</param>
    public Neo4jClient(Neo4jSettings settings, TimeProvider time)
    {
        this.settings = settings;
        this.time = time;
        address = new Uri($"{settings.Uri.AbsoluteUri.TrimEnd('/')}/db/{Uri.EscapeDataString(settings.Database)}/query/v2");
        authorization = settings.User is null ? null : new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{settings.User}:{settings.Password}")));
        turns = new SemaphoreSlim(settings.Connections);
        http = new HttpMessageInvoker(new SocketsHttpHandler
        {
            ConnectTimeout = settings.Connect,
            MaxConnectionsPerServer = settings.Connections,
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(20), // before Neo4j closes it after 30, or a write could be sent into a closing one
            PooledConnectionLifetime = TimeSpan.FromMinutes(5), // so that a changed address is seen
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            ActivityHeadersPropagator = null, // whose request it is for is not Neo4j's business
        });
        again = new ResiliencePipelineBuilder { TimeProvider = time }.AddRetry(new RetryStrategyOptions
        {
            ShouldHandle = new PredicateBuilder().Handle<Neo4jFault>(fault => fault.IsBrief),
            MaxRetryAttempts = settings.Retries,
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            Delay = settings.Rest,
            MaxDelay = TimeSpan.FromSeconds(2),
        }).Build();
    }

    /// <summary>Told the text of each statement that is sent: how the tests know them all.</summary>
    internal static Action<string>? Sending { get; set; }

    /// <summary>
    /// Asks; what fails for a passing reason is asked again. On a cluster the leader answers (over HTTP the access mode is
    /// what routes: WRITE goes to the database's leader, READ to a follower where there is one), followers only where the
    /// settings say so. A server that is alone is asked with READ, which it holds a statement to.
    /// </summary>
    /// <param name="parameters">Writes the members of the map that is the statement's one parameter, <c>$p</c>.</param>
    /// <param name="read">Is given the rows, an array of arrays, and must not keep them.</param>
    /// <exception cref="StoreException">The engine failed, or was not to be had.</exception>
    public async Task<T> ReadAsync<T>(string statement, Action<Utf8JsonWriter> parameters, Func<JsonElement, T> read, CancellationToken ct)
    {
        try
        {
            return await InTurnAsync(new Question<T>(this, statement, parameters, settings.FollowerReads || isAlone ? Read : Write, read), mayRepeat: true, ct);
        }
        catch (Neo4jFault fault)
        {
            throw Neo4jFaults.OfRepeatable(fault);
        }
    }

    /// <summary>Changes, in one transaction.</summary>
    /// <param name="mayRepeat">True where the statement does no more when it is sent twice: only then is it asked again.</param>
    /// <exception cref="StoreException">
    /// The engine failed, or was not to be had. Where it is transient, nothing was changed, or <paramref name="mayRepeat"/>
    /// is true and it may have been; where the outcome of a change that must not be repeated is unknown, it says so.
    /// </exception>
    public async Task<T> WriteAsync<T>(string statement, Action<Utf8JsonWriter> parameters, Func<JsonElement, T> read, bool mayRepeat, CancellationToken ct)
    {
        try
        {
            return await InTurnAsync(new Question<T>(this, statement, parameters, Write, read), mayRepeat, ct);
        }
        catch (Neo4jFault fault)
        {
            throw mayRepeat ? Neo4jFaults.OfRepeatable(fault) : Neo4jFaults.OfWrite(fault);
        }
    }

    /// <summary>Asks who answers, and notes whether it is alone.</summary>
    /// <exception cref="StoreException">The engine failed, or is older than 5.26.</exception>
    public async Task<Neo4jRelease> ReleaseAsync(CancellationToken ct)
    {
        var server = await ReadAsync(Neo4jRelease.Statement, static _ => { }, Neo4jRelease.Of, ct);
        isAlone = server.IsAlone;
        return server.IsSupported ? server : throw new StoreException($"The store is {server}; Neo4j 5.26 or later is needed.", isTransient: false);
    }

    public void Dispose()
    {
        http.Dispose();
        turns.Dispose();
    }

    /// <summary>Asks when there is room; the place is kept while what failed rests, so that a store in need is asked less.</summary>
    private async Task<T> InTurnAsync<T>(Question<T> question, bool mayRepeat, CancellationToken ct)
    {
        if (!turns.Wait(0, CancellationToken.None))
        {
            using var limit = new CancellationTokenSource(settings.Wait, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, limit.Token);
            try
            {
                await turns.WaitAsync(either.Token);
            }
            catch (OperationCanceledException) when (!ct.IsCancellationRequested)
            {
                throw Neo4jFaults.Queued();
            }
        }

        try
        {
            return mayRepeat
                ? await again.ExecuteAsync(static (one, token) => new ValueTask<T>(one.Client.AskAsync(one, token)), question, ct)
                : await AskAsync(question, ct);
        }
        finally
        {
            turns.Release();
        }
    }

    private async Task<T> AskAsync<T>(Question<T> question, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        Sending?.Invoke(question.Statement);
        var sent = isAlone ? [] : bookmarks.Latest;
        var body = Neo4jRequest.Of(question.Statement, question.Parameters, question.AccessMode, settings.Statement, sent);
        using var limit = new CancellationTokenSource(settings.Statement, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, limit.Token);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new ReadOnlyMemoryContent(body.Body) };
            request.Content.Headers.ContentType = Json;
            request.Headers.Authorization = authorization;
            request.Headers.Accept.Add(new("application/json")); // the plain form, which every server from 5.26 on speaks
            using var response = await http.SendAsync(request, either.Token);
            var (buffer, length) = await WholeAsync(response.Content, either.Token);
            try
            {
                var answer = AnswerOf(question, response, buffer.AsMemory(0, length), sent);
                body.Release();
                return answer;
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            throw new OperationCanceledException(ct);
        }
        catch (OperationCanceledException fault) when (limit.IsCancellationRequested)
        {
            throw Neo4jFaults.Late(fault);
        }
        catch (OperationCanceledException fault) // the connection's own time-out
        {
            throw Neo4jFaults.NotConnected(fault);
        }
        catch (HttpRequestException fault) when (fault.HttpRequestError is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError)
        {
            throw Neo4jFaults.NotConnected(fault);
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException)
        {
            throw Neo4jFaults.Cut(fault);
        }
    }

    /// <summary>The body to its end, in a rented buffer: only then is it known whether the statement was carried out.</summary>
    private async Task<(byte[] Buffer, int Length)> WholeAsync(HttpContent content, CancellationToken ct)
    {
        await using var stream = await content.ReadAsStreamAsync(ct);
        var buffer = ArrayPool<byte>.Shared.Rent((int)Math.Clamp(content.Headers.ContentLength ?? 0, 16 * 1024, settings.MaxAnswer));
        try
        {
            var length = 0;
            while (await stream.ReadAsync(buffer.AsMemory(length), ct) is > 0 and var read)
            {
                length += read;
                if (length > settings.MaxAnswer)
                {
                    throw Neo4jFaults.TooLong();
                }

                if (length == buffer.Length)
                {
                    var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
                    buffer.AsSpan(0, length).CopyTo(larger);
                    ArrayPool<byte>.Shared.Return(buffer);
                    buffer = larger;
                }
            }

            return (buffer, length);
        }
        catch
        {
            ArrayPool<byte>.Shared.Return(buffer);
            throw;
        }
    }

    private T AnswerOf<T>(Question<T> question, HttpResponseMessage response, ReadOnlyMemory<byte> body, string[] sent)
    {
        if (response.Content.Headers.ContentType?.MediaType is not { } type || !type.EndsWith("json", StringComparison.OrdinalIgnoreCase))
        {
            throw Neo4jFaults.NotNeo4j(response.StatusCode);
        }

        using var document = Parsed(body);
        var answer = document.RootElement;

        // 202 says no more than that it began: errors may follow the rows.
        if (answer.ValueKind == JsonValueKind.Object && answer.TryGetProperty("errors"u8, out var errors) && errors.ValueKind == JsonValueKind.Array && errors.GetArrayLength() > 0)
        {
            var fault = Neo4jFaults.Of(ErrorOf(errors[0]), settings.Database);
            if (fault.InnerException is Neo4jError { Code: "Neo.ClientError.Transaction.InvalidBookmark" })
            {
                bookmarks.Forget();
            }

            throw fault;
        }

        if (!response.IsSuccessStatusCode || answer.ValueKind != JsonValueKind.Object || !answer.TryGetProperty("data"u8, out var data)
            || data.ValueKind != JsonValueKind.Object || !data.TryGetProperty("values"u8, out var rows) || rows.ValueKind != JsonValueKind.Array)
        {
            throw Neo4jFaults.NotNeo4j(response.StatusCode);
        }

        if (!isAlone && answer.TryGetProperty("bookmarks"u8, out var brought))
        {
            bookmarks.Replace(sent, [.. brought.EnumerateArray().Select(bookmark => bookmark.GetString()!)]);
        }

        return question.Read(rows);
    }

    private static JsonDocument Parsed(ReadOnlyMemory<byte> body)
    {
        try
        {
            return JsonDocument.Parse(body);
        }
        catch (JsonException)
        {
            throw Neo4jFaults.Cut(null); // without the parser's words, which may hold some of the answer
        }
    }

    private static Neo4jError ErrorOf(JsonElement error)
    {
        string Text(ReadOnlySpan<byte> name) => error.ValueKind == JsonValueKind.Object && error.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
        return new Neo4jError(Text("code"u8), Text("message"u8));
    }

    /// <summary>What is asked, in a form that each attempt is made from anew.</summary>
    private sealed record Question<T>(Neo4jClient Client, string Statement, Action<Utf8JsonWriter> Parameters, string AccessMode, Func<JsonElement, T> Read);
}
