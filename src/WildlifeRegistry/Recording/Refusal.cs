using WildlifeRegistry.Reading;

namespace WildlifeRegistry.Recording;

/// <summary>Why a change was not made: a fact that the caller can act on. Nothing was changed.</summary>
public abstract record Refusal(string Message);

/// <param name="Field">The path of the field at fault inside the input, e.g. <c>specimens[1].quantities[0].unit</c>.</param>
public sealed record InvalidInput(string Message, string Field) : Refusal(Message);

/// <param name="Current">The version that stands now.</param>
public sealed record VersionConflict(int Current)
    : Refusal(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"The record has moved on to version {Current}. Read it again and repeat the change on that."));

/// <param name="Id">The id as the caller gave it.</param>
public sealed record NotFound(string Id) : Refusal("There is no such record for you to change or to link.");

public sealed record NotPermitted(string Message) : Refusal(Message);

/// <summary>The answer of a mutation: what it changed, as it is now at the caller's level, or why nothing was.</summary>
public sealed record PayloadSource(object? Value, IReadOnlyList<Refusal> Errors);

/// <summary>The GraphQL fields of payloads and refusals.</summary>
public static class PayloadFields
{
    private static readonly (string Type, string Field)[] Payloads =
    [
        ("SeizurePayload", "seizure"), ("IncidentPayload", "incident"), ("SuspectPayload", "suspect"), ("RoutePayload", "route"), ("PlacePayload", "place"),
        ("LinkPayload", "link"), ("RecordPayload", "record"), ("WithdrawPayload", "withdrawn"), ("ReleasePayload", "released"), ("RecallPayload", "recalled"),
        ("OperationPayload", "operation"),
    ];

    public static void Bind(Bindings bindings)
    {
        foreach (var (type, field) in Payloads)
        {
            bindings.Object<PayloadSource>(type)
                .Field(field, payload => payload.Value)
                .Field("errors", payload => payload.Errors);
        }

        bindings.Object<InvalidInput>("InvalidInput").Field("message", refusal => refusal.Message).Field("field", refusal => refusal.Field);
        bindings.Object<VersionConflict>("VersionConflict").Field("message", refusal => refusal.Message).Field("current", refusal => refusal.Current);
        bindings.Object<NotFound>("NotFound").Field("message", refusal => refusal.Message).Field("id", refusal => refusal.Id);
        bindings.Object<NotPermitted>("NotPermitted").Field("message", refusal => refusal.Message);
    }
}
