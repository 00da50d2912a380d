using System.Globalization;
using System.Runtime.CompilerServices;
using WildlifeRegistry.Hosting;
using WildlifeRegistry.Records;
using WildlifeRegistry.Storage;
using WildlifeRegistry.Storage.Moving;
using WildlifeRegistry.Storage.Neo4j;
using WildlifeRegistry.Storage.Sqlite;
using WildlifeRegistry.Tests.Checking;
using WildlifeRegistry.Tests.Conformance;
using WildlifeRegistry.Tests.Neo4j;

namespace WildlifeRegistry.Tests.Moving;

/// <summary>A registry goes from one engine to the other and back, and nothing of it is lost, doubled or shown to anybody else.</summary>
[Collection(Neo4jTests.Name)]
public sealed class MoveTests(CheckTests.UsedStore used) : IClassFixture<CheckTests.UsedStore>, IAsyncLifetime
{
    private readonly string folder = Directory.CreateTempSubdirectory("wildlife-move-").FullName;
    private Neo4jServer server = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private string There => $"neo4j:{server.Settings.Uri}";

    private string Back => Path.Combine(folder, "back.db");

    public async ValueTask InitializeAsync()
    {
        await Presence.RequireAsync("neo4j", Neo4jServer.AbsenceAsync);
        server = await Neo4jServer.EmptyAsync();
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task There_and_back_everything_is_as_it_was_and_goes_on_from_there()
    {
        await server.ClearAsync(andSchema: true);
        var path = used.Copy();
        var there = await MoveAsync("sqlite:" + path, There);
        var back = await MoveAsync(There, "sqlite:" + Back);

        Assert.Equal(there[..^1], back[..^1]);
        Assert.Equal(there[^1].Split("both say ")[1], back[^1].Split("both say ")[1]);
        Assert.Contains(there, line => line.EndsWith("EditionVersion", StringComparison.Ordinal));
        Assert.Equal(CheckCommand.Clean, await CheckCommand.RunAsync([$"--Store:Sqlite:Path={Back}"], TextWriter.Null, Ct));

        await using var first = await RegistryApplication.StartAsync(store: path);
        await using var again = await RegistryApplication.StartAsync(store: Back);
        foreach (var persona in new[] { "kz-customs-officer", "uz-customs-officer", "eco-observer" })
        {
            foreach (var query in new[] { "kind=records&format=ndjson&exercise=true", "kind=seizures&format=csv&exercise=true", "kind=records&format=ndjson" })
            {
                var exported = await ExportAsync(first, persona, query);
                Assert.Equal((persona, query, Convert.ToHexString(exported)), (persona, query, Convert.ToHexString(await ExportAsync(again, persona, query))));
            }
        }

        // What was said of a request is said again, and the next reference is the one that would have come next.
        foreach (var key in new[] { "check-1", "after" })
        {
            const string At = "recordSeizure.seizure.reference";
            var known = (await first.AskAsync("kz-customs-officer", "RecordSeizure", Story.Seizure(key))).TextAt(At);
            Assert.NotNull(known);
            Assert.Equal(known, (await again.AskAsync("kz-customs-officer", "RecordSeizure", Story.Seizure(key))).TextAt(At));
        }
    }

    [Fact]
    public async Task On_neo4j_a_moved_registry_goes_on_with_its_secret_its_references_and_its_requests()
    {
        var path = used.Copy();
        await MoveAsync("sqlite:" + path, There);

        await using var store = await OpenAsync();
        Assert.Equal(used.Registry.Keys.ReferenceId(RecordKind.Species, "x"), store.Keys.ReferenceId(RecordKind.Species, "x"));
        Assert.NotEqual(used.Registry.Keys.Seal("x"), store.Keys.Seal("x")); // another epoch: cursors of before are no good
        var numbers = await server.Client.ReadAsync(
            "MATCH (c:Counter {agency: 'KZ-CUSTOMS'}) WITH sum(c.last + 1) AS given MATCH (n:Record {owner: 'KZ-CUSTOMS'}) WHERE n.reference IS NOT NULL RETURN given, count(n)",
            static _ => { },
            static rows => (rows[0][0].GetInt32(), rows[0][1].GetInt32()),
            Ct);
        Assert.True(numbers is ( > 0, _) && numbers.Item1 == numbers.Item2, $"{numbers}");
        Assert.NotNull(await store.ReplayAsync(new RequestKey("recordSeizure", "check-1", "another"), used.Registry.ReaderOf("kz-customs-officer"), Ct));
    }

    [Fact]
    public async Task Nothing_is_moved_over_anything()
    {
        var path = used.Copy();
        await server.RunAsync("CREATE (b:Bird)");
        Assert.Contains("is another program's", (await Assert.ThrowsAsync<StoreException>(() => MoveAsync("sqlite:" + path, There))).Message, StringComparison.Ordinal);
        Assert.Equal(1, await server.Client.ReadAsync("MATCH (n) RETURN count(n)", static _ => { }, static rows => rows[0][0].GetInt32(), Ct));
        Assert.Contains("is another program's", (await Assert.ThrowsAsync<StoreException>(() => MoveAsync(There, "sqlite:" + Back))).Message, StringComparison.Ordinal);
        Assert.False(File.Exists(Back));

        await server.ClearAsync(andSchema: false);
        await (await OpenAsync()).DisposeAsync();
        Assert.Contains("is not empty", (await Assert.ThrowsAsync<StoreException>(() => MoveAsync("sqlite:" + path, There))).Message, StringComparison.Ordinal);

        await File.WriteAllTextAsync(Back, "mine", Ct);
        Assert.Contains("empty place only", (await Assert.ThrowsAsync<StoreException>(() => MoveAsync(There, "sqlite:" + Back))).Message, StringComparison.Ordinal);
        Assert.Equal("mine", await File.ReadAllTextAsync(Back, Ct));
        Assert.Contains("names no store", (await Assert.ThrowsAsync<CommandException>(() => MoveAsync("registry.db", There))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_move_that_does_not_come_to_its_end_leaves_what_nobody_serves(bool isCut)
    {
        await using var source = SqliteMove.Read(used.Copy());
        await using (var target = await Neo4jMove.FillAsync(server.Settings, new Natures([]), source.Secret, source.Name, TimeProvider.System, Ct))
        {
            var fault = await Assert.ThrowsAsync<StoreException>(() => Move.RunAsync(isCut ? new Broken(source, 100) : source, isCut ? target : new Losing(target), Ct));
            Assert.Contains(isCut ? "gone" : "is not what lies in", fault.Message, StringComparison.Ordinal);
            Assert.Contains("is not whole. Empty it (", fault.Message, StringComparison.Ordinal);
        }

        await using (var target = SqliteMove.Fill(Back, source.Secret, source.Name, DateTimeOffset.UnixEpoch))
        {
            await Assert.ThrowsAsync<StoreException>(() => Move.RunAsync(isCut ? new Broken(source, 100) : source, isCut ? target : new Losing(target), Ct));
        }

        Assert.Contains("is not whole. Empty it (", (await Assert.ThrowsAsync<StoreException>(OpenAsync)).Message, StringComparison.Ordinal);
        Assert.Contains("is not whole. Empty it (", (await Assert.ThrowsAsync<StoreException>(() => MoveAsync("sqlite:" + used.Copy(), There))).Message, StringComparison.Ordinal);
        Assert.Contains("is not whole. Empty it (", (await Assert.ThrowsAsync<StoreException>(() => MoveAsync(There, "sqlite:" + Path.Combine(folder, "other.db")))).Message, StringComparison.Ordinal);
        foreach (var use in new Func<Task>[]
        {
            () => SqliteGraphStore.OpenAsync(Back, Synthetic.Disclosure, TimeProvider.System, logger: null, Ct),
            () => CheckCommand.RunAsync([$"--Store:Sqlite:Path={Back}"], TextWriter.Null, Ct),
            () => BackupCommand.RunAsync(Path.Combine(folder, "backup.db"), [$"--Store:Sqlite:Path={Back}"], TextWriter.Null, Ct),
            () => MoveAsync("sqlite:" + Back, There),
        })
        {
            Assert.Contains("is not whole. Remove it and move again.", (await Assert.ThrowsAsync<StoreException>(use)).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_move_into_a_graph_that_is_told_to_stop_says_how_to_start_over()
    {
        using var stop = new CancellationTokenSource();
        using var sent = new SentStatements(text =>
        {
            if (text.StartsWith("UNWIND $p.rows", StringComparison.Ordinal))
            {
                stop.Cancel();
            }
        });

        var stopped = await Assert.ThrowsAsync<StoppedException>(() => MoveCommand.RunAsync("sqlite:" + used.Copy(), There, [.. server.Arguments.Select(argument => "--" + argument)], TextWriter.Null, stop.Token));

        Assert.Contains("is not whole. Empty it (", stopped.Message, StringComparison.Ordinal);
        Assert.Contains("is not whole. Empty it (", (await Assert.ThrowsAsync<StoreException>(OpenAsync)).Message, StringComparison.Ordinal);
    }

    private async Task<string[]> MoveAsync(string from, string to)
    {
        using var output = new StringWriter(CultureInfo.InvariantCulture);
        Assert.Equal(0, await MoveCommand.RunAsync(from, to, [.. server.Arguments.Select(argument => "--" + argument)], output, Ct));
        return output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private Task<Neo4jGraphStore> OpenAsync() => Neo4jGraphStore.OpenAsync(server.Settings, KindCatalogue.Registry().Disclosure(), KindCatalogue.Registry().Natures(), TimeProvider.System, logger: null, Ct);

    private static async Task<byte[]> ExportAsync(RegistryApplication registry, string persona, string query)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/exports?" + query);
        request.Headers.Authorization = new("Bearer", await registry.TokenOfAsync(persona));
        using var response = await registry.Http.SendAsync(request, Ct);
        response.EnsureSuccessStatusCode();
        return await response.Content.ReadAsByteArrayAsync(Ct);
    }

    /// <summary>A source that is gone after so many rows.</summary>
    private sealed class Broken(IMovedStore source, int after) : IMovedStore
    {
        public string Name => source.Name;

        public string StartOver => source.StartOver;

        public byte[] Secret => source.Secret;

        public async IAsyncEnumerable<MovedRow> RowsAsync([EnumeratorCancellation] CancellationToken ct)
        {
            var left = after;
            await foreach (var row in source.RowsAsync(ct))
            {
                yield return left-- > 0 ? row : throw new StoreException("It is gone.", isTransient: true);
            }
        }

        public Task TakeAsync(IReadOnlyList<MovedRow> rows, CancellationToken ct) => source.TakeAsync(rows, ct);

        public Task CompleteAsync(CancellationToken ct) => source.CompleteAsync(ct);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    /// <summary>A target that takes one request less than it is given.</summary>
    private sealed class Losing(IMovedStore target) : IMovedStore
    {
        public string Name => target.Name;

        public string StartOver => target.StartOver;

        public byte[] Secret => target.Secret;

        public IAsyncEnumerable<MovedRow> RowsAsync(CancellationToken ct) => target.RowsAsync(ct);

        public Task TakeAsync(IReadOnlyList<MovedRow> rows, CancellationToken ct) =>
            target.TakeAsync([.. rows.Where(row => row is not MovedRow.Request { Key: "check-1" })], ct);

        public Task CompleteAsync(CancellationToken ct) => target.CompleteAsync(ct);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
