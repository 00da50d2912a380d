using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using GraphQL;
using WildlifeRegistry.Hosting;
using WildlifeRegistry.Links;
using WildlifeRegistry.Reading;
using WildlifeRegistry.Records;
using WildlifeRegistry.Storage;

namespace WildlifeRegistry.Recording;

/// <summary>What the payload of a mutation shows, once the change is made: read again at the caller's level of today.</summary>
/// <param name="ids">The outcome's ids, as <see cref="CommitResult.Committed.Ids"/>.</param>
public delegate Task<object?> PayloadReader(ImmutableArray<RecordId> ids);

/// <summary>The way of every mutation: the earlier answer to its key, or the change built, committed and read again.</summary>
public static class Mutations
{
    /// <summary>How often a change is built anew because something that the caller did not name has moved on.</summary>
    private const int Tries = 8;

    private const int MaxKey = 100;

    /// <param name="build">Adds to the change what the input asks for, or its refusals. Called again for each try.</param>
    /// <param name="payload">Made before anything is changed, so that a selection that asks for too much changes nothing.</param>
    public static async ValueTask<object?> AnswerAsync(IResolveFieldContext context, RequestContext request, PayloadReader payload, Func<Change, Task> build)
    {
        var answer = await MakeAsync(context, request, payload, build);
        foreach (var refusal in answer.Errors)
        {
            request.Parts.Meter.Refused(refusal.GetType().Name);
        }

        return answer;
    }

    private static async Task<PayloadSource> MakeAsync(IResolveFieldContext context, RequestContext request, PayloadReader payload, Func<Change, Task> build)
    {
        var input = (IDictionary<string, object?>)context.Arguments!["input"].Value!;
        var field = context.FieldDefinition.Name;
        var key = KeyOf(input, field);
        var result = key is null ? null : await request.Parts.Store.ReplayAsync(key, request.Reader, context.CancellationToken);
        for (var tries = 0; tries < Tries; tries++)
        {
            var change = new Change(request, input, key?.Key ?? "", context.CancellationToken);
            if (result is null)
            {
                if (key is null)
                {
                    change.Input.Fault("requestKey", $"A request key is 1 to {MaxKey} plain characters.");
                }

                try
                {
                    await build(change);
                }
                catch (OverMostException fault)
                {
                    return new PayloadSource(null, [new NotPermitted(fault.Message + (change.Input.Flag("withLinks") ? " One change cannot take them all: leave withLinks out." : " One change cannot take them all."))]);
                }

                if (change.Refusals.Count > 0)
                {
                    return new PayloadSource(null, change.Refusals);
                }

                // Once begun, a commit is waited for: a caller who leaves does not undo it.
                result = await request.Parts.Store.CommitAsync(change.Set(key), request.Reader, CancellationToken.None);
            }

            switch (result)
            {
                case CommitResult.Committed done:
                    return new PayloadSource(await payload(done.Ids), []);
                case CommitResult.Conflict conflict when change.IsStated(conflict.Id):
                    return new PayloadSource(null, [new VersionConflict(conflict.Current)]);
                case CommitResult.Missing missing when change.IsStated(missing.Id):
                    return new PayloadSource(null, [new NotFound(missing.Id.ToString())]);
                case CommitResult.Refused refused:
                    return new PayloadSource(null, [RefusalOf(refused.Reason)]);
                case CommitResult.Conflict or CommitResult.Missing:
                    result = null; // something that the change was decided on has moved on meanwhile
                    break;
                default:
                    throw new InvalidOperationException("An outcome outside the closed set.");
            }
        }

        throw new StoreException("Others kept changing what the change was decided on.", isTransient: true);
    }

    /// <summary>The changed record, under a field of the payload.</summary>
    public static PayloadReader Record(IResolveFieldContext context, RequestContext request, string field, params ImmutableArray<RecordKind> kinds)
    {
        var read = Records(context, request, field, 1, kinds);
        return async ids => (await read(ids[..1]) as IEnumerable<object>)?.FirstOrDefault();
    }

    /// <summary>All changed records that the caller sees, under a field of the payload.</summary>
    public static PayloadReader Records(IResolveFieldContext context, RequestContext request, string field, int atMost, params ImmutableArray<RecordKind> kinds)
    {
        if (new PlanWalker(context, request).OfPayload(field, kinds) is not { } bring)
        {
            return static _ => Task.FromResult<object?>(null);
        }

        PlanWalker.Bounded(new ReadPlan(new PlanStart.ByIds([.. Enumerable.Repeat(default(RecordId), atMost)], kinds), bring));
        return async ids =>
        {
            var reading = await request.Parts.Store.ViewFor(request.Reader).ReadAsync(new ReadPlan(new PlanStart.ByIds([.. ids.Take(atMost)], kinds), bring), context.CancellationToken);
            return reading.Roots.Records.Select(record => RecordSource.Of(record, request)).ToList();
        };
    }

    /// <summary>The changed link, under a field of the payload.</summary>
    public static PayloadReader Link(IResolveFieldContext context, RequestContext request, string field)
    {
        if (new PlanWalker(context, request).OfPayloadLink(field) is not { } step)
        {
            return static _ => Task.FromResult<object?>(null);
        }

        PlanWalker.Bounded(new ReadPlan(new PlanStart.OfLink(default), new Bring([step])));
        return async ids =>
        {
            var reading = await request.Parts.Store.ViewFor(request.Reader).ReadAsync(new ReadPlan(new PlanStart.OfLink(ids[0]), new Bring([step])), context.CancellationToken);
            return reading.Roots.Records.SelectMany(record => record.Links[step.Name].Links).Select(link => new LinkSource(link, request)).FirstOrDefault();
        };
    }

    private static RequestKey? KeyOf(IDictionary<string, object?> input, string field)
    {
        var key = Convert.ToString(input["requestKey"], System.Globalization.CultureInfo.InvariantCulture) ?? "";
        if (key.Length is 0 or > MaxKey || key.Any(Arguments.IsUnsafe) || key.Any(char.IsSurrogate))
        {
            return null;
        }

        var content = Arguments.Line(input.Where(pair => pair.Key is not "requestKey"));
        return new RequestKey(field, key, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(content))));
    }

    private static Refusal RefusalOf(RefusalReason reason) => reason switch
    {
        RefusalReason.RequestKeyReused => new InvalidInput("You used this request key for another content. A new change needs a new key.", "requestKey"),
        RefusalReason.DuplicateLink => new NotPermitted("Your agency has this link already."),
        RefusalReason.ExerciseMixed => new InvalidInput("Exercise records and real ones are not linked to each other.", "exercise"),
        RefusalReason.ConsentMissing => new NotPermitted("The link leads onto another agency's record: it stays between your two agencies until that agency consents to more."),
        RefusalReason.ImportKeyTaken or RefusalReason.IdTaken => throw new InvalidOperationException("A fresh record cannot be there already."),
        _ => throw new ArgumentOutOfRangeException(nameof(reason)),
    };
}
