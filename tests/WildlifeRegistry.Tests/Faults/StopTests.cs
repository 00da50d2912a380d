using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using WildlifeRegistry.Importing;
using WildlifeRegistry.Records;
using WildlifeRegistry.Storage;
using WildlifeRegistry.Tests.Importing.Sheets;

namespace WildlifeRegistry.Tests.Faults;

/// <summary>A stop finishes what it has begun, and begins nothing more.</summary>
public sealed class StopTests
{
    private const string Officer = "kz-customs-officer";

    [Fact]
    public async Task A_server_that_is_asked_to_stop_answers_what_is_on_its_way_and_then_ends_well()
    {
        var folder = Directory.CreateTempSubdirectory("wildlife-stop-").FullName;
        try
        {
            var path = Path.Combine(folder, "registry.db");
            await RegistryApplication.CopyReferenceAsync(path);
            await using var server = await ServerProcess.StartAsync(path, Officer);
            var body = JsonSerializer.Serialize(new { query = ContractFiles.DocumentWith("RecordSeizure"), operationName = "RecordSeizure", variables = Story.Seizure("before-the-stop") });
            using var held = await HeldRequest.BeginAsync(server.Address, server.TokenOf(Officer), "/graphql", body);
            server.Terminate();
            await server.Stopping;
            await UntilNobodyIsLetInAsync(server.Address);

            var answer = await held.FinishAsync();
            Assert.StartsWith("HTTP/1.1 200 OK", answer, StringComparison.Ordinal);
            Assert.Contains("Connection: close", answer, StringComparison.OrdinalIgnoreCase);
            Assert.EndsWith("\"errors\":[]}}}", answer, StringComparison.Ordinal);
            await server.HasEndedAsync();
            Assert.Equal(0, server.ExitCode);

            // What was answered is there.
            await using var again = await ServerProcess.StartAsync(path, Officer);
            var replayed = await again.AskAsync(Officer, ContractFiles.DocumentWith("RecordSeizure"), "RecordSeizure", Story.Seizure("before-the-stop"));
            Assert.Contains(replayed.GetProperty("data").GetProperty("recordSeizure").GetProperty("seizure").GetProperty("id").GetString()!, answer, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task An_import_ends_in_order_as_soon_as_a_stop_begins_while_answers_are_still_finished()
    {
        var store = new ObservedStore();
        await using var registry = await RegistryApplication.StartAsync(adjust: store.Watch);
        var (reached, release) = (new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        var commits = 0;
        store.BeforeCommit = async () =>
        {
            if (Interlocked.Increment(ref commits) > 1)
            {
                reached.TrySetResult();
                await release.Task;
            }
        };
        var token = await registry.TokenOfAsync(Officer);
        var sheet = SheetWorld.Header + "\n" + string.Concat(Enumerable.Range(0, 5000).Select(number => $"R{number},2024,KZ,horns,1,kg\n"));
        using var post = new HttpRequestMessage(HttpMethod.Post, "/imports?format=seizures") { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(sheet)) };
        post.Content.Headers.ContentType = new MediaTypeHeaderValue("text/csv");
        var id = Assert.Single((await registry.SendAsync(token, post)).Headers["Location"])["/imports/".Length..];
        await reached.Task;
        using var held = await HeldRequest.BeginAsync(registry.Address, token, "/graphql", """{"query":"{ me { officer } }"}""");

        var stop = registry.StopAsync();
        var stopping = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using (registry.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.Register(stopping.SetResult))
        {
            await stopping.Task;
        }

        release.SetResult();
        var path = registry.Services.GetRequiredService<ImportQueue>().PathOf(id, "json");
        ImportState state;
        do
        {
            await Task.Yield();
            state = JsonSerializer.Deserialize<KeptImport>(await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken), RecordJson.Options)!.State;
        }
        while (!state.HasEnded);
        Assert.False(stop.IsCompleted); // an answer is still owed
        Assert.Equal(ImportPhase.Interrupted, state.Phase);
        Assert.InRange(state.Imported, 1, 4999);
        Assert.False(File.Exists(registry.Services.GetRequiredService<ImportQueue>().PathOf(id, "file.part")));

        Assert.Contains("KZ-CUSTOMS/demo-officer", await held.FinishAsync(), StringComparison.Ordinal);
        await stop;
        var page = new PlanStart.Page(RecordKind.Seizure, [], null, [], [], Exercise: false, Descending: false, 1, After: null, WantTotal: true);
        var kept = await registry.Store.ViewFor(registry.ReaderOf(Officer)).ReadAsync(new ReadPlan(page, Bring.Nothing), TestContext.Current.CancellationToken);
        Assert.Equal(state.Imported, kept.Roots.Total);
    }

    private static async Task UntilNobodyIsLetInAsync(Uri address)
    {
        while (true)
        {
            using var client = new TcpClient();
            try
            {
                await client.ConnectAsync(address.Host, address.Port, TestContext.Current.CancellationToken);
            }
            catch (SocketException)
            {
                return;
            }
        }
    }
}
