using WildlifeRegistry.Reading;
using WildlifeRegistry.Seizures;

namespace WildlifeRegistry.Incidents;

/// <summary>The GraphQL fields of an incident.</summary>
public static class IncidentFields
{
    public static void Bind(Bindings bindings) => bindings.Record<Incident>("Incident")
        .Record()
        .Field("occurredOn", incident => incident.OccurredOn)
        .Field("occurredOnAsGiven", incident => incident.OccurredOnAsGiven)
        .Field("country", incident => incident.Country)
        .Field("placeName", incident => incident.PlaceName)
        .Own("place", (source, field) => source.Own(((Incident)source.Value).PlaceId, field))
        .Field("latitude", incident => incident.Latitude)
        .Field("longitude", incident => incident.Longitude)
        .Field("type", incident => incident.Type)
        .Field("areaHectares", incident => incident.AreaHectares)
        .Own("specimens", source => ((Incident)source.Value).Specimens.Select(specimen => new PartSource<Specimen>(specimen, source)))
        .Field("damage", incident => incident.Damage)
        .Field("damageTariff", incident => incident.DamageTariff)
        .Field("narrative", incident => incident.Narrative);
}
