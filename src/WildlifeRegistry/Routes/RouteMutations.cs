using GraphQL;
using WildlifeRegistry.Hosting;
using WildlifeRegistry.Reading;
using WildlifeRegistry.Records;
using WildlifeRegistry.Recording;

namespace WildlifeRegistry.Routes;

/// <summary>What can be changed of routes.</summary>
public static class RouteMutations
{
    private static readonly RouteKind Kind = new();

    public static void Bind(Bindings bindings)
    {
        bindings.Mutation("recordRoute", Record);
        bindings.Mutation("amendRoute", Amend);
    }

    private static ValueTask<object?> Record(IResolveFieldContext context, RequestContext request) =>
        Mutations.AnswerAsync(context, request, Mutations.Record(context, request, "route", RecordKind.Route), static async change =>
        {
            var (handling, details) = Markings.Read(change.Input);
            var route = await RouteInputs.ReadAsync(change, null);
            change.Add(Kind, route, change.NewEnvelope(change.AudienceOfNew(), change.Input.Flag("exercise"), handling, details));
        });

    private static ValueTask<object?> Amend(IResolveFieldContext context, RequestContext request) =>
        Mutations.AnswerAsync(context, request, Mutations.Record(context, request, "route", RecordKind.Route), static async change =>
        {
            if (await Amendments.OpenAsync(change, RecordKind.Route, "status") is { } own)
            {
                Amendments.Write(change, own, await RouteInputs.ReadAsync(change, (Route)Kind.Read(own.Seen.Properties)));
            }
        });
}
