namespace WildlifeRegistry.Hosting;

/// <summary>The closed list of codes that an error outside a payload carries in <c>extensions.code</c>.</summary>
public enum ErrorCode
{
    /// <summary>The request is not a GraphQL request.</summary>
    BadRequest,

    /// <summary>The document cannot be parsed.</summary>
    Syntax,

    /// <summary>The document does not fit the schema.</summary>
    InvalidDocument,

    /// <summary>The document is larger, deeper or more repetitive than is allowed.</summary>
    DocumentTooLarge,

    /// <summary>A variable or argument has a value that is not allowed.</summary>
    InvalidValue,

    /// <summary>The question asks for more records than one answer may have.</summary>
    PlanTooLarge,

    /// <summary>The caller has no role that may ask this.</summary>
    Forbidden,

    /// <summary>The store is busy or away: try again.</summary>
    StoreBusy,

    /// <summary>The answer took too long.</summary>
    Timeout,

    /// <summary>A fault of the registry's own.</summary>
    Internal,
}

/// <summary>A fault that the caller can mend: its message and field go into the answer as they are.</summary>
public sealed class RequestException : Exception
{
    /// <param name="field">The argument or input field at fault, e.g. <c>filter.owners</c>.</param>
    public RequestException(ErrorCode code, string message, string? field = null)
        : base(message)
    {
        Code = code;
        Field = field;
    }

    public ErrorCode Code { get; }

    public string? Field { get; }
}
