using GraphQL;
using WildlifeRegistry.Hosting;
using WildlifeRegistry.Identifiers;
using WildlifeRegistry.Reading;
using WildlifeRegistry.Records;
using WildlifeRegistry.Recording;
using WildlifeRegistry.Routes;
using WildlifeRegistry.Suspects;

namespace WildlifeRegistry.Links;

/// <summary>What can be changed of links.</summary>
public static class LinkMutations
{
    public static void Bind(Bindings bindings)
    {
        bindings.Mutation("linkRecords", LinkRecords);
        bindings.Mutation("linkIdentifier", LinkIdentifier);
        bindings.Mutation("amendLink", Amend);
        bindings.Mutation("consentToLink", Consent);
    }

    private static ValueTask<object?> LinkRecords(IResolveFieldContext context, RequestContext request) =>
        Mutations.AnswerAsync(context, request, Mutations.Link(context, request, "link"), static async change =>
        {
            var input = change.Input;
            var kind = input.Value<LinkKind>("kind") ?? LinkKind.Involves;
            var from = await change.NamedAsync(input, "from", [], exercise: null);
            var to = await change.NamedAsync(input, "to", [], from?.Exercise);
            if (LinkRules.IsDerived(kind))
            {
                input.Fault("kind", "This link spells out a field of a record: amend the record.");
            }
            else if (from is not null && to is not null)
            {
                if (to.Kind.IsConnector())
                {
                    input.Fault("to", "An identifier is linked by its value, with linkIdentifier.");
                }
                else if (!LinkRules.MayJoin(kind, from.Kind, to.Kind))
                {
                    input.Fault("kind", $"It does not lead from a {Name(from.Kind)} to a {Name(to.Kind)}.");
                }
                else if (from.Id == to.Id)
                {
                    input.Fault("to", "A record is not linked to itself.");
                }
            }

            var (handling, properties) = Read(change, kind, to, null, [from, to]);
            if (from is not null && to is not null)
            {
                await CheckJudgementAsync(change, kind, from.Id, to.Id);
            }

            if (change.Refusals.Count == 0)
            {
                change.Link(kind, from!.Id, to!.Id, change.AudienceOfLink(LinkEnd.Of(from), LinkEnd.Of(to)), handling, properties);
            }
        });

    private static ValueTask<object?> LinkIdentifier(IResolveFieldContext context, RequestContext request) =>
        Mutations.AnswerAsync(context, request, Mutations.Link(context, request, "link"), static async change =>
        {
            var input = change.Input;
            var kind = input.Value<LinkKind>("as") ?? LinkKind.Uses;
            var from = await change.NamedAsync(input, "from", [], exercise: null);
            var identifier = IdentifierInputs.Read(change, input.Object("identifier")!);
            if (from is not null && !LinkRules.MayJoin(kind, from.Kind, RecordKind.Identifier))
            {
                input.Fault("as", $"It does not lead from a {Name(from.Kind)} to an identifier; allowed are USES from suspects, and CARRIED_BY, DOCUMENTED_BY and MARKED from events.");
            }
            else if (from is not null && identifier is not null && from.Level < Connectors.Floor(identifier.Identifier.Type))
            {
                change.Refuse(new NotPermitted(SuspectInputs.Unseen));
            }

            var (handling, properties) = Read(change, kind, null, null, [from]);
            if (change.Refusals.Count == 0)
            {
                change.LinkIdentifier(kind, from!.Id, identifier!, from.Exercise ?? false, ValidatedHits.AudienceOfUse(change, from), handling, properties);
            }
        });

    private static ValueTask<object?> Amend(IResolveFieldContext context, RequestContext request) =>
        Mutations.AnswerAsync(context, request, Mutations.Link(context, request, "link"), static async change =>
        {
            if (await StatedAsync(change) is { } stated)
            {
                change.Input.Kept("handling");
                var (handling, properties) = Read(change, stated.Link.Kind, stated.To, stated.Link, []);
                change.Amend(stated.Link, handling: handling, properties: properties);
            }
        });

    /// <summary>The owner of a record at the end of another agency's link lets it be released to others, or takes that back.</summary>
    private static ValueTask<object?> Consent(IResolveFieldContext context, RequestContext request) =>
        Mutations.AnswerAsync(context, request, Mutations.Link(context, request, "link"), static async change =>
        {
            var given = change.Input.Id("id") ?? "";
            if (RecordId.TryParse(given, out var id)
                && await change.LinkAsync(id) is { } found
                && found.Link.Owner != change.Author.Agency
                && (LinkEnd.Of(found.From).Owner == change.Author.Agency || LinkEnd.Of(found.To).Owner == change.Author.Agency))
            {
                change.Consents = [new Storage.Consent(id, change.Input.Flag("given"))];
            }
            else
            {
                change.Refuse(new NotFound(given));
            }
        });

    /// <summary>The author's own live link that the input states, on its version; null where it is refused.</summary>
    internal static async Task<(SeenLink Link, SeenRecord From, SeenRecord To)?> StatedAsync(Change change)
    {
        var given = change.Input.Id("id") ?? "";
        if (!RecordId.TryParse(given, out var id) || await change.LinkAsync(id) is not { Link.Owners: { } owners } found)
        {
            change.Refuse(new NotFound(given));
            return null;
        }

        change.Subject = id;
        if (change.Input.Value<int>("version") != owners.Version)
        {
            change.Refuse(new VersionConflict(owners.Version));
            return null;
        }

        if (LinkRules.IsDerived(found.Link.Kind))
        {
            change.Refuse(new NotPermitted("This link spells out a field of a record: amend the record."));
            return null;
        }

        if (found.Link.Withdrawn)
        {
            change.Refuse(new NotPermitted("The link has been withdrawn: it is not changed any more."));
            return null;
        }

        return (found.Link, found.From, found.To);
    }

    /// <summary>What the link says, by the fields that the input has.</summary>
    /// <param name="old">The link that is amended; null: a new one.</param>
    /// <param name="ends">What a new link is derived from: unless told, it takes their stricter handling.</param>
    private static (Handling Handling, LinkProperties Properties) Read(Change change, LinkKind kind, SeenRecord? to, SeenLink? old, ReadOnlySpan<SeenRecord?> ends)
    {
        var input = change.Input;
        var says = old?.Properties ?? new LinkProperties();
        var role = input.Has("role") ? input.Value<InvolvementRole>("role") : says.Role;
        var leg = input.Has("leg") ? input.Number("leg", 1, RouteInputs.MaxLegs) : says.Leg;
        if (kind == LinkKind.Involves && role is null)
        {
            input.Fault("role", "An involvement needs the role that the suspect had.");
        }
        else if (kind != LinkKind.Involves && role is not null)
        {
            input.Fault("role", "Only INVOLVES has a role.");
        }

        if (leg is not null && kind != LinkKind.OnRoute)
        {
            input.Fault("leg", "Only ON_ROUTE has a leg.");
        }
        else if (leg is not null && to is { Kind: RecordKind.Route })
        {
            RouteInputs.CheckLeg(change, "leg", leg, to);
        }

        if (kind != LinkKind.AssociatedWith && (!input.IsNull("association") || !input.IsNull("strength")))
        {
            input.Fault(input.IsNull("association") ? "strength" : "association", "Only ASSOCIATED_WITH says what joins two suspects.");
        }

        if (kind != LinkKind.ForensicMatch && !input.IsNull("forensic"))
        {
            input.Fault("forensic", "Only FORENSIC_MATCH says what a laboratory found.");
        }

        var handling = input.Value<Handling>("handling") ?? old?.Handling ?? Handling.H0;
        var note = input.Has("handlingNote") ? input.Line("handlingNote") : says.HandlingNote;
        if (input.IsNull("handling"))
        {
            foreach (var end in ends)
            {
                if (end is not null && end.Handling > handling)
                {
                    handling = end.Handling;
                    note ??= handling == Handling.H3 ? end.Details.HandlingNote ?? "As on the record that it leads to or from." : null;
                }
            }
        }

        if (input.Has("handling") || input.Has("handlingNote"))
        {
            Markings.CheckNote(input, handling, note);
        }

        return (handling, says with
        {
            Role = role,
            Leg = leg,
            Period = input.Has("periodFrom") || input.Has("periodUntil") ? RouteInputs.Period(input, says.Period) : says.Period,
            Grade = input.Has("grade") ? Markings.Grade(input) : says.Grade,
            HandlingNote = note,
            Note = input.Has("note") ? input.Line("note", 1000) : says.Note,
            Association = input.Has("association") ? input.Value<AssociationKind>("association") : says.Association,
            Strength = input.Has("strength") ? input.Value<AssociationStrength>("strength") : says.Strength,
            Forensic = input.Has("forensic") ? Finding(input.Object("forensic")) : says.Forensic,
        });
    }

    private static ForensicFinding? Finding(Input? input) => input?.Value<ForensicKind>("kind") is not { } kind
        ? null
        : new ForensicFinding(kind, input.Line("laboratory"), input.Line("reportNumber"), input.Line("method"), input.Line("likelihood"));

    /// <summary>Two suspects are judged one way at a time: an agency that thinks otherwise now withdraws what it thought before.</summary>
    private static async Task CheckJudgementAsync(Change change, LinkKind kind, RecordId from, RecordId to)
    {
        if (kind is not (LinkKind.SameAs or LinkKind.NotSameAs))
        {
            return;
        }

        await foreach (var link in OwnLinks.OfAsync(change, from, kind == LinkKind.SameAs ? LinkKind.NotSameAs : LinkKind.SameAs))
        {
            if (link.Link.Other == to)
            {
                change.Refuse(new NotPermitted("Your agency has judged the opposite of these two: withdraw that link first."));
            }
        }
    }

    private static string Name(RecordKind kind) => kind.ToString().ToLowerInvariant();
}
