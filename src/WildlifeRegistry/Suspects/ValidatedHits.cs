using WildlifeRegistry.Access;
using WildlifeRegistry.Links;
using WildlifeRegistry.Records;
using WildlifeRegistry.Recording;
using WildlifeRegistry.Storage;

namespace WildlifeRegistry.Suspects;

/// <summary>
/// The default audience of suspects: once a second officer has validated one, it and its identifiers are a Hit for
/// all, as long as a live event of its own agency has it, and until its liaison officer recalls that.
/// </summary>
public static class ValidatedHits
{
    private static readonly Release HitForAll = new(Token.Eco, Level.Hit);

    /// <summary>The audience of a suspect that is validated now, and of its identifiers' links with it.</summary>
    public static async Task<Audience> BeginAsync(Change change, OwnRecord suspect)
    {
        var audience = suspect.Owners.Audience;
        if (suspect.IsRestricted || WasRecalled(suspect) || !await IsBehindLiveEventAsync(change, suspect.Seen.Id, except: null))
        {
            return audience;
        }

        await foreach (var link in OwnLinks.OfAsync(change, suspect.Seen.Id, LinkKind.Uses))
        {
            change.Amend(link.Link, audience: With(link.Link.Owners!.Audience));
        }

        return With(audience);
    }

    /// <summary>The suspects of an event that is withdrawn, or whose link to it is, are no longer a Hit for all where they hang on no other, nor are their identifiers.</summary>
    /// <param name="gone">The event, or the one link of it, that goes.</param>
    public static async Task EndAsync(Change change, RecordId suspect, RecordId gone)
    {
        if (await change.OwnAsync(suspect, [RecordKind.Suspect]) is { } own
            && own.Owners.Audience.Releases.Contains(HitForAll)
            && !await IsBehindLiveEventAsync(change, suspect, except: gone))
        {
            change.Amend(own, audience: Without(own.Owners.Audience));
            await foreach (var uses in OwnLinks.OfAsync(change, suspect, LinkKind.Uses))
            {
                change.Amend(uses.Link, audience: Without(uses.Link.Owners!.Audience));
            }
        }
    }

    /// <summary>A new link of a suspect to an identifier is seen as far as the others: at Hit by all where the suspect is.</summary>
    public static Audience AudienceOfUse(Change change, SeenRecord suspect)
    {
        var audience = change.AudienceOfLink(LinkEnd.Of(suspect));
        return suspect.Owners is { } owners && owners.Audience.Releases.Contains(HitForAll) ? With(audience) : audience;
    }

    private static Audience With(Audience audience) => new(audience.Owner, audience.Releases.Add(HitForAll));

    private static Audience Without(Audience audience) => new(audience.Owner, audience.Releases.Remove(HitForAll));

    /// <summary>True where the Hit was taken back by a recall, which gives its reason, and not by the end of its last event.</summary>
    private static bool WasRecalled(OwnRecord suspect) => suspect.Owners.Versions is { } versions && versions.Zip(versions.Skip(1)).Any(pair =>
        pair.First.Audience.Releases.Contains(HitForAll)
        && !pair.Second.Audience.Releases.Any(release => release.To == Token.Eco)
        && pair.Second.Details.Reason is not null
        && pair.Second.Validation != Validation.Withdrawn);

    /// <summary>
    /// True where a live event of the agency's has the suspect in it; the change is then made only if that event and
    /// link stay as they are. Other agencies' events are not asked: their owners could not end the Hit by withdrawing them.
    /// </summary>
    private static async Task<bool> IsBehindLiveEventAsync(Change change, RecordId suspect, RecordId? except)
    {
        await foreach (var link in OwnLinks.OfAsync(change, suspect, LinkKind.Involves))
        {
            if (link.Link.Other != except && link.Link.Id != except && link.Far.Record is { Validation: not Validation.Withdrawn, Owners: { } owners })
            {
                change.Witness(new OwnRecord(link.Far, owners));
                change.Witness(link.Link);
                return true;
            }
        }

        return false;
    }
}
