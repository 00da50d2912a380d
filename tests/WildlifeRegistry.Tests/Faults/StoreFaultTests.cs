using System.Net;
using Microsoft.Data.Sqlite;
using WildlifeRegistry.Hosting;
using WildlifeRegistry.Records;
using WildlifeRegistry.Storage;
using WildlifeRegistry.Storage.Sqlite;
using WildlifeRegistry.Tests.Checking;

namespace WildlifeRegistry.Tests.Faults;

/// <summary>What befalls the store's file: refused with a sentence at the start, and under a running registry refused, logged, told by readiness, and over when its cause is.</summary>
public sealed class StoreFaultTests(CheckTests.UsedStore used) : IClassFixture<CheckTests.UsedStore>
{
    [Fact]
    public Task A_full_disk_refuses_changes_until_there_is_room() => RefusesUntilAsync(
        "The store's disk is full.",
        ErrorCode.Internal,
        session => session.Execute("PRAGMA max_page_count = 1"), // SQLite takes it as: not a page more than there are
        session => session.Execute("PRAGMA max_page_count = 4294967294"));

    [Fact]
    public Task A_file_made_read_only_refuses_changes_until_it_is_not() => RefusesUntilAsync(
        "The store's file or folder is read-only.",
        ErrorCode.Internal,
        session => session.Execute("PRAGMA query_only = ON"),
        session => session.Execute("PRAGMA query_only = OFF"));

    [Fact]
    public async Task A_store_that_another_program_holds_is_busy_until_it_lets_go()
    {
        await using var registry = await RegistryApplication.StartAsync();
        var first = await RecordedAsync(registry, "before");
        await using (var other = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = registry.StorePath, Pooling = false }.ToString()))
        {
            await other.OpenAsync(TestContext.Current.CancellationToken);
            await using var hold = other.CreateCommand();
            hold.CommandText = "BEGIN IMMEDIATE";
            await hold.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);

            var refused = await registry.AskAsync("kz-customs-officer", "RecordSeizure", Story.Seizure("while"));
            Assert.Equal(["STORE_BUSY"], refused.Codes);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, await ReadyAsync(registry));
            Assert.Contains(registry.Log.Own, entry => entry is { Event: 2002, Fault: StoreException { IsTransient: true } });
            Assert.Equal(first, await FirstAsync(registry));
        }

        await IsWellAsync(registry, first);
    }

    [Fact]
    public async Task A_store_that_another_program_holds_is_not_opened()
    {
        var path = used.Copy();
        StoreFile.Do(path, "PRAGMA journal_mode = DELETE");
        await using var other = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        await other.OpenAsync(TestContext.Current.CancellationToken);
        await using var hold = other.CreateCommand();
        hold.CommandText = "BEGIN EXCLUSIVE";
        await hold.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);

        var fault = await IsRefusedAtStartAsync(path, "is held by another program.");
        Assert.True(fault.IsTransient);
    }

    [Fact]
    public async Task A_truncated_store_is_not_opened()
    {
        var path = used.Copy();
        using (var file = File.OpenWrite(path))
        {
            file.SetLength(file.Length / 2 / 4096 * 4096);
        }

        var before = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
        await IsRefusedAtStartAsync(path, "is damaged: restore a backup.");
        Assert.Contains("is damaged: restore a backup.", (await Assert.ThrowsAsync<StoreException>(() => CheckCommand.RunAsync([$"--Store:Sqlite:Path={path}"], TextWriter.Null, TestContext.Current.CancellationToken))).Message, StringComparison.Ordinal);
        Assert.Equal(before, await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken));
    }

    /// <summary>To its half, where some of it can still be read, and to nothing, where nobody can even be told from others.</summary>
    [Fact]
    public async Task A_store_truncated_under_a_running_registry_is_an_error_with_a_trace_and_not_ready_until_it_is_whole()
    {
        string[] questions = ["{ species(name: \"Saker Falcons\") { nodes { scientificName } } }", "{ places(first: 200) { nodes { id } } }", "{ seizures(filter: { exercise: true }, first: 50) { nodes { id caption } } }"];
        await using var registry = await RegistryApplication.StartAsync();
        var first = await RecordedAsync(registry, "before");
        do
        {
            StoreFile.Do(registry.StorePath, "PRAGMA wal_checkpoint(TRUNCATE)");
        }
        while (new FileInfo(registry.StorePath + "-wal").Length > 0);

        var whole = await File.ReadAllBytesAsync(registry.StorePath, TestContext.Current.CancellationToken);
        foreach (var left in new[] { whole.Length / 2 / 4096 * 4096, 0 })
        {
            Write(whole.AsSpan(0, left));
            Assert.Equal(HttpStatusCode.ServiceUnavailable, await ReadyAsync(registry));
            Assert.Contains(registry.Log.Own, entry => entry is { Event: 2002, Fault: StoreException { Message: "The store's file is shorter than it was: restore a backup." } });
            var failed = 0;
            foreach (var question in questions)
            {
                var answer = await registry.AskAsync("kz-customs-officer", question);
                if (answer.Codes.Count > 0)
                {
                    IsTraced(answer);
                    failed++;
                }
            }

            Assert.NotEqual(0, failed);
        }

        var refused = await registry.AskAsync("kz-customs-officer", "RecordSeizure", Story.Seizure("while"));
        IsTraced(refused);
        Assert.Equal(HttpStatusCode.InternalServerError, refused.Status);
        Write(whole);
        await IsWellAsync(registry, first);

        void IsTraced(Answer answer)
        {
            Assert.Equal(["INTERNAL"], answer.Codes.Distinct());
            var trace = answer.Json.GetProperty("errors")[0].GetProperty("extensions").GetProperty("traceId").GetString()!;
            Assert.Contains(registry.Log.Own, entry => entry is { Event: 2001, Fault: StoreException } && entry.Message.Contains(trace, StringComparison.Ordinal));
            Assert.DoesNotContain("SQLite", answer.Text, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain(registry.StorePath, answer.Text, StringComparison.Ordinal);
        }

        void Write(ReadOnlySpan<byte> left)
        {
            using var file = new FileStream(registry.StorePath, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
            file.SetLength(left.Length);
            file.Write(left);
        }
    }

    [Fact]
    public async Task A_record_that_cannot_be_read_takes_nothing_else_with_it()
    {
        await using var registry = await RegistryApplication.StartAsync();
        var damaged = await RecordedAsync(registry, "damaged");
        var sound = await RecordedAsync(registry, "sound");
        Assert.Equal(1, StoreFile.Do(registry.StorePath, $"UPDATE record SET properties = x'7b22ff' WHERE id = x'{Hex(damaged)}'"));

        var answer = await registry.AskAsync("kz-customs-officer", "SeizureWithLinks", new { id = damaged });
        Assert.Equal(["INTERNAL"], answer.Codes.Distinct());
        Assert.DoesNotContain("Json", answer.Text, StringComparison.Ordinal);
        Assert.Empty((await registry.AskAsync("kz-customs-officer", "SeizureWithLinks", new { id = sound })).Codes);
        Assert.Equal(HttpStatusCode.OK, await ReadyAsync(registry));
        Assert.False((await registry.Store.CheckAsync(KindCatalogue.Registry(), TestContext.Current.CancellationToken)).IsClean);
    }

    /// <summary>Brings a fault about behind the store's back, holds the registry to a clear refusal and to its answers, and takes the fault away.</summary>
    private static async Task RefusesUntilAsync(string sentence, ErrorCode code, Action<SqliteSession> begin, Action<SqliteSession> end)
    {
        await using var registry = await RegistryApplication.StartAsync();
        var ct = TestContext.Current.CancellationToken;
        var first = await RecordedAsync(registry, "before");
        SqliteSession writing = null!;
        await registry.Store.Writer.RunAsync(
            session =>
            {
                writing = session;
                begin(session);
            },
            ct);

        var answers = await FillAsync(registry, code);
        Assert.All(answers, answer =>
        {
            Assert.Equal([RegistryErrors.NameOf(code)], answer.Codes);
            Assert.DoesNotContain("SQLite", answer.Text, StringComparison.OrdinalIgnoreCase);
        });
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await ReadyAsync(registry));
        Assert.Contains(registry.Log.Own, entry => entry is { Event: 2002, Fault: StoreException fault } && fault.Message == sentence);
        Assert.Contains(registry.Log.Own, entry => entry is { Event: 2001, Fault: StoreException fault } && fault.Message == sentence);
        Assert.Equal(first, await FirstAsync(registry));

        end(writing); // nobody writes now
        await IsWellAsync(registry, first);
    }

    /// <summary>Records until it is refused, as it is at once or once the room is used up; the refusals.</summary>
    private static async Task<IReadOnlyList<Answer>> FillAsync(RegistryApplication registry, ErrorCode code)
    {
        for (var n = 0; ; n++)
        {
            var answer = await registry.AskAsync("kz-customs-officer", "RecordSeizure", Story.Seizure($"fill-{n}"));
            if (answer.Codes.Count > 0)
            {
                return [answer, await registry.AskAsync("kz-customs-officer", "RecordSeizure", Story.Seizure($"fill-{n}"))];
            }

            Assert.True(n < 10_000, $"It is never refused with {code}.");
        }
    }

    private static async Task IsWellAsync(RegistryApplication registry, string first)
    {
        Assert.Equal(HttpStatusCode.OK, await ReadyAsync(registry));
        Assert.NotEqual(first, await RecordedAsync(registry, "after"));
        Assert.Equal(first, await FirstAsync(registry));
        Assert.Equal(CheckCommand.Clean, await CheckCommand.RunAsync([$"--Store:Sqlite:Path={registry.StorePath}"], TextWriter.Null, TestContext.Current.CancellationToken));
    }

    private static async Task<string> RecordedAsync(RegistryApplication registry, string key)
    {
        var answer = await registry.AskAsync("kz-customs-officer", "RecordSeizure", Story.Seizure(key));
        Assert.Empty(answer.Codes);
        return answer.TextAt("recordSeizure.seizure.id")!;
    }

    /// <summary>The seizure that was acknowledged first, asked for again by its request key: nothing that was acknowledged is lost.</summary>
    private static async Task<string?> FirstAsync(RegistryApplication registry) =>
        (await registry.AskAsync("kz-customs-officer", "query ($id: ID!) { node(id: $id) { id } }", new { id = RecordId.FromBytes((byte[])StoreFile.Rows(registry.StorePath, "SELECT id FROM record WHERE kind = 0 ORDER BY row LIMIT 1")[0][0]).ToString() })).TextAt("node.id");

    private static async Task<HttpStatusCode> ReadyAsync(RegistryApplication registry)
    {
        using var ready = new HttpRequestMessage(HttpMethod.Get, "/health/ready");
        return (await registry.SendAsync(null, ready)).Status;
    }

    private static async Task<StoreException> IsRefusedAtStartAsync(string path, string sentence)
    {
        var fault = await Assert.ThrowsAsync<StoreException>(() => RegistryHost.BuildAsync([$"--Store:Sqlite:Path={path}"], TestContext.Current.CancellationToken));
        Assert.EndsWith(sentence, fault.Message, StringComparison.Ordinal);
        return fault;
    }

    private static string Hex(string id) => RecordId.TryParse(id, out var record) ? Convert.ToHexString(record.ToBytes()) : throw new ArgumentException("It is no id.", nameof(id));
}
