using System.Net;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using WildlifeRegistry.Access;
using WildlifeRegistry.Importing;
using WildlifeRegistry.Importing.Samples;
using WildlifeRegistry.Importing.Sheets;
using WildlifeRegistry.Recording;
using WildlifeRegistry.Records;
using WildlifeRegistry.Seizures;
using WildlifeRegistry.Storage;
using WildlifeRegistry.Tests.Importing.Sheets;

namespace WildlifeRegistry.Tests.Exporting;

/// <summary>Files out: what their reader may see, nothing else, and the same each time.</summary>
public sealed class ExportTests(SampleWorld samples)
{
    [Theory]
    [InlineData("uz-customs-officer", "csv")]
    [InlineData("uz-customs-officer", "xlsx")]
    [InlineData("uz-customs-officer", "ndjson")]
    [InlineData("eco-observer", "csv")]
    [InlineData("eco-observer", "ndjson")]
    public async Task An_export_has_no_closed_property_no_hidden_record_and_no_name_that_its_reader_may_not_see(string persona, string format)
    {
        var (text, _) = await ExportAsync(samples.Registry, persona, format);
        Assert.Contains(samples.Open.ToString(), text, StringComparison.Ordinal);
        foreach (var hidden in samples.Hidden.Values.Append(samples.HitOnly).Append(samples.Own))
        {
            Assert.DoesNotContain(hidden.ToString(), text, StringComparison.Ordinal);
        }

        Assert.DoesNotContain(SampleWorld.Closed, text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("Unseen", text, StringComparison.Ordinal);
        Assert.Equal(persona == "uz-customs-officer", text.Contains(samples.Sanitised.ToString(), StringComparison.Ordinal));
        if (persona == "eco-observer")
        {
            foreach (var closed in new[] { "Exemplar", "Altynkol", SampleWorld.Phone, "spare wheel", "A/17", "44.17", "invented for tests" })
            {
                Assert.DoesNotContain(closed, text, StringComparison.Ordinal);
            }
        }
        else
        {
            Assert.Contains("Exemplar Person", text, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("csv")]
    [InlineData("xlsx")]
    [InlineData("ndjson")]
    public async Task The_same_store_and_reader_give_the_same_bytes(string format)
    {
        var first = await BytesAsync(samples.Registry, "kz-customs-officer", format);
        Assert.NotEmpty(first);
        Assert.Equal(first, await BytesAsync(samples.Registry, "kz-customs-officer", format));
    }

    [Fact]
    public async Task Only_roles_that_may_read_records_may_export()
    {
        foreach (var (persona, status) in new[]
        {
            ("kz-customs-officer", HttpStatusCode.OK), ("kz-customs-analyst", HttpStatusCode.OK), ("kz-customs-liaison", HttpStatusCode.OK), ("kz-prosecutor", HttpStatusCode.OK),
            ("eco-observer", HttpStatusCode.OK), ("kz-customs-admin", HttpStatusCode.Forbidden), ("kz-customs-auditor", HttpStatusCode.Forbidden),
        })
        {
            Assert.Equal((persona, status), (persona, (await GetAsync(samples.Registry, await samples.Registry.TokenOfAsync(persona), "/exports?kind=seizures&format=csv")).Status));
        }

        Assert.Equal(HttpStatusCode.Unauthorized, (await GetAsync(samples.Registry, null, "/exports?kind=seizures&format=csv")).Status);
    }

    [Theory]
    [InlineData("kind=seizures&format=pdf", "format is csv, xlsx or ndjson.")]
    [InlineData("kind=suspects&format=csv", "kind is seizures, as csv or xlsx, or records, as ndjson.")]
    [InlineData("kind=seizures&format=csv&countries=Kazakhstan", "countries: A country is two capital letters, ISO 3166-1 alpha-2.")]
    [InlineData("kind=seizures&format=csv&color=red", "color: There is no such condition. There are occurredFrom, occurredUntil, modesOfTransport, methodsOfDetection, validation, speciesId, speciesUnder, placeId, owners, carriers, countries, origins, destinations, mine, exercise.")]
    [InlineData("kind=seizures&format=csv&owners=x", "owners has a value that is not an agency code, like KZ-CUSTOMS.")]
    [InlineData("kind=seizures&format=csv&occurredFrom=2025&occurredUntil=2024", "occurredOn ends before it begins: from 2025 until 2024.")]
    public async Task A_question_that_cannot_be_answered_is_refused_by_what_is_wrong_with_it(string query, string sentence)
    {
        var answer = await GetAsync(samples.Registry, await samples.Registry.TokenOfAsync("kz-customs-officer"), "/exports?" + query);
        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Equal(sentence, answer.Json.GetProperty("detail").GetString());
    }

    [Fact]
    public async Task The_filter_is_that_of_the_list()
    {
        async Task<int> Rows(string query)
        {
            var answer = await GetAsync(samples.Registry, await samples.Registry.TokenOfAsync("kz-prosecutor"), "/exports?kind=seizures&format=csv&" + query);
            return int.Parse(Assert.Single(answer.Headers["X-Records"]), System.Globalization.CultureInfo.InvariantCulture);
        }

        Assert.Equal(SampleWorld.Many + 1, await Rows(""));
        Assert.Equal(3, await Rows("occurredFrom=2024-02&occurredUntil=2024-04"));
        Assert.Equal(1, await Rows("modesOfTransport=ROAD"));
        Assert.Equal(1, await Rows("carriers=exemplar%20LINE"));
        Assert.Equal(0, await Rows("countries=UZ,TM"));
        Assert.Equal(1, await Rows("exercise=true"));
    }

    [Fact]
    public async Task Records_and_links_of_others_under_H2_are_left_out_and_counted_and_the_owner_s_own_are_not()
    {
        await using var world = await SheetWorld.OpenAsync();
        const string Columns = SheetWorld.Header + ",Handling code,Suspect name,Suspect role,Suspect offence\n";
        await world.ImportAsync(Columns + "FREE,2024,KZ,horns,1,kg,H1,Passing Person,DRIVER,invented\nBOUND,2024,KZ,horns,1,kg,H2,Held Person,DRIVER,invented\n");
        foreach (var kind in new[] { RecordKind.Seizure, RecordKind.Suspect })
        {
            await ReleaseAsync(world.Registry, kind);
        }

        foreach (var (persona, records, leftOut, sees) in new[] { ("kz-customs-officer", "2", "0", true), ("uz-customs-officer", "1", "1", false) })
        {
            foreach (var format in new[] { "csv", "xlsx" })
            {
                var (text, answer) = await ExportAsync(world.Registry, persona, format);
                Assert.Equal((records, leftOut), (Assert.Single(answer["X-Records"]), Assert.Single(answer["X-Left-Out"])));
                Assert.Contains("FREE", text, StringComparison.Ordinal);
                Assert.Equal(sees, text.Contains("BOUND", StringComparison.Ordinal) || text.Contains("Held Person", StringComparison.Ordinal));
            }
        }

        var (lines, trailer) = await ExportAsync(world.Registry, "uz-customs-officer", "ndjson");
        Assert.DoesNotContain("BOUND", lines, StringComparison.Ordinal);
        Assert.DoesNotContain("Held Person", lines, StringComparison.Ordinal);
        Assert.Contains("Passing Person", lines, StringComparison.Ordinal);
        Assert.Equal("2", Assert.Single(trailer["X-Left-Out"]));
        Assert.EndsWith("\"leftOut\":2}\n", lines, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cells_that_begin_like_formulas_are_harmless_and_come_back_as_they_were()
    {
        await using var world = await SheetWorld.OpenAsync();
        await using var other = await SheetWorld.OpenAsync();
        string[] names = ["=1+1", "+1", "-1", "@x", "'=quoted", "''-twice", "＝full width", "'plain"];
        await world.ImportAsync($"{SheetWorld.Header}\n" + string.Concat(names.Select((name, at) => $"R{at},2024,KZ,{CellText.Harmless(name)},1,kg\n")));
        var said = (await world.SeizuresAsync()).Select(seizure => seizure.Specimens[0].NameAsGiven!).ToList();
        Assert.Equal(names, said);
        foreach (var format in new[] { "csv", "xlsx" })
        {
            var file = await BytesAsync(world.Registry, "kz-customs-officer", format);
            if (format == "csv")
            {
                var cells = Encoding.UTF8.GetString(file).Split('\n').SelectMany(line => line.Split(',')).Select(cell => cell.Trim('"'));
                Assert.DoesNotContain(cells, cell => cell.Length > 0 && "=+-@\t\r＝".Contains(cell[0], StringComparison.Ordinal));
            }

            await other.ImportAsync(file, format == "csv" ? "kz-customs-officer" : "uz-customs-officer");
            Assert.Equal(names, (await other.SeizuresAsync(format == "csv" ? "kz-customs-officer" : "uz-customs-officer")).Select(seizure => seizure.Specimens[0].NameAsGiven!));
        }
    }

    [Theory]
    [InlineData("csv")]
    [InlineData("xlsx")]
    public async Task An_export_imported_into_another_registry_gives_the_same_seizures_with_ids_owners_and_audiences_of_their_own(string format)
    {
        await using var other = await SheetWorld.OpenAsync();
        var file = await BytesAsync(samples.Registry, "kz-prosecutor", format);
        var report = await other.ImportAsync(file, "uz-customs-officer");
        Assert.Empty(other.Refusals);
        Assert.Equal(SampleWorld.Many + 1, report.Imported);
        var records = await other.RecordsAsync(RecordKind.Seizure, "uz-customs-officer");
        Assert.All(records, record => Assert.Equal((new AgencyCode("UZ-CUSTOMS"), Audience.OwnAgency(new AgencyCode("UZ-CUSTOMS"))), (record.Owner!.Value, record.Owners!.Audience)));
        Assert.DoesNotContain(records, record => record.Id == samples.Open);
        Assert.Equal(SampleWorld.Many + 1, (await other.ImportAsync(file, "uz-customs-officer")).Unchanged);

        // And what that registry exports says the same, but for what is its own.
        var columns = SeizureColumns.Exported.ToList();
        var own = new[] { SeizureColumns.SourceId, SeizureColumns.Reference, SeizureColumns.Owner, SeizureColumns.Level, SeizureColumns.Validation }.Select(key => columns.FindIndex(column => column.Key == key)).ToList();
        static List<string> Said(byte[] bytes, List<int> own)
        {
            using var rows = CsvRows.Open("export", () => new MemoryStream(bytes), []);
            var said = new List<string>();
            while (rows.Read())
            {
                said.Add(string.Join('|', rows.Current.Given.Where((_, at) => !own.Contains(at))));
            }

            return [.. said.Order(StringComparer.Ordinal)];
        }

        Assert.Equal(Said(await BytesAsync(samples.Registry, "kz-prosecutor", "csv"), own), Said(await BytesAsync(other.Registry, "uz-customs-officer", "csv"), own));
    }

    [Fact]
    public async Task The_public_samples_come_through_an_export_and_an_import_field_by_field()
    {
        await using var world = await SheetWorld.OpenAsync();
        await ActivatorUtilities.CreateInstance<SampleLoader>(world.Registry.Services).LoadAsync(TestContext.Current.CancellationToken);
        await using var other = await SheetWorld.OpenAsync();
        var report = await other.ImportAsync(await BytesAsync(world.Registry, "kz-customs-officer", "csv"));

        // The source put a sentence into the column of airlines that is longer than an officer may enter there.
        const string TooLong = "Flight CZ620 from Nagoya, Japan to Dalian";
        var refused = Assert.Single(other.Refusals);
        Assert.Equal(("Carrier", "It has 423 characters; allowed are 300."), (refused.Column, refused.Reason));
        Assert.StartsWith(TooLong, refused.Value, StringComparison.Ordinal);
        var given = (await world.SeizuresAsync()).Where(seizure => seizure.Carrier?.StartsWith(TooLong, StringComparison.Ordinal) != true).Select(Comparable).Order(StringComparer.Ordinal).ToList();
        var come = (await other.SeizuresAsync()).Select(Comparable).Order(StringComparer.Ordinal).ToList();
        Assert.True(given.Count > 450, $"{given.Count} samples");
        Assert.Equal(given.Count, report.Imported);
        Assert.Equal(given, come);
    }

    /// <summary>All that a seizure says, without the ids of its specimens, which are its own; a place is a record of each registry's. Of a unit's words the one that officers' input keeps.</summary>
    private static string Comparable(Seizure seizure) => Encoding.UTF8.GetString(RecordJson.Write(seizure with
    {
        PlaceId = null,
        Specimens = [.. seizure.Specimens.Select(specimen => specimen with { Id = default, Species = specimen.Species is null ? null : new ResolvedSpecies(default, []), Quantities = [.. specimen.Quantities.Select(quantity => quantity with { Unit = Units.Find(quantity.Unit) ?? quantity.Unit })] })],
        Chain = [.. seizure.Chain.OrderBy(step => step.Role).Select(step => step with { PlaceId = null })],
    }));

    /// <summary>Releases every record of a kind to all, as the liaison does.</summary>
    private static async Task ReleaseAsync(RegistryApplication registry, RecordKind kind)
    {
        var liaison = registry.ReaderOf("kz-customs-liaison");
        var toAll = new Audience(liaison.Agency, [new Release(Token.Agency(liaison.Agency), Level.Full), new Release(Token.Eco, Level.Full)]);
        var step = new LinkStep("all", [kind], [WildlifeRegistry.Links.LinkKind.Involves], LinkDirection.Outgoing, Exercise: false, Withdrawn: false, 50, null, WantTotal: false, OwnReferences: false, Bring.Nothing);
        var page = (await registry.Store.ViewFor(liaison).ReadAsync(new ReadPlan(new PlanStart.Page(kind, [], null, [], [], Exercise: false, Descending: false, 50, null, WantTotal: false), new Bring([step])), TestContext.Current.CancellationToken)).Roots;
        var kinds = registry.Services.GetRequiredService<KindCatalogue>();
        var owned = (IOwnedKind)kinds[kind];
        await registry.WriteAsync(
            new ChangeSet
            {
                Amended =
                [
                    .. page.Records.Select(record => record.Record).Select(record =>
                    {
                        var envelope = new RecordEnvelope(record.Id, toAll, record.Exercise, record.Validation, record.Handling, record.Details, RecordedBy: record.Owners!.CreatedBy);
                        var value = owned.Read(record.Properties);
                        return new AmendedRecord(owned.Store(value, envelope), record.Owners.Version, owned.Derive(value, envelope, registry.Keys), Level.Full);
                    }),
                ],
                AmendedLinks = [.. page.Records.SelectMany(record => record.Links.Values).SelectMany(links => links.Links).Select(link => new AmendedLink(link.Link.Id, link.Link.Owners!.Version, toAll, false, link.Link.Handling, WildlifeRegistry.Links.LinkRules.DiscriminatorOf(link.Link.Properties), RecordJson.Write(link.Link.Properties)))],
            },
            liaison);
    }

    private static async Task<Answer> GetAsync(RegistryApplication registry, string? token, string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        return await registry.SendAsync(token, request);
    }

    /// <summary>What a person reads in an export; of a workbook the texts of its sheets.</summary>
    private static async Task<(string Text, ILookup<string, string> Headers)> ExportAsync(RegistryApplication registry, string persona, string format)
    {
        var (bytes, headers) = await FetchAsync(registry, persona, format);
        if (format != "xlsx")
        {
            return (Encoding.UTF8.GetString(bytes), headers);
        }

        using var zip = new System.IO.Compression.ZipArchive(new MemoryStream(bytes));
        return (string.Concat(zip.Entries.Select(entry => new StreamReader(entry.Open()).ReadToEnd())), headers);
    }

    private static async Task<byte[]> BytesAsync(RegistryApplication registry, string persona, string format) => (await FetchAsync(registry, persona, format)).Bytes;

    private static async Task<(byte[] Bytes, ILookup<string, string> Headers)> FetchAsync(RegistryApplication registry, string persona, string format)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/exports?kind={(format == "ndjson" ? "records" : "seizures")}&format={format}");
        request.Headers.Authorization = new("Bearer", await registry.TokenOfAsync(persona));
        using var answer = await registry.Http.SendAsync(request, TestContext.Current.CancellationToken);
        var bytes = await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        Assert.True(answer.IsSuccessStatusCode, Encoding.UTF8.GetString(bytes));
        return (bytes, answer.Headers.Concat(answer.Content.Headers).SelectMany(header => header.Value.Select(value => (header.Key, Value: value))).ToLookup(header => header.Key, header => header.Value, StringComparer.OrdinalIgnoreCase));
    }
}
