using GraphQL;
using WildlifeRegistry.Access;
using WildlifeRegistry.Hosting;
using WildlifeRegistry.Links;
using WildlifeRegistry.Reading;
using WildlifeRegistry.Records;
using WildlifeRegistry.Recording;
using WildlifeRegistry.Storage;

namespace WildlifeRegistry.Releasing;

/// <summary>Letting others see a record of one's own, and calling it back.</summary>
public static class ReleaseMutations
{
    private static readonly RecordKind[] Owned = [RecordKind.Seizure, RecordKind.Incident, RecordKind.Suspect, RecordKind.Route];

    public static void Bind(Bindings bindings)
    {
        bindings.Mutation("release", Release);
        bindings.Mutation("recall", Recall);
    }

    private static ValueTask<object?> Release(IResolveFieldContext context, RequestContext request) =>
        Mutations.AnswerAsync(context, request, Mutations.Records(context, request, "released", ReadPlan.MaxPage, [.. Owned]), static async change =>
        {
            var input = change.Input;
            var tokens = await Releases.TokensAsync(change, "to");
            var until = input.Until("until", change.Now);
            var level = input.Value<Level>("level") ?? Level.Hit;
            if (await change.StatedAsync([.. Owned]) is not { } own)
            {
                return;
            }

            if (own.Seen.Validation == Validation.Withdrawn)
            {
                change.Refuse(new NotPermitted("The record has been withdrawn: it is not released any more."));
                return;
            }

            var releases = tokens.Select(token => new Release(token, level, until)).ToList();
            change.Amend(own, audience: Releases.With(own.Owners.Audience, releases));
            if (input.Flag("withLinks"))
            {
                var around = await Releases.AroundAsync(change, own, Bring.Nothing);
                var mine = around.Where(one => one.Going == Going.IfWished).Select(one => one.Link).ToList();
                foreach (var link in mine)
                {
                    change.Amend(link.Link, audience: Releases.With(link.Link.Owners!.Audience, releases));
                }

                foreach (var far in Releases.FarEnds(mine))
                {
                    change.Amend(far, audience: Releases.With(far.Owners.Audience, releases));
                }
            }
        });

    private static ValueTask<object?> Recall(IResolveFieldContext context, RequestContext request) =>
        Mutations.AnswerAsync(context, request, static ids => Task.FromResult<object?>(ids), static async change =>
        {
            var input = change.Input;
            var tokens = Releases.Recalled(change, "from");
            var reason = input.RequiredText("reason");
            if (await change.StatedAsync([.. Owned]) is not { } own)
            {
                return;
            }

            if (change.Refusals.Count == 0 && !own.Owners.Audience.Releases.Any(release => tokens.Contains(release.To)))
            {
                input.Fault("from", $"The record is not released to any of them; it is released to: {ReleasedTo(own)}.");
                return;
            }

            change.Amend(own, audience: Releases.Without(own.Owners.Audience, tokens), details: own.Seen.Details with { Reason = reason });
            if (input.Flag("withLinks"))
            {
                var links = new List<BroughtLink>();
                await foreach (var link in OwnLinks.OfAsync(change, own.Seen.Id))
                {
                    links.Add(link);
                }

                foreach (var link in links.Where(link => link.Link.Owners!.Audience.Releases.Any(release => tokens.Contains(release.To))))
                {
                    change.Amend(link.Link, audience: Releases.Without(link.Link.Owners!.Audience, tokens));
                }

                foreach (var far in Releases.FarEnds(links).Where(far => far.Owners.Audience.Releases.Any(release => tokens.Contains(release.To))))
                {
                    change.Amend(far, audience: Releases.Without(far.Owners.Audience, tokens), details: far.Seen.Details with { Reason = reason });
                }
            }
        });

    private static string ReleasedTo(OwnRecord own) =>
        string.Join(", ", own.Owners.Audience.Releases.Select(release => release.To).Where(token => !token.IsOf(own.Owners.Audience.Owner))) is { Length: > 0 } tokens ? tokens : "nobody";
}
