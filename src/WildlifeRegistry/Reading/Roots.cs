using System.Collections.Immutable;
using GraphQL;
using WildlifeRegistry.Access;
using WildlifeRegistry.Hosting;
using WildlifeRegistry.Records;
using WildlifeRegistry.Storage;

namespace WildlifeRegistry.Reading;

/// <summary>What the root resolvers of all kinds share: one plan, one call.</summary>
public static class Roots
{
    /// <summary>The record of a kind with the id in the argument <c>id</c>; null where there is none for the reader.</summary>
    public static ValueTask<object?> ById(IResolveFieldContext context, RequestContext request, RecordKind kind)
    {
        // An id that is not well-formed names nothing, like any other that names nothing.
        var id = RecordId.TryParse(Arguments.Of(context.Arguments).Text("id"), out var parsed) ? parsed : default;
        return One(context, request, id, [kind]);
    }

    /// <summary>The record or connector with this id, of one of these kinds.</summary>
    public static async ValueTask<object?> One(IResolveFieldContext context, RequestContext request, RecordId id, ImmutableArray<RecordKind> kinds)
    {
        var reading = await Read(context, request, new PlanStart.ByIds([id], kinds), new PlanWalker(context, request).OfRecord(kinds));
        return reading.Roots.Records is [var record, ..] ? RecordSource.Of(record, request) : null;
    }

    /// <summary>The records with these ids, in their order; null for each that is not there for the reader.</summary>
    public static async ValueTask<object?> Many(IResolveFieldContext context, RequestContext request, IReadOnlyList<string> ids, ImmutableArray<RecordKind> kinds)
    {
        var parsed = ids.Select(id => RecordId.TryParse(id, out var one) ? one : default).ToList();
        var reading = await Read(context, request, new PlanStart.ByIds([.. parsed.Distinct()], kinds), new PlanWalker(context, request).OfRecord(kinds));
        var found = reading.Roots.Records.ToDictionary(record => record.Record.Id);
        return parsed.Select(id => found.TryGetValue(id, out var record) ? RecordSource.Of(record, request) : null).ToList();
    }

    /// <summary>A page of a kind.</summary>
    /// <param name="page">Made for the size, the position and the wish for a total that the caller asked for.</param>
    public static async ValueTask<object?> Page(IResolveFieldContext context, RequestContext request, PlanStart.Page page)
    {
        var arguments = Arguments.Of(context.Arguments);
        var cursors = new Cursors(request, context.FieldDefinition.Name + "|" + arguments.Question());
        var (bring, wantTotal) = new PlanWalker(context, request).OfConnection(page.Kind);
        var after = arguments.Text("after");
        var start = page with { First = arguments.First(), After = after is null ? null : cursors.Position(after), WantTotal = wantTotal };
        var reading = await Read(context, request, start, bring);
        return Pages.Of(reading.Roots, after is not null, request, cursors);
    }

    private static Task<Storage.Reading> Read(IResolveFieldContext context, RequestContext request, PlanStart start, Bring bring) =>
        request.Parts.Store.ViewFor(request.Reader).ReadAsync(PlanWalker.Bounded(new ReadPlan(start, bring)), context.CancellationToken);
}

/// <summary>The conditions of a list, put together from a filter.</summary>
public sealed class PageOf(RecordKind kind)
{
    private readonly ImmutableArray<Condition>.Builder conditions = ImmutableArray.CreateBuilder<Condition>();

    /// <summary>The record has one of these values; no values: no condition.</summary>
    public PageOf Any(string property, IEnumerable<string> values, bool isOpen = true)
    {
        ImmutableArray<string> list = [.. values.Distinct(StringComparer.Ordinal)];
        if (!list.IsEmpty)
        {
            conditions.Add(new Condition(property, list, isOpen));
        }

        return this;
    }

    /// <summary>A page of a reference kind, rising.</summary>
    public PlanStart.Page OfReference() => new(kind, conditions.ToImmutable(), null, [], [], Exercise: null, Descending: false, 1, null, WantTotal: false);

    /// <summary>A page of the kind's records in one world, with what every filter has: owners, validation, exercise.</summary>
    /// <exception cref="RequestException">An owner that is not an agency code.</exception>
    public PlanStart.Page OfRecords(Arguments filter, RequestContext request, bool descending, SortBounds? within = null) => new(
        kind,
        [.. conditions, .. filter.Flag("mine") ? [new Condition(RecordKinds.RecordedBy, [request.Reader.Officer.Value], IsOpen: false)] : ImmutableArray<Condition>.Empty],
        within,
        [.. filter.List<string>("owners").Select(owner => AgencyCode.IsCode(owner) ? new AgencyCode(owner) : throw filter.Fault("owners", "owners has a value that is not an agency code, like KZ-CUSTOMS."))],
        [.. filter.List<Validation>("validation").Distinct()],
        filter.Flag("exercise"),
        descending,
        1,
        null,
        WantTotal: false);

    /// <summary>The bounds of a DateRange input.</summary>
    /// <exception cref="RequestException">It ends before it begins.</exception>
    public static SortBounds? Within(Arguments filter, string name)
    {
        var range = filter.Input(name);
        var from = range.Value<PartialDate>("from");
        var until = range.Value<PartialDate>("until");
        if (from is { } start && until is { } end && start.First > end.Last)
        {
            throw filter.Fault(name, $"{name} ends before it begins: from {start} until {end}.");
        }

        return from is null && until is null ? null : SortBounds.Overlapping(from, until);
    }
}
