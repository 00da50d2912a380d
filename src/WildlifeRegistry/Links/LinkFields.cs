using WildlifeRegistry.Reading;

namespace WildlifeRegistry.Links;

/// <summary>The GraphQL fields of a link.</summary>
public static class LinkFields
{
    public static void Bind(Bindings bindings)
    {
        bindings.Object<ForensicFinding>("ForensicFinding")
            .Field("kind", finding => finding.Kind)
            .Field("laboratory", finding => finding.Laboratory)
            .Field("reportNumber", finding => finding.ReportNumber)
            .Field("method", finding => finding.Method)
            .Field("likelihood", finding => finding.Likelihood);
        bindings.Object<LinkSource>("Link")
            .Field("id", source => source.Link.Id)
            .Field("kind", source => source.Link.Kind)
            .Field("outgoing", source => source.Link.Outgoing)
            .Field("role", source => source.Link.Properties.Role)
            .Field("leg", source => source.Link.Properties.Leg)
            .Field("seizureOpportunity", source => source.Link.Properties.SeizureOpportunity)
            .Field("valueAsGiven", source => source.Link.Properties.ValueAsGiven)
            .Field("association", source => source.Link.Properties.Association)
            .Field("strength", source => source.Link.Properties.Strength)
            .Field("forensic", source => source.Link.Properties.Forensic)
            .Field("period", source => source.Link.Properties.Period)
            .Field("note", source => source.Link.Properties.Note)
            .Field("owner", source => source.Request.Parts.Agencies.Find(source.Link.Owner))
            .Field("level", source => source.Link.Level)
            .Field("handling", source => source.Link.Handling)
            .Field("handlingNote", source => source.Link.Properties.HandlingNote)
            .Field("grade", source => source.Link.Properties.Grade)
            .Field("provenance", source => source.Link.Properties.Provenance)
            .Field("withdrawn", source => source.Link.Withdrawn)
            .Field("version", source => source.Link.Owners?.Version)
            .Field("other", source => RecordSource.Of(source.Brought.Far, source.Request));
    }
}
