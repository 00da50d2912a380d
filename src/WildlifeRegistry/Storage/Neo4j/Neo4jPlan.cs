using System.Collections.Immutable;
using System.Text.Json;
using WildlifeRegistry.Access;
using WildlifeRegistry.Links;
using WildlifeRegistry.Records;

namespace WildlifeRegistry.Storage.Neo4j;

/// <summary>One plan as one statement: the text of its shape, and its parameters.</summary>
internal sealed class Neo4jPlan
{
    private static readonly ImmutableArray<LinkKind> AllLinks = [.. Enum.GetValues<LinkKind>()];
    private static readonly ImmutableArray<RecordKind> AllKinds = [.. Enum.GetValues<RecordKind>()];

    /// <summary>The depths that texts come in, as long as these are enough.</summary>
    public static readonly int[] Depths = [0, 1, 3];

    private readonly ReadPlan plan;
    private readonly Neo4jSight sight;
    private readonly Neo4jHubs hubs;
    private readonly List<SortedSet<LinkKind>> hubTypes = [];
    private readonly List<int> limits = [];

    public Neo4jPlan(ReadPlan plan, Neo4jSight sight, Neo4jHubs hubs)
    {
        this.plan = plan;
        this.sight = sight;
        this.hubs = hubs;
        Measure(Followed, 0);
        for (var depth = Depths.FirstOrDefault(depth => depth >= limits.Count, limits.Count); limits.Count < depth;)
        {
            limits.Add(0);
            hubTypes.Add([]);
        }

        var start = plan.Start switch
        {
            PlanStart.ByIds => Neo4jStart.Ids,
            PlanStart.ByImportKey => Neo4jStart.ImportKey,
            PlanStart.OfLink => Neo4jStart.Link,
            PlanStart.Page page => page.Descending ? Neo4jStart.Falling : Neo4jStart.Rising,
            _ => throw new ArgumentException("A start outside the closed set.", nameof(plan)),
        };
        var hubsOfLevels = string.Join(';', hubTypes.Select(types => string.Join('|', types.Select(Neo4jNames.TypeOf))));
        Shape = ExtentsOf(start).Select(extent => new Neo4jShape(start, limits.Count, hubsOfLevels, extent))
            .First(shape => Brings(shape, plan.Bring with { Links = [] }, 0) && Brings(shape, Followed, 0));
    }

    public Neo4jShape Shape { get; }

    public string Text => Neo4jText.Of(Shape);

    /// <summary>What is brought of the records that links are followed from: of a link's own start nothing is.</summary>
    private Bring Followed => plan.Start is PlanStart.OfLink ? plan.Bring.Links.Single().Bring : plan.Bring;

    /// <summary>The extents that texts from a start come in, the least first: one record is looked at with its history, or not.</summary>
    public static ImmutableArray<Neo4jExtent> ExtentsOf(Neo4jStart start) =>
        start == Neo4jStart.Ids ? [Neo4jExtent.Plain, Neo4jExtent.WithHistory, Neo4jExtent.Whole] : [Neo4jExtent.Plain, Neo4jExtent.Whole];

    /// <summary>The links of a step: of all kinds where it names none.</summary>
    public static ImmutableArray<LinkKind> KindsOf(LinkStep step) => step.Kinds.IsEmpty ? AllLinks : step.Kinds;

    public void Write(Utf8JsonWriter writer)
    {
        sight.Write(writer);
        writer.WriteStartObject("rank");
        foreach (var kind in AllLinks)
        {
            writer.WriteNumber(Neo4jNames.TypeOf(kind), (int)kind);
        }

        writer.WriteEndObject();
        for (var level = 0; level < limits.Count; level++)
        {
            writer.WriteNumber($"limit{level}", limits[level] + 1);
        }

        writer.WritePropertyName("bring");
        WriteBring(writer, plan.Start is PlanStart.OfLink ? plan.Bring with { Links = [] } : plan.Bring, 0);
        switch (plan.Start)
        {
            case PlanStart.ByIds start:
                Neo4jWriting.Texts(writer, "ids", start.Ids.Distinct().Select(id => id.ToString()));
                writer.WriteBoolean("any", start.Kinds.IsEmpty || AllKinds.All(start.Kinds.Contains));
                Neo4jWriting.Texts(writer, "kinds", start.Kinds.Select(Neo4jNames.LabelOf));
                break;
            case PlanStart.ByImportKey start:
                writer.WriteString("key", start.Key);
                break;
            case PlanStart.OfLink start:
                writer.WriteString("link", start.Link.ToString());
                writer.WritePropertyName("far");
                WriteBring(writer, Followed, 0);
                break;
            case PlanStart.Page start:
                WritePage(writer, start);
                break;
            default:
                throw new ArgumentException("A start outside the closed set.", nameof(writer));
        }
    }

    private void Measure(Bring bring, int level)
    {
        foreach (var step in bring.Links)
        {
            if (level == limits.Count)
            {
                limits.Add(0);
                hubTypes.Add([]);
            }

            limits[level] = Math.Max(limits[level], step.First);
            hubTypes[level].UnionWith(IsWalked(step) ? [] : AllLinks.Where(kind => step.From.Any(from => hubs.Has(from, kind)))); // also those it does not list: it must not walk them
            Measure(step.Bring, level + 1);
        }
    }

    /// <summary>Whether a text of the shape brings what is asked of records that so many links were followed to.</summary>
    private static bool Brings(Neo4jShape shape, Bring bring, int level) =>
        (!(bring.Releases || bring.Versions) || shape.HasHistory(level))
        && bring.Links.All(step => (!step.WantTotal || shape.HasTotals(level)) && (step.After is null || shape.HasPositions(level)) && Brings(shape, step.Bring, level + 1));

    /// <summary>From a record there are not many links, and not many that spell out its fields; onto one there may be.</summary>
    private static bool IsWalked(LinkStep step) => step.OwnReferences || step.Direction == LinkDirection.Outgoing;

    private void WriteBring(Utf8JsonWriter writer, Bring bring, int level)
    {
        writer.WriteStartObject();
        writer.WriteBoolean("releases", bring.Releases || bring.Versions);
        writer.WriteBoolean("versions", bring.Versions);
        writer.WriteStartArray("steps");
        for (var number = 0; number < bring.Links.Length; number++)
        {
            WriteStep(writer, bring.Links[number], number, level);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private void WriteStep(Utf8JsonWriter writer, LinkStep step, int number, int level)
    {
        writer.WriteStartObject();
        writer.WriteNumber("number", number);
        Neo4jWriting.Texts(writer, "from", step.From.Select(Neo4jNames.LabelOf));
        Neo4jWriting.Texts(writer, "types", KindsOf(step).Select(Neo4jNames.TypeOf));
        writer.WriteBoolean("both", step.Direction == LinkDirection.Both);
        writer.WriteBoolean("outgoing", step.Direction == LinkDirection.Outgoing);
        writer.WriteBoolean("walked", IsWalked(step));
        writer.WriteNumber("world", step.Exercise ? 1 : 0);
        writer.WriteBoolean("withdrawn", step.Withdrawn);
        writer.WriteNumber("first", step.First);
        writer.WriteBoolean("total", step.WantTotal);
        if (step.After is { } after)
        {
            writer.WriteNumber("rank", (int)after.Kind);
            writer.WriteString("after", Neo4jOrder.Write(after.Sort));
            writer.WriteString("afterId", after.Id.ToString());
        }

        if (hubTypes[level].Count > 0)
        {
            writer.WriteStartObject("below");
            foreach (var kind in KindsOf(step).Intersect(hubTypes[level]).Where(kind => step.Direction != LinkDirection.Outgoing && (step.After is null || kind >= step.After.Kind)))
            {
                writer.WriteString(Neo4jNames.TypeOf(kind), kind == step.After?.Kind ? Neo4jOrder.Write(step.After.Sort) : Neo4jOrder.Top);
            }

            writer.WriteEndObject();
        }

        writer.WritePropertyName("bring");
        WriteBring(writer, step.Bring, level + 1);
        writer.WriteEndObject();
    }

    private void WritePage(Utf8JsonWriter writer, PlanStart.Page page)
    {
        List<(string Property, IEnumerable<string> AnyOf)> conditions =
        [
            .. page.Conditions.Select(condition => (condition.Property, condition.AnyOf.AsEnumerable())),
            .. page.Owners.IsEmpty ? Array.Empty<(string, IEnumerable<string>)>() : [(ListedBy.Owner, page.Owners.Select(owner => owner.Value))],
        ];
        var whole = Neo4jListing.KeyOf(page.Kind, page.Exercise);
        var entries = conditions.Select(condition => condition.AnyOf.Distinct(StringComparer.Ordinal).Select(value => Neo4jListing.EntryOf(condition.Property, value)).ToList()).ToList();
        Lists("lists", entries.Count == 0 ? [[whole]] : entries.Select(list => list.Select(entry => whole + entry)));
        Lists("held", entries.Count < 2 ? [] : entries);
        var shown = page.Floor == Level.Full ? sight.Full : sight.Seen;
        writer.WritePropertyName("shown");
        writer.WriteRawValue(shown, skipInputValidation: true);
        Neo4jWriting.Texts(writer, "validations", (page.Validations.IsEmpty ? Enum.GetValues<Validation>().Where(one => one != Validation.Withdrawn) : page.Validations).Select(Neo4jNames.NameOf));
        writer.WriteNumber("first", page.First);
        writer.WriteNumber("take", page.First + 1);
        writer.WriteBoolean("total", page.WantTotal);
        WriteBounds(writer, page);

        void Lists(string name, IEnumerable<IEnumerable<string>> lists)
        {
            writer.WriteStartArray(name);
            foreach (var list in lists)
            {
                writer.WriteStartArray();
                foreach (var one in list)
                {
                    writer.WriteStringValue(one);
                }

                writer.WriteEndArray();
            }

            writer.WriteEndArray();
        }
    }

    /// <summary>
    /// Where the index is entered and, before what comes there, left, with the position and without; and what of the bounds it
    /// cannot say.
    /// </summary>
    private static void WriteBounds(Utf8JsonWriter writer, PlanStart.Page page)
    {
        var from = page.SortWithin?.From is { } least ? Neo4jOrder.Write(least) : "";
        var high = page.SortWithin?.Below is { } bound ? Neo4jOrder.Write(bound) : Neo4jOrder.Top;
        List<string> also = [.. (page.SortWithin?.Also ?? []).Select(Neo4jOrder.Write)];
        var after = page.After is { } position ? Neo4jOrder.Write(position.Sort) : null;
        var low = also.Aggregate(from, Neo4jOrder.Lesser);
        writer.WriteBoolean("exact", string.Equals(low, from, StringComparison.Ordinal)); // nothing lies between
        writer.WriteString("from", from);
        Neo4jWriting.Texts(writer, "also", also);
        writer.WriteString("low", low);
        writer.WriteString("high", high);
        writer.WriteString("after", after);
        writer.WriteString("afterId", page.After?.Id.ToString());
        writer.WriteString("lowAfter", after is null || page.Descending ? low : Neo4jOrder.Greater(low, after));
        writer.WriteString("highAfter", after is null || !page.Descending ? high : Neo4jOrder.Lesser(high, Neo4jOrder.Next(after)));
    }
}
