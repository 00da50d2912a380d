using GraphQL;
using WildlifeRegistry.Hosting;
using WildlifeRegistry.Reading;
using WildlifeRegistry.Records;
using WildlifeRegistry.Recording;
using WildlifeRegistry.Routes;

namespace WildlifeRegistry.Seizures;

/// <summary>What an imported seizure is known by.</summary>
/// <param name="Key">The importing agency's key.</param>
/// <param name="Provenance">The file and where in it; without the mark, which is the seizure's alone.</param>
internal sealed record ImportedAs(string Key, Provenance Provenance, ImportMark Mark);

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
        Mutations.AnswerAsync(context, request, Mutations.Record(context, request, "seizure", RecordKind.Seizure), static change => AddAsync(change));

    /// <summary>Adds the seizure of an input, with everything that the input names.</summary>
    /// <param name="imported">What the seizure is known by, where it comes from a file.</param>
    internal static async Task<Seizure> AddAsync(Change change, ImportedAs? imported = null)
    {
        change.IsExercise = change.Input.Flag("exercise");
        var (handling, details) = Markings.Read(change.Input);
        if (imported is not null)
        {
            details = details with { Provenance = imported.Provenance with { Sources = details.Provenance?.Sources } };
        }

        var added = change.NewEnvelope(change.AudienceOfNew(), change.IsExercise, handling, details);
        var (seizure, marks) = await SeizureInputs.ReadAsync(change, null);
        if (change.Refusals.Count == 0)
        {
            change.Add(Kind, seizure, imported is null ? added : added with { ImportKey = imported.Key, Details = details with { Provenance = details.Provenance! with { Imported = imported.Mark } } });
        }

        await EventInputs.OfNewAsync(change, added, marks);
        await RouteInputs.PutOnRouteAsync(change, added);
        return seizure;
    }

    private static ValueTask<object?> Amend(IResolveFieldContext context, RequestContext request) =>
        Mutations.AnswerAsync(context, request, Mutations.Record(context, request, "seizure", RecordKind.Seizure), static async change =>
        {
            if (await Amendments.OpenAsync(change, RecordKind.Seizure, "occurredOn", "country") is { } own)
            {
                change.IsExercise = own.Seen.Exercise ?? false;
                var before = (Seizure)Kind.Read(own.Seen.Properties);
                var (seizure, marks) = await SeizureInputs.ReadAsync(change, before);
                await Amendments.WriteAsync(change, own, seizure, change.Input.Has("specimens") ? (before.Specimens, seizure.Specimens, marks) : null);
            }
        });
}
