using WildlifeRegistry.Reading;

namespace WildlifeRegistry.Species;

/// <summary>The GraphQL fields of a species or higher taxon.</summary>
public static class SpeciesFields
{
    public static void Bind(Bindings bindings)
    {
        bindings.Record<Taxon>("Species")
            .Linkable()
            .Field("scientificName", taxon => taxon.ScientificName)
            .Field("rank", taxon => taxon.Rank)
            .Field("class", taxon => taxon.Class)
            .Field("order", taxon => taxon.Order)
            .Field("family", taxon => taxon.Family)
            .Field("genus", taxon => taxon.Genus)
            .Field("commonNames", taxon => taxon.CommonNames)
            .Field("appendices", taxon => taxon.Appendices)
            .Field("tariffs", taxon => taxon.Tariffs);
        bindings.Object<CommonName>("CommonName")
            .Field("language", name => name.Language)
            .Field("name", name => name.Name)
            .Field("basis", name => name.Basis);
        bindings.Object<AppendixReport>("AppendixReport")
            .Field("appendix", report => report.Appendix)
            .Field("lastReported", report => report.LastReported);
        bindings.Object<Tariff>("Tariff")
            .Field("country", tariff => tariff.Country)
            .Field("year", tariff => tariff.Year)
            .Field("amount", tariff => tariff.Amount)
            .Field("unit", tariff => tariff.Unit)
            .Field("note", tariff => tariff.Note);
    }
}
