namespace WildlifeRegistry.Hosting.Traffic;

/// <summary>
/// Sends an answer piece by piece, each of which the reader must take in time. The server's own bound is an average: whoever
/// took the first megabytes at once could then hold the rest for hours.
/// </summary>
internal static class Sending
{
    private const int Piece = 16 * 1024;

    /// <summary>Sends an answer; a reader who stands still is cut off.</summary>
    public static Task SendAsync(this HttpContext context, ReadOnlyMemory<byte> whole, TimeSpan patience)
    {
        context.Response.ContentLength = whole.Length;
        return GuardAsync(context, async stalled =>
        {
            for (var at = 0; at < whole.Length; at += Piece)
            {
                stalled.CancelAfter(patience);
                await context.Response.Body.WriteAsync(whole.Slice(at, Math.Min(Piece, whole.Length - at)), stalled.Token);
            }
        });
    }

    /// <summary>Sends a file from its start; a reader who stands still is cut off.</summary>
    public static Task SendAsync(this HttpContext context, FileStream whole, TimeSpan patience)
    {
        whole.Position = 0;
        context.Response.ContentLength = whole.Length;
        return GuardAsync(context, async stalled =>
        {
            var piece = new byte[Piece];
            int read;
            while ((read = await whole.ReadAsync(piece, context.RequestAborted)) > 0)
            {
                stalled.CancelAfter(patience);
                await context.Response.Body.WriteAsync(piece.AsMemory(0, read), stalled.Token);
            }
        });
    }

    private static async Task GuardAsync(HttpContext context, Func<CancellationTokenSource, Task> send)
    {
        using var stalled = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        try
        {
            await send(stalled);
        }
        catch (OperationCanceledException) when (stalled.IsCancellationRequested)
        {
            context.Abort();
        }
    }
}
