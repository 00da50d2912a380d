using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using GraphQL;
using GraphQL.Types;
using GraphQL.Validation;
using WildlifeRegistry.Hosting;
using WildlifeRegistry.Links;
using WildlifeRegistry.Records;
using WildlifeRegistry.Storage;

namespace WildlifeRegistry.Reading;

/// <summary>
/// From the selection set of a root field to what the plan must bring: one walk, so that every field below the root
/// is a look into the answer.
/// </summary>
internal sealed class PlanWalker
{
    /// <summary>
    /// The step that answers a record's own fields; one that brings more than the record is named so and by its field.
    /// Steps are named by what they bring, never by response keys: one record may be shown at several places of an answer
    /// (<c>nodes</c> and <c>edges</c>), and one key may mean something else at each.
    /// </summary>
    public const string OwnPrefix = "own:";

    private static readonly ImmutableArray<LinkKind> ChainKinds = [LinkKind.Origin, LinkKind.Export, LinkKind.Transit, LinkKind.Destination];

    private readonly ISchema schema;
    private readonly RequestContext request;
    private readonly Selection selection;
    private readonly SelectedField root;
    private readonly Variables variables;
    private readonly List<string> looked = [];
    private bool mayKeep;

    public PlanWalker(IResolveFieldContext context, RequestContext request)
    {
        schema = context.Schema;
        this.request = request;
        (selection, root, variables) = context is KnownRoot known
            ? (known.Selection, known.Field, known.Values)
            : Read(context);
        mayKeep = context is KnownRoot;
    }

    /// <summary>What the root field's records must bring, where the field is a record itself; of a question that comes again, what was found before.</summary>
    public Bring OfRecord(ImmutableArray<RecordKind> kinds)
    {
        if (root.Walk is { } walk && walk.Holds(kinds, variables))
        {
            return walk.Bring;
        }

        var bring = Records([root], kinds);
        if (mayKeep)
        {
            root.Walk = new KnownWalk(kinds, [.. looked.Select(name => KnownWalk.Look(name, variables))], bring);
        }

        return bring;
    }

    /// <summary>What a connection's records must bring, and whether their number is asked for.</summary>
    public (Bring Bring, bool WantTotal) OfConnection(RecordKind kind)
    {
        var connection = root.Fields(Type(TypeName(kind) + "Connection"));
        return (Records(Nodes(connection, TypeName(kind) + "Edge"), [kind]), WantsTotal(connection));
    }

    /// <summary>What a payload's records must bring, under one of its fields; null where the field is not asked for.</summary>
    public Bring? OfPayload(string field, IEnumerable<RecordKind> kinds) =>
        PayloadFields(field) is { Count: > 0 } fields ? Records(fields, kinds) : null;

    /// <summary>The step that brings a payload's link; null where it is not asked for.</summary>
    public LinkStep? OfPayloadLink(string field) => OfPayloadLinks(field) is { } far
        ? new LinkStep(field, [], [], LinkDirection.Outgoing, Exercise: false, Withdrawn: true, 1, After: null, WantTotal: false, OwnReferences: false, far)
        : null;

    /// <summary>What the far ends of a payload's links must bring; null where they are not asked for.</summary>
    public Bring? OfPayloadLinks(string field) => PayloadFields(field) is { Count: > 0 } fields ? Far(fields) : null;

    private List<SelectedField> PayloadFields(string field) =>
        [.. root.Fields((IComplexGraphType)root.Definition!.ResolvedType!.GetNamedType()).Where(one => string.Equals(one.Name, field, StringComparison.Ordinal))];

    /// <summary>What lists of links are continued by: everything that says which links, of which record.</summary>
    public static Cursors LinkCursors(RequestContext request, Arguments arguments) => new(request, "links|" + arguments.Question());

    /// <summary>The step that brings the page of links which these arguments ask for.</summary>
    public static string LinksStep(Arguments arguments) => "links|" + arguments.Whole();

    /// <exception cref="RequestException">The plan asks for more records than one answer may have.</exception>
    public static ReadPlan Bounded(ReadPlan plan) => plan.Records <= ReadPlan.MaxRecords
        ? plan
        : throw new RequestException(
            ErrorCode.PlanTooLarge,
            string.Create(CultureInfo.InvariantCulture, $"The question asks for up to {plan.Records} records; allowed are {ReadPlan.MaxRecords}. Ask for smaller pages, or for fewer levels."));

    /// <summary>The type of the contract that shows records of a kind.</summary>
    public static string TypeName(RecordKind kind) => kind.ToString();

    private static (Selection Selection, SelectedField Root, Variables Variables) Read(IResolveFieldContext context)
    {
        var read = new Selection(context.Document, context.Variables);
        return (read, new SelectedField(read, Selection.KeyOf(context.FieldAst), context.ParentType, parent: null, [context.FieldAst]), context.Variables);
    }

    private Bring Records(IReadOnlyList<SelectedField> asked, IEnumerable<RecordKind> kinds)
    {
        var steps = ImmutableArray.CreateBuilder<LinkStep>();
        var releases = false;
        var versions = false;
        foreach (var kind in kinds)
        {
            var own = new List<(string Path, LinkKind[] Kinds, Bring Bring)>();
            foreach (var same in asked.SelectMany(field => field.Fields(Type(TypeName(kind)))).GroupBy(field => field.Name, StringComparer.Ordinal))
            {
                switch (same.Key)
                {
                    case "links":
                        steps.AddRange(Links(kind, same));
                        break;
                    case "place":
                        own.Add((same.Key, [LinkKind.At], Records([.. same], [RecordKind.Place])));
                        break;
                    case "specimens":
                        own.AddRange(Parts(same, "Specimen", ("species", [LinkKind.OfSpecies], RecordKind.Species), ("marks", [LinkKind.Marked], RecordKind.Identifier)));
                        break;
                    case "chain":
                        own.AddRange(Parts(same, "ChainStep", ("place", [.. ChainKinds], RecordKind.Place)));
                        break;
                    case "legs":
                        own.AddRange(Parts(same, "RouteLeg", ("from", [LinkKind.Passes], RecordKind.Place), ("to", [LinkKind.Passes], RecordKind.Place)));
                        break;
                    case "releasedAt" or "edition":
                        releases = true;
                        break;
                    case "history" or "editions" or "changesSince":
                        versions = true;
                        break;
                    default:
                        break;
                }
            }

            steps.AddRange(Own(kind, own));
        }

        return steps.Count == 0 && !releases && !versions ? Bring.Nothing : new Bring(steps.ToImmutable(), releases, versions);
    }

    private IEnumerable<(string Path, LinkKind[] Kinds, Bring Bring)> Parts(IGrouping<string, SelectedField> part, string type, params (string Field, LinkKind[] Links, RecordKind Kind)[] named)
    {
        var fields = part.SelectMany(one => one.Fields(Type(type))).ToLookup(field => field.Name, StringComparer.Ordinal);
        return named.Where(one => fields.Contains(one.Field)).Select(one => ($"{part.Key}/{one.Field}", one.Links, Records([.. fields[one.Field]], [one.Kind])));
    }

    /// <summary>
    /// The record's own references in one step, but for those that are asked for more: each of these is a step of
    /// its field, for what one field asks of a record no other pays for.
    /// </summary>
    private static IEnumerable<LinkStep> Own(RecordKind kind, List<(string Path, LinkKind[] Kinds, Bring Bring)> own)
    {
        var plain = own.Where(one => one.Bring == Bring.Nothing).SelectMany(one => one.Kinds).Distinct().Order().ToImmutableArray();
        var steps = own.Where(one => one.Bring != Bring.Nothing).Select(one => (Name: OwnPrefix + one.Path, Kinds: one.Kinds.ToImmutableArray(), one.Bring)).ToList();
        if (!plain.IsEmpty)
        {
            steps.Add((OwnPrefix, plain, Bring.Nothing));
        }

        return steps.Select(step => new LinkStep(
            step.Name,
            [kind],
            step.Kinds,
            LinkDirection.Outgoing,
            Exercise: false,
            Withdrawn: true,
            ReadPlan.MaxPage,
            After: null,
            WantTotal: false,
            OwnReferences: true,
            step.Bring));
    }

    /// <summary>A step for each page of links that is asked for, whatever is asked of it at how many places.</summary>
    private IEnumerable<LinkStep> Links(RecordKind from, IEnumerable<SelectedField> fields) => fields
        .Select(field => (Field: field, Arguments: ArgumentsOf(field)))
        .GroupBy(one => LinksStep(one.Arguments), StringComparer.Ordinal)
        .Select(same => Links(from, same.Key, same.First().Arguments, [.. same.SelectMany(one => one.Field.Fields(Type("LinkConnection")))]));

    private Arguments ArgumentsOf(SelectedField field)
    {
        if (mayKeep)
        {
            KnownWalk.Names(field.Ast[0].Arguments, looked);
        }

        return Arguments.Of(selection.ArgumentsOf(field, variables));
    }

    private LinkStep Links(RecordKind from, string name, Arguments arguments, List<SelectedField> connection)
    {
        var after = arguments.Text("after");
        var first = arguments.First();
        mayKeep &= after is null; // whose cursor it is, is looked at each time
        return new LinkStep(
            name,
            [from],
            [.. arguments.List<LinkKind>("kinds").Distinct()],
            arguments.Value<LinkDirection>("direction") ?? LinkDirection.Both,
            arguments.Flag("exercise"),
            arguments.Flag("withdrawn"),
            connection.TrueForAll(one => one.Name is "totalCount" or "totalAtLeast" or "__typename") ? 0 : first,
            after is null ? null : LinkCursors(request, arguments).LinkPosition(after).Position,
            WantsTotal(connection),
            OwnReferences: false,
            Far(Nodes(connection, "LinkEdge")));
    }

    /// <summary>What the far ends of links must bring.</summary>
    private Bring Far(IEnumerable<SelectedField> links)
    {
        var far = links
            .SelectMany(link => link.Fields(Type("Link")))
            .Where(field => string.Equals(field.Name, "other", StringComparison.Ordinal))
            .ToList();
        return far.Count == 0 ? Bring.Nothing : Records(far, Linkable);
    }

    /// <summary>The kinds that links lead to.</summary>
    private static readonly RecordKind[] Linkable =
        [RecordKind.Seizure, RecordKind.Incident, RecordKind.Suspect, RecordKind.Route, RecordKind.Identifier, RecordKind.Species, RecordKind.Place];

    /// <summary>The fields of a connection that select of its records or links.</summary>
    private List<SelectedField> Nodes(IEnumerable<SelectedField> connection, string edge) =>
    [
        .. connection.SelectMany(field => field.Name switch
        {
            "nodes" => [field],
            "edges" => field.Fields(Type(edge)).Where(one => string.Equals(one.Name, "node", StringComparison.Ordinal)),
            _ => Enumerable.Empty<SelectedField>(),
        }),
    ];

    private static bool WantsTotal(IEnumerable<SelectedField> connection) => connection.Any(field => field.Name is "totalCount" or "totalAtLeast");

    private IComplexGraphType Type(string name) => (IComplexGraphType)schema.AllTypes[name]!;
}
