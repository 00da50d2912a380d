using GraphQL;
using WildlifeRegistry.Hosting;
using WildlifeRegistry.Identifiers;
using WildlifeRegistry.Links;
using WildlifeRegistry.Reading;
using WildlifeRegistry.Records;
using WildlifeRegistry.Recording;
using WildlifeRegistry.Routes;
using WildlifeRegistry.Suspects;

namespace WildlifeRegistry.Seizures;

/// <summary>What can be changed of seizures.</summary>
public static class SeizureMutations
{
    private static readonly SeizureKind Kind = new();

    public static void Bind(Bindings bindings)
    {
        bindings.Mutation("recordSeizure", Record);
        bindings.Mutation("amendSeizure", Amend);
    }

    private static ValueTask<object?> Record(IResolveFieldContext context, RequestContext request) =>
        Mutations.AnswerAsync(context, request, Mutations.Record(context, request, "seizure", RecordKind.Seizure), static async change =>
        {
            change.IsExercise = change.Input.Flag("exercise");
            var (handling, details) = Markings.Read(change.Input);
            var added = change.NewEnvelope(change.AudienceOfNew(), change.IsExercise, handling, details);
            var (seizure, marks) = await SeizureInputs.ReadAsync(change, null);
            if (change.Refusals.Count == 0)
            {
                change.Add(Kind, seizure, added);
            }

            SpecimenInputs.Mark(change, added.Id, marks, change.IsExercise, change.AudienceOfLink(LinkEnd.Of(added)), handling);
            await SuspectInputs.InvolveAsync(change, added);
            IdentifierInputs.LinkToEvent(change, added, new LinkProperties(Grade: details.Grade));
            await RouteInputs.PutOnRouteAsync(change, added);
        });

    private static ValueTask<object?> Amend(IResolveFieldContext context, RequestContext request) =>
        Mutations.AnswerAsync(context, request, Mutations.Record(context, request, "seizure", RecordKind.Seizure), static async change =>
        {
            if (await Amendments.OpenAsync(change, RecordKind.Seizure) is { } own)
            {
                change.IsExercise = own.Seen.Exercise ?? false;
                var (seizure, marks) = await SeizureInputs.ReadAsync(change, (Seizure)Kind.Read(own.Seen.Properties));
                Amendments.Write(change, own, seizure);
                if (change.Input.Has("specimens"))
                {
                    await SpecimenInputs.MarkAnewAsync(change, own, seizure.Specimens, marks);
                }
            }
        });
}
