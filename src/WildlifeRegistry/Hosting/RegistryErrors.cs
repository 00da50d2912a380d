using System.Diagnostics;
using GraphQL;
using GraphQL.Execution;
using GraphQL.Validation;
using WildlifeRegistry.Records;
using WildlifeRegistry.Storage;

namespace WildlifeRegistry.Hosting;

/// <summary>
/// What a caller is told of an error: exactly one code of the closed list, the field where one is at fault, and for
/// the registry's own faults one opaque message with a trace id. No stack, no engine's text, no suggestions.
/// </summary>
public sealed partial class RegistryErrors(ILogger<RegistryErrors> logger, RegistryMeter meter) : IErrorInfoProvider
{
    /// <summary>Most errors in one answer.</summary>
    public const int MaxErrors = 20;

    /// <summary>Where the span of a request has the code of its error.</summary>
    public const string CodeTag = "registry.error.code";

    private const int MaxMessage = 400;

    public ErrorInfo GetInfo(ExecutionError executionError)
    {
        var (code, message, field) = Judge(executionError);
        meter.Errored(code);
        Activity.Current?.SetTag(CodeTag, NameOf(code));
        var extensions = new Dictionary<string, object?>(StringComparer.Ordinal) { ["code"] = NameOf(code) };
        if (field is not null)
        {
            extensions["field"] = field;
        }

        if (code == ErrorCode.Internal)
        {
            var trace = Activity.Current?.TraceId.ToString() ?? Guid.NewGuid().ToString("N");
            extensions["traceId"] = trace;
            LogFault(logger, trace, executionError.InnerException ?? executionError);
        }

        return new ErrorInfo { Message = message.Length > MaxMessage ? message[..MaxMessage] : message, Extensions = extensions };
    }

    /// <summary>The code as it is written: BAD_REQUEST.</summary>
    public static string NameOf(ErrorCode code) => RecordJson.NameOf(code);

    /// <summary>An error that is not one of a resolver's.</summary>
    public static ExecutionError Of(ErrorCode code, string message) => new(message, new RequestException(code, message));

    private static (ErrorCode Code, string Message, string? Field) Judge(ExecutionError error) => error.InnerException switch
    {
        RequestException request => (request.Code, request.Message, request.Field),
        StoreException { IsTransient: true } => (ErrorCode.StoreBusy, "The store is busy. Try again.", null),
        OperationCanceledException => (ErrorCode.Timeout, "The answer took too long.", null),
        _ => error switch
        {
            SyntaxError => (ErrorCode.Syntax, WithoutSuggestion(error.Message), null),
            InvalidVariableError or InvalidValueError => (ErrorCode.InvalidValue, WithoutSuggestion(error.Message) + Allowed(error), null),
            ValidationError validation => (validation.Number is "5.6.1" or "5.6" ? ErrorCode.InvalidValue : ErrorCode.InvalidDocument, WithoutSuggestion(error.Message), null),
            DocumentError or NoOperationError or InvalidOperationError => (ErrorCode.InvalidDocument, WithoutSuggestion(error.Message), null),
            _ => (ErrorCode.Internal, "The registry failed to answer. Its operator can find the cause under the trace id.", null),
        },
    };

    /// <summary>What a scalar says is allowed.</summary>
    private static string Allowed(ExecutionError error) => error.InnerException is FormatException format ? " " + format.Message : "";

    private static string WithoutSuggestion(string message)
    {
        var suggestion = message.IndexOf(" Did you mean", StringComparison.Ordinal);
        return suggestion < 0 ? message : message[..suggestion];
    }

    [LoggerMessage(2001, LogLevel.Error, "A request failed. Trace id {TraceId}.")]
    private static partial void LogFault(ILogger logger, string traceId, Exception fault);
}
