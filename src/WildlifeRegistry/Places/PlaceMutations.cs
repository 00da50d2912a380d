using GraphQL;
using WildlifeRegistry.Access;
using WildlifeRegistry.Hosting;
using WildlifeRegistry.Reading;
using WildlifeRegistry.Records;
using WildlifeRegistry.Recording;

namespace WildlifeRegistry.Places;

/// <summary>What can be changed of places: an agency keeps its own beside those of the reference.</summary>
public static class PlaceMutations
{
    private static readonly PlaceKind Kind = new();

    public static void Bind(Bindings bindings)
    {
        bindings.Mutation("recordPlace", Record);
        bindings.Mutation("amendPlace", Amend);
    }

    private static ValueTask<object?> Record(IResolveFieldContext context, RequestContext request) =>
        Mutations.AnswerAsync(context, request, Mutations.Record(context, request, "place", RecordKind.Place), static change =>
        {
            var envelope = RecordEnvelope.OfReference(change.NewId(), change.Author.Agency, new RecordDetails(Provenance: new Provenance("ENTERED")));
            change.AddUnnumbered(Kind, Read(change, null), envelope);
            return Task.CompletedTask;
        });

    private static ValueTask<object?> Amend(IResolveFieldContext context, RequestContext request) =>
        Mutations.AnswerAsync(context, request, Mutations.Record(context, request, "place", RecordKind.Place), static async change =>
        {
            if (await change.StatedAsync([RecordKind.Place]) is { } own)
            {
                change.Input.Kept("type", "country");
                change.Amend(own, Read(change, (Place)Kind.Read(own.Seen.Properties)));
            }
        });

    private static Place Read(Change change, Place? old)
    {
        var input = change.Input;
        var places = change.Request.Parts.Places;
        var type = input.Value<PlaceType>("type") ?? old?.Type ?? PlaceType.Town;
        if (type == PlaceType.Country)
        {
            input.Fault("type", "Countries are of the reference; an agency keeps posts, towns and other places.");
        }

        var (latitude, longitude) = Seizures.SpecimenInputs.Position(input, old?.Latitude, old?.Longitude);
        return new Place
        {
            Type = type,
            Code = input.Has("code") ? input.Line("code") : old?.Code,
            Name = input.Has("name") ? input.RequiredLine("name") : old?.Name ?? "",
            Names = input.Has("names") ? [.. input.Objects("names").Select(name => new PlaceName(Language(name), name.RequiredLine("name")))] : old?.Names ?? [],
            Country = input.Country("country", places.IsCountry) ?? old?.Country,
            Latitude = latitude,
            Longitude = longitude,
            Neighbours = input.Has("neighbours") ? input.CountryList("neighbours", places.IsCountry) : old?.Neighbours ?? [],
            Note = input.Has("note") ? input.Line("note", 1000) : old?.Note,
        };
    }

    private static string Language(Input input)
    {
        var language = input.RequiredLine("language");
        if (language is not ([>= 'a' and <= 'z', >= 'a' and <= 'z'] or "und" or ""))
        {
            input.Fault("language", "A language is two small letters of ISO 639-1, like kk, or und.");
        }

        return language;
    }
}
