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

    private static readonly SuspectKind Kind = new();
    private static readonly string[] Sexes = ["FEMALE", "MALE", "OTHER"];

    /// <summary>Adds the suspect of a <c>NewSuspectInput</c> with its identifiers, under the audience and marking of the event behind it.</summary>
    public static RecordEnvelope Add(Change change, Input input, Audience audience, bool exercise, Handling handling, RecordDetails details)
    {
        var suspect = new Suspect
        {
            Type = input.Value<SuspectType>("type") ?? SuspectType.Person,
            Offence = input.RequiredLine("offence"),
            Names = Names(input),
            Birth = input.Date("birth", change.Today)?.Date,
            Sex = Sex(input),
            Nationalities = input.CountryList("nationalities", change.Request.Parts.Places.IsCountry),
            Status = new SuspectStatus(input.Value<SuspectStatusValue>("status") ?? SuspectStatusValue.Suspect, null),
        };
        var reviewBy = input.Date("reviewBy")?.Date ?? change.In(YearsKept);
        var envelope = change.NewEnvelope(audience, exercise, handling, details with { ReviewBy = reviewBy });
        change.Add(Kind, suspect, envelope);
        foreach (var one in input.Objects("identifiers"))
        {
            if (IdentifierInputs.Read(change, one) is { } identifier)
            {
                change.LinkIdentifier(LinkKind.Uses, envelope.Id, identifier, exercise, change.AudienceOfLink(LinkEnd.Of(envelope)), handling, new LinkProperties(Grade: details.Grade));
            }
        }

        return envelope;
    }

    /// <summary>Links an event of the author's to the suspects in its input, known ones and new ones.</summary>
    public static async Task InvolveAsync(Change change, RecordEnvelope added)
    {
        foreach (var input in change.Input.Objects("suspects"))
        {
            var role = new LinkProperties(Role: input.Value<InvolvementRole>("role"), Grade: added.Details.Grade);
            var (known, fresh) = (input.Line("suspectId"), input.Object("new"));
            if (known is null == fresh is null)
            {
                input.Fault("new", "Exactly one of suspectId and new must be there.");
            }
            else if (fresh is not null)
            {
                var suspect = Add(change, fresh, added.Audience, added.Exercise ?? false, added.Handling, added.Details with { Reason = null });
                change.Link(LinkKind.Involves, added.Id, suspect.Id, change.AudienceOfLink(LinkEnd.Of(added), LinkEnd.Of(suspect)), added.Handling, role);
            }
            else if (await change.NamedAsync(known, [RecordKind.Suspect]) is { } suspect)
            {
                change.Link(LinkKind.Involves, added.Id, suspect.Id, change.AudienceOfLink(LinkEnd.Of(added), LinkEnd.Of(suspect)), added.Handling, role);
            }
        }
    }

    /// <summary>A suspect amended by the fields that the input has.</summary>
    public static Suspect Amended(Change change, Suspect old)
    {
        var input = change.Input;
        var status = input.Has("status") || input.Has("statusSince")
            ? new SuspectStatus(
                input.Value<SuspectStatusValue>("status") ?? old.Status?.Value ?? SuspectStatusValue.Suspect,
                input.Has("statusSince") ? input.Date("statusSince", change.Today)?.Date : input.Has("status") ? null : old.Status?.Since)
            : old.Status;
        return old with
        {
            Names = input.Has("names") ? Names(input) : old.Names,
            Birth = input.Has("birth") ? input.Date("birth", change.Today)?.Date : old.Birth,
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
