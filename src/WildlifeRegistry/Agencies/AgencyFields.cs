using WildlifeRegistry.Hosting;
using WildlifeRegistry.Reading;
using WildlifeRegistry.Records;

namespace WildlifeRegistry.Agencies;

/// <summary>The GraphQL fields of an agency and of the caller.</summary>
public static class AgencyFields
{
    public static void Bind(Bindings bindings)
    {
        bindings.Object<Agency>("Agency")
            .Field("id", (agency, field) => field.Request.Parts.Keys.ReferenceId(RecordKind.Agency, agency.Code))
            .Field("code", agency => agency.Code)
            .Field("name", agency => agency.Name)
            .Field("country", agency => agency.Country)
            .Field("type", agency => agency.Type)
            .Field("contact", agency => agency.Contact);
        bindings.Object<RequestContext>("Me")
            .Field("officer", me => me.Reader.Officer.Value)
            .Field("agency", me => me.Parts.Agencies.Find(me.Reader.Agency))
            .Field("country", me => me.Reader.Country)
            .Field("roles", me => me.Reader.Roles)
            .Field("groups", me => me.Reader.Groups);
    }
}
