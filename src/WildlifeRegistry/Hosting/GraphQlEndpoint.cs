using System.Buffers;
using System.Text.Json;
using GraphQL;
using GraphQL.Execution;
using GraphQL.SystemTextJson;
using GraphQL.Types;
using GraphQL.Validation;
using GraphQLParser;
using GraphQLParser.AST;
using GraphQLParser.Exceptions;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using WildlifeRegistry.Hosting.Traffic;
using WildlifeRegistry.Reading;
using WildlifeRegistry.Storage;

namespace WildlifeRegistry.Hosting;

/// <summary>GraphQL over HTTP: who asks, what is asked, is it small enough, is it valid, answer.</summary>
public sealed class GraphQlEndpoint(
    Admission admission,
    RegistryParts parts,
    ISchema schema,
    IDocumentExecuter executer,
    DocumentCache cache,
    RegistryErrors errors,
    RegistryLimits limits,
    TrafficLimits traffic)
{
    private const string Modern = "application/graphql-response+json";
    private const string Legacy = "application/json";
    private const int MaxParserDepth = 96;

    private readonly GraphQLSerializer serializer = new(errors);

    public async Task AnswerAsync(HttpContext context)
    {
        var accepted = Accepted(context.Request);
        try
        {
            await AnswerAsync(context, accepted);
        }
        catch (StoreException fault)
        {
            // Who asks is judged by what the store holds of joint operations.
            var status = fault.IsTransient ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status500InternalServerError;
            await WriteAsync(context, accepted ?? Legacy, new ExecutionResult { Errors = [new ExecutionError(fault.Message, fault)] }, status);
        }
    }

    private async Task AnswerAsync(HttpContext context, string? accepted)
    {
        using var admitted = await admission.AdmitAsync(context, mayRecall: true);
        if (admitted is null)
        {
            return;
        }

        if (accepted is null)
        {
            await Problems.WriteAsync(context, StatusCodes.Status406NotAcceptable, $"Answers are {Modern} or {Legacy}.");
            return;
        }

        GraphQlRequest request;
        try
        {
            if (await RequestOf(context) is not { } read)
            {
                return;
            }

            request = read;
        }
        catch (RequestException fault)
        {
            await WriteAsync(context, accepted, new ExecutionResult { Errors = [RegistryErrors.Of(fault.Code, fault.Message)] }, StatusCodes.Status400BadRequest);
            return;
        }

        // Held until the answer has left: a turn bounds the answers that are in memory.
        using var turn = await admission.AnswerAsync(context, admitted.Reader);
        if (turn is null)
        {
            return;
        }

        var hash = DocumentCache.HashOf(request.Query);
        var known = cache.Find(hash);
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        timeout.CancelAfter(limits.Execution);
        ExecutionResult? result;
        try
        {
            if (known?.Queries.GetValueOrDefault(request.OperationName ?? "") is { } query
                && await query.AnswerAsync(request.Variables, new RequestContext(admitted.Reader, parts), timeout.Token) is { } body
                && admitted.Reader.Recalled is null or { AreConfirmed: true })
            {
                await WriteAsync(context, accepted, body, StatusCodes.Status200OK);
                return;
            }

            // All else is for a reader whom the register was asked for.
            if ((admitted.Reader.Recalled is null ? admitted.Reader : await admission.ReaderAsync(context)) is not { } reader)
            {
                return;
            }

            result = await ExecuteAsync(context, request, hash, known?.Document, new RequestContext(reader, parts), timeout.Token);
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            result = Failed(ErrorCode.Timeout, "The answer took too long. Ask for less.");
        }

        if (result is null)
        {
            await Problems.WriteAsync(context, StatusCodes.Status405MethodNotAllowed, "GET answers queries only; changes are sent by POST.", ("Allow", "POST"));
            return;
        }

        await WriteAsync(context, accepted, result, StatusOf(result, accepted));
    }

    private async Task<GraphQlRequest?> RequestOf(HttpContext context)
    {
        if (HttpMethods.IsGet(context.Request.Method))
        {
            return GraphQlRequest.FromQuery(context.Request.Query);
        }

        if (!HttpMethods.IsPost(context.Request.Method))
        {
            await Problems.WriteAsync(context, StatusCodes.Status405MethodNotAllowed, "GET and POST are answered.", ("Allow", "GET, POST"));
            return null;
        }

        if (!MediaTypeHeaderValue.TryParse(context.Request.ContentType, out var type)
            || !type.MediaType.Equals(Legacy, StringComparison.OrdinalIgnoreCase)
            || (type.Charset.HasValue && !HeaderUtilities.RemoveQuotes(type.Charset).Equals("utf-8", StringComparison.OrdinalIgnoreCase)))
        {
            await Problems.WriteAsync(context, StatusCodes.Status415UnsupportedMediaType, $"A request is {Legacy} in UTF-8.");
            return null;
        }

        ReadOnlyMemory<byte>? whole;
        try
        {
            whole = await BodyOf(context.Request, context.RequestAborted);
        }
        catch (BadHttpRequestException fault)
        {
            // The server's own limit lies a little above ours; else the body is not in the form that its headers say.
            whole = fault.StatusCode == StatusCodes.Status413PayloadTooLarge ? null : throw new RequestException(ErrorCode.BadRequest, "The body could not be read to its end.");
        }

        if (whole is not { } body)
        {
            parts.Meter.Reached(Limit.Body);
            await Problems.WriteAsync(context, StatusCodes.Status413PayloadTooLarge, $"A request has at most {RegistryLimits.MaxBody} bytes.");
            return null;
        }

        return GraphQlRequest.FromBody(body);
    }

    private static async Task<ReadOnlyMemory<byte>?> BodyOf(HttpRequest request, CancellationToken ct)
    {
        if (request.ContentLength > RegistryLimits.MaxBody)
        {
            return null;
        }

        var body = new ArrayBufferWriter<byte>();
        while (true)
        {
            var read = await request.BodyReader.ReadAsync(ct);
            foreach (var segment in read.Buffer)
            {
                body.Write(segment.Span);
            }

            request.BodyReader.AdvanceTo(read.Buffer.End);
            if (body.WrittenCount > RegistryLimits.MaxBody)
            {
                return null;
            }

            if (read.IsCompleted)
            {
                return body.WrittenMemory;
            }
        }
    }

    /// <summary>The form that the caller takes; JSON where they do not say; null where they take neither.</summary>
    private static string? Accepted(HttpRequest request)
    {
        if (StringValues.IsNullOrEmpty(request.Headers.Accept))
        {
            return Legacy;
        }

        if (!MediaTypeHeaderValue.TryParseList(request.Headers.Accept, out var types))
        {
            return null;
        }

        foreach (var type in types.Where(type => type.Quality != 0).OrderByDescending(type => type.Quality ?? 1))
        {
            if (type.MediaType.Equals(Modern, StringComparison.OrdinalIgnoreCase))
            {
                return Modern;
            }

            if (type.MediaType.Equals(Legacy, StringComparison.OrdinalIgnoreCase) || type.MatchesAllTypes || (type.MatchesAllSubTypes && type.Type == "application"))
            {
                return Legacy;
            }
        }

        return null;
    }

    /// <summary>A well-formed request that was not executed is told apart by the status in the modern form only.</summary>
    private static int StatusOf(ExecutionResult result, string type)
    {
        if (result.Executed || ReferenceEquals(type, Legacy))
        {
            return StatusCodes.Status200OK;
        }

        return result.Errors?.FirstOrDefault()?.InnerException is RequestException { Code: ErrorCode.Timeout }
            ? StatusCodes.Status503ServiceUnavailable
            : StatusCodes.Status400BadRequest;
    }

    /// <summary>The result; null for a change asked for by GET.</summary>
    private async Task<ExecutionResult?> ExecuteAsync(HttpContext context, GraphQlRequest request, string hash, GraphQLDocument? document, RequestContext user, CancellationToken ct)
    {
        var isKnown = document is not null;
        if (document is null)
        {
            try
            {
                document = Parser.Parse(request.Query, new ParserOptions { Ignore = IgnoreOptions.Comments, MaxDepth = MaxParserDepth });
            }
            catch (GraphQLSyntaxErrorException fault)
            {
                return Failed(ErrorCode.Syntax, $"The document cannot be read at line {fault.Location.Line}, column {fault.Location.Column}.");
            }
            catch (GraphQLMaxDepthExceededException)
            {
                return Failed(ErrorCode.DocumentTooLarge, $"The document is nested deeper than {RequestGuard.MaxDepth} levels.");
            }

            if (RequestGuard.Judge(document, out _) is { } fault2)
            {
                return Failed(ErrorCode.DocumentTooLarge, fault2);
            }
        }

        if (HttpMethods.IsGet(context.Request.Method) && OperationOf(document, request.OperationName) is { Operation: not OperationType.Query })
        {
            return null;
        }

        var result = await executer.ExecuteAsync(new ExecutionOptions
        {
            Schema = schema,
            Document = document,
            Query = request.Query,
            OperationName = request.OperationName,
            Variables = request.Variables,
            UserContext = user,
            RequestServices = context.RequestServices,
            CancellationToken = ct,
            ValidationRules = isKnown ? [] : null,
            ThrowOnUnhandledException = false,
        });
        if (!isKnown && result.Executed)
        {
            cache.Keep(request.Query, hash, new KnownDocument(document, KnownQuery.Of(schema, document, request.Query)));
        }

        return result;
    }

    private static GraphQLOperationDefinition? OperationOf(GraphQLDocument document, string? name) => document.Definitions.OfType<GraphQLOperationDefinition>()
        .FirstOrDefault(operation => name is null || string.Equals(operation.Name?.StringValue, name, StringComparison.Ordinal));

    private static ExecutionResult Failed(ErrorCode code, string message) => new() { Errors = [RegistryErrors.Of(code, message)] };

    private async Task WriteAsync(HttpContext context, string type, ExecutionResult result, int status)
    {
        if (result.Errors is { Count: > RegistryErrors.MaxErrors } many)
        {
            result.Errors = [.. many.Take(RegistryErrors.MaxErrors)];
        }

        using var body = new MemoryStream();
        await serializer.WriteAsync(body, result, context.RequestAborted);
        if (body.Length > RegistryLimits.MaxAnswer)
        {
            body.SetLength(0);
            await serializer.WriteAsync(body, Failed(ErrorCode.PlanTooLarge, $"The answer has more than {RegistryLimits.MaxAnswer} bytes. Ask for fewer records or fields."), context.RequestAborted);
        }

        await WriteAsync(context, type, body.GetBuffer().AsMemory(0, (int)body.Length), status);
    }

    private Task WriteAsync(HttpContext context, string type, ReadOnlyMemory<byte> body, int status)
    {
        context.Response.StatusCode = status;
        if (status == StatusCodes.Status503ServiceUnavailable)
        {
            context.Response.Headers.RetryAfter = TrafficLimits.RetryAfter(traffic.Wait);
        }

        context.Response.ContentType = type + "; charset=utf-8";
        return context.SendAsync(body, traffic.Stall);
    }
}
