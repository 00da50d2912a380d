using WildlifeRegistry.Access;
using WildlifeRegistry.Identifiers;
using WildlifeRegistry.Links;
using WildlifeRegistry.Places;
using WildlifeRegistry.Records;
using WildlifeRegistry.Recording;
using WildlifeRegistry.Species;
using WildlifeRegistry.Storage;

namespace WildlifeRegistry.Seizures;

/// <summary>From the inputs of goods, amounts and places that events share to their properties.</summary>
public static class SpecimenInputs
{
    private static readonly string[] Workings = ["RAW", "WORKED"];
    private static readonly string[] Sexes = ["FEMALE", "MALE", "MIXED", "UNKNOWN"];

    /// <summary>The specimens of an event; one that names its id keeps it, and what it does not say stays.</summary>
    public static async Task<(IReadOnlyList<Specimen> Specimens, IReadOnlyList<GivenIdentifier> Marks)> ReadAsync(Change change, IReadOnlyList<Specimen> old)
    {
        var specimens = new List<Specimen>();
        var marks = new List<GivenIdentifier>();
        foreach (var input in change.Input.Objects("specimens"))
        {
            var known = new Specimen { Id = change.NewId() };
            if (input.Id("id") is { } given)
            {
                known = old.FirstOrDefault(specimen => string.Equals(specimen.Id.ToString(), given, StringComparison.Ordinal)) ?? known;
                if (!string.Equals(known.Id.ToString(), given, StringComparison.Ordinal) || specimens.Any(specimen => specimen.Id == known.Id))
                {
                    input.Fault("id", "It is not the id of one of the event's specimens, or it is named twice; leave it out for a new one.");
                }
            }

            var marked = input.Objects("marks").Select(mark => ReadMark(change, mark)).OfType<GivenIdentifier>().ToList();
            marks.AddRange(marked);
            specimens.Add(await ReadAsync(change, input, known, marked));
        }

        return (specimens, marks);
    }

    /// <summary>The amounts in a list of <c>QuantityInput</c>.</summary>
    public static IReadOnlyList<Quantity> Quantities(Input input)
    {
        var quantities = new List<Quantity>();
        foreach (var one in input.Objects("quantities"))
        {
            var amount = one.Amount("amount");
            var word = one.RequiredLine("unit");
            if (word.Length > 0 && Units.Find(word) is not { } unit)
            {
                one.Fault("unit", $"No unit is called \"{word}\". {Units.Allowed}");
            }
            else if (amount is { } known)
            {
                quantities.Add(new Quantity(known, Units.Find(word) ?? word));
            }
        }

        return quantities;
    }

    /// <summary>The amount of money in a field; null where it is absent or at fault.</summary>
    public static Money? Money(Input? input)
    {
        if (input is null)
        {
            return null;
        }

        var currency = input.RequiredLine("currency");
        if (currency.Length > 0 && currency is not [>= 'A' and <= 'Z', >= 'A' and <= 'Z', >= 'A' and <= 'Z'])
        {
            input.Fault("currency", "A currency is three capital letters of ISO 4217, like KZT.");
        }

        return input.Amount("amount") is { } amount ? new Money(amount, currency, input.Date("asOf")?.Date) : null;
    }

    /// <summary>Where an event happened: its position as people write it, or as two numbers.</summary>
    public static (double? Latitude, double? Longitude) Position(Input input, double? latitude, double? longitude)
    {
        if (input.Line("coordinates") is { } text)
        {
            if (!input.IsNull("latitude") || !input.IsNull("longitude"))
            {
                input.Fault("coordinates", "The position is given twice; allowed is either this or latitude and longitude.");
            }

            if (GivenCoordinates.Parse(text) is { } given)
            {
                return (given.Latitude, given.Longitude);
            }

            input.Fault("coordinates", "It is not a position. " + GivenCoordinates.Allowed);
            return (latitude, longitude);
        }

        if (input.Has("coordinates") && input.IsNull("latitude") && input.IsNull("longitude"))
        {
            return (null, null);
        }

        var north = input.Has("latitude") ? input.Degrees("latitude", 90) : latitude;
        var east = input.Has("longitude") ? input.Degrees("longitude", 180) : longitude;
        if (north is null != east is null)
        {
            input.Fault(north is null ? "latitude" : "longitude", "A position needs both latitude and longitude.");
        }

        return (north, east);
    }

    private static async Task<Specimen> ReadAsync(Change change, Input input, Specimen old, IReadOnlyList<GivenIdentifier> marks)
    {
        var name = input.Has("nameAsGiven") ? input.RequiredLine("nameAsGiven") : old.NameAsGiven;
        var isCleared = old.NameAsGiven is not null && input.Has("speciesId") && input.IsNull("speciesId");
        var species = isCleared ? null : input.Has("speciesId") || !string.Equals(name, old.NameAsGiven, StringComparison.Ordinal) ? await SpeciesInputs.ResolveAsync(change, input, name) : old.Species;
        return old with
        {
            NameAsGiven = name,
            Species = species,
            Description = input.Has("description") ? input.Line("description", 1000) : old.Description,
            CitesTerm = input.Has("citesTerm") ? input.Line("citesTerm") : old.CitesTerm,
            Quantities = input.Has("quantities") ? Quantities(input) : old.Quantities,
            AmountUnknown = input.Has("amountUnknown") ? input.Flag("amountUnknown") : old.AmountUnknown,
            Live = input.Has("live") ? input.Value<bool>("live") : old.Live,
            Working = input.Has("working") ? OneOf(input, "working", Workings) : old.Working,
            Sex = input.Has("sex") ? OneOf(input, "sex", Sexes) : old.Sex,
            AgeClass = input.Has("ageClass") ? input.Line("ageClass") : old.AgeClass,
            Condition = input.Has("condition") ? input.Line("condition", 1000) : old.Condition,
            CitesSource = input.Has("citesSource") ? Code(input, "citesSource") : old.CitesSource,
            CitesPurpose = input.Has("citesPurpose") ? Code(input, "citesPurpose") : old.CitesPurpose,
            Marks = input.Has("marks")
                ? [.. marks.Select(mark => Connectors.Of(change.Request.Parts.Keys, mark.Identifier, change.IsExercise).Id).Distinct()]
                : old.Marks,
        };
    }

    private static GivenIdentifier? ReadMark(Change change, Input input)
    {
        if (input.Value<IdentifierType>("type") is not (IdentifierType.Ring or IdentifierType.Chip))
        {
            input.Fault("type", "It is no mark on a specimen; allowed are RING and CHIP.");
            return null;
        }

        return IdentifierInputs.Read(change, input);
    }

    private static string? OneOf(Input input, string name, string[] allowed)
    {
        var value = input.Line(name)?.ToUpperInvariant();
        if (value is not null && !allowed.Contains(value, StringComparer.Ordinal))
        {
            input.Fault(name, $"Allowed are {string.Join(", ", allowed)}.");
        }

        return value;
    }

    /// <summary>A CITES source or purpose code: one capital letter.</summary>
    private static string? Code(Input input, string name)
    {
        var code = input.Line(name)?.ToUpperInvariant();
        if (code is not null and not [>= 'A' and <= 'Z'])
        {
            input.Fault(name, "A CITES code is one letter, like W or T.");
        }

        return code;
    }
}
