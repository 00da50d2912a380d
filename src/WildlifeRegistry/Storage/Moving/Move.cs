using System.Collections.Immutable;
using System.Threading.Channels;

namespace WildlifeRegistry.Storage.Moving;

/// <summary>How many things of each sort lie in a store, and a digest over all of them that is the same in whatever order they come.</summary>
internal sealed class StoreDigest
{
    private readonly SortedDictionary<string, (long Count, UInt128 Sum)> sorts = new(StringComparer.Ordinal);
    private readonly VersionDigest digest = new();

    public void Add(MovedRow row)
    {
        var (count, sum) = sorts.GetValueOrDefault(row.GetType().Name);
        sorts[row.GetType().Name] = (count + 1, unchecked(sum + row.Digest(digest)));
    }

    public ImmutableArray<CheckCount> Counts => [.. sorts.Select(sort => new CheckCount(sort.Key, sort.Value.Count))];

    public bool IsLike(StoreDigest other) => sorts.SequenceEqual(other.sorts);

    /// <summary>All of it in one line, to be held beside another's.</summary>
    public override string ToString()
    {
        object?[] all = [.. sorts.SelectMany(sort => new object[] { sort.Key, sort.Value.Count, BytesOf(sort.Value.Sum) })];
        return Convert.ToHexStringLower(digest.Of(all));
    }

    private static byte[] BytesOf(UInt128 sum)
    {
        var bytes = new byte[16];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt128LittleEndian(bytes, sum);
        return bytes;
    }
}

/// <summary>
/// Moves a whole store into an empty one of either engine. The target is marked as incomplete until a digest of everything,
/// read back from it, is the source's.
/// </summary>
internal static class Move
{
    /// <summary>Rows that are handed over at once.</summary>
    private const int Batch = 1000;

    /// <exception cref="StoreException">One of the two failed, or what came into the target is not what lies in the source.</exception>
    /// <exception cref="StoppedException">It was told to stop.</exception>
    public static async Task<StoreDigest> RunAsync(IMovedStore from, IMovedStore to, CancellationToken ct)
    {
        try
        {
            return await FillAsync(from, to, ct);
        }
        catch (OperationCanceledException fault) when (ct.IsCancellationRequested)
        {
            throw new StoppedException($"Stopped before it was done: {to.Name} is not whole. {to.StartOver}", fault);
        }
        catch (StoreException fault)
        {
            throw new StoreException($"{fault.Message} {to.Name} is not whole. {to.StartOver}", isTransient: false, fault);
        }
    }

    private static async Task<StoreDigest> FillAsync(IMovedStore from, IMovedStore to, CancellationToken ct)
    {
        var sent = new StoreDigest();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var ready = Channel.CreateBounded<List<MovedRow>>(new BoundedChannelOptions(4) { SingleReader = true, SingleWriter = true });
        var reading = Task.Run(() => ReadAsync(from, sent, ready.Writer, stop.Token), stop.Token);
        try
        {
            await foreach (var batch in ready.Reader.ReadAllAsync(ct))
            {
                await to.TakeAsync(batch, ct);
            }
        }
        catch
        {
            await stop.CancelAsync();
            throw;
        }
        finally
        {
            await Task.WhenAny(reading);
        }

        await reading;
        var arrived = new StoreDigest();
        await foreach (var row in to.RowsAsync(ct))
        {
            arrived.Add(row);
        }

        if (!arrived.IsLike(sent))
        {
            throw new StoreException($"What lies in {to.Name} is not what lies in {from.Name}: their digests are {arrived} and {sent}.", isTransient: false);
        }

        await to.CompleteAsync(ct);
        return sent;
    }

    private static async Task ReadAsync(IMovedStore from, StoreDigest sent, ChannelWriter<List<MovedRow>> ready, CancellationToken ct)
    {
        try
        {
            var batch = new List<MovedRow>(Batch);
            await foreach (var row in from.RowsAsync(ct))
            {
                sent.Add(row);
                batch.Add(row);
                if (batch.Count == Batch)
                {
                    await ready.WriteAsync(batch, ct);
                    batch = new List<MovedRow>(Batch);
                }
            }

            await ready.WriteAsync(batch, ct);
            ready.Complete();
        }
        catch (Exception fault)
        {
            ready.Complete(fault);
            throw;
        }
    }
}
