using GraphQL;
using WildlifeRegistry.Hosting;
using WildlifeRegistry.Links;
using WildlifeRegistry.Reading;
using WildlifeRegistry.Records;
using WildlifeRegistry.Recording;

namespace WildlifeRegistry.Suspects;

/// <summary>What can be changed of suspects.</summary>
public static class SuspectMutations
{
    public static void Bind(Bindings bindings)
    {
        bindings.Mutation("recordSuspect", Record);
        bindings.Mutation("amendSuspect", Amend);
    }

    /// <summary>The gate: no suspect without an offence, and an event behind the entry in the same change.</summary>
    private static ValueTask<object?> Record(IResolveFieldContext context, RequestContext request) =>
        Mutations.AnswerAsync(context, request, Mutations.Record(context, request, "suspect", RecordKind.Suspect), static async change =>
        {
            var input = change.Input;
            var exercise = input.Flag("exercise");
            var marking = Markings.Read(input);
            var suspect = SuspectInputs.Add(change, input.Object("suspect")!, change.AudienceOfNew(), exercise, marking.Handling, marking.Details);
            if (await change.NamedAsync(input, "eventId", [RecordKind.Seizure, RecordKind.Incident], exercise) is { } happened)
            {
                change.Link(
                    LinkKind.Involves,
                    happened.Id,
                    suspect.Id,
                    change.AudienceOfLink(LinkEnd.Of(suspect), LinkEnd.Of(happened)),
                    marking.Handling,
                    new LinkProperties(Role: input.Value<InvolvementRole>("role"), Grade: marking.Details.Grade, HandlingNote: marking.Handling == Handling.H3 ? marking.Details.HandlingNote : null));
            }
        });

    private static ValueTask<object?> Amend(IResolveFieldContext context, RequestContext request) =>
        Mutations.AnswerAsync(context, request, Mutations.Record(context, request, "suspect", RecordKind.Suspect), static async change =>
        {
            if (await Amendments.OpenAsync(change, RecordKind.Suspect, "status", "reviewBy") is { } own)
            {
                var details = Markings.Amended(change.Input, own.Seen) with { ReviewBy = SuspectInputs.ReviewBy(change, change.Input) ?? own.Seen.Details.ReviewBy };
                Amendments.Write(change, own, SuspectInputs.Amended(change, (Suspect)new SuspectKind().Read(own.Seen.Properties)), details);
            }
        });
}
