using System.Text;
using CsCheck;
using WildlifeRegistry.Importing;
using Xunit;

namespace WildlifeRegistry.Tests.Importing;

/// <summary>Files that are not what they should be.</summary>
public sealed class BadFileTests
{
    private const string Good = "2,2015,,Birds,,\"Dubai, UAE\",,,,,2,,,,,Parrots";

    [Fact]
    public async Task A_file_without_a_column_is_refused_in_one_sentence_that_names_it()
    {
        await using var world = await ImportStore.OpenAsync();
        foreach (var (header, sentence) in new[]
        {
            (ImportFiles.C4adsHeader.Replace(",Airline", "", StringComparison.Ordinal), "given.csv has no column Airline: the header in line 1 must name it, with commas between the names."),
            (ImportFiles.C4adsHeader.Replace(',', ';'), "given.csv has no column ID: the header in line 1 must name it, with commas between the names."),
            (ImportFiles.C4adsHeader + ",species", "given.csv has the column species twice."),
            ("", "given.csv is empty."),
        })
        {
            Assert.Equal(sentence, Assert.Throws<ImportException>(() => ImportFiles.OfText(header, world.C4ads(legs: false))).Message);
        }
    }

    [Fact]
    public async Task A_header_alone_blank_lines_and_rows_of_commas_bring_nothing_and_are_no_fault()
    {
        await using var world = await ImportStore.OpenAsync();
        var report = await world.ImportC4adsAsync($"\n\n,,,,,,,,,,,,,,,\n \n{Good}\n\n");
        Assert.Equal((1, 0), (report.Imported, report.Refused));
        Assert.Equal(0, (await world.ImportC4adsAsync("")).Rows);
    }

    [Fact]
    public async Task Columns_are_found_by_name_in_any_order_and_case_and_more_columns_are_passed_over()
    {
        await using var world = await ImportStore.OpenAsync();
        var format = world.C4ads(legs: false);
        const string Text = "note, SPECIES ,Obfuscation Method,Method of Detection,mode of transport,Airline,Number,Weight (kg),Destination,Transit,Origin,\"city, country\",Location,Database,Date,Year,ID\nmine,Parrots,,,,,2,,,,,Kenya,,Birds,,2015,5\n";
        Assert.Equal(1, (await world.ImportAsync(ImportFiles.OfText(Text, format), format)).Imported);
        Assert.Contains("\"country\":\"KE\"", world.Imported()["c4ads/Birds/5"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1,2015,,Birds,,\"Dubai, UAE\",,,,,2,,,,,Par\u0007rots", "Species", "Par\\u0007rots")]
    [InlineData("1,2015,,Birds,,\"Dubai, UAE\",,,,,2,Evil\u202Etxt,,,,Parrots", "Airline", "Evil\\u202Etxt")]
    [InlineData("1,2015,,Birds,\u2066x\u2069,\"Dubai, UAE\",,,,,2,,,,,Parrots", "Location", "\\u2066x\\u2069")]
    [InlineData("1,2015,,Birds,,\"Dubai, UAE\",,,,,2,,,,,Par\0rots", "Species", "Par\\u0000rots")]
    public async Task A_cell_with_control_characters_or_direction_overrides_is_refused_and_they_are_written_out(string row, string column, string value)
    {
        await using var world = await ImportStore.OpenAsync();
        var refused = new List<(int Line, RowRefusedException Why)>();
        var report = await world.ImportC4adsAsync($"{row}\n{Good}", refused: refused);
        Assert.Equal((1, 1), (report.Imported, report.Refused));
        Assert.Equal((2, column, value), (refused[0].Line, refused[0].Why.Column, refused[0].Why.Value));
    }

    [Fact]
    public async Task A_row_of_too_many_or_too_few_cells_is_refused_and_its_neighbours_are_not()
    {
        await using var world = await ImportStore.OpenAsync();
        var refused = new List<(int Line, RowRefusedException Why)>();
        var report = await world.ImportC4adsAsync($"1,2015,,Birds,,Dubai, UAE,,,,,2,,,,,Parrots\n{Good}\n3,2015,,Birds", refused: refused);
        Assert.Equal((1, 2), (report.Imported, report.Refused));
        Assert.Equal([(2, "The row has 17 cells and the header 16."), (4, "The row has 4 cells and the header 16.")], refused.Select(row => (row.Line, row.Why.Message)));
    }

    [Fact]
    public async Task A_quote_that_is_not_closed_is_refused_with_the_lines_that_it_takes()
    {
        await using var world = await ImportStore.OpenAsync();
        var refused = new List<(int Line, RowRefusedException Why)>();
        var report = await world.ImportC4adsAsync($"{Good}\n3,2015,,Birds,\"Manas,\"Bishkek, Kyrgyzstan\",,,,,2,,,,,Parrots\n4,2015,,Birds,\"Manas,Kenya,,,,,2,,,,,Parrots\n5,2015,,Birds,,Kenya,,,,,2,,,,,Parrots", refused: refused);
        Assert.Equal((1, 2), (report.Imported, report.Refused));
        Assert.Equal(3, refused[0].Line);
        Assert.Equal(4, refused[1].Line);
        Assert.Equal("A quote that opens in line 4 takes the text up to line 5 into one cell: close it, or take the line breaks out of the cell.", refused[1].Why.Message);
    }

    [Fact]
    public async Task A_cell_of_ten_megabytes_is_refused_by_its_length_and_the_next_row_is_imported()
    {
        await using var world = await ImportStore.OpenAsync();
        var refused = new List<(int Line, RowRefusedException Why)>();
        var report = await world.ImportC4adsAsync($"1,2015,,Birds,,\"Dubai, UAE\",,,,,2,{new string('a', 10_000_000)},,,,Parrots\n{Good}", refused: refused);
        Assert.Equal((1, 1), (report.Imported, report.Refused));
        Assert.Equal(("Airline", "The cell has 10,000,000 characters; at most 10,000 are allowed."), (refused[0].Why.Column, refused[0].Why.Message));
        Assert.Equal(201, refused[0].Why.Value.Length);
    }

    [Fact]
    public async Task A_cell_without_end_stops_the_run_and_what_came_before_is_imported()
    {
        await using var world = await ImportStore.OpenAsync();
        var fault = await Assert.ThrowsAsync<ImportException>(() => world.ImportC4adsAsync($"{Good}\n1,2015,,\"{new string('a', 40_000_000)}"));
        Assert.StartsWith("given.csv: the row that begins in line 3 has a cell of more than 33,554,432 characters", fault.Message, StringComparison.Ordinal);
        Assert.Single(world.Imported());
    }

    [Fact]
    public async Task Bytes_that_are_not_UTF_8_are_Windows_1252_and_it_is_said()
    {
        await using var world = await ImportStore.OpenAsync();
        var format = world.C4ads(legs: false);
        const string Text = ImportFiles.C4adsHeader + "\n1,2015,,Birds,Sao Paulo\u2013Guarulhos,Brazil,,,,,2,,,,,Parrots\n";
        var utf8 = ImportFiles.OfText(Text, format);
        Assert.Equal("UTF-8", utf8.EncodingName);
        await world.ImportAsync(utf8, format);
        Assert.Contains("Sao Paulo\u2013Guarulhos", world.Imported()["c4ads/Birds/1"], StringComparison.Ordinal);
        var western = ImportFiles.OfBytes(CodePagesEncodingProvider.Instance.GetEncoding(1252)!.GetBytes(Text), format);
        Assert.Equal("Windows-1252", western.EncodingName);
        Assert.Equal(1, (await world.ImportAsync(western, format)).Unchanged);
    }

    [Fact]
    public void A_legs_file_with_a_fault_is_not_read_by_halves()
    {
        var good = File.ReadAllText(ImportFiles.Legs);
        foreach (var (text, sentence) in new[]
        {
            (good + good[(good.IndexOf('\n', StringComparison.Ordinal) + 1)..], "legs.csv, line 464: the ID 3 is there twice."),
            (good + "9999,too,few\n", "legs.csv, line 464: The row has 3 cells and the header 26."),
            (good.Replace("Seizure City", "Seizure Town", StringComparison.Ordinal), "legs.csv has no column Seizure City: the header in line 1 must name it, with commas between the names."),
        })
        {
            Assert.Equal(sentence, Assert.Throws<ImportException>(() => C4adsLegs.Read("legs.csv", () => new MemoryStream(Encoding.UTF8.GetBytes(text)))).Message);
        }
    }

    /// <summary>Cells, quotes, line breaks and bytes at random, under a right header: each row is imported whole or refused, and nothing else happens.</summary>
    [Fact]
    public async Task Random_rows_are_imported_whole_or_refused()
    {
        await using var world = await ImportStore.OpenAsync();
        var cell = Gen.OneOf([.. new[] { "", "1", "2015", "II", "I", "US", "XX", "Python spp.", "live", "P", "kg", "\"", "\"\"", "\"a,b\"", "\r\n", ",", "\u202E", "\0", "é", "-1", "1e5", "Kenya", "\uD800", "12-Feb-09" }.Select(Gen.Const)]);
        var row = cell.Array[0, 20].Select(cells => string.Join(',', cells));
        var good = Gen.Const("2013,II,Python spp.,,,,,US,GB,,1,,live,,P,I");
        var file = Gen.Frequency((4, row), (1, good)).Array[0, 12];
        await file.SampleAsync(
            async rows =>
            {
                var had = world.Imported().Count;
                var refused = new List<(int Line, RowRefusedException Why)>();
                ImportReport report;
                try
                {
                    report = await world.ImportCitesAsync(string.Join('\n', rows), refused);
                }
                catch (ImportException)
                {
                    return;
                }

                Assert.Equal(report.Refused, refused.Count);
                Assert.All(refused, why => Assert.NotEmpty(why.Why.Message));
                Assert.Equal(had + report.Imported, world.Imported().Count);
            },
            iter: 60,
            threads: 1);
        Assert.All(world.Imported().Values, record => Assert.Contains("\"nameAsGiven\":\"Python spp.\"", record, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Random_bytes_never_do_more_than_be_refused()
    {
        await using var world = await ImportStore.OpenAsync();
        await Gen.Byte.Array[0, 2000].SampleAsync(
            async bytes =>
            {
                var format = world.C4ads(legs: false);
                foreach (var given in new[] { bytes, [.. Encoding.UTF8.GetBytes(ImportFiles.C4adsHeader + "\n"), .. bytes] })
                {
                    try
                    {
                        await world.ImportAsync(ImportFiles.OfBytes(given, format), format);
                    }
                    catch (ImportException fault)
                    {
                        Assert.EndsWith(".", fault.Message, StringComparison.Ordinal);
                    }
                }
            },
            iter: 60,
            threads: 1);
        Assert.Empty(world.Imported());
    }
}
