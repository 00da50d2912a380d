using WildlifeRegistry.Reading;
using WildlifeRegistry.Records;

namespace WildlifeRegistry.Seizures;

/// <summary>The GraphQL fields of a seizure and of what it is made of.</summary>
public static class SeizureFields
{
    public static void Bind(Bindings bindings)
    {
        bindings.Record<Seizure>("Seizure")
            .Record()
            .Field("occurredOn", seizure => seizure.OccurredOn)
            .Field("occurredOnAsGiven", seizure => seizure.OccurredOnAsGiven)
            .Field("country", seizure => seizure.Country)
            .Field("placeName", seizure => seizure.PlaceName)
            .Own("place", (source, field) => source.Own(((Seizure)source.Value).PlaceId, field))
            .Field("latitude", seizure => seizure.Latitude)
            .Field("longitude", seizure => seizure.Longitude)
            .Field("precisionKm", seizure => seizure.PrecisionKm)
            .Field("agencyReference", seizure => seizure.AgencyReference)
            .Field("detectingAgency", seizure => seizure.DetectingAgency)
            .Field("reason", seizure => seizure.Reason)
            .Field("methodOfDetection", seizure => seizure.MethodOfDetection)
            .Field("modeOfTransport", seizure => seizure.ModeOfTransport)
            .Field("carrier", seizure => seizure.Carrier)
            .Field("methodOfConcealment", seizure => seizure.MethodOfConcealment)
            .Field("concealmentClass", seizure => seizure.ConcealmentClass)
            .Field("nationalities", seizure => seizure.Nationalities)
            .Field("lawCharged", seizure => seizure.LawCharged)
            .Field("disposal", seizure => seizure.Disposal)
            .Field("estimatedValue", seizure => seizure.EstimatedValue)
            .Field("narrative", seizure => seizure.Narrative)
            .Field("quantities", seizure => seizure.Quantities)
            .Own("specimens", source => ((Seizure)source.Value).Specimens.Select(specimen => new PartSource<Specimen>(specimen, source)))
            .Own("chain", source => ((Seizure)source.Value).Chain.Select(step => new PartSource<ChainStep>(step, source)));
        bindings.Object<PartSource<Specimen>>("Specimen")
            .Field("id", part => part.Value.Id)
            .Field("nameAsGiven", part => part.Value.NameAsGiven)
            .Field("species", (part, field) => part.Own(part.Value.Species?.Id, field))
            .Field("description", part => part.Value.Description)
            .Field("citesTerm", part => part.Value.CitesTerm)
            .Field("quantities", part => part.Value.Quantities)
            .Field("amountUnknown", part => part.Value.AmountUnknown)
            .Field("live", part => part.Value.Live)
            .Field("working", part => part.Value.Working)
            .Field("sex", part => part.Value.Sex)
            .Field("ageClass", part => part.Value.AgeClass)
            .Field("condition", part => part.Value.Condition)
            .Field("marks", (part, field) => part.Value.Marks.Select(mark => part.Own(mark, field)).Where(mark => mark is not null))
            .Field("citesSource", part => part.Value.CitesSource)
            .Field("citesPurpose", part => part.Value.CitesPurpose);
        bindings.Object<PartSource<ChainStep>>("ChainStep")
            .Field("role", part => part.Value.Role)
            .Field("country", part => part.Value.Country)
            .Field("placeName", part => part.Value.PlaceName)
            .Field("place", (part, field) => part.Own(part.Value.PlaceId, field))
            .Field("seizureOpportunity", part => part.Value.SeizureOpportunity);
        bindings.Object<NationalityCount>("NationalityCount")
            .Field("country", count => count.Country)
            .Field("count", count => count.Count);
    }
}
