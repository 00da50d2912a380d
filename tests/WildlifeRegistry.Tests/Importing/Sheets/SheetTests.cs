using System.Text;
using WildlifeRegistry.Importing;
using WildlifeRegistry.Importing.Sheets;
using WildlifeRegistry.Links;
using WildlifeRegistry.Records;
using WildlifeRegistry.Seizures;
using WildlifeRegistry.Storage;
using WildlifeRegistry.Suspects;

namespace WildlifeRegistry.Tests.Importing.Sheets;

/// <summary>Sheets that officers fill in, read as they were meant or refused by line, column, value and reason.</summary>
public sealed class SheetTests
{
    private const string Whole =
        """
        Agency reference,Date of seizure,Country of discovery,Location,Coordinates,Precision (km),Detecting agency,Reason for seizure,Method of detection,Means of transport,Carrier,Method of concealment,Class of concealment,Alleged country of origin,Country of export,Countries of transit,Alleged final destination,Nationality of offenders,Law charged,Disposal,Estimated value,Total quantity,Additional information,Handling code,Evaluation,Public sources,Species 1,Description 1,CITES term 1,Quantity 1,Unit 1,Live 1,Marks 1,CITES source 1,Species 2,Quantity 2,Live 2,Suspect name,Suspect role,Suspect type,Suspect other names,Suspect birth,Suspect nationality,Suspect offence,Suspect status,Identifier type 1,Identifier value 1,Identifier of suspect 1,Identifier type 2,Identifier value 2
        A-1,14.03.2024,Казахстан,Invented post,"44°10'12""N 80°18'0""E",1.5,Post 7,no permit,x-ray,truck,Invented line,in the spare wheel,in vehicle,"KZ; Invented town, Uzbekistan",KZ,"Yallama, UZ *",China,KZ 2; UZ,Art. 1,stored,"12000,50 usd 2024-03-14",8.350 kg,"=2+3, two
        lines",H1,b2,https://example.org/1,Saiga tatarica,horns,horns,40,шт,no,RING TA 12345,W,sakers of an invented breed,?; 2 kg,yes,Exemplar Person,водитель,лицо,"Пример; Old Name [FORMER]",1980,KZ,invented for tests,accused,PHONE,8 701 555 01 01,1,PLATE,123 ABC 02
        """;

    [Theory]
    [InlineData("xlsx")]
    [InlineData("csv")]
    public async Task The_template_is_imported_as_it_comes_and_its_example_is_of_the_exercise(string type)
    {
        await using var world = await SheetWorld.OpenAsync();
        using var template = new MemoryStream();
        if (type == "xlsx")
        {
            SeizureTemplate.WriteWorkbook(template);
        }
        else
        {
            SeizureTemplate.WriteCsv(template);
        }

        var report = await world.ImportAsync(template.ToArray());
        Assert.Empty(world.Refusals);
        Assert.Equal((1, 0), (report.Imported, report.Refused));
        Assert.Empty(world.Unread);
        Assert.Empty(await world.SeizuresAsync());
        var seizure = Assert.Single(await world.SeizuresAsync(exercise: true));
        Assert.Equal("EXERCISE-1", seizure.AgencyReference);
        Assert.Equal(new Quantity(40m, "pieces"), Assert.Single(seizure.Specimens).Quantities[0]);
        Assert.NotNull(seizure.Specimens[0].Species);
        Assert.Single(await world.RecordsAsync(RecordKind.Suspect, exercise: true));
    }

    [Fact]
    public async Task Every_column_says_what_its_field_says_when_an_officer_enters_it()
    {
        await using var world = await SheetWorld.OpenAsync();
        var report = await world.ImportAsync(Whole);
        Assert.Empty(world.Refusals);
        Assert.Equal(1, report.Imported);
        var record = Assert.Single(await world.RecordsAsync(RecordKind.Seizure));
        Assert.Equal((Validation.Submitted, Handling.H1, new Grade(SourceGrade.B, 2)), (record.Validation, record.Handling, record.Details.Grade));
        Assert.Equal(("IMPORTED", "seizures", 2, "https://example.org/1"), (record.Details.Provenance!.Origin, record.Details.Provenance.Format, record.Details.Provenance.Row, record.Details.Provenance.Sources![0]));
        var seizure = Assert.Single(await world.SeizuresAsync());
        Assert.Equal((PartialDate.Parse("2024-03-14"), "14.03.2024", "KZ", "Invented post"), (seizure.OccurredOn, seizure.OccurredOnAsGiven, seizure.Country, seizure.PlaceName));
        Assert.Equal((44.17, 80.3, 1.5m), (seizure.Latitude, seizure.Longitude, seizure.PrecisionKm));
        Assert.Equal(("Post 7", "no permit", "Invented line", "in the spare wheel"), (seizure.DetectingAgency, seizure.Reason, seizure.Carrier, seizure.MethodOfConcealment));
        Assert.Equal((MethodOfDetection.Xray, ModeOfTransport.Road, ConcealmentClass.InVehicle), (seizure.MethodOfDetection, seizure.ModeOfTransport, seizure.ConcealmentClass));
        Assert.Equal(
            [(ChainRole.Origin, "KZ", null, false), (ChainRole.Origin, "UZ", "Invented town", false), (ChainRole.Export, "KZ", null, false), (ChainRole.Transit, "UZ", "Yallama", true), (ChainRole.Destination, "CN", null, false)],
            seizure.Chain.Select(step => (step.Role, step.Country, step.PlaceName, step.SeizureOpportunity)));
        Assert.Equal([new NationalityCount("KZ", 2), new NationalityCount("UZ", 1)], seizure.Nationalities);
        Assert.Equal(("Art. 1", "stored", new Money(12000.50m, "USD", PartialDate.Parse("2024-03-14"))), (seizure.LawCharged, seizure.Disposal, seizure.EstimatedValue));
        Assert.Equal([new Quantity(8.350m, "kg")], seizure.Quantities);
        Assert.Equal("=2+3, two\nlines", seizure.Narrative!.ReplaceLineEndings("\n"));
        var (horns, sakers) = (seizure.Specimens[0], seizure.Specimens[1]);
        Assert.Equal(("Saiga tatarica", "horns", "horns", false, "W", 1), (horns.NameAsGiven, horns.Description, horns.CitesTerm, horns.Live, horns.CitesSource, horns.Marks.Count));
        Assert.Equal((true, new Quantity(2m, "kg"), true, null), (sakers.AmountUnknown, sakers.Quantities[0], sakers.Live, sakers.Species));

        var suspect = Assert.Single(await world.RecordsAsync(RecordKind.Suspect));
        Assert.Equal((Validation.Submitted, "IMPORTED", null), (suspect.Validation, suspect.Details.Provenance!.Origin, suspect.Details.Provenance.Imported));
        var person = RecordJson.Read<Suspect>(suspect.Properties);
        Assert.Equal(["Exemplar Person", "Пример", "Old Name"], person.Names.Select(name => name.Full));
        Assert.Equal([NameRole.Primary, NameRole.Alias, NameRole.Former], person.Names.Select(name => name.Role));
        Assert.Equal(("invented for tests", PartialDate.OfYear(1980), SuspectStatusValue.Accused), (person.Offence, person.Birth!.Value, person.Status!.Value));
        Assert.Equal(
            ["CARRIED_BY 123ABC02", "INVOLVES DRIVER", "MARKED TA12345", "USES +77015550101"],
            (await LinksAsync(world, record.Id)).Concat(await LinksAsync(world, suspect.Id)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_sheet_is_read_the_same_whatever_its_separator_encoding_and_language()
    {
        const string Russian = "Номер ведомства;Дата изъятия;Страна обнаружения;Место изъятия;Вид;Количество;Единица измерения\r\nДело 7;2024-03;Узбекистан;Вымышленный посёлок;Balaban falcon;2;голов\r\n";
        var expected = default(string);
        foreach (var (encoding, text, readAs) in new[]
        {
            (Encoding.UTF8, Russian, "UTF-8"),
            (new UTF8Encoding(true), Russian.Replace(';', '\t'), "UTF-8"),
            (Encoding.Unicode, Russian, "UTF-16"),
            (Encoding.BigEndianUnicode, Russian.Replace(';', ','), "UTF-16"),
            (CodePagesEncodingProvider.Instance.GetEncoding(1251)!, Russian, "Windows-1251"),
        })
        {
            await using var world = await SheetWorld.OpenAsync();
            Assert.Equal(1, (await world.ImportAsync([.. encoding.GetPreamble(), .. encoding.GetBytes(text)])).Imported);
            Assert.Equal(readAs, world.ReadAs);
            var seizure = Assert.Single(await world.SeizuresAsync());
            var said = RecordJson.NameOf(ChainRole.Origin) + Encoding.UTF8.GetString(RecordJson.Write(seizure with { Specimens = [.. seizure.Specimens.Select(specimen => specimen with { Id = default })] }));
            Assert.Equal(expected ??= said, said);
            Assert.Contains("Вымышленный посёлок", said, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Rows_of_one_reference_are_one_seizure_and_contradict_each_other_in_nothing()
    {
        await using var world = await SheetWorld.OpenAsync();
        const string Columns = SheetWorld.Header + ",Suspect name,Suspect role,Suspect offence,Identifier type,Identifier value,Identifier of suspect\n";
        var report = await world.ImportAsync(Columns
            + "A,2024,KZ,horns,2,kg,First Invented,DRIVER,invented,,,\n"
            + "A,,KZ,skins,3,pieces,Second Invented,OWNER,invented,IMEI,490154203237518,Second Invented\n"
            + "A,2024,,claws,1,kg,,,,CONTAINER,CSQU3054383,\n"
            + "B,2024,KZ,horns,1,kg,,,,,,\n"
            + "B,2025,,skins,1,kg,,,,,,\n"
            + "A,2024,KZ,horns,9,kg,,,,,,\n");
        Assert.Equal((1, 2), (report.Imported, report.Refused));
        var seizure = Assert.Single(await world.SeizuresAsync());
        Assert.Equal(["horns", "skins", "claws"], seizure.Specimens.Select(specimen => specimen.NameAsGiven));
        Assert.Equal(2, (await world.RecordsAsync(RecordKind.Suspect)).Count);
        Assert.Equal(
            [
                new Refused(5, "", "", "It belongs to the seizure that is refused in line 6."),
                new Refused(6, "Date of seizure", "2025", "Line 5 of the same seizure says \"2024\". Two seizures need two references."),
                new Refused(7, "Agency reference", "A", "The reference is that of line 2 too: the rows of a seizure stand below one another, and a reference that repeats needs a source id."),
            ],
            world.Refusals);
    }

    [Theory]
    [InlineData("A,,KZ,horns,1,kg", "Date of seizure", "", "A seizure has a date.")]
    [InlineData("A,2024,,horns,1,kg", "Country of discovery", "", "A seizure has a country.")]
    [InlineData(",2024,KZ,horns,1,kg", "Agency reference", "", "A seizure has a reference: by it the seizure is known again.")]
    [InlineData("A,31.02.2024,KZ,horns,1,kg", "Date of seizure", "31.02.2024", "It is not a date. A date is YYYY, YYYY-MM or YYYY-MM-DD, or DD.MM.YYYY, or a whole day of the Solar Hijri calendar, like 1404-12-23.")]
    [InlineData("A,45365,KZ,horns,1,kg", "Date of seizure", "45365", "It is the day number of a spreadsheet program: format the column as dates, or write 2026-03-14.")]
    [InlineData("A,2024,Nowhere,horns,1,kg", "Country of discovery", "Nowhere", "No country is called \"Nowhere\"; allowed is a code of ISO 3166-1, like KZ, or a country's name.")]
    [InlineData("A,2024,KZ,,1,kg", "Species", "", "The specimen has no species: give the name as you use it, or ? where the source does not name it.")]
    [InlineData("A,2024,KZ,horns,some,kg", "Quantity", "some", "\"some\" is no amount, or may be read in two ways; allowed are numbers like 1200 or 8.35.")]
    [InlineData("A,2024,KZ,horns,\"1,200\",kg", "Quantity", "1,200", "\"1,200\" is no amount, or may be read in two ways; allowed are numbers like 1200 or 8.35.")]
    [InlineData("A,2024,KZ,horns,5,", "Quantity", "5", "\"5\" has no unit: give it after the number or in the column Unit.")]
    [InlineData("A,2024,KZ,horns,,kg", "Unit", "kg", "There is a unit and no quantity.")]
    [InlineData("A,2024,KZ,ho\u202Ens,1,kg", "Species", "ho\\u202Ens", "The cell has control characters or marks that change the reading direction: plain text is allowed.")]
    [InlineData("A,2999,KZ,horns,1,kg", "Date of seizure", "2999", "It is 2999, which is in the future; allowed is a day that has been.")]
    public async Task A_row_is_refused_by_its_line_column_value_and_reason_and_nothing_of_it_is_kept(string row, string column, string value, string reason)
    {
        await using var world = await SheetWorld.OpenAsync();
        var report = await world.ImportAsync($"{SheetWorld.Header}\n{row}\nB,2024,KZ,horns,1,kg\n");
        Assert.Equal(new Refused(2, column, value, reason), Assert.Single(world.Refusals));
        Assert.Equal((1, 1), (report.Imported, report.Refused));
        Assert.Equal("B", Assert.Single(await world.SeizuresAsync()).AgencyReference);
    }

    [Fact]
    public async Task An_unknown_unit_is_refused_as_a_mutation_refuses_it()
    {
        await using var world = await SheetWorld.OpenAsync();
        await world.ImportAsync($"{SheetWorld.Header}\nA,2024,KZ,horns,1,invented units\n");
        var refused = Assert.Single(world.Refusals);
        Assert.Equal((2, "Unit", "invented units"), (refused.Line, refused.Column, refused.Value));
        Assert.StartsWith("No unit is called \"invented units\". Allowed are bags, bottles,", refused.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Invented Person,DRIVER,,PHONE,+77015550101,1", "Suspect offence", "A suspect is recorded only with an offence: the law said to be broken.")]
    [InlineData("Invented Person,,invented,PHONE,+77015550101,1", "Suspect role", "A suspect has a role in the seizure: allowed are COURIER, DRIVER, OWNER, CONSIGNOR, CONSIGNEE, BROKER, ORGANISER, POACHER, BUYER, OFFICIAL, OTHER.")]
    [InlineData(",DRIVER,invented,PHONE,+77015550101,1", "Suspect name", "A suspect has a name.")]
    [InlineData("Invented Person,DRIVER,invented,PHONE,+77015550101,", "Identifier type", "It is somebody's: say whose in the column Identifier of suspect.")]
    [InlineData("Invented Person,DRIVER,invented,PHONE,+77015550101,2", "Identifier of suspect", "It is neither the name of one suspect of the seizure nor the number of one.")]
    [InlineData("Invented Person,DRIVER,invented,PASSPORT,N123,1", "Identifier type", "The country is missing. The issuing country is needed: numbers of two countries may be equal.")]
    [InlineData("Invented Person,DRIVER,invented,CONTAINER,CSQU3054384,", "Identifier value", "The check digit is wrong. A container number is four letters, the last of them U, J or Z, six digits and the check digit (ISO 6346).")]
    public async Task The_gates_hold_in_imports_and_a_seizure_without_its_suspect_is_not_kept_either(string cells, string column, string reason)
    {
        await using var world = await SheetWorld.OpenAsync();
        var report = await world.ImportAsync($"{SheetWorld.Header},Suspect name,Suspect role,Suspect offence,Identifier type,Identifier value,Identifier of suspect\nA,2024,KZ,horns,1,kg,{cells}\n");
        Assert.Equal((0, 1), (report.Imported, report.Refused));
        var refused = Assert.Single(world.Refusals);
        Assert.Equal((column, reason), (refused.Column, refused.Reason));
        Assert.Empty(await world.RecordsAsync(RecordKind.Seizure));
        Assert.Empty(await world.RecordsAsync(RecordKind.Suspect));
    }

    [Fact]
    public async Task All_faults_of_a_row_are_told_at_once()
    {
        await using var world = await SheetWorld.OpenAsync();
        await world.ImportAsync($"{SheetWorld.Header}\nA,,Nowhere,horns,some,kg\n");
        var refused = Assert.Single(world.Refusals);
        Assert.Equal("A seizure has a date. Also: Country of discovery \"Nowhere\": No country is called \"Nowhere\"; allowed is a code of ISO 3166-1, like KZ, or a country's name. Quantity \"some\": \"some\" is no amount, or may be read in two ways; allowed are numbers like 1200 or 8.35.", refused.Reason);
    }

    [Fact]
    public async Task The_same_file_again_changes_nothing_and_a_changed_row_amends_what_is_as_it_was_imported()
    {
        await using var world = await SheetWorld.OpenAsync();
        const string Columns = SheetWorld.Header + ",Suspect name,Suspect role,Suspect offence\n";
        const string Row = "A,2024,KZ,horns,1,kg,First Invented,DRIVER,invented\n";
        Assert.Equal(1, (await world.ImportAsync(Columns + Row)).Imported);
        var first = Assert.Single(await world.RecordsAsync(RecordKind.Seizure));
        Assert.Equal(1, (await world.ImportAsync(Columns + Row)).Unchanged);
        Assert.Equal(first.Owners!.Version, Assert.Single(await world.RecordsAsync(RecordKind.Seizure)).Owners!.Version);

        Assert.Equal(1, (await world.ImportAsync(Columns + Row.Replace(",1,kg", ",2,kg", StringComparison.Ordinal) + "A,,,,,,Second Invented,OWNER,invented\n")).Amended);
        var second = Assert.Single(await world.RecordsAsync(RecordKind.Seizure));
        Assert.Equal((first.Id, first.Owners.Version + 1), (second.Id, second.Owners!.Version));
        var (before, after) = (RecordJson.Read<Seizure>(first.Properties), RecordJson.Read<Seizure>(second.Properties));
        Assert.Equal((before.Specimens[0].Id, new Quantity(2m, "kg")), (after.Specimens[0].Id, after.Specimens[0].Quantities[0]));
        Assert.Equal(2, (await world.RecordsAsync(RecordKind.Suspect)).Count);

        Assert.Equal(1, (await world.ImportAsync(Columns + Row)).Refused);
        Assert.StartsWith("A suspect or an identifier that was imported with the seizure is changed or gone in the file", world.Refusals[0].Reason, StringComparison.Ordinal);
        Assert.Equal((2, 2), (RecordJson.Read<Seizure>(Assert.Single(await world.RecordsAsync(RecordKind.Seizure)).Properties).Specimens[0].Quantities[0].Amount, (await world.RecordsAsync(RecordKind.Suspect)).Count));
    }

    [Fact]
    public async Task Two_agencies_that_use_the_same_reference_have_a_seizure_each()
    {
        await using var world = await SheetWorld.OpenAsync();
        const string Text = SheetWorld.Header + "\nA,2024,KZ,horns,1,kg\n";
        Assert.Equal(1, (await world.ImportAsync(Text)).Imported);
        Assert.Equal(1, (await world.ImportAsync(Text, "uz-customs-officer")).Imported);
        Assert.Single(await world.SeizuresAsync());
        Assert.Single(await world.SeizuresAsync("uz-customs-officer"));
    }

    [Fact]
    public async Task An_agency_s_own_columns_are_read_by_a_mapping_and_the_others_are_named_as_not_imported()
    {
        await using var world = await SheetWorld.OpenAsync();
        const string Text = "№;Когда;Где;Что;Сколько;Заметка\n17;2024;Казахстан;horns;5 kg;x\n";
        const string Mapping = """{ "№": "Agency reference", "Когда": "Дата изъятия", "Где": "country", "Что": "Species 1", "Сколько": "Quantity 1" }""";
        Assert.Equal(1, (await world.ImportAsync(Text, mapping: Mapping)).Imported);
        Assert.Equal(["Заметка"], world.Unread);
        Assert.Equal(new Quantity(5m, "kg"), Assert.Single(await world.SeizuresAsync()).Specimens[0].Quantities[0]);
        foreach (var (mapping, sentence) in new[]
        {
            ("{\"№\": \"Nothing\"}", "The mapping takes № for Nothing, which is no column of the template."),
            ("{\"Own\": \"Species\"}", "The mapping names the column Own, which given does not have."),
            ("{\"№\": 1}", "The mapping is a JSON object: each of your own column names, and the name of the template's column."),
            ("[", "The mapping is a JSON object: each of your own column names, and the name of the template's column."),
            ("{\"Что\": \"Species\", \"Заметка\": \"Species 1\"}", "given has Species twice, in the columns Что and Заметка: number what repeats, like Species 1 and Species 2."),
        })
        {
            Assert.Equal(sentence, (await Assert.ThrowsAsync<ImportException>(() => world.ImportAsync(Text, mapping: mapping))).Message);
        }
    }

    [Fact]
    public async Task Refused_rows_are_mended_in_the_error_file_and_formulas_in_it_are_harmless()
    {
        await using var world = await SheetWorld.OpenAsync();
        await world.ImportAsync($"{SheetWorld.Header},Reason for seizure\nA,2024,KZ,\"=HYPERLINK(\"\"http://example.org\"\")\",1,,@sum\nB,2024,KZ,horns,1,kg,\n");
        var errors = await File.ReadAllTextAsync(world.ErrorFile, TestContext.Current.CancellationToken);
        Assert.Contains(",\"'=HYPERLINK(\"\"http://example.org\"\")\",1,,'@sum", errors, StringComparison.Ordinal);
        Assert.Equal(1, (await world.ImportAsync(errors.Replace("1,,'@sum", "1,kg,'@sum", StringComparison.Ordinal))).Imported);
        var seizure = (await world.SeizuresAsync())[0];
        Assert.Equal(("=HYPERLINK(\"http://example.org\")", "@sum"), (seizure.Specimens[0].NameAsGiven, seizure.Reason));
    }

    [Fact]
    public async Task A_full_disk_under_the_error_file_ends_the_import_with_a_sentence_and_loses_nothing()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "Only Linux has a device that is always full.");
        await using var world = await SheetWorld.OpenAsync();
        var text = Encoding.UTF8.GetBytes($"{SheetWorld.Header}\nB,2024,KZ,horns,1,kg\n{string.Concat(Enumerable.Range(1, 2000).Select(number => $"R{number},,KZ,horns,1,kg\n"))}C,2024,KZ,horns,1,kg\n");
        var fault = await Assert.ThrowsAsync<ImportException>(() => world.ImportAsync(text, errors: "/dev/full"));
        Assert.StartsWith("The error file cannot be written (", fault.Message, StringComparison.Ordinal);
        Assert.Equal("B", Assert.Single(await world.SeizuresAsync()).AgencyReference);
        var report = await world.ImportAsync(text);
        Assert.Equal((1, 1, 2000), (report.Imported, report.Unchanged, report.Refused));
    }

    [Theory]
    [InlineData("", "given is empty.")]
    [InlineData("Species\nhorns\n", "given has no column Date of seizure (Дата изъятия): line 1 must have the headings of the template, or a mapping say which of yours it is.")]
    [InlineData("Date,Country,Species\n2024,KZ,horns\n", "given has no column Agency reference (Номер ведомства): by it a seizure is known again.")]
    [InlineData("Reference,Case number,Date,Country\n", "given has Agency reference twice, in the columns Reference and Case number: number what repeats, like Species 1 and Species 2.")]
    public async Task A_file_that_is_no_sheet_of_seizures_is_refused_in_one_sentence(string text, string sentence)
    {
        await using var world = await SheetWorld.OpenAsync();
        Assert.Equal(sentence, (await Assert.ThrowsAsync<ImportException>(() => world.ImportAsync(text))).Message);
    }

    private static async Task<IEnumerable<string>> LinksAsync(SheetWorld world, RecordId id)
    {
        var step = new LinkStep("all", [.. Enum.GetValues<RecordKind>()], [LinkKind.Involves, LinkKind.Uses, LinkKind.CarriedBy, LinkKind.DocumentedBy, LinkKind.Marked], LinkDirection.Outgoing, Exercise: false, Withdrawn: false, 50, null, WantTotal: false, OwnReferences: false, Bring.Nothing);
        var reading = await world.Registry.Store.ViewFor(world.Registry.ReaderOf("kz-customs-officer")).ReadAsync(new ReadPlan(new PlanStart.ByIds([id], []), new Bring([step])), TestContext.Current.CancellationToken);
        return reading.Roots.Records[0].Links["all"].Links.Select(link => $"{RecordJson.NameOf(link.Link.Kind)} {(link.Far.Record.Kind.IsConnector() ? RecordJson.Read<WildlifeRegistry.Identifiers.Identifier>(link.Far.Record.Properties).Normalised : RecordJson.NameOf(link.Link.Properties.Role!.Value))}");
    }
}
