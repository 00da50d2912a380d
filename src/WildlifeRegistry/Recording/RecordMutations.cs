using GraphQL;
using WildlifeRegistry.Access;
using WildlifeRegistry.Hosting;
using WildlifeRegistry.Links;
using WildlifeRegistry.Reading;
using WildlifeRegistry.Records;
using WildlifeRegistry.Suspects;

namespace WildlifeRegistry.Recording;

/// <summary>The states of a record: handed in, validated by a second officer, returned, withdrawn.</summary>
public static class RecordMutations
{
    private static readonly RecordKind[] Owned = [RecordKind.Seizure, RecordKind.Incident, RecordKind.Suspect, RecordKind.Route];

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

            change.Amend(own, validation: Validation.Validated, audience: own.Seen.Kind == RecordKind.Suspect ? await ValidatedHits.BeginAsync(change, own) : null);
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
            if (RecordId.TryParse(change.Input.Id("id"), out var id) && await change.VisibleAsync(id, []) is null)
            {
                if (await LinkMutations.StatedAsync(change) is { } stated)
                {
                    change.Amend(stated.Link, audience: Narrowed(change, stated.Link.Owners!.Audience), withdrawn: true, properties: stated.Link.Properties with { Reason = reason });
                    if (stated.Link.Kind == LinkKind.Involves)
                    {
                        await ValidatedHits.EndAsync(change, stated.To.Id, gone: id);
                    }
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
                await foreach (var link in OwnLinks.OfAsync(change, own.Seen.Id, LinkKind.Involves))
                {
                    await ValidatedHits.EndAsync(change, link.Link.Other, gone: own.Seen.Id);
                }
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
}
