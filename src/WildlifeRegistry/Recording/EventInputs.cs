using WildlifeRegistry.Identifiers;
using WildlifeRegistry.Links;
using WildlifeRegistry.Records;
using WildlifeRegistry.Seizures;
using WildlifeRegistry.Suspects;

namespace WildlifeRegistry.Recording;

/// <summary>The people, identifiers and marks that an event of the author's is linked to by its input, be it recorded now or amended.</summary>
public sealed class EventInputs
{
    private readonly Change change;
    private readonly HashSet<(LinkKind Kind, RecordId Other, string Discriminator)> drawn = [];

    private EventInputs(Change change, RecordEnvelope happened)
    {
        this.change = change;
        Event = happened;
        Says = new LinkProperties(Grade: happened.Details.Grade, HandlingNote: happened.Handling == Handling.H3 ? happened.Details.HandlingNote : null);
    }

    /// <summary>The event, with the marking that it has after the change.</summary>
    public RecordEnvelope Event { get; }

    /// <summary>What a link from the event says before anything is said of itself.</summary>
    public LinkProperties Says { get; }

    /// <summary>Links an event that is recorded now.</summary>
    public static Task OfNewAsync(Change change, RecordEnvelope happened, IReadOnlyList<GivenIdentifier> marks)
    {
        var links = new EventInputs(change, happened);
        links.Mark(marks);
        return links.AddAsync("suspects", "identifiers");
    }

    /// <summary>Links an event that is amended: what its links are now, no input draws again.</summary>
    /// <param name="marked">The marks on its specimens so far and from now on; null where the specimens stay.</param>
    /// <param name="suspects">The field of the people to add; the identifiers' stands beside it.</param>
    public static async Task OfAmendedAsync(
        Change change,
        OwnRecord own,
        Handling handling,
        RecordDetails details,
        (IReadOnlyList<Specimen> Before, IReadOnlyList<Specimen> After, IReadOnlyList<GivenIdentifier> Given)? marked,
        string suspects = "addSuspects",
        string identifiers = "addIdentifiers")
    {
        var links = new EventInputs(change, new RecordEnvelope(own.Seen.Id, own.Owners.Audience, own.Seen.Exercise, own.Seen.Validation, handling, details));
        var marks = marked is null ? [] : marked.Value.Before.SelectMany(specimen => specimen.Marks).Except(marked.Value.After.SelectMany(specimen => specimen.Marks)).ToHashSet();
        if (marked is not null || !change.Input.IsNull(suspects) || !change.Input.IsNull(identifiers))
        {
            await foreach (var link in OwnLinks.OfAsync(change, own.Seen.Id, LinkKind.Involves, LinkKind.CarriedBy, LinkKind.DocumentedBy, LinkKind.Marked))
            {
                if (link.Link.Kind == LinkKind.Marked && marks.Contains(link.Link.Other))
                {
                    change.Amend(link.Link, withdrawn: true, properties: link.Link.Properties with { Reason = "The mark is no longer on a specimen of the event." });
                }
                else
                {
                    links.IsNew(link.Link.Kind, link.Link.Other, LinkRules.DiscriminatorOf(link.Link.Properties));
                }
            }
        }

        links.Mark(marked?.Given ?? []);
        await links.AddAsync(suspects, identifiers);
    }

    /// <summary>True where the event does not have this link yet; from now on it does.</summary>
    public bool IsNew(LinkKind kind, RecordId other, string discriminator = "") => drawn.Add((kind, other, discriminator));

    private void Mark(IEnumerable<GivenIdentifier> marks)
    {
        foreach (var mark in marks)
        {
            if (IsNew(LinkKind.Marked, Connectors.Of(change.Request.Parts.Keys, mark.Identifier, Event.Exercise ?? false).Id))
            {
                change.LinkIdentifier(LinkKind.Marked, Event.Id, mark, Event.Exercise ?? false, change.AudienceOfLink(LinkEnd.Of(Event)), Event.Handling, Says with { Grade = null });
            }
        }
    }

    private async Task AddAsync(string suspects, string identifiers)
    {
        await SuspectInputs.InvolveAsync(change, this, suspects);
        IdentifierInputs.LinkToEvent(change, this, identifiers);
    }
}
