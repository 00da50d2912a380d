using System.Collections.Frozen;
using System.Globalization;
using WildlifeRegistry.Importing.Reference;
using WildlifeRegistry.Records;
using WildlifeRegistry.Seizures;

namespace WildlifeRegistry.Species;

/// <summary>
/// The taxa of <c>schema/reference</c>, and which of them a name means. A name is resolved only as a whole: what the
/// table does not have stays as it was given.
/// </summary>
public sealed class TaxonTable
{
    public const string TaxaFile = "schema/reference/taxa.csv", TradeNamesFile = "schema/reference/trade-names.csv", TariffsFile = "schema/reference/tariffs.csv";

    private readonly FrozenDictionary<string, (string Taxon, string? Term)> byName;
    private readonly FrozenDictionary<string, string> byFoldedScientificName;
    private readonly FrozenDictionary<string, Taxon> byScientificName;

    public TaxonTable()
    {
        var taxa = new Dictionary<string, Taxon>(StringComparer.Ordinal);
        foreach (var row in ReferenceFiles.Rows(TaxaFile))
        {
            AddTaxon(taxa, row);
        }

        byFoldedScientificName = taxa.Keys.ToFrozenDictionary(Folding.Fold, StringComparer.Ordinal);

        // An English name goes before a genus of the same letters: a caiman need not be a Caiman.
        var names = byFoldedScientificName.ToDictionary(name => name.Key, name => (Taxon: name.Value, Term: (string?)null), StringComparer.Ordinal);
        foreach (var row in ReferenceFiles.Rows(TradeNamesFile))
        {
            var taxon = taxa.GetValueOrDefault(row["taxon"]) ?? throw new InvalidOperationException($"The trade name {row["name"]} names the taxon {row["taxon"]}, which is not in the table.");
            var term = row["term"].Length == 0 ? null : row["term"];
            names[Folding.Fold(row["name"])] = (taxon.ScientificName, term);
            if (term is null && !row["basis"].StartsWith("misspelt", StringComparison.Ordinal))
            {
                taxa[taxon.ScientificName] = taxon with { CommonNames = [.. taxon.CommonNames, new CommonName("en", row["name"], row["basis"])] };
            }
        }

        foreach (var row in ReferenceFiles.Rows(TariffsFile))
        {
            var taxon = taxa[row["taxon"]];
            taxa[row["taxon"]] = taxon with
            {
                Tariffs =
                [
                    .. taxon.Tariffs,
                    new Tariff(row["country"], int.Parse(row["year"], CultureInfo.InvariantCulture), decimal.Parse(row["amount"], CultureInfo.InvariantCulture), row["unit"], $"{row["note"]}: {row["act"]}"),
                ],
            };
        }

        byName = names.ToFrozenDictionary(StringComparer.Ordinal);
        byScientificName = taxa.ToFrozenDictionary(StringComparer.Ordinal);
    }

    /// <summary>All taxa, by scientific name.</summary>
    public IEnumerable<Taxon> All => byScientificName.Values.OrderBy(taxon => taxon.ScientificName, StringComparer.Ordinal);

    /// <summary>The taxon that a scientific, common or trade name means, and the part of it that a trade name says (ivory, horns); null for a name that is not in the table.</summary>
    public (Taxon Taxon, string? Term)? Find(string name)
    {
        const string AnySpecies = " spp.";
        var plain = name.Trim();
        if (plain.EndsWith(AnySpecies, StringComparison.Ordinal))
        {
            return byFoldedScientificName.TryGetValue(Folding.Fold(plain[..^AnySpecies.Length]), out var genus) ? (byScientificName[genus], null) : null;
        }

        return byName.TryGetValue(Folding.Fold(plain), out var found) ? (byScientificName[found.Taxon], found.Term) : null;
    }

    /// <summary>The taxon with every higher taxon that the table has.</summary>
    public ResolvedSpecies Resolve(Taxon taxon, RegistryKeys keys)
    {
        var under = new[] { taxon.ScientificName, taxon.Genus, taxon.Family, taxon.Order, taxon.Class }
            .Where(name => name is not null && byScientificName.ContainsKey(name))
            .Distinct(StringComparer.Ordinal)
            .Select(name => IdOf(name!, keys))
            .ToList();
        return new ResolvedSpecies(IdOf(taxon.ScientificName, keys), under);
    }

    /// <summary>The part that trade names say, like ivory, by how it is written; null where none says it.</summary>
    public string? TermNamed(string text) => byName.Values.Select(name => name.Term).FirstOrDefault(term => term is not null && string.Equals(Folding.Fold(term), Folding.Fold(text), StringComparison.Ordinal));

    public static RecordId IdOf(string scientificName, RegistryKeys keys) => keys.ReferenceId(RecordKind.Species, scientificName);

    /// <summary>A row of the table, and the higher taxa that it names.</summary>
    private static void AddTaxon(Dictionary<string, Taxon> taxa, IReadOnlyDictionary<string, string> row)
    {
        static string? Text(string value) => value.Length == 0 ? null : value;

        var (type, order, family, genus) = (Text(row["class"]), Text(row["order"]), Text(row["family"]), Text(row["genus"]));
        AddHigher(taxa, type, "CLASS", new Taxon { ScientificName = "", Rank = "", Class = type });
        AddHigher(taxa, order, "ORDER", new Taxon { ScientificName = "", Rank = "", Class = type, Order = order });
        AddHigher(taxa, family, "FAMILY", new Taxon { ScientificName = "", Rank = "", Class = type, Order = order, Family = family });
        AddHigher(taxa, genus, "GENUS", new Taxon { ScientificName = "", Rank = "", Class = type, Order = order, Family = family, Genus = genus });

        var given = row["taxon"];
        var name = given.EndsWith(" spp.", StringComparison.Ordinal) ? given[..^5] : given;
        var appendix = new AppendixReport(row["appendix_as_reported"], int.Parse(row["last_seen_year"], CultureInfo.InvariantCulture));
        var known = taxa.GetValueOrDefault(name) ?? new Taxon { ScientificName = name, Rank = RankOf(name), Class = type, Order = order, Family = family, Genus = genus };
        taxa[name] = known with { Appendices = [.. known.Appendices, appendix] };
    }

    private static void AddHigher(Dictionary<string, Taxon> taxa, string? name, string rank, Taxon lineage)
    {
        if (name is not null)
        {
            taxa.TryAdd(name, lineage with { ScientificName = name, Rank = rank });
        }
    }

    /// <summary>The rank that the form of a name says; higher taxa are known from their columns.</summary>
    private static string RankOf(string name) => name.Split(' ') switch
    {
        _ when name.Contains(" hybrid", StringComparison.Ordinal) || name.Contains(" x ", StringComparison.Ordinal) => "HYBRID",
        [_] => "GENUS",
        [_, _] => "SPECIES",
        _ => "SUBSPECIES",
    };
}
