using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace WildlifeRegistry.Tests.Faults;

/// <summary>
/// Connections that are opened and left, senders and readers who stand still: the server bounds them, answers others meanwhile,
/// and has all its room again by itself. <c>WILDLIFE_CONNECTIONS=10000</c> says how many are opened.
/// </summary>
public sealed class ConnectionTests
{
    private const string Officer = "kz-customs-officer", Me = """{"query":"{ me { officer } }"}""";

    /// <summary>Another machine, as far as the server can tell: all of 127.0.0.0/8 is this one.</summary>
    private static readonly IPAddress Elsewhere = IPAddress.Parse("127.0.0.2");

    [Fact]
    public async Task Connections_opened_and_left_are_bounded_by_address_and_closed_and_others_are_answered_meanwhile()
    {
        var count = int.Parse(Environment.GetEnvironmentVariable("WILDLIFE_CONNECTIONS") ?? "400", CultureInfo.InvariantCulture);
        var folder = Directory.CreateTempSubdirectory("wildlife-connections-").FullName;
        var left = new List<Socket>(count);
        try
        {
            var path = Path.Combine(folder, "registry.db");
            await RegistryApplication.CopyReferenceAsync(path);
            await using var server = await ServerProcess.StartAsync(
                path, [$"--Limits:Connections={count}", $"--Limits:ConnectionsPerAddress={count / 4}", "--Limits:IdleSeconds=5"], [Officer]);
            var refused = 0;
            for (var number = 1; number <= count; number++)
            {
                var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                left.Add(socket);
                refused += await IsConnectedAsync(socket, server.Address) && !socket.Poll(0, SelectMode.SelectRead) ? 0 : 1;
                if (number % (count / 20) == 0)
                {
                    await AssertAnsweredAsync(server);
                }
            }

            TestContext.Current.TestOutputHelper!.WriteLine($"{count} connections, {refused} of them closed before the next was opened; the server has {MegabytesOf(server)} MB.");

            // Each of them is closed by the server: none is waited for in vain.
            await Task.WhenAll(left.Select(ClosedAsync));
            await AssertAnsweredAsync(server);
            using var again = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            Assert.True(await IsConnectedAsync(again, server.Address));
            await AssertLivesAsync(again);
        }
        finally
        {
            left.ForEach(socket => socket.Dispose());
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task One_address_has_as_many_connections_as_one_may_have_and_others_have_theirs()
    {
        await using var registry = await RegistryApplication.StartAsync(["Limits:ConnectionsPerAddress=3"]);
        using var figures = new Figures(registry);
        var open = Enumerable.Range(0, 4).Select(_ => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)).ToList();
        try
        {
            foreach (var socket in open.Take(3))
            {
                Assert.True(await IsConnectedAsync(socket, registry.Address));
                await AssertLivesAsync(socket);
            }

            await IsConnectedAsync(open[3], registry.Address);
            await ClosedAsync(open[3]);
            Assert.Equal(1, figures["registry.limit.reached CONNECTIONS_OF_ADDRESS"]);
            Assert.Equal(HttpStatusCode.OK, (await registry.AskAsync(Officer, "{ me { officer } }")).Status);
            await AssertLivesAsync(open[0]);
        }
        finally
        {
            open.ForEach(socket => socket.Dispose());
        }
    }

    [Fact]
    public async Task A_sender_who_stands_still_is_cut_off_and_the_place_is_free_again()
    {
        await using var registry = await RegistryApplication.StartAsync(["Limits:StallSeconds=1", "Limits:RequestsPerOfficer=1"]);
        using var figures = new Figures(registry);
        var token = await registry.TokenOfAsync(Officer);
        using var held = await HeldRequest.BeginAsync(registry.Address, token, "/graphql", Me);
        await held.SendAsync(Encoding.ASCII.GetBytes("{"));
        Assert.Equal(1, figures["registry.requests.active"]);

        Assert.Contains("The body could not be read to its end.", await held.AnswerAsync(), StringComparison.Ordinal);
        await UntilAsync(registry, () => figures["registry.requests.active"] == 0);
        Assert.Equal(HttpStatusCode.OK, (await registry.AskWithAsync(token, "{ me { officer } }")).Status);
    }

    [Fact]
    public async Task A_sender_of_headers_who_stands_still_is_cut_off()
    {
        await using var registry = await RegistryApplication.StartAsync(["Limits:HeaderSeconds=1"]);
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(registry.Address.Host, registry.Address.Port, TestContext.Current.CancellationToken);
        await socket.SendAsync(Encoding.ASCII.GetBytes("GET /graphql HTTP/1.1\r\nHost: x\r\nX-Slow: "), TestContext.Current.CancellationToken);

        Assert.StartsWith("HTTP/1.1 408", await SomeAsync(socket), StringComparison.Ordinal);
        await ClosedAsync(socket);
    }

    [Fact]
    public async Task A_reader_who_stands_still_is_cut_off_and_what_was_held_for_them_is_let_go()
    {
        await using var registry = await RegistryApplication.StartAsync(["Limits:StallSeconds=1", "Limits:AnswersPerOfficer=1"]);
        using var figures = new Figures(registry);
        var token = await registry.TokenOfAsync(Officer);
        const string Large = "{ places(first: 200) { nodes { id code names { language name } country latitude longitude } } }";
        var size = (await registry.AskWithAsync(token, Large)).Text.Length;
        Assert.InRange(size, 20_000, 1 << 20);

        // Asked for again and again on one connection, of which nothing is read: more than fits on the way.
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096 };
        await socket.ConnectAsync(registry.Address.Host, registry.Address.Port, TestContext.Current.CancellationToken);
        var ask = Encoding.ASCII.GetBytes($"GET /graphql?query={Uri.EscapeDataString(Large)} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\r\n");
        var sent = 0;
        try
        {
            while (true)
            {
                sent += await socket.SendAsync(ask, TestContext.Current.CancellationToken) / ask.Length;
            }
        }
        catch (SocketException)
        {
            // The server has closed it.
        }

        // One more question that had arrived may have been begun when the connection was cut off.
        await UntilAsync(registry, () => figures["registry.requests.active"] == 0 && figures["registry.answers.active"] == 0);
        Assert.True(sent > 1);
        Assert.Equal(HttpStatusCode.OK, (await registry.AskWithAsync(token, Large)).Status);
    }

    private static long MegabytesOf(ServerProcess server) => server.WorkingSet >> 20;

    private static async Task AssertAnsweredAsync(ServerProcess server) => Assert.Equal(
        "KZ-CUSTOMS/demo-officer",
        (await server.AskAsync(Officer, "{ me { officer } }", null, JsonSerializer.SerializeToElement(new { }))).GetProperty("data").GetProperty("me").GetProperty("officer").GetString());

    private static async Task UntilAsync(RegistryApplication registry, Func<bool> isTrue)
    {
        while (!isTrue())
        {
            await registry.Http.GetAsync("/health/live", TestContext.Current.CancellationToken); // gives the registry time
        }
    }

    /// <summary>Connects from elsewhere; false where the server closes it faster than it is open.</summary>
    private static async Task<bool> IsConnectedAsync(Socket socket, Uri address)
    {
        socket.Bind(new IPEndPoint(Elsewhere, 0));
        try
        {
            await socket.ConnectAsync(address.Host, address.Port, TestContext.Current.CancellationToken);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static async Task AssertLivesAsync(Socket socket)
    {
        await socket.SendAsync(Encoding.ASCII.GetBytes("GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n"), TestContext.Current.CancellationToken);
        Assert.StartsWith("HTTP/1.1 200 OK", await SomeAsync(socket), StringComparison.Ordinal);
    }

    /// <summary>Ends once the server has closed the connection.</summary>
    private static async Task ClosedAsync(Socket socket)
    {
        while ((await SomeAsync(socket)).Length > 0)
        {
        }
    }

    private static async Task<string> SomeAsync(Socket socket)
    {
        var buffer = new byte[4096];
        try
        {
            return Encoding.ASCII.GetString(buffer, 0, await socket.ReceiveAsync(buffer, TestContext.Current.CancellationToken));
        }
        catch (SocketException)
        {
            return ""; // closed without ceremony, or never open
        }
    }
}
