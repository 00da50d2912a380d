using WildlifeRegistry.Identifiers;
using WildlifeRegistry.Places;
using WildlifeRegistry.Records;
using WildlifeRegistry.Recording;

namespace WildlifeRegistry.Seizures;

/// <summary>From the inputs of seizures to their properties.</summary>
public static class SeizureInputs
{
    private const int MaxOffenders = 10_000;

    /// <summary>A seizure as the input has it; of an amended one, what the input does not have stays.</summary>
    /// <param name="old">Null: a new one.</param>
    public static async Task<(Seizure Seizure, IReadOnlyList<GivenIdentifier> Marks)> ReadAsync(Change change, Seizure? old)
    {
        var input = change.Input;
        var places = change.Request.Parts.Places;
        var occurred = input.Date("occurredOn", change.Today);
        var country = input.Country("country", places.IsCountry) ?? old?.Country ?? "";
        var placeName = input.Has("placeName") ? input.Line("placeName") : old?.PlaceName;
        var isMoved = input.Has("placeId") || input.Has("placeName") || input.Has("country");
        var (latitude, longitude) = SpecimenInputs.Position(input, old?.Latitude, old?.Longitude);
        var (specimens, marks) = old is null || input.Has("specimens") ? await SpecimenInputs.ReadAsync(change, old?.Specimens ?? []) : (old.Specimens, []);
        return (
            new Seizure
            {
                OccurredOn = occurred?.Date ?? old?.OccurredOn ?? default,
                OccurredOnAsGiven = occurred is null ? old?.OccurredOnAsGiven : occurred.AsGiven,
                Country = country,
                PlaceId = isMoved || old is null ? await PlaceInputs.ResolveAsync(change, input, country, placeName, old is not null) : old.PlaceId,
                PlaceName = placeName,
                Latitude = latitude,
                Longitude = longitude,
                PrecisionKm = input.Has("precisionKm") ? input.Amount("precisionKm") : old?.PrecisionKm,
                AgencyReference = input.Has("agencyReference") ? input.Line("agencyReference") : old?.AgencyReference,
                DetectingAgency = input.Has("detectingAgency") ? input.Line("detectingAgency") : old?.DetectingAgency,
                Reason = input.Has("reason") ? input.Line("reason", 1000) : old?.Reason,
                MethodOfDetection = input.Has("methodOfDetection") ? input.Value<MethodOfDetection>("methodOfDetection") : old?.MethodOfDetection,
                ModeOfTransport = input.Has("modeOfTransport") ? input.Value<ModeOfTransport>("modeOfTransport") : old?.ModeOfTransport,
                Carrier = input.Has("carrier") ? input.Line("carrier") : old?.Carrier,
                MethodOfConcealment = input.Has("methodOfConcealment") ? input.Line("methodOfConcealment", 1000) : old?.MethodOfConcealment,
                ConcealmentClass = input.Has("concealmentClass") ? input.Value<ConcealmentClass>("concealmentClass") : old?.ConcealmentClass,
                Nationalities = input.Has("nationalities") ? Nationalities(input, places) : old?.Nationalities ?? [],
                LawCharged = input.Has("lawCharged") ? input.Line("lawCharged", 1000) : old?.LawCharged,
                Disposal = input.Has("disposal") ? input.Line("disposal", 1000) : old?.Disposal,
                EstimatedValue = input.Has("estimatedValue") ? SpecimenInputs.Money(input.Object("estimatedValue")) : old?.EstimatedValue,
                Narrative = input.Has("narrative") ? input.Text("narrative") : old?.Narrative,
                Quantities = input.Has("quantities") ? SpecimenInputs.Quantities(input) : old?.Quantities ?? [],
                Specimens = specimens,
                Chain = input.Has("chain") ? await ChainAsync(change, places) : old?.Chain ?? [],
            },
            marks);
    }

    private static List<NationalityCount> Nationalities(Input input, PlaceTable places)
    {
        var counts = new List<NationalityCount>();
        foreach (var one in input.Objects("nationalities"))
        {
            var (country, count) = (one.Country("country", places.IsCountry), one.Number("count", 1, MaxOffenders));
            if (country is not null && count is not null)
            {
                counts.Add(new NationalityCount(country, count.Value));
            }
        }

        return counts;
    }

    private static async Task<IReadOnlyList<ChainStep>> ChainAsync(Change change, PlaceTable places)
    {
        var steps = new List<ChainStep>();
        foreach (var input in change.Input.Objects("chain"))
        {
            var role = input.Value<ChainRole>("role") ?? ChainRole.Origin;
            var country = input.Country("country", places.IsCountry);
            var name = input.Line("placeName");
            var passed = input.Flag("seizureOpportunity");
            if (passed && role == ChainRole.Destination)
            {
                input.Fault("seizureOpportunity", "A load does not pass its destination; allowed on ORIGIN, EXPORT and TRANSIT.");
            }

            // A place that the registry does not know is still in a country that it does.
            var place = await PlaceInputs.ResolveAsync(change, input, country, name) ?? (country is null ? null : PlaceTable.IdOf(country, change.Request.Parts.Keys));
            steps.Add(new ChainStep(role, country, name, place, passed));
        }

        return steps;
    }
}
