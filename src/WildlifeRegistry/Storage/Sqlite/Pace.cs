namespace WildlifeRegistry.Storage.Sqlite;

/// <summary>
/// Leaves the machine to who serves: after each stretch of work a rest twice as long, so that a copy or a check takes
/// a third of one processor and of the disk at most.
/// </summary>
internal sealed class Pace(TimeProvider time, CancellationToken ct)
{
    private static readonly TimeSpan Stretch = TimeSpan.FromMilliseconds(10);

    private long began = time.GetTimestamp();

    /// <summary>To be called often; rests where it is time to.</summary>
    /// <returns>False where the work was called off.</returns>
    public bool Rest()
    {
        var worked = time.GetElapsedTime(began);
        if (worked >= Stretch)
        {
            ct.WaitHandle.WaitOne(2 * worked);
            began = time.GetTimestamp();
        }

        return !ct.IsCancellationRequested;
    }
}
