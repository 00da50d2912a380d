using System.Collections.Immutable;
using WildlifeRegistry.Access;
using WildlifeRegistry.Links;
using WildlifeRegistry.Records;
using WildlifeRegistry.Storage;

namespace WildlifeRegistry.Tests.Conformance;

/// <summary>A graph in which everything may be seen: it answers plans without a thought to who asks.</summary>
internal sealed record Projection(ImmutableDictionary<RecordId, Oracle.Seen> Records, ImmutableArray<Oracle.SeenEdge> Links)
{
    public Storage.Reading Answer(ReadPlan plan) => new(plan.Start switch
    {
        PlanStart.ByIds start => new RecordPage(
            [.. start.Ids.Where(Records.ContainsKey).Select(id => Records[id]).Where(seen => start.Kinds.IsEmpty || start.Kinds.Contains(seen.Record.Kind)).Select(seen => Bring(seen, plan.Bring))],
            HasNext: false,
            Total: null),
        PlanStart.ByImportKey start => new RecordPage(
            [.. Records.Values.Where(seen => seen.ImportKey == start.Key).OrderBy(seen => seen.Record.Id).Take(1).Select(seen => Bring(seen, plan.Bring))],
            HasNext: false,
            Total: null),
        PlanStart.OfLink start => new RecordPage([.. Links.Where(link => link.Link.Id == start.Link).Select(link => OfLink(link, plan.Bring))], HasNext: false, Total: null),
        PlanStart.Page start => Page(start, plan.Bring),
        _ => throw new ArgumentOutOfRangeException(nameof(plan)),
    });

    private BroughtRecord OfLink(Oracle.SeenEdge edge, Bring bring)
    {
        var step = bring.Links.Single();
        var near = Records[edge.Link.From];
        var link = Bring(edge, Records[edge.Link.To], near.Record.Id, step.Bring);
        return Bring(near, bring with { Links = [] }) with { Links = ImmutableDictionary<string, LinkPage>.Empty.Add(step.Name, new LinkPage([link], HasNext: false, Total: null)) };
    }

    private RecordPage Page(PlanStart.Page start, Bring bring)
    {
        var matches = Records.Values
            .Where(seen => seen.Record.Kind == start.Kind && seen.Record.Exercise == start.Exercise)
            .Where(seen => start.Validations.IsEmpty ? seen.Record.Validation != Validation.Withdrawn : start.Validations.Contains(seen.Record.Validation))
            .Where(seen => start.Owners.IsEmpty || (seen.Record.Owner is { } owner && start.Owners.Contains(owner)))
            .Where(seen => start.Conditions.All(condition => seen.Index.Any(value => value.Property == condition.Property && condition.AnyOf.Contains(value.Value))))
            .Where(seen => IsWithin(start.SortWithin, seen.Sort))
            .ToList();
        var order = Comparer<Oracle.Seen>.Create((left, right) => Compare(left.Sort, left.Record.Id, right.Sort, right.Record.Id));
        var ordered = start.Descending ? matches.OrderDescending(order) : matches.Order(order);
        var rest = ordered.Where(seen => start.After is not { } after
            || (start.Descending ? Compare(seen.Sort, seen.Record.Id, after.Sort, after.Id) < 0 : Compare(seen.Sort, seen.Record.Id, after.Sort, after.Id) > 0)).ToList();
        return new RecordPage(
            [.. rest.Take(start.First).Select(seen => Bring(seen, bring))],
            rest.Count > start.First,
            start.WantTotal ? Math.Min(matches.Count, ReadPlan.MaxTotal + 1) : null);
    }

    private BroughtRecord Bring(Oracle.Seen seen, Bring bring) => new(
        seen.Record with
        {
            ReleasedAt = bring.Releases || bring.Versions ? seen.Record.ReleasedAt : null,
            Edition = bring.Releases || bring.Versions ? seen.Record.Edition : null,
            Editions = bring.Versions ? seen.Record.Editions : null,
            Owners = seen.Record.Owners is { } owners && !bring.Versions ? owners with { Versions = null } : seen.Record.Owners,
        },
        seen.Sort,
        bring.Links.Where(step => step.From.Contains(seen.Record.Kind)).ToImmutableDictionary(step => step.Name, step => Follow(seen, step)));

    private LinkPage Follow(Oracle.Seen near, LinkStep step)
    {
        var id = near.Record.Id;
        var matches = Links
            .Where(link => step.Direction switch
            {
                LinkDirection.Outgoing => link.Link.From == id,
                LinkDirection.Incoming => link.Link.To == id,
                LinkDirection.Both => link.Link.From == id || link.Link.To == id,
                _ => throw new ArgumentOutOfRangeException(nameof(step)),
            })
            .Where(link => step.Kinds.IsEmpty || step.Kinds.Contains(link.Link.Kind))
            .Select(link => (Edge: link, Far: Records[link.Link.From == id ? link.Link.To : link.Link.From]))
            .Where(pair => near.Record.Exercise is not null || pair.Far.Record.Exercise == step.Exercise)
            .Where(pair => step.Withdrawn || (!pair.Edge.Link.Withdrawn && pair.Far.Record.Validation != Validation.Withdrawn))
            .OrderBy(pair => pair.Edge.Link.Kind)
            .ThenByDescending(pair => pair.Edge.Sort, Comparer<string>.Create(Oracle.Compare))
            .ThenByDescending(pair => pair.Edge.Link.Id)
            .ToList();
        var rest = matches.Where(pair => step.After is not { } after || IsAfter(pair.Edge, after)).ToList();
        return new LinkPage(
            [.. rest.Take(step.First).Select(pair => Bring(pair.Edge, pair.Far, id, step.Bring))],
            step.First > 0 && rest.Count > step.First,
            step.WantTotal ? Math.Min(matches.Count, ReadPlan.MaxTotal + 1) : null);
    }

    private BroughtLink Bring(Oracle.SeenEdge edge, Oracle.Seen far, RecordId near, Bring bring)
    {
        var properties = RecordJson.Read<LinkProperties>(edge.Link.Properties);
        if (edge.Level < Level.Full)
        {
            properties = new LinkProperties(
                properties.Role is InvolvementRole.Organiser or InvolvementRole.Official ? InvolvementRole.Other : properties.Role,
                properties.Leg,
                properties.SeizureOpportunity);
        }

        var link = edge.Link;
        return new BroughtLink(
            new SeenLink(link.Id, link.Kind, link.From == near, far.Record.Id, link.Owner, edge.Level, link.Handling, link.Withdrawn, edge.Owners, properties),
            edge.Sort,
            Bring(far, bring));
    }

    private static bool IsAfter(Oracle.SeenEdge edge, LinkPosition after) =>
        edge.Link.Kind != after.Kind ? edge.Link.Kind > after.Kind : Compare(edge.Sort, edge.Link.Id, after.Sort, after.Id) < 0;

    private static bool IsWithin(SortBounds? bounds, string sort) =>
        bounds is null
        || ((bounds.From is null || Oracle.Compare(sort, bounds.From) >= 0 || bounds.Also.Contains(sort))
            && (bounds.Below is null || Oracle.Compare(sort, bounds.Below) < 0));

    private static int Compare(string sort, RecordId id, string otherSort, RecordId otherId) =>
        Oracle.Compare(sort, otherSort) is var order and not 0 ? order : id.CompareTo(otherId);
}
