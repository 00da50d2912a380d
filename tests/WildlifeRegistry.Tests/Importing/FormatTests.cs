using Xunit;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using WildlifeRegistry.Importing;
using WildlifeRegistry.Places;
using WildlifeRegistry.Records;
using WildlifeRegistry.Seizures;

namespace WildlifeRegistry.Tests.Importing;

/// <summary>What a row becomes, without a store.</summary>
public sealed class FormatTests
{
    private static readonly RegistryKeys Keys = new(new byte[RegistryKeys.SecretLength]);
    private static readonly JsonSerializerOptions Readable = new(RecordJson.Options) { WriteIndented = true };
    private static readonly Lazy<Dictionary<RecordId, string>> Names = new(() => ImportStore.Taxa.All.Select(taxon => (Id: Species.TaxonTable.IdOf(taxon.ScientificName, Keys), Name: taxon.ScientificName))
        .Concat(ImportStore.Places.All.Select(place => (Id: PlaceTable.IdOf(place.Key, Keys), Name: place.Key)))
        .ToDictionary(known => known.Id, known => known.Name));

    private static readonly CitesFormat Cites = new(ImportStore.Taxa, ImportStore.Places, ImportStore.Codes, Keys, TimeProvider.System);

    private static C4adsFormat C4ads(bool legs) => new(ImportStore.Taxa, ImportStore.Places, Keys, TimeProvider.System, legs ? C4adsLegs.Read("legs.csv", () => File.OpenRead(ImportFiles.Legs)) : null);

    /// <summary>Rows with several species, a legs file that says more or less, a country in the wrong place, no species, quotes, misspellings.</summary>
    [Fact]
    public void Nasty_rows_of_the_C4ADS_file_become_what_was_approved()
    {
        string[] ids = ["13", "15", "41", "49", "60", "147", "173", "183", "269", "277", "278", "288", "304", "371", "441", "478", "510", "591", "598", "757"];
        ImportFiles.IsApproved("c4ads-rows.txt", Golden(ImportFiles.C4ads, C4ads(legs: true), row => ids.Contains(row["ID"], StringComparer.Ordinal)));
    }

    [Fact]
    public void Nasty_rows_of_the_CITES_file_become_what_was_approved()
    {
        int[] lines = [28, 90, 117, 229, 365, 483, 712, 752, 1167, 2357, 2950];
        ImportFiles.IsApproved("cites-rows.txt", Golden(ImportFiles.Cites, Cites, row => lines.Contains(row.Line)));
    }

    [Theory]
    [InlineData("~500")]
    [InlineData("dozens")]
    [InlineData("100-150")]
    [InlineData("1,500")]
    [InlineData("-3")]
    [InlineData("1e9")]
    public void A_number_that_is_none_is_kept_as_given_and_the_amount_is_unknown(string number)
    {
        var specimen = Assert.Single(Read(C4ads(legs: false), $"1,2015,,Birds,,\"Dubai, UAE\",,,,2.50,\"{number}\",,,,,Parrots").Specimens);
        Assert.Equal($"Number as given: {number}", specimen.Description);
        Assert.True(specimen.AmountUnknown);
        Assert.Equal([new Quantity(2.50m, "kg")], specimen.Quantities);
    }

    [Fact]
    public void A_figure_for_several_species_stays_on_the_event()
    {
        var seizure = Read(C4ads(legs: false), "1,2015,,Birds,,\"Dubai, UAE\",,,,7.0,about 20,,,,,\"Parrots; Saker Falcons, Unheard-of Birds\"");
        Assert.Equal([new Quantity(7.0m, "kg")], seizure.Quantities);
        Assert.Equal("Number as given: about 20.", seizure.Narrative);
        Assert.Equal(["Parrots", "Saker Falcons", "Unheard-of Birds"], seizure.Specimens.Select(specimen => specimen.NameAsGiven!), StringComparer.Ordinal);
        Assert.All(seizure.Specimens, specimen => Assert.True(specimen.Quantities.Count == 0 && specimen.AmountUnknown));
        Assert.Null(seizure.Specimens[2].Species);
    }

    [Theory]
    [InlineData("Ivory", "Ivory", null, "Elephantidae")]
    [InlineData("Rhino Horn", "Rhino Horn", null, "Rhinocerotidae")]
    [InlineData("Birds", null, "No species given; filed under Birds", "Aves")]
    [InlineData("Oddities", null, "No species given; filed under Oddities", null)]
    [InlineData("", null, null, null)]
    public void Without_a_species_only_a_database_of_goods_is_a_name(string database, string? name, string? description, string? taxon)
    {
        var specimen = Assert.Single(Read(C4ads(legs: false), $"1,2015,,{database},,\"Dubai, UAE\",,,,,,,,,,").Specimens);
        Assert.Equal((name, description, taxon), (specimen.NameAsGiven, specimen.Description, specimen.Species is null ? null : Names.Value[specimen.Species.Id]));
    }

    [Theory]
    [InlineData("2012,1-Jul-12", "2012-07-01")]
    [InlineData("2012,", "2012")]
    [InlineData(",2012-07-05", "2012-07-05")]
    [InlineData(",5-Jul-2012", "2012-07-05")]
    public void A_date_is_taken_as_given(string yearAndDate, string date) =>
        Assert.Equal(date, Read(C4ads(legs: false), $"1,{yearAndDate},Ivory,,\"Dubai, UAE\",,,,,,,,,,").OccurredOn.ToString());

    [Theory]
    [InlineData("1,2012,1-Jul-13,Ivory,,\"Dubai, UAE\",,,,,,,,,,", "Date", "1-Jul-13")]
    [InlineData("1,2012,07/01/2012,Ivory,,\"Dubai, UAE\",,,,,,,,,,", "Date", "07/01/2012")]
    [InlineData("1,2012,31-Jun-12,Ivory,,\"Dubai, UAE\",,,,,,,,,,", "Date", "31-Jun-12")]
    [InlineData("1,12,,Ivory,,\"Dubai, UAE\",,,,,,,,,,", "Year", "12")]
    [InlineData("1,2999,,Ivory,,\"Dubai, UAE\",,,,,,,,,,", "Year", "2999")]
    [InlineData("1,,,Ivory,,\"Dubai, UAE\",,,,,,,,,,", "Date", "")]
    [InlineData(",2012,,Ivory,,\"Dubai, UAE\",,,,,,,,,,", "ID", "")]
    [InlineData("1,2012,,Ivory,,\"Dubai, Atlantis\",,,,,,,,,,", "City, Country", "Dubai, Atlantis")]
    [InlineData("1,2012,,Ivory,,,Kenya,,China,,,,,,,", "City, Country", "")]
    public void A_row_that_does_not_say_when_or_where_is_refused(string row, string column, string value) => IsRefused(C4ads(legs: false), row, column, value);

    [Theory]
    [InlineData("2013,II,Python spp.,,,,,US,GB,,1,,live,,P,W", "Source", "W")]
    [InlineData("13,II,Python spp.,,,,,US,GB,,1,,live,,P,I", "Year", "13")]
    [InlineData("2013,IV,Python spp.,,,,,US,GB,,1,,live,,P,I", "App.", "IV")]
    [InlineData("2013,II,,,,,,US,GB,,1,,live,,P,I", "Taxon", "")]
    [InlineData("2013,II,Python spp.,,,,,QQ,GB,,1,,live,,P,I", "Importer", "QQ")]
    [InlineData("2013,II,Python spp.,,,,,us,GB,,1,,live,,P,I", "Importer", "us")]
    [InlineData("2013,II,Python spp.,,,,,XX,GB,,1,,live,,P,I", "Importer", "XX")]
    [InlineData("2013,II,Python spp.,,,,,US,,,,1,live,,P,I", "Exporter", "")]
    [InlineData("2013,II,Python spp.,,,,,US,GB,,,,live,,P,I", "Importer reported quantity", "")]
    [InlineData("2013,II,Python spp.,,,,,US,GB,,\"1,5\",,live,,P,I", "Importer reported quantity", "1,5")]
    [InlineData("2013,II,Python spp.,,,,,US,GB,,1,some,live,,P,I", "Exporter reported quantity", "some")]
    [InlineData("2013,II,Python spp.,,,,,US,GB,,1,,live,stone,P,I", "Unit", "stone")]
    [InlineData("2013,II,Python spp.,,,,,US,GB,,1,,live,,?,I", "Purpose", "?")]
    public void A_CITES_row_with_a_value_that_is_none_is_refused(string row, string column, string value) => IsRefused(Cites, row, column, value);

    [Fact]
    public void The_importers_quantity_goes_before_the_exporters_and_which_one_is_said()
    {
        var both = Read(Cites, "2013,II,Python spp.,,,,,US,IR,XX,3,5,skins,,T,I");
        Assert.Equal(("US", 3m), (both.Country, both.Specimens[0].Quantities.Single().Amount));
        Assert.Equal("Reported to CITES by the importing state (US). The exporting state (IR) reported 5 specimens. Appendix as reported: II. Origin given as XX: unknown.", both.Narrative);
        var one = Read(Cites, "2013,II,Python spp.,,,,,US,IR,ZZ,,5.50,skins,kg,T,I");
        Assert.Equal(("IR", new Quantity(5.50m, "kg")), (one.Country, one.Specimens[0].Quantities.Single()));
        Assert.Equal(["5.50 kg"], one.Specimens[0].Quantities.Select(quantity => FormattableString.Invariant($"{quantity.Amount} {quantity.Unit}")), StringComparer.Ordinal);
        Assert.StartsWith("Reported to CITES by the exporting state (IR).", one.Narrative, StringComparison.Ordinal);
    }

    /// <summary>A place is a checkpoint only by its exact name in its own country.</summary>
    [Theory]
    [InlineData("Khorgos", "Kazakhstan", "KZ/Khorgos")]
    [InlineData("khorgos", "KAZ", "KZ/Khorgos")]
    [InlineData("Khorgos Airport", "Kazakhstan", null)]
    [InlineData("Khorgos", "China", null)]
    public void A_location_is_a_checkpoint_only_by_its_exact_name(string location, string country, string? key)
    {
        var seizure = Read(C4ads(legs: false), $"1,2015,,Birds,{location},{country},,,,,,,,,,Parrots");
        Assert.Equal(key, seizure.PlaceId is { } id ? Names.Value[id] : null);
        Assert.Equal(location, seizure.PlaceName);
    }

    private static Seizure Read(IImportFormat format, string row)
    {
        using var rows = ImportFiles.OfText((ReferenceEquals(format, Cites) ? ImportFiles.CitesHeader : ImportFiles.C4adsHeader) + "\n" + row, format);
        Assert.True(rows.Read());
        rows.Current.Check();
        return format.Read(rows.Current).Seizure;
    }

    private static void IsRefused(IImportFormat format, string row, string column, string value)
    {
        var refused = Assert.Throws<RowRefusedException>(() => Read(format, row));
        Assert.Equal((column, value), (refused.Column, refused.Value));
        Assert.EndsWith(".", refused.Message, StringComparison.Ordinal);
    }

    private static string Golden(string path, IImportFormat format, Func<CsvRow, bool> wanted)
    {
        using var rows = ImportFiles.Open(path, format);
        var text = new StringBuilder();
        while (rows.Read())
        {
            if (!wanted(rows.Current))
            {
                continue;
            }

            text.Append("line ").Append(rows.Current.Line).Append(": ").AppendJoin(" | ", rows.Current.Given).Append('\n');
            try
            {
                text.Append(Named(format.Read(rows.Current).Seizure)).Append("\n\n");
            }
            catch (RowRefusedException refused)
            {
                text.Append("refused: ").Append(refused.Column).Append(": ").Append(refused.Message).Append("\n\n");
            }
        }

        return text.ToString();
    }

    /// <summary>The seizure as JSON, with the names of species and places for their ids.</summary>
    private static string Named(Seizure seizure)
    {
        var json = JsonSerializer.SerializeToNode(seizure, RecordJson.Options)!;
        foreach (var specimen in json["specimens"]!.AsArray())
        {
            specimen!.AsObject().Remove("id");
            if (specimen["species"] is { } species)
            {
                specimen["species"] = string.Join(" < ", species["under"]!.AsArray().Select(id => Name(id!)));
            }
        }

        foreach (var step in json["chain"]!.AsArray().Where(step => step!["placeId"] is not null))
        {
            step!["placeId"] = Name(step["placeId"]!);
        }

        return json.ToJsonString(Readable);
    }

    private static string Name(JsonNode id) => RecordId.TryParse(id.GetValue<string>(), out var parsed) ? Names.Value[parsed] : throw new InvalidOperationException();
}
