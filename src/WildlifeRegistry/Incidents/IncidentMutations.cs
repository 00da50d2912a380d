using GraphQL;
using WildlifeRegistry.Hosting;
using WildlifeRegistry.Identifiers;
using WildlifeRegistry.Places;
using WildlifeRegistry.Reading;
using WildlifeRegistry.Records;
using WildlifeRegistry.Recording;
using WildlifeRegistry.Seizures;

namespace WildlifeRegistry.Incidents;

/// <summary>What can be changed of incidents.</summary>
public static class IncidentMutations
{
    private static readonly IncidentKind Kind = new();

    public static void Bind(Bindings bindings)
    {
        bindings.Mutation("recordIncident", Record);
        bindings.Mutation("amendIncident", Amend);
    }

    private static ValueTask<object?> Record(IResolveFieldContext context, RequestContext request) =>
        Mutations.AnswerAsync(context, request, Mutations.Record(context, request, "incident", RecordKind.Incident), static async change =>
        {
            change.IsExercise = change.Input.Flag("exercise");
            var (handling, details) = Markings.Read(change.Input);
            var added = change.NewEnvelope(change.AudienceOfNew(), change.IsExercise, handling, details);
            var (incident, marks) = await ReadAsync(change, null);
            if (change.Refusals.Count == 0)
            {
                change.Add(Kind, incident, added);
            }

            await EventInputs.OfNewAsync(change, added, marks);
        });

    private static ValueTask<object?> Amend(IResolveFieldContext context, RequestContext request) =>
        Mutations.AnswerAsync(context, request, Mutations.Record(context, request, "incident", RecordKind.Incident), static async change =>
        {
            if (await Amendments.OpenAsync(change, RecordKind.Incident, "type", "occurredOn", "country") is { } own)
            {
                change.IsExercise = own.Seen.Exercise ?? false;
                var before = (Incident)Kind.Read(own.Seen.Properties);
                var (incident, marks) = await ReadAsync(change, before);
                await Amendments.WriteAsync(change, own, incident, change.Input.Has("specimens") ? (before.Specimens, incident.Specimens, marks) : null);
            }
        });

    /// <summary>An incident as the input has it; of an amended one, what the input does not have stays.</summary>
    private static async Task<(Incident Incident, IReadOnlyList<GivenIdentifier> Marks)> ReadAsync(Change change, Incident? old)
    {
        var input = change.Input;
        var occurred = input.Date("occurredOn", change.Today);
        var country = input.Country("country", change.Request.Parts.Places.IsCountry) ?? old?.Country ?? "";
        var placeName = input.Has("placeName") ? input.Line("placeName") : old?.PlaceName;
        var isMoved = input.Has("placeId") || input.Has("placeName") || input.Has("country");
        var (latitude, longitude) = SpecimenInputs.Position(input, old?.Latitude, old?.Longitude);
        var (specimens, marks) = old is null || input.Has("specimens") ? await SpecimenInputs.ReadAsync(change, old?.Specimens ?? []) : (old.Specimens, []);
        return (
            new Incident
            {
                Type = input.Value<IncidentType>("type") ?? old?.Type ?? IncidentType.Other,
                OccurredOn = occurred?.Date ?? old?.OccurredOn ?? default,
                OccurredOnAsGiven = occurred is null ? old?.OccurredOnAsGiven : occurred.AsGiven,
                Country = country,
                PlaceId = isMoved || old is null ? await PlaceInputs.ResolveAsync(change, input, country, placeName, old is not null) : old.PlaceId,
                PlaceName = placeName,
                Latitude = latitude,
                Longitude = longitude,
                AreaHectares = input.Has("areaHectares") ? input.Amount("areaHectares") : old?.AreaHectares,
                Specimens = specimens,
                Damage = input.Has("damage") ? [.. input.Objects("damage").Select(SpecimenInputs.Money).OfType<Money>()] : old?.Damage ?? [],
                DamageTariff = input.Has("damageTariff") ? input.Line("damageTariff") : old?.DamageTariff,
                Narrative = input.Has("narrative") ? input.Text("narrative") : old?.Narrative,
            },
            marks);
    }
}
