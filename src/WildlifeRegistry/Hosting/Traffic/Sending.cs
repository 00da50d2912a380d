namespace WildlifeRegistry.Hosting.Traffic;

/// <summary>
/// Sends an answer piece by piece, each of which the reader must take in time. The server's own bound is an average: whoever
/// took the first megabytes at once could then hold the rest for hours.
/// </summary>
internal static class Sending
{
    private const int Piece = 16 * 1024;

    /// <summary>Sends a stream from its start; a reader who stands still is cut off.</summary>
    public static async Task SendAsync(this HttpContext context, Stream whole, TimeSpan patience)
    {
        whole.Position = 0;
        var piece = new byte[Piece];
        await SendAsync(context, whole.Length, async ct => piece.AsMemory(0, await whole.ReadAsync(piece, ct)), patience);
    }

    /// <summary>Sends what is in memory; a reader who stands still is cut off.</summary>
    public static Task SendAsync(this HttpContext context, ReadOnlyMemory<byte> whole, TimeSpan patience)
    {
        var sent = 0;
        return SendAsync(
            context,
            whole.Length,
            _ =>
            {
                var piece = whole.Slice(sent, Math.Min(Piece, whole.Length - sent));
                sent += piece.Length;
                return new ValueTask<ReadOnlyMemory<byte>>(piece);
            },
            patience);
    }

    private static async Task SendAsync(HttpContext context, long length, Func<CancellationToken, ValueTask<ReadOnlyMemory<byte>>> next, TimeSpan patience)
    {
        context.Response.ContentLength = length;
        using var stalled = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        try
        {
            while (await next(context.RequestAborted) is { Length: > 0 } piece)
            {
                stalled.CancelAfter(patience);
                await context.Response.Body.WriteAsync(piece, stalled.Token);
            }
        }
        catch (OperationCanceledException) when (stalled.IsCancellationRequested)
        {
            context.Abort();
        }
    }
}
