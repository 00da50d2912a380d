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
        context.Response.ContentLength = whole.Length;
        using var stalled = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        var piece = new byte[Piece];
        int read;
        try
        {
            while ((read = await whole.ReadAsync(piece, context.RequestAborted)) > 0)
            {
                stalled.CancelAfter(patience);
                await context.Response.Body.WriteAsync(piece.AsMemory(0, read), stalled.Token);
            }
        }
        catch (OperationCanceledException) when (stalled.IsCancellationRequested)
        {
            context.Abort();
        }
    }
}
