using GraphQL;
using WildlifeRegistry.Access;
using WildlifeRegistry.Hosting;
using WildlifeRegistry.Reading;
using WildlifeRegistry.Records;
using WildlifeRegistry.Recording;
using WildlifeRegistry.Storage;

namespace WildlifeRegistry.Operations;

/// <summary>Joint operations: the lead opens and confirms, each member proposes its own officers, a date ends them.</summary>
public static class OperationMutations
{
    public static void Bind(Bindings bindings)
    {
        bindings.Mutation("openOperation", Open);
        bindings.Mutation("proposeOfficers", Propose);
        bindings.Mutation("confirmOfficers", Confirm);
        bindings.Mutation("removeOfficers", Remove);
        bindings.Mutation("endOperation", End);
    }

    private static ValueTask<object?> Open(IResolveFieldContext context, RequestContext request) =>
        Mutations.AnswerAsync(context, request, Payload(context, request), static change =>
        {
            var input = change.Input;
            var name = input.RequiredLine("name");
            var until = input.Until("until", change.Now);
            var members = new List<AgencyCode> { change.Author.Agency };
            foreach (var (code, path) in input.Lines("members"))
            {
                if (AgencyCode.IsCode(code) && change.Request.Parts.Agencies.Find(new AgencyCode(code)) is not null)
                {
                    members.Add(new AgencyCode(code));
                }
                else
                {
                    input.Fault(path, "No agency of the registry has this code; allowed is a code that the query agencies answers, like UZ-CUSTOMS.");
                }
            }

            if (change.Refusals.Count == 0 && members.All(member => member == change.Author.Agency))
            {
                input.Fault("members", "A joint operation needs at least one agency beside your own.");
            }

            change.Operations = [new JointOperation(change.NewId(), name, change.Author.Agency, [.. members.Distinct()], until ?? change.Now)];
            return Task.CompletedTask;
        });

    private static ValueTask<object?> Propose(IResolveFieldContext context, RequestContext request) =>
        Mutations.AnswerAsync(context, request, Payload(context, request), static async change =>
        {
            if (await StatedAsync(change) is { } stated)
            {
                change.Memberships =
                [
                    .. Officers(change, officer => Token.Officer(officer).IsOf(change.Author.Agency), "It is no officer of your own agency, like " + change.Author.Agency + "/NAME.")
                        .Where(officer => stated.Officers.All(known => known.Officer != officer || known.Until <= change.Now))
                        .Select(officer => new Membership(stated.Operation.Id.ToString(), officer, stated.Operation.Until, Confirmed: false)),
                ];
            }
        });

    private static ValueTask<object?> Confirm(IResolveFieldContext context, RequestContext request) =>
        Mutations.AnswerAsync(context, request, Payload(context, request), static async change =>
        {
            if (await StatedAsync(change) is { } stated && IsLead(change, stated.Operation))
            {
                change.Memberships =
                [
                    .. Officers(change, officer => stated.Officers.Any(known => known.Officer == officer && known.Until > change.Now), "The officer's own agency has not proposed them.")
                        .Select(officer => new Membership(stated.Operation.Id.ToString(), officer, stated.Operation.Until)),
                ];
            }
        });

    private static ValueTask<object?> Remove(IResolveFieldContext context, RequestContext request) =>
        Mutations.AnswerAsync(context, request, Payload(context, request), static async change =>
        {
            if (await StatedAsync(change) is { } stated)
            {
                var mayRemove = (OfficerId officer) => stated.Operation.Lead == change.Author.Agency || Token.Officer(officer).IsOf(change.Author.Agency);
                change.Memberships =
                [
                    .. Officers(change, officer => mayRemove(officer) && stated.Officers.Any(known => known.Officer == officer), "They are not of the operation, or neither of your agency nor yours to remove as lead.")
                        .Select(officer => new Membership(stated.Operation.Id.ToString(), officer, change.Now, Confirmed: false)),
                ];
            }
        });

    private static ValueTask<object?> End(IResolveFieldContext context, RequestContext request) =>
        Mutations.AnswerAsync(context, request, Payload(context, request), static async change =>
        {
            if (await StatedAsync(change) is { } stated && IsLead(change, stated.Operation))
            {
                change.Operations = [stated.Operation with { Until = change.Now }];
                change.Memberships = [.. stated.Officers.Where(officer => officer.Until > change.Now).Select(officer => officer with { Until = change.Now })];
            }
        });

    /// <summary>The running operation of the author's agency that the input names; null where it is refused.</summary>
    private static async Task<RunningOperation?> StatedAsync(Change change)
    {
        var given = change.Input.Id("operation") ?? "";
        var found = (await change.Request.Parts.Groups.OperationsOfAsync(change.Author.Agency, change.Ct))
            .Where(one => string.Equals(one.Operation.Id.ToString(), given, StringComparison.Ordinal))
            .ToList();
        if (found.Count == 0)
        {
            change.Refuse(new NotFound(given));
            return null;
        }

        if (found[0].Operation.Until <= change.Now)
        {
            change.Refuse(new NotPermitted("The operation has ended."));
            return null;
        }

        // Written as it was, so that the answer names it; and only if it still is.
        change.OperationsAsRead = [found[0]];
        change.Operations = [found[0].Operation];
        return found[0];
    }

    private static bool IsLead(Change change, JointOperation operation)
    {
        if (operation.Lead != change.Author.Agency)
        {
            change.Refuse(new NotPermitted("Only the agency that leads the operation does this."));
        }

        return operation.Lead == change.Author.Agency;
    }

    private static List<OfficerId> Officers(Change change, Func<OfficerId, bool> isAllowed, string refusal)
    {
        var officers = new List<OfficerId>();
        var given = change.Input.Lines("officers", OfficerId.MaxLength);
        if (given.Count == 0 && change.Refusals.Count == 0)
        {
            change.Input.Fault("officers", "At least one officer must be named, like " + change.Author.Agency + "/NAME.");
        }

        foreach (var (text, path) in given)
        {
            var officer = new OfficerId(text);
            if (isAllowed(officer))
            {
                officers.Add(officer);
            }
            else
            {
                change.Input.Fault(path, refusal);
            }
        }

        return [.. officers.Distinct()];
    }

    private static PayloadReader Payload(IResolveFieldContext context, RequestContext request) => async ids =>
        (await request.Parts.Groups.OperationsOfAsync(request.Reader.Agency, context.CancellationToken))
            .Where(one => one.Operation.Id == ids[0])
            .Select(one => new OperationSource(one.Operation, one.Officers, request))
            .FirstOrDefault();
}
