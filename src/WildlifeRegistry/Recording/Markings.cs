using WildlifeRegistry.Access;
using WildlifeRegistry.Identifiers;
using WildlifeRegistry.Records;
using WildlifeRegistry.Seizures;

namespace WildlifeRegistry.Recording;

/// <summary>Handling, its note and the grade of what is recorded, from an input.</summary>
public static class Markings
{
    public static (Handling Handling, RecordDetails Details) Read(Input input)
    {
        var handling = input.Value<Handling>("handling") ?? Handling.H0;
        var note = input.Line("handlingNote");
        CheckNote(input, handling, note);
        var sources = input.Lines("sources").Select(source => source.Value).ToList();
        return (handling, new RecordDetails(note, Grade(input), new Provenance("ENTERED", Sources: sources.Count == 0 ? null : sources)));
    }

    /// <summary>The details of a record, amended by the fields that the input has; a reason of an earlier change goes.</summary>
    public static RecordDetails Amended(Input input, SeenRecord old)
    {
        var note = input.Has("handlingNote") ? input.Line("handlingNote") : old.Details.HandlingNote;
        CheckNote(input, HandlingOf(input, old), note);
        return old.Details with
        {
            HandlingNote = note,
            Grade = input.Has("grade") ? Grade(input) : old.Details.Grade,
            Reason = null,
        };
    }

    public static Handling HandlingOf(Input input, SeenRecord old) => input.Value<Handling>("handling") ?? old.Handling;

    public static Grade? Grade(Input input)
    {
        if (input.Object("grade") is not { } grade || grade.Value<SourceGrade>("source") is not { } source)
        {
            return null;
        }

        return grade.Number("information", 1, 4) is { } information and >= 1 and <= 4 ? new Grade(source, information) : null;
    }

    internal static void CheckNote(Input input, Handling handling, string? note)
    {
        if (handling == Handling.H3 && note is null)
        {
            input.Fault("handlingNote", "H3 is another restriction: the note must say which.");
        }
    }
}

/// <summary>What amending has in common whatever the kind.</summary>
public static class Amendments
{
    /// <summary>The record that the input states, where it may be amended; null where it is refused.</summary>
    /// <param name="kept">Fields that amending may change, and not clear; beside the handling.</param>
    public static async Task<OwnRecord?> OpenAsync(Change change, RecordKind kind, params string[] kept)
    {
        var own = await change.StatedAsync([kind]);
        if (own is not null)
        {
            change.Input.Kept([.. kept, "handling"]);
        }

        if (own is { Seen.Validation: Validation.Withdrawn })
        {
            change.Refuse(new NotPermitted("The record has been withdrawn: it is not amended any more."));
            return null;
        }

        return own;
    }

    /// <summary>Writes an event anew, with the people and identifiers that its input adds.</summary>
    /// <param name="marked">As <see cref="EventInputs.OfAmendedAsync"/>.</param>
    public static Task WriteAsync(Change change, OwnRecord own, object value, (IReadOnlyList<Specimen> Before, IReadOnlyList<Specimen> After, IReadOnlyList<GivenIdentifier> Given)? marked)
    {
        var details = Markings.Amended(change.Input, own.Seen);
        Write(change, own, value, details);
        return EventInputs.OfAmendedAsync(change, own, Markings.HandlingOf(change.Input, own.Seen), details, marked);
    }

    /// <summary>Writes the record anew; one that was validated is to be validated again.</summary>
    public static void Write(Change change, OwnRecord own, object value, RecordDetails? details = null) => change.Amend(
        own,
        value,
        own.Seen.Validation == Validation.Validated ? Validation.Submitted : own.Seen.Validation,
        handling: Markings.HandlingOf(change.Input, own.Seen),
        details: details ?? Markings.Amended(change.Input, own.Seen));
}
