using WildlifeRegistry.Agencies;
using WildlifeRegistry.Hosting;
using WildlifeRegistry.Links;
using WildlifeRegistry.Records;
using WildlifeRegistry.Storage;

namespace WildlifeRegistry.Reading;

/// <summary>A brought record as the source of GraphQL fields: its properties are read once, and only if asked for.</summary>
public sealed class RecordSource
{
    private RecordSource(BroughtRecord brought, RequestContext request)
    {
        Brought = brought;
        Request = request;
    }

    public BroughtRecord Brought { get; }

    public RequestContext Request { get; }

    public SeenRecord Record => Brought.Record;

    /// <summary>The kind's own properties.</summary>
    public object Value => field ??= Request.ValueOf(Record);

    public string Caption => Request.Parts.Kinds[Record.Kind].CaptionOf(Value);

    /// <summary>The source of a record's fields; an agency is its own.</summary>
    public static object Of(BroughtRecord brought, RequestContext request) =>
        brought.Record.Kind == RecordKind.Agency
            ? request.ValueOf(brought.Record)
            : new RecordSource(brought, request);

    /// <summary>The record that a field of this one, or of a part of it, names; null where it is not visible.</summary>
    public RecordSource? Own(RecordId? id, AskedField field, bool ofPart = false)
    {
        if (id is not { } named)
        {
            return null;
        }

        return Among(field.OwnStep(ofPart), named) ?? Among(PlanWalker.OwnPrefix, named);
    }

    private RecordSource? Among(string step, RecordId id)
    {
        if (Brought.Links.TryGetValue(step, out var page))
        {
            foreach (var link in page.Links)
            {
                if (link.Far.Record.Id == id && !link.Link.Withdrawn)
                {
                    return new RecordSource(link.Far, Request);
                }
            }
        }

        return null;
    }

    /// <summary>The registered agency that owns the record.</summary>
    public Agency? Owner => Record.Owner is { } owner ? Request.Parts.Agencies.Find(owner) : null;
}

/// <summary>A brought link as the source of GraphQL fields.</summary>
public sealed record LinkSource(BroughtLink Brought, RequestContext Request)
{
    public SeenLink Link => Brought.Link;
}

/// <summary>Something inside a record that looks up what the record brought.</summary>
public sealed record PartSource<T>(T Value, RecordSource Record)
{
    /// <summary>The record that a field of this part names; null where it is not visible.</summary>
    public RecordSource? Own(RecordId? id, AskedField field) => Record.Own(id, field, ofPart: true);
}
