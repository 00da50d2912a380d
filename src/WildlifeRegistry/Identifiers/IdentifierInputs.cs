using WildlifeRegistry.Links;
using WildlifeRegistry.Records;
using WildlifeRegistry.Recording;

namespace WildlifeRegistry.Identifiers;

/// <summary>An identifier in normal form, and the value as it was given.</summary>
public sealed record GivenIdentifier(Identifier Identifier, string AsGiven);

/// <summary>From the inputs of identifiers to links onto their connectors.</summary>
public static class IdentifierInputs
{
    /// <summary>The identifier of an <c>IdentifierInput</c>; null where it is at fault.</summary>
    public static GivenIdentifier? Read(Change change, Input input)
    {
        var type = input.Value<IdentifierType>("type");
        var value = input.RequiredLine("value", NormalForm.MaxLength);
        var country = input.Country("country", change.Request.Parts.Places.IsCountry);
        if (type is null || value.Length == 0)
        {
            return null;
        }

        switch (NormalForm.Of(type.Value, value, country, change.Author.Country))
        {
            case NormalFormResult.Normal(var identifier):
                return new GivenIdentifier(identifier, value);
            case NormalFormResult.Invalid fault:
                input.Fault(fault.IsOfCountry ? "country" : "value", $"{fault.Reason} {fault.Allowed}");
                return null;
            default:
                throw new InvalidOperationException("A result outside the closed set.");
        }
    }

    /// <summary>Links an event to the identifiers in its input: what carried it, what documents it, what is marked.</summary>
    public static void LinkToEvent(Change change, RecordEnvelope added, LinkProperties properties)
    {
        foreach (var input in change.Input.Objects("identifiers"))
        {
            var kind = input.Value<LinkKind>("as") ?? LinkKind.CarriedBy;
            if (!LinkRules.MayJoin(kind, RecordKind.Seizure, RecordKind.Identifier))
            {
                input.Fault("as", "It does not join an event and an identifier; allowed are CARRIED_BY, DOCUMENTED_BY and MARKED.");
            }
            else if (Read(change, input) is { } identifier)
            {
                change.LinkIdentifier(kind, added.Id, identifier, added.Exercise ?? false, change.AudienceOfLink(LinkEnd.Of(added)), added.Handling, properties);
            }
        }
    }
}
