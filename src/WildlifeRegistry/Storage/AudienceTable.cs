using System.Collections.Concurrent;
using System.Text.Json;
using WildlifeRegistry.Access;
using WildlifeRegistry.Records;

namespace WildlifeRegistry.Storage;

/// <summary>
/// The interned audiences in memory. It only grows, and is emptied when the store's epoch changes; an id beyond its
/// end is invisible until it is refreshed, which every reading and writing transaction does first.
/// </summary>
internal sealed class AudienceTable
{
    private const int MaxCachedReaders = 1000;

    private readonly Lock growing = new();
    private volatile State state = new([], [null]);

    /// <summary>The first id that it does not know.</summary>
    public int Count => state.Audiences.Count;

    /// <summary>What it knows now, to be asked whether that was enough: it may know more by the time that an answer comes.</summary>
    public AudiencesKnown Known
    {
        get
        {
            var current = state;
            return new(current.Epoch, current.Audiences.Count);
        }
    }

    /// <summary>True where what it knows is of this epoch.</summary>
    public bool IsOf(ReadOnlySpan<byte> epoch) => epoch.SequenceEqual(state.Epoch);

    /// <summary>The audience's id; null where it does not know one.</summary>
    public int? Find(Audience audience) => state.Ids.Value.TryGetValue(audience, out var id) ? id : null;

    /// <summary>Takes up what it does not know yet.</summary>
    /// <param name="from">The audiences from an id on, in order of their ids.</param>
    /// <param name="last">The last id there is, where no audience need have it.</param>
    public void Grow(byte[] epoch, Func<int, IEnumerable<(int Id, Audience Audience)>> from, int last = 0)
    {
        lock (growing)
        {
            var audiences = epoch.AsSpan().SequenceEqual(state.Epoch) ? new List<Audience?>(state.Audiences) : [null];
            var first = audiences.Count;
            foreach (var (id, audience) in from(first).SkipWhile(one => one.Id < first))
            {
                while (audiences.Count < id)
                {
                    audiences.Add(null);
                }

                audiences.Add(audience);
            }

            while (audiences.Count <= last)
            {
                audiences.Add(null);
            }

            state = new State(epoch, audiences);
        }
    }

    /// <summary>The audience with an id that a refreshed table knows.</summary>
    public Audience this[int id] => state.Audiences[id] ?? throw new InvalidOperationException("No audience has this id.");

    /// <summary>What the reader has on each audience at this time.</summary>
    public AudienceLevels LevelsFor(Reader reader, DateTimeOffset now)
    {
        var current = state;
        var key = new ReaderKey(reader.Officer, reader.Agency, reader.Country, string.Join(' ', reader.Roles), string.Join(' ', reader.Groups));
        if (current.Cached.TryGetValue(key, out var known) && now >= known.From && now < known.Until)
        {
            return known.Levels;
        }

        // Levels change with time only where a release ends.
        var until = current.Audiences
            .SelectMany(audience => audience is null ? [] : audience.Releases.AsEnumerable())
            .Select(release => release.Until)
            .Where(end => end > now)
            .Min() ?? DateTimeOffset.MaxValue;
        var levels = AudienceLevels.For(reader, current.Audiences, now);
        if (current.Cached.Count >= MaxCachedReaders)
        {
            current.Cached.Clear();
        }

        current.Cached[key] = new Cached(levels, now, until);
        return levels;
    }

    internal static string WriteReleases(IEnumerable<Release> releases) =>
        JsonSerializer.Serialize(releases.Select(release => new StoredRelease(release.To.Value, (int)release.Level, release.Until?.UtcTicks)), RecordJson.Options);

    internal static IEnumerable<Release> ReadReleases(string json)
    {
        foreach (var stored in JsonSerializer.Deserialize<StoredRelease[]>(json, RecordJson.Options) ?? [])
        {
            // A token that cannot be read names nobody: the release is left out, which only narrows.
            if (Token.TryParse(stored.To, out var token))
            {
                yield return new Release(token, (Level)stored.Level, stored.Until is { } ticks ? new DateTimeOffset(ticks, TimeSpan.Zero) : null);
            }
        }
    }

    private sealed record StoredRelease(string To, int Level, long? Until);

    private sealed record Cached(AudienceLevels Levels, DateTimeOffset From, DateTimeOffset Until);

    private sealed record ReaderKey(OfficerId Officer, AgencyCode Agency, string? Country, string Roles, string Groups);

    private sealed record State(byte[] Epoch, IReadOnlyList<Audience?> Audiences)
    {
        public ConcurrentDictionary<ReaderKey, Cached> Cached { get; } = new();

        /// <summary>The ids by audience, made where somebody asks for one.</summary>
        public Lazy<Dictionary<Audience, int>> Ids { get; } = new(() => Audiences.Select((audience, id) => (audience, id)).Where(one => one.audience is not null).ToDictionary(one => one.audience!, one => one.id));
    }
}

/// <summary>How far a table of audiences knew them.</summary>
/// <param name="Count">The first id that it did not know.</param>
internal readonly record struct AudiencesKnown(byte[] Epoch, int Count)
{
    /// <summary>True where these were all audiences up to this id, in this epoch.</summary>
    public bool Has(ReadOnlySpan<byte> epoch, long last) => last < Count && epoch.SequenceEqual(Epoch);
}
