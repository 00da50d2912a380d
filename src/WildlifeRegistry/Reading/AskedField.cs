using GraphQL;
using GraphQL.Execution;
using WildlifeRegistry.Hosting;

namespace WildlifeRegistry.Reading;

/// <summary>A field as one request asks for it: what a look may need beside its source.</summary>
public sealed class AskedField
{
    private readonly string name;
    private readonly string? parent;
    private readonly Func<IDictionary<string, ArgumentValue>?> read;

    /// <param name="name">The field's name; whatever its alias, it is looked for by that.</param>
    /// <param name="parent">The name of the field that has this one; null for a root field.</param>
    /// <param name="read">The coerced arguments.</param>
    public AskedField(string name, string? parent, RequestContext request, Func<IDictionary<string, ArgumentValue>?> read)
    {
        this.name = name;
        Request = request;
        this.parent = parent;
        this.read = read;
    }

    public RequestContext Request { get; }

    /// <exception cref="RequestException">A value that is not allowed.</exception>
    public Arguments Arguments => field ??= Arguments.Of(read());

    /// <summary>What lists of links are continued by: everything that says which links, of which record.</summary>
    public Cursors LinkCursors => field ??= PlanWalker.LinkCursors(Request, Arguments);

    /// <summary>The step that brought the page of links which the field asks for.</summary>
    public string LinksStep => field ??= PlanWalker.LinksStep(Arguments);

    /// <summary>The step that brought the record which the field names, where it was asked for more than the record.</summary>
    /// <param name="ofPart">True for a field of a part of a record, like a specimen.</param>
    public string OwnStep(bool ofPart) => ofPart ? OfPart : OfRecord;

    private string OfRecord => field ??= PlanWalker.OwnPrefix + name;

    private string OfPart => field ??= $"{PlanWalker.OwnPrefix}{parent}/{name}";

    public static AskedField Of(IResolveFieldContext context) => new(
        context.FieldAst.Name.StringValue,
        context.Parent?.FieldAst.Name.StringValue,
        (RequestContext)context.UserContext,
        () => context.Arguments);
}
