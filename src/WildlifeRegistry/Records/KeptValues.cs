using Microsoft.Extensions.Caching.Memory;
using WildlifeRegistry.Access;

namespace WildlifeRegistry.Records;

/// <summary>
/// Records' properties as their kinds' own types. What comes up in many answers, species and places above all, is read once
/// at each level, as long as it stays byte for byte what it was.
/// </summary>
public sealed class KeptValues(KindCatalogue kinds) : IDisposable
{
    /// <summary>Of properties as they are stored; what was read of them takes some three times as much.</summary>
    private const long MaxBytes = 8 * 1024 * 1024;

    private readonly MemoryCache kept = new(new MemoryCacheOptions { SizeLimit = MaxBytes });

    public object Of(SeenRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        var key = (record.Id, record.Level);
        if (kept.TryGetValue(key, out KeptValue? known) && known!.Properties.AsSpan().SequenceEqual(record.Properties))
        {
            return known.Value;
        }

        var value = kinds[record.Kind].Read(record.Properties);
        return kept.Set(key, new KeptValue(record.Properties, value), new MemoryCacheEntryOptions { Size = record.Properties.Length }).Value;
    }

    public void Dispose() => kept.Dispose();

    private sealed record KeptValue(byte[] Properties, object Value);
}
