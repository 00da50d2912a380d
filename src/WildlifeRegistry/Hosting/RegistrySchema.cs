using System.Reflection;
using GraphQL;
using GraphQL.Types;
using GraphQL.Utilities;
using WildlifeRegistry.Access;
using WildlifeRegistry.Agencies;
using WildlifeRegistry.Identifiers;
using WildlifeRegistry.Incidents;
using WildlifeRegistry.Links;
using WildlifeRegistry.Operations;
using WildlifeRegistry.Places;
using WildlifeRegistry.Reading;
using WildlifeRegistry.Recording;
using WildlifeRegistry.Records;
using WildlifeRegistry.Releasing;
using WildlifeRegistry.Routes;
using WildlifeRegistry.Seizures;
using WildlifeRegistry.Species;
using WildlifeRegistry.Storage;
using WildlifeRegistry.Suspects;

namespace WildlifeRegistry.Hosting;

/// <summary>The contract with everything that answers it: a line for each slice.</summary>
public static class RegistrySchema
{
    /// <summary>The contract's text, as shipped.</summary>
    public static string Text()
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("schema/registry.graphql")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }

    /// <summary>The running schema as text.</summary>
    public static string Print(ISchema schema) => schema.Print(new PrintOptions { IncludeDescriptions = true }).ReplaceLineEndings("\n");

    public static ISchema Build()
    {
        var bindings = new Bindings();
        EnvelopeFields.Bind(bindings);
        PayloadFields.Bind(bindings);
        RecordMutations.Bind(bindings);
        ReleaseQueries.Bind(bindings);
        ReleaseMutations.Bind(bindings);
        OperationQueries.Bind(bindings);
        OperationMutations.Bind(bindings);
        Pages.Bind(bindings);
        NodeQueries.Bind(bindings);
        LinkFields.Bind(bindings);
        LinkMutations.Bind(bindings);
        AgencyFields.Bind(bindings);
        AgencyQueries.Bind(bindings);
        SeizureFields.Bind(bindings);
        SeizureQueries.Bind(bindings);
        SeizureMutations.Bind(bindings);
        IncidentFields.Bind(bindings);
        IncidentQueries.Bind(bindings);
        IncidentMutations.Bind(bindings);
        SpeciesFields.Bind(bindings);
        SpeciesQueries.Bind(bindings);
        SuspectFields.Bind(bindings);
        SuspectQueries.Bind(bindings);
        SuspectMutations.Bind(bindings);
        RouteFields.Bind(bindings);
        RouteQueries.Bind(bindings);
        RouteMutations.Bind(bindings);
        PlaceFields.Bind(bindings);
        PlaceQueries.Bind(bindings);
        PlaceMutations.Bind(bindings);
        IdentifierFields.Bind(bindings);
        IdentifierQueries.Bind(bindings);
        return ContractSchema.Build(
            Text(),
            bindings,
            typeof(RecordKind), typeof(Level), typeof(Handling), typeof(Validation), typeof(SourceGrade), typeof(Role), typeof(AgencyType),
            typeof(IncidentType), typeof(MethodOfDetection), typeof(ConcealmentClass), typeof(ModeOfTransport), typeof(ChainRole), typeof(PlaceType),
            typeof(SuspectType), typeof(NameRole), typeof(SuspectStatusValue), typeof(IdentifierType), typeof(RouteStatus), typeof(LinkKind),
            typeof(LinkDirection), typeof(InvolvementRole), typeof(AssociationKind), typeof(AssociationStrength), typeof(ForensicKind), typeof(SeizureOrder), typeof(IncidentOrder));
    }
}
