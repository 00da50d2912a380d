using System.Collections.Concurrent;
using System.Text.Json;
using WildlifeRegistry.Access;
using WildlifeRegistry.Records;

namespace WildlifeRegistry.Storage.Sqlite;

/// <summary>
/// The interned audiences in memory. It only grows, and is emptied when the store's epoch changes; an id beyond its
/// end is invisible until it is refreshed, which every reading and writing transaction does first.
/// </summary>
internal sealed class AudienceTable
{
    private const int MaxCachedReaders = 1000;

    private readonly Lock growing = new();
    private volatile State state = new([], [null]);

    /// <summary>Brings the table up to what the session's transaction sees.</summary>
    public void Refresh(SqliteSession session)
    {
        byte[] epoch;
        long last;
        using (var reader = session.Statement("SELECT value, (SELECT coalesce(max(id), 0) FROM audience) FROM meta WHERE name = 'epoch'").ExecuteReader())
        {
            reader.Read();
            epoch = (byte[])reader.GetValue(0);
            last = reader.GetInt64(1);
        }

        if (last < state.Audiences.Count && epoch.AsSpan().SequenceEqual(state.Epoch))
        {
            return;
        }

        lock (growing)
        {
            var current = epoch.AsSpan().SequenceEqual(state.Epoch) ? state.Audiences : [null];
            var audiences = new List<Audience?>(current);
            using var reader = session.Statement("SELECT id, owner, reference, releases FROM audience WHERE id >= $1 ORDER BY id", audiences.Count).ExecuteReader();
            while (reader.Read())
            {
                var id = reader.GetInt32(0);
                while (audiences.Count < id)
                {
                    audiences.Add(null);
                }

                audiences.Add(new Audience(new AgencyCode(reader.GetString(1)), ReadReleases(reader.GetString(3)), reader.GetBoolean(2)));
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

    /// <summary>The audience's id, interned in the session's transaction.</summary>
    public static int Intern(SqliteSession session, Audience audience)
    {
        if (session.Scalar("SELECT id FROM audience WHERE canonical = $1", audience.Canonical) is long known)
        {
            return (int)known;
        }

        return (int)(long)session.Scalar(
            "INSERT INTO audience (canonical, owner, reference, releases) VALUES ($1, $2, $3, $4) RETURNING id",
            audience.Canonical,
            audience.Owner.Value,
            audience.IsReference ? 1 : 0,
            WriteReleases(audience.Releases))!;
    }

    private static string WriteReleases(IEnumerable<Release> releases) =>
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
    }
}
