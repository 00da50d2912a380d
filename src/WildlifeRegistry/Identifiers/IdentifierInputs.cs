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
    public static void LinkToEvent(Change change, EventInputs links, string field)
    {
        var happened = links.Event;
        foreach (var input in change.Input.Objects(field))
        {
            var kind = input.Value<LinkKind>("as") ?? LinkKind.CarriedBy;
            if (!LinkRules.MayJoin(kind, RecordKind.Seizure, RecordKind.Identifier))
            {
                input.Fault("as", "It does not join an event and an identifier; allowed are CARRIED_BY, DOCUMENTED_BY and MARKED.");
            }
            else if (Read(change, input) is { } identifier)
            {
                if (links.IsNew(kind, Connectors.Of(change.Request.Parts.Keys, identifier.Identifier, happened.Exercise ?? false).Id))
                {
                    change.LinkIdentifier(kind, happened.Id, identifier, happened.Exercise ?? false, change.AudienceOfLink(LinkEnd.Of(happened)), happened.Handling, links.Says);
                }
                else
                {
                    input.Fault("value", "The event has this identifier already; allowed is one that it does not have.");
                }
            }
        }
    }
}
