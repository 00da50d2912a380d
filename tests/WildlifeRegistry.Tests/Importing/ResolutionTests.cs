using Xunit;
using System.Text;
using WildlifeRegistry.Importing.Reference;
using WildlifeRegistry.Species;

namespace WildlifeRegistry.Tests.Importing;

public sealed class ResolutionTests
{
    private static readonly char[] Separators = [';', ','];

    /// <summary>Each was read against the reference; a change here is a change of what a seizure is said to be of.</summary>
    [Fact]
    public void Every_mention_of_the_C4ADS_file_means_what_was_approved()
    {
        var lines = new StringBuilder("mention,taxon,term\n");
        foreach (var mention in Mentions().Distinct(StringComparer.OrdinalIgnoreCase).Order(StringComparer.OrdinalIgnoreCase))
        {
            var found = ImportStore.Taxa.Find(mention);
            lines.Append(mention).Append(',').Append(found?.Taxon.ScientificName).Append(',').Append(found?.Term).Append('\n');
        }

        ImportFiles.IsApproved("c4ads-mentions.csv", lines.ToString());
    }

    [Fact]
    public void At_least_four_in_five_mentions_of_the_C4ADS_file_resolve()
    {
        var mentions = Mentions().ToList();
        Assert.Equal(370, mentions.Count);
        Assert.Equal(["Arboreal Alligator", "Lizards Horned Vipers"], mentions.Where(mention => ImportStore.Taxa.Find(mention) is null), StringComparer.Ordinal);
    }

    [Fact]
    public void Every_taxon_of_the_CITES_rows_resolves_to_itself_and_in_the_family_that_the_row_names()
    {
        using var rows = WildlifeRegistry.Importing.CsvRows.Open("cites", () => File.OpenRead(ImportFiles.Cites), ["Taxon", "Class", "Order", "Family", "Genus"]);
        var taxa = new HashSet<string>(StringComparer.Ordinal);
        while (rows.Read())
        {
            var row = rows.Current;
            var (taxon, term) = ImportStore.Taxa.Find(row["Taxon"]) ?? throw new InvalidOperationException(row["Taxon"]);
            Assert.Equal(row["Taxon"].Replace(" spp.", "", StringComparison.Ordinal), taxon.ScientificName);
            Assert.Null(term);
            Assert.Equal((row["Class"], row["Order"], row["Family"], row["Genus"]), (taxon.Class ?? "", taxon.Order ?? "", taxon.Family ?? "", taxon.Genus ?? ""));
            taxa.Add(row["Taxon"]);
        }

        Assert.Equal(649, taxa.Count);
    }

    /// <summary>Names that look like one of the table's and are not.</summary>
    [Theory]
    [InlineData("Arboreal Alligator")]
    [InlineData("alligator lizards")]
    [InlineData("snow leopard gecko")]
    [InlineData("tiger prawn")]
    [InlineData("beluga")]
    [InlineData("falcon lantern")]
    [InlineData("ivory nut")]
    [InlineData("Unknown")]
    [InlineData("spp.")]
    [InlineData("wildlife")]
    [InlineData("")]
    public void What_is_not_a_name_of_the_table_is_not_resolved(string name) => Assert.Null(ImportStore.Taxa.Find(name));

    [Theory]
    [InlineData("houbara bustards", "Chlamydotis")]
    [InlineData("Asian Houbaras", "Chlamydotis macqueenii")]
    [InlineData("wolf", "Canis")]
    [InlineData("grey wolf", "Canis lupus")]
    [InlineData("hawks", "Falconiformes")]
    [InlineData("caiman", "Alligatoridae")]
    [InlineData("Caiman spp.", "Caiman")]
    [InlineData("Falcons", "Falconidae")]
    public void A_name_of_several_species_means_no_more_than_what_holds_them_all(string name, string taxon) => Assert.Equal(taxon, ImportStore.Taxa.Find(name)!.Value.Taxon.ScientificName);

    [Fact]
    public void Every_trade_name_stands_on_a_basis_and_names_a_taxon_of_its_rank()
    {
        foreach (var row in ReferenceFiles.Rows(TaxonTable.TradeNamesFile))
        {
            Assert.NotEmpty(row["basis"]);
            var (taxon, term) = ImportStore.Taxa.Find(row["name"]) ?? throw new InvalidOperationException(row["name"]);
            Assert.Equal((row["taxon"], row["rank"], row["term"]), (taxon.ScientificName, taxon.Rank, term ?? ""));
        }
    }

    [Fact]
    public void A_misspelling_resolves_and_is_no_name_of_the_species()
    {
        var (taxon, _) = ImportStore.Taxa.Find("Aldabra Troiteses")!.Value;
        Assert.Equal("Aldabrachelys gigantea", taxon.ScientificName);
        Assert.DoesNotContain(taxon.CommonNames, name => name.Name.Contains("troiteses", StringComparison.OrdinalIgnoreCase));
        Assert.Contains(taxon.CommonNames, name => string.Equals(name.Name, "Aldabra tortoise", StringComparison.Ordinal));
    }

    private static IEnumerable<string> Mentions()
    {
        using var rows = WildlifeRegistry.Importing.CsvRows.Open("c4ads", () => File.OpenRead(ImportFiles.C4ads), ["Species"]);
        while (rows.Read())
        {
            foreach (var mention in rows.Current["Species"].Split(Separators, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            {
                yield return mention;
            }
        }
    }
}
