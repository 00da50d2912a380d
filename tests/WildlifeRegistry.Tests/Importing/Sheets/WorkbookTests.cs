using System.Text;
using CsCheck;
using WildlifeRegistry.Importing;
using WildlifeRegistry.Importing.Sheets;
using WildlifeRegistry.Records;

namespace WildlifeRegistry.Tests.Importing.Sheets;

/// <summary>Workbooks as officers have them, and as attackers make them.</summary>
public sealed class WorkbookTests
{
    private static readonly string?[] Header = [.. SheetWorld.Header.Split(',').Select(Workbooks.Text)];

    [Fact]
    public async Task Dates_are_read_from_the_numbers_that_workbooks_have_for_them_and_figures_keep_their_decimals()
    {
        await using var world = await SheetWorld.OpenAsync();
        var book = Workbooks.Of(
        [
            Header,
            [Workbooks.Number("17"), Workbooks.Day(45365), Workbooks.Text("KZ"), Workbooks.Text("horns\nof saigas"), Workbooks.Number("8.35"), Workbooks.Text("kg")],
        ]);
        Assert.Equal(1, (await world.ImportAsync(book)).Imported);
        Assert.Equal("a workbook, sheet Own sheet", world.ReadAs);
        var seizure = Assert.Single(await world.SeizuresAsync());
        Assert.Equal(("17", PartialDate.Parse("2024-03-14"), "horns of saigas"), (seizure.AgencyReference, seizure.OccurredOn, seizure.Specimens[0].NameAsGiven));
        Assert.Equal(new Quantity(8.35m, "kg"), seizure.Specimens[0].Quantities[0]);
        await world.ImportAsync(Workbooks.Of([Header, [Workbooks.Number("18"), Workbooks.Day(45365 - 1462), Workbooks.Text("KZ"), Workbooks.Text("horns")]], workbook: "<workbookPr date1904=\"1\"/>"));
        Assert.Empty(world.Refusals);
        Assert.Equal(PartialDate.Parse("2024-03-14"), (await world.SeizuresAsync())[1].OccurredOn);
    }

    [Fact]
    public async Task Formulas_errors_and_numbers_that_lost_digits_are_refused_by_their_place_and_not_where_nobody_reads_them()
    {
        await using var world = await SheetWorld.OpenAsync();
        var book = Workbooks.Of(
        [
            [.. Header, Workbooks.Text("Own sum")],
            [Workbooks.Text("A"), Workbooks.Text("2024"), Workbooks.Text("KZ"), Workbooks.Formula("1+1", "2")],
            [Workbooks.Text("B"), Workbooks.Text("2024"), Workbooks.Error("#REF!"), Workbooks.Text("horns")],
            [Workbooks.Number("490154203237518000"), Workbooks.Text("2024"), Workbooks.Text("KZ"), Workbooks.Text("horns")],
            [Workbooks.Text("D"), Workbooks.Text("2024"), Workbooks.Text("KZ"), Workbooks.Text("horns"), null, null, Workbooks.Formula("SUM(A1)", "5")],
        ]);
        Assert.Equal((1, 3), ((await world.ImportAsync(book)).Imported, world.Refusals.Count));
        Assert.Equal(
            [
                (2, "Species", "2", "The cell is a formula: what it says depends on the program that opens it. Paste its value instead."),
                (3, "Country of discovery", "#REF!", "The cell holds an error of the spreadsheet program."),
                (4, "Agency reference", "4.90154203237518E+17", "The number has more digits than a spreadsheet program keeps: format the column as text and enter it again."),
            ],
            world.Refusals.Select(refused => (refused.Line, refused.Column, refused.Value, refused.Reason)));
    }

    [Fact]
    public async Task A_cell_merged_downwards_holds_for_its_rows_and_one_merged_sideways_is_refused()
    {
        await using var world = await SheetWorld.OpenAsync();
        var book = Workbooks.Of(
            [
                Header,
                [Workbooks.Text("A"), Workbooks.Text("2024"), Workbooks.Text("KZ"), Workbooks.Text("horns"), Workbooks.Number("1"), Workbooks.Text("kg")],
                [null, null, null, Workbooks.Text("skins"), Workbooks.Number("2"), Workbooks.Text("kg")],
                [Workbooks.Text("B"), null, null, Workbooks.Text("claws"), Workbooks.Number("3"), Workbooks.Text("kg")],
                [Workbooks.Text("C"), Workbooks.Text("2024"), null, Workbooks.Text("claws"), Workbooks.Number("3"), Workbooks.Text("kg")],
            ],
            "<mergeCells count=\"4\"><mergeCell ref=\"A2:A3\"/><mergeCell ref=\"B2:B4\"/><mergeCell ref=\"C2:C4\"/><mergeCell ref=\"B5:C5\"/></mergeCells>");
        Assert.Equal(2, (await world.ImportAsync(book)).Imported);
        var seizures = await world.SeizuresAsync();
        Assert.Equal([("A", "horns,skins"), ("B", "claws")], seizures.Select(seizure => (seizure.AgencyReference!, string.Join(',', seizure.Specimens.Select(specimen => specimen.NameAsGiven)))));
        Assert.Equal(PartialDate.OfYear(2024), seizures[1].OccurredOn);
        Assert.Equal((5, "Date of seizure", "The cell is merged with the one beside it: take the merging away."), (world.Refusals[0].Line, world.Refusals[0].Column, world.Refusals[0].Reason));
    }

    public static TheoryData<string, byte[], string> Dangerous() => new()
    {
        { "texts that unpack to more than memory should hold", Workbooks.Of([Header], more: [("xl/sharedStrings.xml", Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("<si><t>bomb</t></si>", 2_600_000))))]), "given unpacks to more than is read (512 MB, 48 MB of them texts): split it, or save it as CSV." },
        { "one endless cell", Workbooks.Of([Header, [Workbooks.Text(new string('x', 1_200_000))]]), "given has a cell that is longer than a cell can be." },
        { "entities", Workbooks.Of([Header], "<!DOCTYPE x [<!ENTITY a \"aaaa\">]>"), "given is not a workbook that can be read, or is damaged: save it again as .xlsx." },
        { "a cell far to the right", Workbooks.Of([Header], "<dimension ref=\"A1:XFD2\"/>"), "given has more than 500 columns, or cells far to the right of the table: delete those columns." },
        { "an archive of something else", Workbooks.Zip([("readme.txt", [1, 2, 3])]), "given is not a workbook that can be read, or is damaged: save it again as .xlsx." },
        { "an archive that ends too soon", Workbooks.Of([Header])[..400], "given is not a workbook that can be read, or is damaged: save it again as .xlsx." },
        { "an old workbook or one under a password", [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1], "given is a workbook of the old form (.xls) or under a password: save it as .xlsx without one." },
        { "UTF-16 without a mark", Encoding.Unicode.GetBytes(SheetWorld.Header), "given is not a text file, or is UTF-16 without its byte order mark: save it as UTF-8." },
    };

    [Theory]
    [MemberData(nameof(Dangerous), DisableDiscoveryEnumeration = true)]
    public async Task A_dangerous_or_broken_file_is_refused_in_one_sentence(string what, byte[] file, string sentence)
    {
        await using var world = await SheetWorld.OpenAsync();
        Assert.Equal((what, sentence), (what, (await Assert.ThrowsAsync<ImportException>(() => world.ImportAsync(file))).Message));
        Assert.Empty(await world.RecordsAsync(RecordKind.Seizure));
    }

    [Fact]
    public void An_archive_that_unpacks_without_end_is_refused_while_it_unpacks()
    {
        using var bomb = new MemoryStream();
        using (var zip = new System.IO.Compression.ZipArchive(bomb, System.IO.Compression.ZipArchiveMode.Create, leaveOpen: true))
        {
            using var part = zip.CreateEntry("xl/media/image1.png", System.IO.Compression.CompressionLevel.Fastest).Open();
            var zeros = new byte[1024 * 1024];
            for (var at = 0; at <= WorkbookInspection.MaxUnpacked / zeros.Length; at++)
            {
                part.Write(zeros);
            }
        }

        Assert.True(bomb.Length < 16 * 1024 * 1024);
        bomb.Position = 0;
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.StartsWith("bomb unpacks to more than is read", Assert.Throws<ImportException>(() => WorkbookInspection.Of("bomb", bomb)).Message, StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 10 * 1024 * 1024);
    }

    [Fact]
    public async Task Whatever_bytes_are_sent_the_registry_refuses_or_reads_and_never_keeps_half_a_seizure()
    {
        await using var world = await SheetWorld.OpenAsync();
        using var template = new MemoryStream();
        SeizureTemplate.WriteWorkbook(template);
        byte[][] seeds = [template.ToArray(), Encoding.UTF8.GetBytes($"{SheetWorld.Header},Suspect name,Suspect role,Suspect offence\nA,2024,KZ,horns,1,kg,Invented Person,DRIVER,invented\nA,,,skins,2,kg,,,\n"), Encoding.Unicode.GetPreamble()];
        var kept = 0;
        var changes = Gen.Select(Gen.Int[0, seeds.Length - 1], Gen.Select(Gen.Int[0, 100_000], Gen.Byte).Array[0, 30], Gen.Int[0, 100_000], Gen.Byte.Array[0, 200]);
        await changes.SampleAsync(
            async (which, bytes, cut, more) =>
            {
                var file = seeds[which].ToArray();
                foreach (var (at, value) in bytes)
                {
                    file[at % file.Length] = value;
                }

                file = [.. cut % 3 == 0 ? file[..(cut % file.Length)] : file, .. more];
                try
                {
                    kept += (await world.ImportAsync(file)).Imported;
                }
                catch (ImportException)
                {
                    // Refused as a whole, with a sentence.
                }
            },
            iter: 300,
            threads: 1);
        var seizures = (await world.SeizuresAsync()).Concat(await world.SeizuresAsync(exercise: true)).ToList();
        Assert.Equal(kept, seizures.Count);
        Assert.All(seizures, seizure => Assert.NotEmpty(seizure.AgencyReference!));
    }
}
