using GraphQL;
using WildlifeRegistry.Access;
using WildlifeRegistry.Hosting;
using WildlifeRegistry.Links;
using WildlifeRegistry.Reading;
using WildlifeRegistry.Records;

namespace WildlifeRegistry.Recording;

/// <summary>The states of a record: handed in, validated by a second officer, returned, withdrawn.</summary>
public static class RecordMutations
{
    private static readonly RecordKind[] Owned = [RecordKind.Seizure, RecordKind.Incident, RecordKind.Suspect, RecordKind.Route];
    private static readonly Release HitForAll = new(Token.Eco, Level.Hit);

    public static void Bind(Bindings bindings)
    {
        bindings.Mutation("submit", Submit);
        bindings.Mutation("validate", Validate);
        bindings.Mutation("returnToAuthor", ReturnToAuthor);
        bindings.Mutation("withdraw", Withdraw);
    }

    private static ValueTask<object?> Submit(IResolveFieldContext context, RequestContext request) =>
        Mutations.AnswerAsync(context, request, Payload(context, request), static async change =>
        {
            if (await change.StatedAsync([.. Owned]) is not { } own)
            {
                return;
            }

            if (own.Seen.Validation != Validation.Draft)
            {
                change.Refuse(new NotPermitted($"Only a DRAFT is submitted; the record is {StateOf(own)}."));
                return;
            }

            change.Amend(own, validation: Validation.Submitted);
        });

    private static ValueTask<object?> Validate(IResolveFieldContext context, RequestContext request) =>
        Mutations.AnswerAsync(context, request, Payload(context, request), static async change =>
        {
            if (await ToBeJudgedAsync(change) is not { } own)
            {
                return;
            }

            if (HasWritten(own, change.Author.Officer))
            {
                change.Refuse(new NotPermitted("A second officer validates: not one who recorded the record, nor one who amended it since it was last validated."));
                return;
            }

            if (own.Seen.Kind == RecordKind.Suspect && !own.IsRestricted && await IsBehindLiveEventAsync(change, own.Seen.Id, except: null))
            {
                change.Amend(own, validation: Validation.Validated, audience: WithHit(own.Owners.Audience));
                await foreach (var link in OwnLinks.OfAsync(change, own.Seen.Id, LinkKind.Uses))
                {
                    change.Amend(link.Link, audience: WithHit(link.Link.Owners!.Audience));
                }
            }
            else
            {
                change.Amend(own, validation: Validation.Validated);
            }
        });

    private static ValueTask<object?> ReturnToAuthor(IResolveFieldContext context, RequestContext request) =>
        Mutations.AnswerAsync(context, request, Payload(context, request), static async change =>
        {
            var note = change.Input.RequiredText("note");
            if (await ToBeJudgedAsync(change) is { } own)
            {
                change.Amend(own, validation: Validation.Draft, details: own.Seen.Details with { Reason = note });
            }
        });

    private static ValueTask<object?> Withdraw(IResolveFieldContext context, RequestContext request) =>
        Mutations.AnswerAsync(context, request, static ids => Task.FromResult<object?>(ids[0]), static async change =>
        {
            var reason = change.Input.RequiredText("reason");
            var given = change.Input.RequiredLine("id");
            if (RecordId.TryParse(given, out var id) && await change.VisibleAsync(id, []) is null)
            {
                if (await LinkMutations.StatedAsync(change) is { } stated)
                {
                    change.Amend(stated.Link, audience: Narrowed(change, stated.Link.Owners!.Audience), withdrawn: true, properties: stated.Link.Properties with { Reason = reason });
                }

                return;
            }

            if (await change.StatedAsync([.. Owned]) is not { } own)
            {
                return;
            }

            if (own.Seen.Validation == Validation.Withdrawn)
            {
                change.Refuse(new NotPermitted("The record has been withdrawn already."));
                return;
            }

            change.Amend(own, validation: Validation.Withdrawn, audience: Narrowed(change, own.Owners.Audience), details: own.Seen.Details with { Reason = reason });
            if (own.Seen.Kind is RecordKind.Seizure or RecordKind.Incident)
            {
                await EndHitsAsync(change, own.Seen.Id);
            }
        });

    private static PayloadReader Payload(IResolveFieldContext context, RequestContext request) => Mutations.Record(context, request, "record", [.. Owned]);

    private static async Task<OwnRecord?> ToBeJudgedAsync(Change change)
    {
        var own = await change.StatedAsync([.. Owned]);
        if (own is not null && own.Seen.Validation != Validation.Submitted)
        {
            change.Refuse(new NotPermitted($"Only a SUBMITTED record is judged; the record is {StateOf(own)}."));
            return null;
        }

        return own;
    }

    private static string StateOf(OwnRecord own) => own.Seen.Validation.ToString().ToUpperInvariant();

    /// <summary>True where the officer recorded the record, or has changed what it says since it was last validated.</summary>
    internal static bool HasWritten(OwnRecord own, OfficerId officer)
    {
        var versions = own.Owners.Versions!;
        if (versions[0].By == officer)
        {
            return true;
        }

        var last = versions.Select(version => version.Validation).ToList().LastIndexOf(Validation.Validated);
        return Enumerable.Range(1, versions.Count - 1).Any(at =>
            at > last
            && versions[at].By == officer
            && (versions[at].Handling != versions[at - 1].Handling
                || Difference.Between(versions[at - 1].Details with { Reason = null }, versions[at].Details with { Reason = null }).Count > 0
                || !versions[at].Properties.AsSpan().SequenceEqual(versions[at - 1].Properties)));
    }

    /// <summary>What a withdrawal leaves: the owner's own tokens among the audience's, never more than was there; the author at least.</summary>
    private static Audience Narrowed(Change change, Audience audience)
    {
        var own = audience.Within([change.Author.Agency]);
        return own.Releases.Any(release => release.Level == Level.Full && change.Author.Tokens.Contains(release.To))
            ? own
            : new Audience(own.Owner, own.Releases.Add(new Release(Token.Officer(change.Author.Officer), Level.Full)));
    }

    private static Audience WithHit(Audience audience) => new(audience.Owner, audience.Releases.Add(HitForAll));

    /// <summary>The suspects that hang on no other live event are no longer a Hit for all, nor are their identifiers.</summary>
    private static async Task EndHitsAsync(Change change, RecordId withdrawn)
    {
        await foreach (var link in OwnLinks.OfAsync(change, withdrawn, LinkKind.Involves))
        {
            if (await change.OwnAsync(link.Link.Other, [RecordKind.Suspect]) is { } suspect
                && suspect.Owners.Audience.Releases.Contains(HitForAll)
                && !await IsBehindLiveEventAsync(change, suspect.Seen.Id, except: withdrawn))
            {
                change.Amend(suspect, audience: WithoutHit(suspect.Owners.Audience));
                await foreach (var uses in OwnLinks.OfAsync(change, suspect.Seen.Id, LinkKind.Uses))
                {
                    change.Amend(uses.Link, audience: WithoutHit(uses.Link.Owners!.Audience));
                }
            }
        }
    }

    private static Audience WithoutHit(Audience audience) => new(audience.Owner, audience.Releases.Remove(HitForAll));

    /// <summary>True where a live event of the agency's has the suspect in it; the change is then made only if that event stays as it is.</summary>
    private static async Task<bool> IsBehindLiveEventAsync(Change change, RecordId suspect, RecordId? except)
    {
        await foreach (var link in OwnLinks.AllAsync(change, suspect, Storage.Bring.Nothing, LinkKind.Involves))
        {
            if (link.Link.Other != except && link.Far.Record.Validation != Validation.Withdrawn)
            {
                if (link.Far.Record.Owners is { } owners)
                {
                    change.Witness(new OwnRecord(link.Far, owners));
                }

                return true;
            }
        }

        return false;
    }
}
