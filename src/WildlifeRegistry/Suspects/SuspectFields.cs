using WildlifeRegistry.Reading;

namespace WildlifeRegistry.Suspects;

/// <summary>The GraphQL fields of a suspect.</summary>
public static class SuspectFields
{
    public static void Bind(Bindings bindings)
    {
        bindings.Record<Suspect>("Suspect")
            .Record()
            .Field("type", suspect => suspect.Type)
            .Field("names", suspect => suspect.Names)
            .Field("birth", suspect => suspect.Birth)
            .Field("birthAsGiven", suspect => suspect.BirthAsGiven)
            .Field("sex", suspect => suspect.Sex)
            .Field("nationalities", suspect => suspect.Nationalities)
            .Field("offence", suspect => suspect.Offence)
            .Field("status", suspect => suspect.Status);
        bindings.Object<SuspectName>("SuspectName")
            .Field("full", name => name.Full)
            .Field("script", name => name.Script)
            .Field("role", name => name.Role)
            .Field("given", name => name.Given)
            .Field("family", name => name.Family)
            .Field("fathers", name => name.Fathers);
        bindings.Object<SuspectStatus>("SuspectStatus")
            .Field("value", status => status.Value)
            .Field("since", status => status.Since);
    }
}
