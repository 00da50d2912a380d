using System.Globalization;
using System.Text;
using WildlifeRegistry.Access;
using WildlifeRegistry.Identifiers;
using WildlifeRegistry.Links;
using WildlifeRegistry.Records;
using WildlifeRegistry.Recording;

namespace WildlifeRegistry.Suspects;

/// <summary>From the inputs of suspects to records and links.</summary>
public static class SuspectInputs
{
    /// <summary>Years until a new suspect must be confirmed or erased, unless the input says when.</summary>
    private const int YearsKept = 3;

    /// <summary>Why a link to an identifier of a person is not drawn from what its author sees sanitised: they would not see it themselves.</summary>
    public const string Unseen = "You see the record sanitised: identifiers of people are linked only to what you see in full.";

    private const string AlreadyUsed = "The suspect has this identifier already; allowed is one that they do not have.";

    private static readonly SuspectKind Kind = new();
    private static readonly string[] Sexes = ["FEMALE", "MALE", "OTHER"];

    /// <summary>Adds the suspect of a <c>NewSuspectInput</c> with its identifiers, under the audience and marking of the event behind it.</summary>
    public static RecordEnvelope Add(Change change, Input input, Audience audience, bool exercise, Handling handling, RecordDetails details)
    {
        var birth = input.Date("birth", change.Today);
        var suspect = new Suspect
        {
            Type = input.Value<SuspectType>("type") ?? SuspectType.Person,
            Offence = input.RequiredLine("offence"),
            Names = Names(input),
            Birth = birth?.Date,
            BirthAsGiven = birth?.AsGiven,
            Sex = Sex(input),
            Nationalities = input.CountryList("nationalities", change.Request.Parts.Places.IsCountry),
            Status = new SuspectStatus(input.Value<SuspectStatusValue>("status") ?? SuspectStatusValue.Suspect, null),
        };
        var reviewBy = ReviewBy(change, input) ?? change.In(YearsKept);
        var envelope = change.NewEnvelope(audience, exercise, handling, details with { ReviewBy = reviewBy });
        change.Add(Kind, suspect, envelope);
        var says = new LinkProperties(Grade: details.Grade, HandlingNote: handling == Handling.H3 ? details.HandlingNote : null);
        var uses = new HashSet<Identifier>();
        foreach (var one in input.Objects("identifiers"))
        {
            if (IdentifierInputs.Read(change, one) is { } identifier)
            {
                if (uses.Add(identifier.Identifier))
                {
                    change.LinkIdentifier(LinkKind.Uses, envelope.Id, identifier, exercise, change.AudienceOfLink(LinkEnd.Of(envelope)), handling, says);
                }
                else
                {
                    one.Fault("value", AlreadyUsed);
                }
            }
        }

        return envelope;
    }

    /// <summary>The date by which a suspect is confirmed or erased; null where the input does not say.</summary>
    public static PartialDate? ReviewBy(Change change, Input input)
    {
        var date = input.Date("reviewBy")?.Date;
        if (date is { } given && given.Last < DateOnly.FromDateTime(change.Now.UtcDateTime))
        {
            input.Fault("reviewBy", $"It is {given}, which has passed; allowed is a day to come.");
        }

        return date;
    }

    /// <summary>Links an event of the author's to the suspects in a field of its input, known ones and new ones.</summary>
    public static async Task InvolveAsync(Change change, EventInputs links, string field)
    {
        var happened = links.Event;
        foreach (var input in change.Input.Objects(field))
        {
            var says = links.Says with { Role = input.Value<InvolvementRole>("role") };
            if (input.IsNull("suspectId") == input.IsNull("new"))
            {
                input.Fault("new", "Exactly one of suspectId and new must be there.");
            }
            else if (input.Object("new") is { } fresh)
            {
                var suspect = Add(change, fresh, change.DefaultBeside(happened.Audience), happened.Exercise ?? false, happened.Handling, happened.Details with { Reason = null, Provenance = happened.Details.Provenance is { } provenance ? provenance with { Imported = null } : null });
                change.Link(LinkKind.Involves, happened.Id, suspect.Id, change.AudienceOfLink(LinkEnd.Of(happened), LinkEnd.Of(suspect)), happened.Handling, says);
                if (input.Objects("identifiers").Count > 0)
                {
                    input.Fault("identifiers", "Those of a new suspect stand in new.identifiers.");
                }
            }
            else if (await change.NamedAsync(input, "suspectId", [RecordKind.Suspect], happened.Exercise) is { } suspect)
            {
                if (links.IsNew(LinkKind.Involves, suspect.Id, LinkRules.DiscriminatorOf(says)))
                {
                    change.Link(LinkKind.Involves, happened.Id, suspect.Id, change.AudienceOfLink(LinkEnd.Of(happened), LinkEnd.Of(suspect)), happened.Handling, says);
                }
                else if (input.Objects("identifiers").Count == 0)
                {
                    input.Fault("suspectId", "The event has this suspect in this role already.");
                }

                await UseAsync(change, input, suspect, happened.Handling, says with { Role = null });
            }
        }
    }

    /// <summary>Links a suspect that the author sees to the identifiers in the input.</summary>
    private static async Task UseAsync(Change change, Input input, SeenRecord suspect, Handling handling, LinkProperties says)
    {
        var given = input.Objects("identifiers");
        var known = new HashSet<RecordId>();
        if (given.Count > 0)
        {
            await foreach (var link in OwnLinks.OfAsync(change, suspect.Id, LinkKind.Uses))
            {
                known.Add(link.Link.Other);
            }
        }

        foreach (var one in given)
        {
            if (IdentifierInputs.Read(change, one) is not { } identifier)
            {
                continue;
            }

            if (suspect.Level < Connectors.Floor(identifier.Identifier.Type))
            {
                one.Fault("type", Unseen);
            }
            else if (!known.Add(Connectors.Of(change.Request.Parts.Keys, identifier.Identifier, suspect.Exercise ?? false).Id))
            {
                one.Fault("value", AlreadyUsed);
            }
            else
            {
                change.LinkIdentifier(LinkKind.Uses, suspect.Id, identifier, suspect.Exercise ?? false, ValidatedHits.AudienceOfUse(change, suspect), handling, says);
            }
        }
    }

    /// <summary>A suspect amended by the fields that the input has.</summary>
    public static Suspect Amended(Change change, Suspect old)
    {
        var input = change.Input;
        var birth = input.Date("birth", change.Today);
        var status = input.Has("status") || input.Has("statusSince")
            ? new SuspectStatus(
                input.Value<SuspectStatusValue>("status") ?? old.Status?.Value ?? SuspectStatusValue.Suspect,
                input.Has("statusSince") ? input.Date("statusSince", change.Today)?.Date : input.Has("status") ? null : old.Status?.Since)
            : old.Status;
        return old with
        {
            Names = input.Has("names") ? Names(input) : old.Names,
            Birth = input.Has("birth") ? birth?.Date : old.Birth,
            BirthAsGiven = input.Has("birth") ? birth?.AsGiven : old.BirthAsGiven,
            Sex = input.Has("sex") ? Sex(input) : old.Sex,
            Nationalities = input.Has("nationalities") ? input.CountryList("nationalities", change.Request.Parts.Places.IsCountry) : old.Nationalities,
            Offence = input.Has("offence") ? input.RequiredLine("offence") : old.Offence,
            Status = status,
        };
    }

    private static List<SuspectName> Names(Input input)
    {
        var names = new List<SuspectName>();
        foreach (var one in input.Objects("names"))
        {
            var full = one.RequiredLine("full");
            names.Add(new SuspectName(full, ScriptOf(full), one.Value<NameRole>("role") ?? NameRole.Primary, one.Line("given"), one.Line("family"), one.Line("fathers")));
        }

        if (names.Count(name => name.Role == NameRole.Primary) != 1)
        {
            input.Fault("names", "Exactly one name must be PRIMARY.");
        }

        return names;
    }

    private static string? Sex(Input input)
    {
        var sex = input.Line("sex")?.ToUpperInvariant();
        if (sex is not null && !Sexes.Contains(sex, StringComparer.Ordinal))
        {
            input.Fault("sex", "Allowed are FEMALE, MALE and OTHER.");
        }

        return sex;
    }

    /// <summary>The script that most letters of a name are in, ISO 15924; null where it is none of the region's.</summary>
    private static string? ScriptOf(string name) => name.EnumerateRunes()
        .Where(Rune.IsLetter)
        .Select(rune => rune.Value switch
        {
            < 0x250 or (>= 0x1E00 and <= 0x1EFF) => "Latn",
            >= 0x400 and <= 0x52F => "Cyrl",
            (>= 0x600 and <= 0x6FF) or (>= 0x750 and <= 0x77F) or (>= 0xFB50 and <= 0xFDFF) or (>= 0xFE70 and <= 0xFEFF) => "Arab",
            >= 0x4E00 and <= 0x9FFF => "Hani",
            _ => null,
        })
        .OfType<string>()
        .GroupBy(script => script, StringComparer.Ordinal)
        .OrderByDescending(group => group.Count())
        .ThenBy(group => group.Key, StringComparer.Ordinal)
        .FirstOrDefault()?.Key;
}
