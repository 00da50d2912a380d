using WildlifeRegistry.Reading;

namespace WildlifeRegistry.Places;

/// <summary>The GraphQL fields of a place.</summary>
public static class PlaceFields
{
    public static void Bind(Bindings bindings)
    {
        bindings.Record<Place>("Place")
            .Linkable()
            .Field("type", place => place.Type)
            .Field("code", place => place.Code)
            .Field("name", place => place.Name)
            .Field("names", place => place.Names)
            .Field("country", place => place.Country)
            .Field("latitude", place => place.Latitude)
            .Field("longitude", place => place.Longitude)
            .Field("neighbours", place => place.Neighbours)
            .Field("note", place => place.Note);
        bindings.Object<PlaceName>("LocalName")
            .Field("language", name => name.Language)
            .Field("name", name => name.Name);
    }
}
