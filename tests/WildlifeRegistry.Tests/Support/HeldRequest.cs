using System.Net.Sockets;
using System.Text;

namespace WildlifeRegistry.Tests.Support;

/// <summary>A POST that the registry has begun to read and whose body a test sends when it likes.</summary>
public sealed class HeldRequest : IDisposable
{
    private readonly TcpClient client = new();
    private readonly byte[] body;

    private HeldRequest(byte[] body) => this.body = body;

    /// <summary>Sends all but the body, and waits until the registry asks for that.</summary>
    /// <param name="isLast">True where the registry is to close the connection after its answer.</param>
    public static async Task<HeldRequest> BeginAsync(Uri address, string token, string path, string body, string type = "application/json", bool isLast = false)
    {
        var request = new HeldRequest(Encoding.UTF8.GetBytes(body));
        await request.client.ConnectAsync(address.Host, address.Port, TestContext.Current.CancellationToken);
        await request.SendAsync(Encoding.ASCII.GetBytes(
            $"POST {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nContent-Type: {type}\r\nContent-Length: {request.body.Length}\r\nExpect: 100-continue\r\n{(isLast ? "Connection: close\r\n" : "")}\r\n"));
        var answer = new byte[25];
        await request.client.GetStream().ReadExactlyAsync(answer, TestContext.Current.CancellationToken);
        Assert.Equal("HTTP/1.1 100 Continue\r\n\r\n", Encoding.ASCII.GetString(answer));
        return request;
    }

    public Task SendAsync(byte[] some) => client.GetStream().WriteAsync(some, TestContext.Current.CancellationToken).AsTask();

    /// <summary>Sends the body; the whole answer, until the registry closes the connection.</summary>
    public async Task<string> FinishAsync()
    {
        await SendAsync(body);
        return await AnswerAsync();
    }

    /// <summary>All that comes until the registry closes the connection.</summary>
    public async Task<string> AnswerAsync()
    {
        using var reader = new StreamReader(client.GetStream(), Encoding.UTF8, leaveOpen: true);
        return await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
    }

    public void Dispose() => client.Dispose();
}
