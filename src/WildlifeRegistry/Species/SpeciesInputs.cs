using WildlifeRegistry.Records;
using WildlifeRegistry.Recording;
using WildlifeRegistry.Seizures;
using WildlifeRegistry.Storage;

namespace WildlifeRegistry.Species;

/// <summary>From what people call a species to the taxon that they mean.</summary>
public static class SpeciesInputs
{
    /// <summary>How many candidates a refusal names.</summary>
    private const int Candidates = 10;

    private static readonly SpeciesKind Kind = new();

    /// <summary>The taxon that the input names by <c>speciesId</c>, or else by a name that only one has; null where no taxon has it, which is no fault.</summary>
    public static async Task<ResolvedSpecies?> ResolveAsync(Change change, Input input, string? name)
    {
        if (input.Id("speciesId") is { } given)
        {
            var found = RecordId.TryParse(given, out var id) ? await change.VisibleAsync(id, [RecordKind.Species]) : null;
            if (found is null)
            {
                input.Fault("speciesId", "There is no such species; allowed is an id that the query species answers.");
                return null;
            }

            return Resolved(change, found.Record);
        }

        if (name is null)
        {
            return null;
        }

        var condition = new Condition(SpeciesKind.Name, [Folding.Fold(name)], IsOpen: true);
        var page = await change.LookUpAsync(new PlanStart.Page(RecordKind.Species, [condition], null, [], [], Exercise: null, Descending: false, Candidates, null, WantTotal: false));
        if (page.Records.Length > 1)
        {
            var candidates = page.Records.Select(record => $"{((Taxon)Kind.Read(record.Record.Properties)).ScientificName} ({record.Record.Id})");
            input.Fault("nameAsGiven", $"Several species have this name; say which by speciesId: {string.Join(", ", candidates)}.");
        }

        return page.Records is [var only] ? Resolved(change, only.Record) : null;
    }

    private static ResolvedSpecies Resolved(Change change, SeenRecord record)
    {
        var taxon = (Taxon)Kind.Read(record.Properties);
        var higher = new[] { taxon.Genus, taxon.Family, taxon.Order, taxon.Class }
            .OfType<string>()
            .Select(name => TaxonTable.IdOf(name, change.Request.Parts.Keys));
        return new ResolvedSpecies(record.Id, [.. higher.Prepend(record.Id).Distinct()]);
    }
}
