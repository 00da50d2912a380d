using WildlifeRegistry.Access;
using WildlifeRegistry.Importing;
using WildlifeRegistry.Records;
using WildlifeRegistry.Seizures;
using Xunit;

namespace WildlifeRegistry.Tests.Importing;

/// <summary>Files that are imported again: as they were, changed, mended.</summary>
public sealed class RerunTests
{
    private const string Falcons = "7,2015,,Birds,Manas Airport,\"Bishkek, Kyrgyzstan\",Kazakhstan,,UAE,,2,,Luggage,,,Saker Falcons";

    [Fact]
    public async Task The_C4ADS_file_with_its_legs_imports_but_for_the_one_row_that_names_no_country()
    {
        await using var world = await ImportStore.OpenAsync();
        var refused = new List<(int Line, RowRefusedException Why)>();
        var report = await world.ImportAsync(ImportFiles.Open(ImportFiles.C4ads, world.C4ads()), world.C4ads(), refused: refused);
        Assert.Equal((461, 0, 0, 1), (report.Imported, report.Amended, report.Unchanged, report.Refused));
        var (line, why) = Assert.Single(refused);
        Assert.Equal((110, "City, Country", ""), (line, why.Column, why.Value));
        Assert.Equal((369, 367), (report.Mentions, report.Resolved));
        Assert.Equal([("Arboreal Alligator", 1), ("Lizards Horned Vipers", 1)], report.Unresolved);

        var before = world.Dump();
        var again = await world.ImportAsync(ImportFiles.Open(ImportFiles.C4ads, world.C4ads()), world.C4ads());
        Assert.Equal((0, 0, 461, 1), (again.Imported, again.Amended, again.Unchanged, again.Refused));
        Assert.Equal(before, world.Dump());
    }

    [Fact]
    public async Task Without_the_legs_file_one_row_more_names_no_country_that_is_known()
    {
        await using var world = await ImportStore.OpenAsync();
        var refused = new List<(int Line, RowRefusedException Why)>();
        var report = await world.ImportAsync(ImportFiles.Open(ImportFiles.C4ads, world.C4ads(legs: false)), world.C4ads(legs: false), refused: refused);
        Assert.Equal((460, 2), (report.Imported, report.Refused));
        Assert.Equal([(110, ""), (304, "Brazzaville, ROC")], refused.Select(row => (row.Line, row.Why.Value)));
    }

    [Fact]
    public async Task Every_CITES_row_imports_once()
    {
        await using var world = await ImportStore.OpenAsync();
        var report = await world.ImportAsync(ImportFiles.Open(ImportFiles.Cites, world.Cites), world.Cites);
        Assert.Equal((2949, 0, 0, 0), (report.Imported, report.Amended, report.Unchanged, report.Refused));
        Assert.Equal((2949, 2949), (report.Mentions, report.Resolved));
        var before = world.Dump();
        var again = await world.ImportAsync(ImportFiles.Open(ImportFiles.Cites, world.Cites), world.Cites);
        Assert.Equal((0, 0, 2949, 0), (again.Imported, again.Amended, again.Unchanged, again.Refused));
        Assert.Equal(before, world.Dump());
    }

    [Fact]
    public async Task What_is_imported_is_the_importers_agencys_alone_and_says_where_it_came_from()
    {
        await using var world = await ImportStore.OpenAsync();
        await world.ImportC4adsAsync(Falcons);
        var record = await world.FindAsync("c4ads/Birds/7");
        Assert.NotNull(record);
        Assert.Equal((Validation.Submitted, Handling.H0, false, new AgencyCode("KZ-CUSTOMS")), (record.Validation, record.Handling, record.Exercise, record.Owner));
        Assert.Equal(Audience.OwnAgency(new AgencyCode("KZ-CUSTOMS")), record.Owners!.Audience);
        Assert.Equal(ImportStore.Officer.Officer, record.Owners.CreatedBy);
        var provenance = record.Details.Provenance!;
        Assert.Equal(("IMPORTED", "c4ads", "given.csv", 2), (provenance.Origin, provenance.Format, provenance.File, provenance.Row));
        Assert.StartsWith("KZ-CUSTOMS-", record.Reference, StringComparison.Ordinal);
        Assert.Null(await world.FindAsync("c4ads/Birds/7", ImportStore.Of("UZ-CUSTOMS/officer", Role.Officer, "UZ-CUSTOMS")));
    }

    [Fact]
    public async Task Two_agencies_import_the_same_row_each_for_itself()
    {
        await using var world = await ImportStore.OpenAsync();
        var uz = ImportStore.Of("UZ-CUSTOMS/officer", Role.Officer, "UZ-CUSTOMS");
        Assert.Equal(1, (await world.ImportC4adsAsync(Falcons)).Imported);
        Assert.Equal(1, (await world.ImportC4adsAsync(Falcons, uz)).Imported);
        Assert.NotEqual((await world.FindAsync("c4ads/Birds/7"))!.Id, (await world.FindAsync("c4ads/Birds/7", uz))!.Id);
    }

    [Fact]
    public async Task A_changed_row_amends_its_seizure_and_its_links_and_keeps_its_specimens()
    {
        await using var world = await ImportStore.OpenAsync();
        await world.ImportC4adsAsync(Falcons);
        var before = (await world.FindAsync("c4ads/Birds/7"))!;
        var report = await world.ImportC4adsAsync(Falcons.Replace("UAE,,2,", "Qatar,,3,", StringComparison.Ordinal));
        Assert.Equal((0, 1, 0, 0), (report.Imported, report.Amended, report.Unchanged, report.Refused));
        var after = (await world.FindAsync("c4ads/Birds/7"))!;
        Assert.Equal((before.Id, 2, before.Reference), (after.Id, after.Owners!.Version, after.Reference));
        var (was, now) = (RecordJson.Read<Seizure>(before.Properties), RecordJson.Read<Seizure>(after.Properties));
        Assert.Equal(was.Specimens[0].Id, now.Specimens[0].Id);
        Assert.Equal((3m, "QA"), (now.Specimens[0].Quantities.Single().Amount, now.Chain[1].Country));
        Assert.Contains(world.Imported()["c4ads/Birds/7"].Split('|'), cell => cell.Split(' ').Contains("destination=QA", StringComparer.Ordinal));

        // And so on: amended by the same file it is at its imported version still.
        var third = await world.ImportC4adsAsync(Falcons);
        Assert.Equal((1, 3), (third.Amended, (await world.FindAsync("c4ads/Birds/7"))!.Owners!.Version));
    }

    [Fact]
    public async Task A_changed_row_is_refused_where_an_officer_changed_the_seizure_since()
    {
        await using var world = await ImportStore.OpenAsync();
        await world.ImportC4adsAsync(Falcons);
        await world.AmendAsync((await world.FindAsync("c4ads/Birds/7"))!, ImportStore.Analyst, seizure => seizure with { Disposal = "returned to the wild" });
        var before = world.Dump();

        // The row as it was changes nothing and is no fault.
        Assert.Equal(1, (await world.ImportC4adsAsync(Falcons)).Unchanged);
        var refused = new List<(int Line, RowRefusedException Why)>();
        var report = await world.ImportC4adsAsync(Falcons.Replace(",2,", ",3,", StringComparison.Ordinal), refused: refused);
        Assert.Equal((0, 0, 0, 1), (report.Imported, report.Amended, report.Unchanged, report.Refused));
        Assert.Contains("amend it there", Assert.Single(refused).Why.Message, StringComparison.Ordinal);
        Assert.Equal(before, world.Dump());
    }

    [Fact]
    public async Task A_key_never_finds_a_seizure_that_the_importer_cannot_see()
    {
        await using var world = await ImportStore.OpenAsync();
        var covert = new Audience(new AgencyCode("KZ-CUSTOMS"), [new Release(Token.Officer(ImportStore.Analyst.Officer), Level.Full)]);
        await world.ImportC4adsAsync(Falcons, ImportStore.Analyst, covert);
        Assert.Null(await world.FindAsync("c4ads/Birds/7"));
        var hidden = (await world.FindAsync("c4ads/Birds/7", ImportStore.Analyst))!;

        // As if it were not there: the same row and a changed one are new, and then known.
        Assert.Equal(1, (await world.ImportC4adsAsync(Falcons)).Imported);
        Assert.Equal(1, (await world.ImportC4adsAsync(Falcons)).Unchanged);
        Assert.Equal(1, (await world.ImportC4adsAsync(Falcons.Replace(",2,", ",3,", StringComparison.Ordinal))).Amended);
        var own = (await world.FindAsync("c4ads/Birds/7"))!;
        Assert.NotEqual(hidden.Id, own.Id);
        Assert.Equal([(hidden.Id.ToString(), "1"), (own.Id.ToString(), "2")], world.Rows("SELECT hex(id), version FROM record WHERE import_key IS NOT NULL ORDER BY row").Select(row => (RecordId.FromBytes(Convert.FromHexString(row[0])).ToString(), row[1])));
    }

    [Fact]
    public async Task One_file_names_a_seizure_once()
    {
        await using var world = await ImportStore.OpenAsync();
        var refused = new List<(int Line, RowRefusedException Why)>();
        var report = await world.ImportC4adsAsync($"{Falcons}\n{Falcons.Replace(",2,", ",3,", StringComparison.Ordinal)}\n{Falcons.Replace(",Birds,", ",Ivory,", StringComparison.Ordinal)}", refused: refused);
        Assert.Equal((2, 1), (report.Imported, report.Refused));
        Assert.Equal((3, "ID", "7"), (refused[0].Line, refused[0].Why.Column, refused[0].Why.Value));
    }

    [Fact]
    public async Task Equal_CITES_rows_are_as_many_seizures_and_stay_so()
    {
        await using var world = await ImportStore.OpenAsync();
        const string Row = "2013,II,Python spp.,,,,,US,GB,,1,,live,,P,I";
        Assert.Equal(2, (await world.ImportCitesAsync($"{Row}\n{Row}")).Imported);
        var third = await world.ImportCitesAsync($"{Row}\n{Row}\n{Row}");
        Assert.Equal((1, 2), (third.Imported, third.Unchanged));
        Assert.Equal(3, world.Imported().Count);
    }

    [Fact]
    public async Task An_officers_amendment_keeps_the_import_key()
    {
        await using var world = await ImportStore.OpenAsync();
        await world.ImportC4adsAsync(Falcons);
        await world.AmendAsync((await world.FindAsync("c4ads/Birds/7"))!, ImportStore.Analyst, seizure => seizure with { Disposal = "kept" });
        Assert.Equal(2, (await world.FindAsync("c4ads/Birds/7"))!.Owners!.Version);
    }

    [Fact]
    public async Task Two_imports_of_one_file_at_once_bring_each_row_once()
    {
        await using var world = await ImportStore.OpenAsync();
        var reports = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Task.Run(() => world.ImportAsync(ImportFiles.Open(ImportFiles.C4ads, world.C4ads()), world.C4ads()))));
        Assert.Equal((461, 922, 3), (reports.Sum(report => report.Imported), reports.Sum(report => report.Unchanged), reports.Sum(report => report.Refused)));
        Assert.Equal(461, world.Imported().Count);
    }
}
