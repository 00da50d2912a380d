using GraphQL;
using WildlifeRegistry.Hosting;
using WildlifeRegistry.Reading;
using WildlifeRegistry.Storage;

namespace WildlifeRegistry.Operations;

/// <summary>A joint operation as the source of its fields.</summary>
public sealed record OperationSource(JointOperation Operation, IReadOnlyList<Membership> Officers, RequestContext Request);

/// <summary>What liaison officers can ask of the joint operations that their agency is a member of.</summary>
public static class OperationQueries
{
    public static void Bind(Bindings bindings)
    {
        bindings.Root("operations", static async (context, request) =>
            (await request.Parts.Groups.OperationsOfAsync(request.Reader.Agency, context.CancellationToken)).Select(one => new OperationSource(one.Operation, one.Officers, request)));
        bindings.Object<OperationSource>("Operation")
            .Field("id", source => source.Operation.Id)
            .Field("name", source => source.Operation.Name)
            .Field("lead", source => source.Request.Parts.Agencies.Find(source.Operation.Lead))
            .Field("members", source => source.Operation.Members.Select(member => source.Request.Parts.Agencies.Find(member)))
            .Field("until", source => source.Operation.Until)
            .Field("officers", source => source.Officers);
        bindings.Object<Membership>("OperationOfficer")
            .Field("officer", officer => officer.Officer.Value)
            .Field("confirmed", officer => officer.Confirmed)
            .Field("until", officer => officer.Until);
    }
}
