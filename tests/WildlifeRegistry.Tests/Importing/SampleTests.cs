using Microsoft.Extensions.Logging.Abstractions;
using WildlifeRegistry.Access;
using WildlifeRegistry.Access.Identity;
using WildlifeRegistry.Hosting;
using WildlifeRegistry.Importing.Reference;
using WildlifeRegistry.Importing.Samples;
using WildlifeRegistry.Records;
using WildlifeRegistry.Species;
using WildlifeRegistry.Storage;
using Xunit;

namespace WildlifeRegistry.Tests.Importing;

/// <summary>What a first start brings.</summary>
public sealed class SampleTests
{
    [Fact]
    public async Task The_samples_are_released_to_all_and_validated_by_a_second_officer()
    {
        await using var world = await ImportStore.OpenAsync();
        await LoadAsync(world);
        Assert.Equal(503, world.Imported().Count);
        foreach (var agency in new[] { "KZ-CUSTOMS", "TR-CUSTOMS" })
        {
            var page = await SeizuresAsync(world, ImportStore.Of(agency + "/officer", Role.Officer, agency), exercise: false);
            Assert.Equal(503, page.Total);
            Assert.All(page.Records, brought => Assert.Equal((Level.Full, Validation.Validated, new AgencyCode("ECO-SECRETARIAT")), (brought.Record.Level, brought.Record.Validation, brought.Record.Owner)));
            Assert.All(page.Records, brought => Assert.NotEmpty(brought.Record.Details.Provenance!.Sources!));
        }

        Assert.Equal([["ECO-SECRETARIAT/registrar", "ECO-SECRETARIAT/validator", "2"]], world.Rows("SELECT DISTINCT created_by, updated_by, version FROM record WHERE import_key IS NOT NULL"));
    }

    [Theory]
    [InlineData("Development", null, 503)]
    [InlineData("Development", "false", 0)]
    [InlineData("Production", null, 0)]
    [InlineData("Production", "true", 503)]
    public async Task A_start_loads_them_in_Development_and_elsewhere_only_when_asked(string environment, string? setting, int seizures)
    {
        await using var world = await ImportStore.OpenAsync();
        await world.WhileClosedAsync(async () =>
        {
            await using var app = await RegistryHost.BuildAsync(
                [$"--environment={environment}", $"--Store:Sqlite:Path={world.Path}", "--urls=http://127.0.0.1:5228", .. setting is null ? Array.Empty<string>() : [$"--Store:Samples={setting}"]],
                TestContext.Current.CancellationToken);
        });
        Assert.Equal(seizures, world.Imported().Count);
    }

    [Fact]
    public async Task A_wrong_setting_of_the_samples_stops_the_start()
    {
        await using var world = await ImportStore.OpenAsync();
        await world.WhileClosedAsync(async () =>
        {
            var fault = await Assert.ThrowsAsync<SettingException>(() => RegistryHost.BuildAsync(["--environment=Production", $"--Store:Sqlite:Path={world.Path}", "--Store:Samples=perhaps"], TestContext.Current.CancellationToken));
            Assert.Equal("The setting Store:Samples is perhaps; allowed is true or false.", fault.Message);
        });
    }

    /// <summary>A stop at any moment leaves some of the commits, in their order; the next start completes them.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(9)]
    [InlineData(12)]
    [InlineData(15)]
    [InlineData(20)]
    public async Task Broken_off_anywhere_they_are_completed_at_the_next_start(int commits)
    {
        await using var whole = await ImportStore.OpenAsync();
        await LoadAsync(whole);
        await using var world = await ImportStore.OpenAsync();
        var failing = new FailingStore(world.Store, commits);
        await Assert.ThrowsAsync<StoreException>(() => LoadAsync(world, failing));
        await Task.WhenAll(failing.Begun);
        await LoadAsync(world);
        Assert.Equal(whole.Imported(), world.Imported());
        const string Exercise = "SELECT kind, validation, version, CAST(properties AS TEXT) FROM record WHERE world = 1 ORDER BY 4";
        Assert.Equal(Strip(whole.Rows(Exercise)), Strip(world.Rows(Exercise)), StringComparer.Ordinal);

        var before = world.Dump();
        await LoadAsync(world);
        Assert.Equal(before, world.Dump());
        await ForgetAsync(world);
        await LoadAsync(world);
        Assert.Equal(before, world.Dump());
    }

    [Fact]
    public async Task The_exercise_touches_nothing_real()
    {
        await using var world = await ImportStore.OpenAsync();
        await LoadAsync(world);
        Assert.Empty(world.Rows("SELECT l.row FROM link l JOIN record f ON f.row = l.from_row JOIN record t ON t.row = l.to_row WHERE f.world <> t.world AND f.world < 2 AND t.world < 2"));
        Assert.Empty(world.Rows("SELECT row FROM record WHERE kind IN (3, 4, 7) AND world <> 1"));
        var page = await SeizuresAsync(world, ImportStore.Of("KZ-CUSTOMS/demo-officer", Role.Officer), exercise: false);
        Assert.DoesNotContain(page.Records, brought => brought.Record.Exercise == true);
    }

    /// <summary>Who sees how much of the exercise's seizures, as its file means it.</summary>
    [Theory]
    [InlineData("KZ-CUSTOMS/demo-officer", Role.Officer, "kz-argali FULL, kz-covert FULL, kz-falcons FULL, kz-saiga FULL, ir-houbaras SANITISED, pk-falcons FULL, tr-falcons SANITISED, uz-cobras SANITISED")]
    [InlineData("KZ-CUSTOMS/demo-analyst", Role.Analyst, "kz-argali FULL, kz-falcons FULL, kz-saiga FULL, ir-houbaras SANITISED, pk-falcons FULL, tr-falcons SANITISED, uz-cobras SANITISED")]
    [InlineData("KZ-PROSECUTOR/demo-prosecutor", Role.Prosecutor, "kz-argali SANITISED, kz-falcons FULL, ir-houbaras SANITISED, pk-falcons SANITISED, tr-falcons SANITISED, uz-cobras SANITISED")]
    [InlineData("UZ-CUSTOMS/demo-officer", Role.Officer, "kz-argali SANITISED, kz-saiga SANITISED, ir-houbaras SANITISED, pk-falcons SANITISED, tr-falcons SANITISED, uz-cobras FULL, uz-tortoises FULL")]
    [InlineData("TR-CUSTOMS/demo-liaison", Role.Liaison, "kz-argali SANITISED, kz-saiga FULL, ir-houbaras SANITISED, pk-falcons SANITISED, tr-falcons FULL, uz-cobras SANITISED")]
    [InlineData("ECO-SECRETARIAT/demo-observer", Role.Observer, "kz-argali SANITISED, ir-houbaras SANITISED, pk-falcons SANITISED, tr-falcons SANITISED, uz-cobras SANITISED")]
    public async Task Each_persona_sees_of_the_exercise_what_its_file_means(string officer, Role role, string seen)
    {
        await using var world = await ImportStore.OpenAsync();
        await LoadAsync(world);
        string[] keys = ["kz-argali", "kz-covert", "kz-falcons", "kz-saiga", "ir-houbaras", "pk-falcons", "tr-falcons", "uz-cobras", "uz-tortoises"];
        var page = await SeizuresAsync(world, ImportStore.Of(officer, role, officer[..officer.IndexOf('/', StringComparison.Ordinal)]), exercise: true);
        var levels = page.Records.ToDictionary(brought => brought.Record.Id, brought => brought.Record.Level);
        Assert.Equal(seen, string.Join(", ", keys.Where(key => levels.ContainsKey(world.Store.Keys.ExerciseId(key))).Select(key => $"{key} {levels[world.Store.Keys.ExerciseId(key)].ToString().ToUpperInvariant()}")));
        Assert.Equal(levels.Count, seen.Split(", ").Length);
    }

    [Fact]
    public async Task Two_agencies_suspects_share_a_phone_and_neither_sees_the_others()
    {
        await using var world = await ImportStore.OpenAsync();
        await LoadAsync(world);
        var phone = world.Store.Keys.ConnectorId("Phone", "+77000000001", exercise: true);
        var step = new LinkStep("links", [RecordKind.Identifier], [], LinkDirection.Both, Exercise: true, Withdrawn: false, 10, null, WantTotal: true, OwnReferences: false, Bring.Nothing);
        foreach (var (agency, suspect) in new[] { ("KZ-CUSTOMS", "kz-courier"), ("UZ-CUSTOMS", "uz-courier") })
        {
            var reader = ImportStore.Of(agency + "/officer", Role.Officer, agency);
            var reading = await world.Store.ViewFor(reader).ReadAsync(new ReadPlan(new PlanStart.ByIds([phone], []), new Bring([step])), TestContext.Current.CancellationToken);
            var link = Assert.Single(Assert.Single(reading.Roots.Records).Links["links"].Links);
            Assert.Equal(world.Store.Keys.ExerciseId(suspect), link.Far.Record.Id);
        }

        Assert.Equal([["2"]], world.Rows($"SELECT count(*) FROM link l JOIN record t ON t.row = l.to_row WHERE hex(t.id) = '{Convert.ToHexString(phone.ToBytes())}'"));
    }

    [Fact]
    public async Task Every_suspect_of_the_exercise_has_an_offence_and_an_event()
    {
        await using var world = await ImportStore.OpenAsync();
        await LoadAsync(world);
        Assert.Equal([["13"]], world.Rows("SELECT count(*) FROM record WHERE kind = 3 AND world = 1"));
        Assert.Empty(world.Rows("SELECT row FROM record r WHERE kind = 3 AND (CAST(properties AS TEXT) NOT LIKE '%\"offence\":\"Exercise%' OR NOT EXISTS (SELECT 1 FROM link l WHERE l.to_row = r.row AND l.kind = 0))"));
    }

    [Fact]
    public async Task A_changed_reference_file_amends_only_what_changed()
    {
        await using var world = await ImportStore.OpenAsync();
        var id = TaxonTable.IdOf("Falco cherrug", world.Store.Keys);
        var registrar = new Reader(new OfficerId("ECO-SECRETARIAT/registrar"), new AgencyCode("ECO-SECRETARIAT"), null, [Role.Liaison], []);
        var before = world.Rows("SELECT hex(id), version, CAST(properties AS TEXT) FROM record ORDER BY row").Select(row => string.Join('|', row)).ToList();

        // As an earlier program had it: another file, and fewer names of one species.
        var older = ImportStore.Taxa.All.Single(taxon => string.Equals(taxon.ScientificName, "Falco cherrug", StringComparison.Ordinal)) with { CommonNames = [] };
        var record = new SpeciesKind().Store(older, RecordEnvelope.OfReference(id, registrar.Agency, new RecordDetails(Provenance: new Provenance("REFERENCE"))));
        Assert.IsType<CommitResult.Committed>(await world.Store.CommitAsync(new ChangeSet { Amended = [new AmendedRecord(record, 1, [], null)] }, registrar, TestContext.Current.CancellationToken));
        await ForgetAsync(world);
        await new ReferenceLoader(world.Store, world.Store, world.Store.Keys).LoadAsync(TestContext.Current.CancellationToken);
        var after = world.Rows("SELECT hex(id), version, CAST(properties AS TEXT) FROM record ORDER BY row").Select(row => string.Join('|', row)).ToList();
        var changed = Assert.Single(before.Zip(after), pair => !string.Equals(pair.First, pair.Second, StringComparison.Ordinal));
        Assert.Equal(changed.First.Replace("|1|", "|3|", StringComparison.Ordinal), changed.Second);

        // Loaded whole: not read again.
        var dump = world.Dump();
        await new ReferenceLoader(world.Store, world.Store, world.Store.Keys).LoadAsync(TestContext.Current.CancellationToken);
        Assert.Equal(dump, world.Dump());
    }

    private static Task LoadAsync(ImportStore world, IGraphStore? store = null) =>
        new SampleLoader(store ?? world.Store, world.Store, world.Store.Keys, ImportStore.Kinds, TimeProvider.System, NullLogger<SampleLoader>.Instance).LoadAsync(TestContext.Current.CancellationToken);

    /// <summary>As if no shipped file had been loaded.</summary>
    private static Task ForgetAsync(ImportStore world) => world.WhileClosedAsync(() =>
    {
        world.Rows("DELETE FROM loaded");
        return Task.CompletedTask;
    });

    private static IEnumerable<string> Strip(List<string[]> rows) => rows.Select(row => string.Join('|', row[..3]) + System.Text.RegularExpressions.Regex.Replace(row[3], "\"[0-9A-HJKMNP-TV-Z]{26}\"", "id", System.Text.RegularExpressions.RegexOptions.None, TimeSpan.FromSeconds(1))).Order(StringComparer.Ordinal);

    private static async Task<RecordPage> SeizuresAsync(ImportStore world, Reader reader, bool exercise) =>
        (await world.Store.ViewFor(reader).ReadAsync(new ReadPlan(new PlanStart.Page(RecordKind.Seizure, [], null, [], [], exercise, Descending: false, ReadPlan.MaxPage, null, WantTotal: true), Bring.Nothing), TestContext.Current.CancellationToken)).Roots;

    /// <summary>Commits as often as it is told to, and then no more.</summary>
    private sealed class FailingStore(IGraphStore store, int commits) : IGraphStore
    {
        private int left = commits;

        /// <summary>What was on its way to the disk when the store failed arrives there.</summary>
        public List<Task> Begun { get; } = [];

        public IGraphView ViewFor(Reader reader) => store.ViewFor(reader);

        public Task<CommitResult?> ReplayAsync(RequestKey request, Reader author, CancellationToken ct) => store.ReplayAsync(request, author, ct);

        public Task<CommitResult> CommitAsync(ChangeSet changes, Reader author, CancellationToken ct)
        {
            if (left-- <= 0)
            {
                throw new StoreException("The store is gone.", isTransient: true);
            }

            var commit = store.CommitAsync(changes, author, ct);
            Begun.Add(commit);
            return commit;
        }
    }
}
