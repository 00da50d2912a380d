using System.Globalization;
using Microsoft.Data.Sqlite;
using WildlifeRegistry.Access;
using WildlifeRegistry.Hosting;
using WildlifeRegistry.Links;
using WildlifeRegistry.Records;
using WildlifeRegistry.Storage;

namespace WildlifeRegistry.Tests.Checking;

/// <summary>The verb that holds a whole store against its promises: nothing to say of a sound one, and each kind of damage by its name.</summary>
public sealed class CheckTests(CheckTests.UsedStore used) : IClassFixture<CheckTests.UsedStore>
{
    private static readonly int Flips = int.TryParse(Environment.GetEnvironmentVariable("WILDLIFE_FLIPS"), CultureInfo.InvariantCulture, out var flips) ? flips : 50;

    // What nothing hangs on: when scripts and shipped files were loaded; an epoch, which any other is as good as; the counter of audiences, which are held against it.
    private static readonly string[] Bookkeeping = ["loaded", "migration", "meta", "sqlite_sequence"];
    private static readonly int Seed = int.TryParse(Environment.GetEnvironmentVariable("WILDLIFE_SEED"), CultureInfo.InvariantCulture, out var seed) ? seed : 1;

    /// <summary>What is done to a sound store by hand, and what the check then says. Ids stand for $link and the like.</summary>
    public static TheoryData<string, string> Damages => new()
    {
        { "meta", "UPDATE meta SET value = x'00' WHERE name = 'epoch'" },
        { "foreign-key", "INSERT INTO version SELECT 999999, version, at, by, validation, audience, handling, details, properties, digest FROM version LIMIT 1" },
        { "foreign-key: a row of version", "UPDATE version SET record = -1 WHERE record = $event AND version = 1" },
        { "foreign-key: a row of indexed", "INSERT INTO indexed SELECT kind, world, property, value, sort, id, 999999, audience, validation FROM indexed WHERE row = $event AND property = 'country' ON CONFLICT DO UPDATE SET row = 999999" },
        { "foreign-key: a row of edition", "UPDATE edition SET record = 999999 WHERE record = $event" },
        { "foreign-key: a row of edition_version", "UPDATE edition_version SET record = 999999 WHERE record = $event AND edition = 1" },
        { "foreign-key: a row of link", "UPDATE link SET from_row = 999999 WHERE row = $involves" },
        { "foreign-key: a row of link", "UPDATE link SET to_row = 999999 WHERE row = $involves" },
        { "foreign-key: a row of link_version", "UPDATE link_version SET link = 999999 WHERE link = $involves" },
        { "foreign-key: a row of consent", "INSERT INTO consent VALUES (999999, 'UZ-CUSTOMS', 0, 'nobody', x'')" },
        { "foreign-key: a row of consent", "INSERT INTO consent VALUES ((SELECT min(row) - 1 FROM link), 'UZ-CUSTOMS', 0, 'nobody', x'')" },
        { "foreign-key: a row of operation_agency", "UPDATE operation_agency SET operation = 'none' WHERE agency = 'UZ-CUSTOMS'" },
        { "audience-form", "UPDATE audience SET canonical = canonical || ' ' WHERE id = 1" },
        { "audience-form", "UPDATE audience SET releases = '[{\"to\":\"nobody\",\"level\":3,\"until\":null}]' WHERE id = (SELECT audience FROM record WHERE kind = 0 LIMIT 1)" },
        { "audience-form", "UPDATE audience SET owner = 'lower case' WHERE id = (SELECT audience FROM record WHERE kind = 0 LIMIT 1)" },
        { "record-audience", "UPDATE record SET audience = 999 WHERE row = $event" },
        { "record-audience", "UPDATE record SET audience = (SELECT id FROM audience WHERE reference = 1 LIMIT 1) WHERE row = $event" },
        { "record-owner", "UPDATE record SET owner = 'UZ-CUSTOMS' WHERE row = $event" },
        { "record-world", "UPDATE record SET world = 2 WHERE row = $event" },
        { "record-form", "UPDATE record SET properties = x'7b' WHERE row = $event" },
        { "record-form", "UPDATE record SET id = x'01' WHERE row = $event" },
        { "record-sort", "UPDATE record SET sort = '1999-01-01' WHERE row = $event" },
        { "reference-form", "UPDATE record SET reference = reference || '0' WHERE row = $event" },
        { "reference-form", "UPDATE record SET reference = NULL WHERE row = $event" },
        { "reference-counter", "UPDATE counter SET last = last + 1 WHERE agency = 'KZ-CUSTOMS'" },
        { "reference-counter", "UPDATE counter SET last = last - 1 WHERE agency = 'KZ-CUSTOMS'" },
        { "reference-counter", "DELETE FROM counter WHERE agency = 'KZ-CUSTOMS'" },
        { "version-gap", "UPDATE record SET version = version + 1 WHERE row = $event" },
        { "version-gap", "DELETE FROM version WHERE record = $event AND version = 1" },
        { "version-audience", "UPDATE version SET audience = 999 WHERE record = $event" },
        { "record-digest", "UPDATE record SET properties = CAST(replace(CAST(properties AS TEXT), 'spare wheel', 'spare wheal') AS BLOB) WHERE row = $event" },
        { "record-digest", "UPDATE record SET handling = 3 - handling WHERE row = $event" },
        { "record-digest", "UPDATE record SET updated_at = updated_at + 1 WHERE row = $event" },
        { "record-digest", "UPDATE record SET created_by = 'KZ-CUSTOMS/another' WHERE row = $event" },
        { "record-digest", "UPDATE record SET import_key = 'c4ads/1' WHERE row = $event" },
        { "record-digest", "UPDATE record SET details = NULL WHERE row = $event" },
        { "record-digest", "UPDATE record SET digest = (SELECT digest FROM version WHERE record = $event LIMIT 1) WHERE row = $event" },
        { "version-digest", "UPDATE version SET properties = (SELECT properties FROM record WHERE row = $event) WHERE record = $event AND version = 1" },
        { "version-digest", "UPDATE version SET by = 'KZ-CUSTOMS/another' WHERE record = $event AND version = 1" },
        { "version-digest", "UPDATE version SET at = at + 1 WHERE record = $event AND version = 1" },
        { "version-digest", "UPDATE version SET validation = 2 WHERE record = $event AND version = 1" },
        { "version-digest", "UPDATE version SET digest = zeroblob(16) WHERE record = $event AND version = 1" },
        { "indexed-missing", "DELETE FROM indexed WHERE row = $event AND property = 'recordedBy'" },
        { "indexed-extra", "INSERT INTO indexed SELECT kind, world, property, value || 'X', sort, id, row, audience, validation FROM indexed WHERE row = $event AND property = 'country'" },
        { "indexed-differs", "UPDATE indexed SET audience = audience - 1 WHERE row = $event AND property = 'country'" },
        { "indexed-differs", "UPDATE indexed SET validation = 0 WHERE row = $event AND property = 'country'" },
        { "indexed-differs", "UPDATE indexed SET world = 0 WHERE row = $event AND property = 'country'" },
        { "indexed-differs", "UPDATE indexed SET sort = '1999' WHERE row = $event AND property = 'country'" },
        { "indexed-differs", "UPDATE indexed SET kind = 1 WHERE row = $event AND property = 'country'" },
        { "derived-missing", "DELETE FROM adjacent WHERE link = $derived; DELETE FROM link WHERE row = $derived" },
        { "derived-extra", "UPDATE link SET id = zeroblob(16) WHERE row = $derived" },
        { "derived-differs", "UPDATE link SET to_row = (SELECT row FROM record WHERE kind = 5 ORDER BY row DESC LIMIT 1) WHERE row = $derived" },
        { "derived-differs", "UPDATE link SET properties = x'7b7d20' WHERE row = $derived" },
        { "derived-audience", "UPDATE link SET audience = audience - 1 WHERE row = $derived; UPDATE adjacent SET audience = audience - 1 WHERE link = $derived" },
        { "derived-audience", "UPDATE link SET owner = 'UZ-CUSTOMS' WHERE row = $derived" },
        { "connector-id", "UPDATE record SET properties = CAST(replace(CAST(properties AS TEXT), '996', '997') AS BLOB) WHERE kind = 7 AND CAST(properties AS TEXT) LIKE '%996%'" },
        { "connector-id", "UPDATE record SET world = 0 WHERE kind = 7" },
        { "connector-form", "UPDATE record SET owner = 'KZ-CUSTOMS' WHERE kind = 7" },
        { "connector-form", "INSERT INTO indexed SELECT kind, world, property, value, sort, zeroblob(16), (SELECT row FROM record WHERE kind = 7 LIMIT 1), audience, validation FROM indexed WHERE row = $event AND property = 'country'" },
        { "connector-form", "UPDATE edition SET record = (SELECT row FROM record WHERE kind = 7 LIMIT 1) WHERE record = $event" },
        { "connector-form", "UPDATE edition_version SET record = (SELECT row FROM record WHERE kind = 7 LIMIT 1) WHERE record = $event AND edition = 1" },
        { "edition-running", "DELETE FROM edition WHERE record = $event" },
        { "edition-running", "UPDATE edition SET token = 'agency:TR-CUSTOMS' WHERE record = $event" },
        { "edition-ledger", "UPDATE edition SET edition = edition + 1 WHERE record = $event" },
        { "edition-ledger", "DELETE FROM edition_version WHERE record = $event AND edition = 1" },
        { "edition-ledger", "UPDATE edition_version SET version = 99 WHERE record = $event AND edition = 2" },
        { "edition-ledger", "UPDATE edition_version SET version = version - 1 WHERE record = $event AND edition = 1" },
        { "edition-ledger", "UPDATE edition SET since = since - 1 WHERE record = $event" },
        { "link-ends", "UPDATE link SET kind = 1 WHERE row = $involves" },
        { "link-derived", "UPDATE link SET derived = 1 WHERE row = $involves" },
        { "link-sort", "UPDATE link SET sort = '1999' WHERE row = $involves" },
        { "link-world", "UPDATE record SET world = 0 WHERE row = (SELECT to_row FROM link WHERE row = $involves)" },
        { "link-floor", "UPDATE link SET floor = x'02' WHERE row = $uses" },
        { "link-floor", "UPDATE link SET floor = x'01' WHERE row = $involves" },
        { "link-audience", "UPDATE link SET audience = 999 WHERE row = $involves" },
        { "link-owner", "UPDATE link SET owner = 'UZ-CUSTOMS' WHERE row = $involves" },
        { "link-version-gap", "UPDATE link SET version = version + 1 WHERE row = $involves" },
        { "link-version-gap", "DELETE FROM link_version WHERE link = $involves" },
        { "link-version-audience", "UPDATE link_version SET audience = 999 WHERE link = $involves" },
        { "link-consent", "INSERT INTO consent VALUES ($involves, 'TR-CUSTOMS', 0, 'nobody', x'')" },
        { "link-consent", "UPDATE record SET owner = 'TR-CUSTOMS' WHERE row = (SELECT to_row FROM link WHERE row = $involves)" },
        { "link-form", "UPDATE link SET id = x'01' WHERE row = $involves" },
        { "link-digest", "UPDATE link SET handling = 3 - handling WHERE row = $involves" },
        { "link-digest", "UPDATE link SET created_at = created_at + 1 WHERE row = $involves" },
        { "link-digest", "UPDATE link SET properties = CAST(replace(CAST(properties AS TEXT), '}', ' }') AS BLOB) WHERE row = $involves" },
        { "link-digest", "UPDATE link SET withdrawn = 1 - withdrawn WHERE row = $involves; UPDATE adjacent SET withdrawn = 1 - withdrawn WHERE link = $involves" },
        { "link-digest", "UPDATE link SET updated_by = 'KZ-CUSTOMS/another' WHERE row = $derived" },
        { "link-version-digest", "UPDATE link_version SET properties = x'7b7d' WHERE link = $involves" },
        { "link-version-digest", "UPDATE link_version SET at = at + 1 WHERE link = $involves" },
        { "link-version-digest", "UPDATE link_version SET withdrawn = 1 - withdrawn WHERE link = $involves" },
        { "link-discriminator", "UPDATE link SET discriminator = 'OWNER' WHERE row = $involves" },
        { "adjacent-missing", "DELETE FROM adjacent WHERE link = $involves AND outgoing = 0" },
        { "adjacent-dangling", "UPDATE adjacent SET link = 999999 WHERE link = $involves AND outgoing = 0" },
        { "adjacent-dangling", "INSERT INTO adjacent SELECT near, rank, sort, zeroblob(16), outgoing, far, 999999, audience, floor, withdrawn, world FROM adjacent LIMIT 1" },
        { "adjacent-ends", "UPDATE adjacent SET far = near WHERE link = $involves AND outgoing = 0" },
        { "adjacent-ends", "UPDATE adjacent SET outgoing = 2 WHERE link = $involves AND outgoing = 0" },
        { "adjacent-ends", "UPDATE adjacent SET near = far WHERE link = $involves AND outgoing = 0" },
        { "adjacent-ends", "UPDATE adjacent SET rank = rank - 1 WHERE link = $involves AND outgoing = 0" },
        { "adjacent-ends", "UPDATE adjacent SET id = zeroblob(16) WHERE link = $involves AND outgoing = 0" },
        { "adjacent-ends", "UPDATE adjacent SET link = $derived WHERE link = $involves AND outgoing = 0" },
        { "adjacent-sort", "UPDATE adjacent SET sort = '1999' WHERE link = $involves AND outgoing = 0" },
        { "adjacent-audience", "UPDATE adjacent SET audience = 1 WHERE link = $involves AND outgoing = 0" },
        { "adjacent-floor", "UPDATE adjacent SET floor = x'03' WHERE link = $involves AND outgoing = 0" },
        { "adjacent-withdrawn", "UPDATE adjacent SET withdrawn = 1 - withdrawn WHERE link = $involves AND outgoing = 0" },
        { "adjacent-world", "UPDATE adjacent SET world = 0 WHERE link = $involves AND outgoing = 0" },
        { "request-ids", "UPDATE request SET ids = substr(ids, 1, 15) WHERE field = 'recordSeizure'" },
        { "request-ids", "UPDATE request SET ids = zeroblob(16) WHERE field = 'recordSeizure'" },
        { "membership", "INSERT INTO membership VALUES ('KZ-CUSTOMS/demo-officer', '00000000000000000000000001', 0, 1, x'')" },
        { "ledger-digest", "UPDATE edition SET released_at = released_at + 1 WHERE record = $event" },
        { "ledger-digest", "UPDATE edition_version SET shows_from = shows_from + 1 WHERE record = $event" },
        { "ledger-digest", "UPDATE request SET hash = 'another' WHERE field = 'recordSeizure'" },
        { "ledger-digest", "UPDATE request SET officer = 'KZ-CUSTOMS/another' WHERE field = 'withdraw'" },
        { "ledger-digest", "INSERT INTO consent VALUES ($involves, 'UZ-CUSTOMS', 0, 'nobody', zeroblob(16))" },
        { "ledger-digest", "UPDATE operation SET name = 'Another'" },
        { "ledger-digest", "UPDATE operation_agency SET agency = 'TR-CUSTOMS' WHERE agency = 'UZ-CUSTOMS'" },
        { "ledger-digest", "INSERT INTO membership VALUES ('KZ-CUSTOMS/demo-officer', 'a claim', 0, 1, zeroblob(16))" },
        { "operation-lead", "UPDATE operation SET lead = 'TR-CUSTOMS'" },
        { "file", Aside("DELETE FROM indexed WHERE row = $event AND property = 'country'") },
        { "file", Aside("INSERT INTO indexed SELECT kind, world, property, value || 'X', sort, id, row, audience, validation FROM indexed WHERE row = $event AND property = 'country'") },
        { "file", "PRAGMA writable_schema = 1; UPDATE sqlite_schema SET sql = replace(sql, 'indexed (row)', 'indexed (audience)') WHERE name = 'indexed_row'" },
    };

    /// <summary>Changes what is listed by country while its index does not count it, so that the index does not hear of it.</summary>
    private static string Aside(string sql) => $"""
        PRAGMA writable_schema = 1;
        UPDATE sqlite_schema SET sql = sql || ' WHERE property <> ''country''' WHERE name = 'indexed_row';
        PRAGMA writable_schema = RESET;
        {sql};
        PRAGMA writable_schema = 1;
        UPDATE sqlite_schema SET sql = replace(sql, ' WHERE property <> ''country''', '') WHERE name = 'indexed_row';
        """;

    [Fact]
    public async Task A_store_that_was_used_is_clean_beside_the_server_that_uses_it()
    {
        var (code, lines) = await CheckAsync(used.Registry.StorePath);

        Assert.Equal(CheckCommand.Clean, code);
        Assert.Equal("Everything holds.", lines[^1]);
        Assert.Contains(lines, line => line.EndsWith(" joint operations", StringComparison.Ordinal) && line.Contains('1', StringComparison.Ordinal));
        Assert.True((await used.Registry.Store.CheckAsync(KindCatalogue.Registry(), TestContext.Current.CancellationToken)).IsClean);
    }

    [Fact]
    public async Task Records_of_every_kind_and_level_are_clean()
    {
        await using var registry = await RegistryApplication.StartAsync(["Store:Samples=true"]);

        var report = await registry.Store.CheckAsync(KindCatalogue.Registry(), TestContext.Current.CancellationToken);

        Assert.Empty(report.Faults);
        Assert.True(report.Counts.Single(count => count.Of == "records").Count > 10_000);
        Assert.True(report.Counts.Single(count => count.Of == "links").Count > 1_000);
    }

    [Fact]
    public async Task The_sample_world_is_clean()
    {
        await using var world = new SampleWorldOfItsOwn();
        await world.World.InitializeAsync();

        Assert.Empty((await world.World.Registry.Store.CheckAsync(KindCatalogue.Registry(), TestContext.Current.CancellationToken)).Faults);
    }

    [Theory]
    [MemberData(nameof(Damages))]
    public async Task Damage_is_found_and_named(string expected, string done)
    {
        var path = used.Copy();
        Assert.NotEqual(0, Do(path, done));

        var (code, lines) = await CheckAsync(path);

        Assert.Equal(CheckCommand.Damaged, code);
        Assert.Contains(lines, line => line.StartsWith(expected + ": ", StringComparison.Ordinal));
        Assert.DoesNotContain(lines, line => UsedStore.Content.Any(word => line.Contains(word, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Of_much_damage_the_first_hundred_are_named_and_the_rest_counted()
    {
        var path = used.Copy();
        Do(path, "UPDATE record SET sort = sort || 'x' WHERE kind = 5");

        var (code, lines) = await CheckAsync(path);

        Assert.Equal(CheckCommand.Damaged, code);
        Assert.Equal(CheckReport.MaxFaults, lines.Count(line => line.StartsWith("record-sort: ", StringComparison.Ordinal) || line.StartsWith("indexed-differs: ", StringComparison.Ordinal)));
        Assert.Matches("^[0-9,]+ things do not hold: these and [0-9,]{3,} more\\.$", lines[^1]);
    }

    [Fact]
    public async Task A_page_that_is_not_what_was_written_is_found()
    {
        var path = used.Copy();
        var length = new FileInfo(path).Length;
        using (var file = File.OpenWrite(path))
        {
            file.Seek(length / 2 / 4096 * 4096, SeekOrigin.Begin);
            file.Write(new byte[4096]);
        }

        var (code, lines) = await CheckAsync(path);

        Assert.Equal(CheckCommand.Damaged, code);
        Assert.Contains(lines, line => line.StartsWith("file: ", StringComparison.Ordinal));
    }

    /// <summary>One bit of the file, anywhere: the check finds it, or nothing of what the store says has changed. WILDLIFE_FLIPS tries more of them.</summary>
    [Fact]
    public async Task A_bit_that_has_flipped_is_found()
    {
        var path = used.Copy();
        StoreFile.Do(path, "PRAGMA journal_mode = DELETE");
        var sound = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
        var says = StoreFile.Dump(path, Bookkeeping);
        var random = new Random(Seed);
        var missed = new List<string>();
        for (var n = 0; n < Flips; n++)
        {
            var at = random.Next(100, sound.Length);
            var damaged = (byte[])sound.Clone();
            damaged[at] ^= (byte)(1 << random.Next(8));
            await File.WriteAllBytesAsync(path, damaged, TestContext.Current.CancellationToken);
            string? found = null;
            try
            {
                found = (await CheckAsync(path)).Code == CheckCommand.Damaged ? "check" : null;
            }
            catch (StoreException)
            {
                found = "refused";
            }

            if (found is null && Dumped(path) != says)
            {
                missed.Add($"byte {at}");
            }
        }

        Assert.True(missed.Count == 0, $"seed {Seed}: {string.Join(", ", missed)}");
    }

    [Fact]
    public async Task A_check_leaves_the_file_as_it_is()
    {
        var path = used.Copy();
        var before = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);

        await CheckAsync(path);

        Assert.Equal(before, await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task What_is_not_there_or_no_registry_is_said_and_not_made()
    {
        var path = Path.Combine(Path.GetDirectoryName(used.Copy())!, "other.db");
        Assert.Contains("There is no store", (await Assert.ThrowsAsync<StoreException>(() => CheckAsync(path))).Message, StringComparison.Ordinal);
        Assert.False(File.Exists(path));

        Do(path, "CREATE TABLE other (x)");
        Assert.Contains("not a registry", (await Assert.ThrowsAsync<StoreException>(() => CheckAsync(path))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_store_that_is_newer_or_older_than_the_program_is_not_judged()
    {
        var newer = used.Copy();
        Do(newer, "INSERT INTO migration VALUES ('999-later.sql', '', 0)");
        Assert.Contains("newer than the program", (await Assert.ThrowsAsync<StoreException>(() => CheckAsync(newer))).Message, StringComparison.Ordinal);

        var older = used.Copy();
        Do(older, "DELETE FROM migration");
        Assert.Contains("older than this program", (await Assert.ThrowsAsync<StoreException>(() => CheckAsync(older))).Message, StringComparison.Ordinal);
    }

    private static string? Dumped(string path)
    {
        try
        {
            return StoreFile.Dump(path, Bookkeeping);
        }
        catch (SqliteException)
        {
            return null;
        }
    }

    private static async Task<(int Code, IReadOnlyList<string> Lines)> CheckAsync(string path)
    {
        using var output = new StringWriter(CultureInfo.InvariantCulture);
        var code = await CheckCommand.RunAsync([$"--Store:Sqlite:Path={path}"], output, TestContext.Current.CancellationToken);
        return (code, output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    /// <summary>Changes a store behind the registry's back; how many rows it changed.</summary>
    private static int Do(string path, string sql) =>
        StoreFile.Do(path, UsedStore.Rows.Aggregate(sql, (text, row) => text.Replace("$" + row.Key, row.Value, StringComparison.Ordinal)));

    private sealed class SampleWorldOfItsOwn : IAsyncDisposable
    {
        public SampleWorld World { get; } = new();

        public ValueTask DisposeAsync() => World.DisposeAsync();
    }

    /// <summary>A registry after use of every kind: the story's steps, a release with its links, a second edition, a joint operation.</summary>
    public sealed class UsedStore : IAsyncLifetime
    {
        private readonly string folder = Directory.CreateTempSubdirectory("wildlife-check-").FullName;
        private int copies;

        /// <summary>What no line of a check may hold.</summary>
        public static IReadOnlyList<string> Content { get; } = ["Эксеров", "996555", "Exercise record", "spare wheel", "smuggling", "01 KG 442", "01KG442"];

        /// <summary>Rows to damage: the seizure, a link that spells out a field of it, that to its suspect, the suspect's phone.</summary>
        public static IReadOnlyDictionary<string, string> Rows { get; } = new Dictionary<string, string>
        {
            ["event"] = "(SELECT row FROM record WHERE kind = 0 ORDER BY row LIMIT 1)",
            ["derived"] = $"(SELECT row FROM link WHERE derived = 1 AND kind = {(int)LinkKind.Transit} ORDER BY row LIMIT 1)",
            ["involves"] = $"(SELECT row FROM link WHERE kind = {(int)LinkKind.Involves} ORDER BY row LIMIT 1)",
            ["uses"] = $"(SELECT row FROM link WHERE kind = {(int)LinkKind.Uses} ORDER BY row LIMIT 1)",
        };

        public RegistryApplication Registry { get; private set; } = null!;

        /// <summary>A copy of the store as it is after use, in a file of its own.</summary>
        public string Copy()
        {
            var path = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"copy-{Interlocked.Increment(ref copies)}.db"));
            File.Copy(Path.Combine(folder, "whole.db"), path);
            return path;
        }

        public async ValueTask InitializeAsync()
        {
            Registry = await RegistryApplication.StartAsync();
            var seizure = (await RunAsync("kz-customs-officer", "RecordSeizure", Story.Seizure("check-1"))).TextAt("recordSeizure.seizure.id")!;
            await RunAsync("kz-customs-officer", "AmendSeizure", new { input = new { requestKey = "check-2", id = seizure, version = 1, occurredOn = "2026-03-15", narrative = "Exercise record, corrected." } });
            await RunAsync("kz-customs-officer", "Submit", new { input = new { requestKey = "check-3", id = seizure, version = 2 } });
            await RunAsync("kz-customs-analyst", "Validate", new { input = new { requestKey = "check-4", id = seizure, version = 3 } });
            await RunAsync("kz-customs-liaison", "Release", new { input = new { requestKey = "check-5", id = seizure, version = 4, to = new[] { "agency:UZ-CUSTOMS", "country:TR" }, level = "SANITISED", withLinks = true } });
            await RunAsync("kz-customs-officer", "AmendSeizure", new { input = new { requestKey = "check-6", id = seizure, version = 5, methodOfDetection = "CANINE" } });
            await RunAsync("kz-customs-liaison", "Recall", new { input = new { requestKey = "check-7", id = seizure, version = 6, from = new[] { "country:TR" }, reason = "Exercise over.", withLinks = true } });
            var other = (await RunAsync("kz-customs-officer", "RecordSeizure", Story.Seizure("check-8"))).TextAt("recordSeizure.seizure.id")!;
            await RunAsync("kz-customs-officer", "Withdraw", new { input = new { requestKey = "check-9", id = other, version = 1, reason = "Recorded twice." } });
            await Registry.WriteAsync(
                new ChangeSet { Operations = [new JointOperation(RecordId.NewRandom(), "Exemplar", new AgencyCode("KZ-CUSTOMS"), [new AgencyCode("KZ-CUSTOMS"), new AgencyCode("UZ-CUSTOMS")], DateTimeOffset.MaxValue)] },
                Registry.ReaderOf("kz-customs-liaison"));
            Do(Registry.StorePath, $"VACUUM INTO '{Path.Combine(folder, "whole.db")}'");

            // Ten thousand species that nothing is linked to would only make each damage slower to find.
            Do(Path.Combine(folder, "whole.db"), """
                CREATE TEMP TABLE unused AS SELECT row FROM record WHERE kind = 2 AND row NOT IN (SELECT to_row FROM link);
                DELETE FROM indexed WHERE row IN (SELECT row FROM unused);
                DELETE FROM record WHERE row IN (SELECT row FROM unused);
                VACUUM;
                """);
        }

        public async ValueTask DisposeAsync()
        {
            await Registry.DisposeAsync();
            Directory.Delete(folder, recursive: true);
        }

        private async Task<Answer> RunAsync(string persona, string operation, object variables)
        {
            var answer = await Registry.AskAsync(persona, operation, variables);
            var payload = answer.Json.GetProperty("data").EnumerateObject().Single().Value;
            Assert.Empty(payload.GetProperty("errors").EnumerateArray());
            return answer;
        }
    }
}
