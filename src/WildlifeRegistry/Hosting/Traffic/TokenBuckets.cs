namespace WildlifeRegistry.Hosting.Traffic;

/// <summary>
/// A bucket of tokens for each caller, filled steadily. By the clock's monotonic side: that somebody sets the time takes
/// no token away and gives none. The framework's limiters keep a time of their own, which no test can move.
/// </summary>
internal sealed class TokenBuckets<TKey>(double perSecond, int burst, TimeProvider time)
    where TKey : notnull
{
    /// <summary>Most callers that are told apart: further ones share one bucket until others are full again.</summary>
    private const int MostKept = 20_000;

    private readonly Lock door = new();
    private readonly Dictionary<TKey, Bucket> buckets = [];
    private readonly Bucket shared = new() { Tokens = burst, At = time.GetTimestamp() };

    /// <summary>Takes a token.</summary>
    /// <returns>Null where there was one; else how long until there is.</returns>
    public TimeSpan? Take(TKey key)
    {
        lock (door)
        {
            var now = time.GetTimestamp();
            if (!buckets.TryGetValue(key, out var bucket))
            {
                bucket = Add(key, now);
            }

            Fill(bucket, now);
            if (bucket.Tokens < 1)
            {
                return TimeSpan.FromSeconds((1 - bucket.Tokens) / perSecond);
            }

            bucket.Tokens--;
            return null;
        }
    }

    private Bucket Add(TKey key, long now)
    {
        if (buckets.Count >= MostKept)
        {
            foreach (var (idle, bucket) in buckets)
            {
                Fill(bucket, now);
                if (bucket.Tokens >= burst)
                {
                    buckets.Remove(idle);
                }
            }
        }

        return buckets.Count >= MostKept ? shared : buckets[key] = new Bucket { Tokens = burst, At = now };
    }

    private void Fill(Bucket bucket, long now)
    {
        bucket.Tokens = Math.Min(burst, bucket.Tokens + (perSecond * time.GetElapsedTime(bucket.At, now).TotalSeconds));
        bucket.At = now;
    }

    private sealed class Bucket
    {
        public double Tokens { get; set; }

        public long At { get; set; }
    }
}
