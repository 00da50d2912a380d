using GraphQL;
using WildlifeRegistry.Hosting;
using WildlifeRegistry.Identifiers;
using WildlifeRegistry.Reading;
using WildlifeRegistry.Records;
using WildlifeRegistry.Recording;
using WildlifeRegistry.Routes;
using WildlifeRegistry.Storage;

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
            var from = await EndAsync(change, "from");
            var to = await EndAsync(change, "to");
            if (from is null || to is null)
            {
                return;
            }

            if (LinkRules.IsDerived(kind))
            {
                input.Fault("kind", "This link spells out a field of a record: amend the record.");
            }
            else if (!LinkRules.MayJoin(kind, from.Kind, to.Kind))
            {
                input.Fault("kind", $"It does not lead from a {Name(from.Kind)} to a {Name(to.Kind)}.");
            }
            else if (from.Id == to.Id)
            {
                input.Fault("to", "A record is not linked to itself.");
            }
            else if (to.Kind.IsConnector())
            {
                input.Fault("to", "An identifier is linked by its value, with linkIdentifier.");
            }

            var properties = Properties(change, kind, to, new LinkProperties());
            if (change.Refusals.Count == 0)
            {
                change.Link(kind, from.Id, to.Id, change.AudienceOfLink(LinkEnd.Of(from), LinkEnd.Of(to)), input.Value<Handling>("handling") ?? Strictest(from, to), properties);
            }
        });

    private static ValueTask<object?> LinkIdentifier(IResolveFieldContext context, RequestContext request) =>
        Mutations.AnswerAsync(context, request, Mutations.Link(context, request, "link"), static async change =>
        {
            var input = change.Input;
            var kind = input.Value<LinkKind>("as") ?? LinkKind.Uses;
            var from = await EndAsync(change, "from");
            var identifier = IdentifierInputs.Read(change, input.Object("identifier")!);
            if (from is null)
            {
                return;
            }

            if (!LinkRules.MayJoin(kind, from.Kind, RecordKind.Identifier))
            {
                input.Fault("as", $"It does not lead from a {Name(from.Kind)} to an identifier; allowed are USES from suspects, and CARRIED_BY, DOCUMENTED_BY and MARKED from events.");
            }

            var properties = Properties(change, kind, null, new LinkProperties());
            if (change.Refusals.Count == 0)
            {
                change.LinkIdentifier(kind, from.Id, identifier!, from.Exercise ?? false, IdentifierAudience(change, from), input.Value<Handling>("handling") ?? from.Handling, properties);
            }
        });

    private static ValueTask<object?> Amend(IResolveFieldContext context, RequestContext request) =>
        Mutations.AnswerAsync(context, request, Mutations.Link(context, request, "link"), static async change =>
        {
            if (await StatedAsync(change) is { } stated)
            {
                var properties = Properties(change, stated.Link.Kind, stated.To, stated.Link.Properties);
                change.Amend(stated.Link, handling: change.Input.Value<Handling>("handling"), properties: properties);
            }
        });

    /// <summary>The owner of a record at the end of another agency's link lets it be released to others, or takes that back.</summary>
    private static ValueTask<object?> Consent(IResolveFieldContext context, RequestContext request) =>
        Mutations.AnswerAsync(context, request, Mutations.Link(context, request, "link"), static async change =>
        {
            var given = change.Input.RequiredLine("id");
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
        var given = change.Input.RequiredLine("id");
        if (!RecordId.TryParse(given, out var id) || await change.LinkAsync(id) is not { Link.Owners: { } owners } found)
        {
            change.Refuse(new NotFound(given));
            return null;
        }

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

    /// <summary>A new link to an identifier is seen as far as others to that suspect's are: at Hit by all once the suspect was validated.</summary>
    private static Access.Audience IdentifierAudience(Change change, SeenRecord from)
    {
        var audience = change.AudienceOfLink(LinkEnd.Of(from));
        var hit = new Access.Release(Access.Token.Eco, Access.Level.Hit);
        return from.Kind == RecordKind.Suspect && from.Owners is { } owners && owners.Audience.Releases.Contains(hit)
            ? new Access.Audience(audience.Owner, audience.Releases.Add(hit))
            : audience;
    }

    private static async Task<SeenRecord?> EndAsync(Change change, string field)
    {
        var found = await change.NamedAsync(change.Input.RequiredLine(field), []);
        if (found is { Validation: Validation.Withdrawn })
        {
            change.Refuse(new NotPermitted("A record that has been withdrawn is not linked any more."));
        }

        return found;
    }

    /// <summary>What the link says, by the fields that the input has.</summary>
    private static LinkProperties Properties(Change change, LinkKind kind, SeenRecord? to, LinkProperties old)
    {
        var input = change.Input;
        var role = input.Has("role") ? input.Value<InvolvementRole>("role") : old.Role;
        var leg = input.Has("leg") ? input.Number("leg", 1, RouteInputs.MaxLegs) : old.Leg;
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

        return old with
        {
            Role = role,
            Leg = leg,
            Period = input.Has("periodFrom") || input.Has("periodUntil") ? RouteInputs.Period(input, old.Period) : old.Period,
            Grade = input.Has("grade") ? Markings.Grade(input) : old.Grade,
            Note = input.Has("note") ? input.Line("note", 1000) : old.Note,
        };
    }

    /// <summary>A link is derived from both its ends: unless told, it takes the stricter handling.</summary>
    private static Handling Strictest(SeenRecord left, SeenRecord right) => left.Handling > right.Handling ? left.Handling : right.Handling;

    private static string Name(RecordKind kind) => kind.ToString().ToLowerInvariant();
}
