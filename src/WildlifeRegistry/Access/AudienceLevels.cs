using WildlifeRegistry.Records;

namespace WildlifeRegistry.Access;

/// <summary>
/// What one reader has on each interned audience at one moment: all that an engine knows of access. Engines test
/// membership by the audience's integer id; an id that is not in the table is invisible.
/// </summary>
public sealed class AudienceLevels
{
    private readonly byte[] levels;

    private AudienceLevels(byte[] levels) => this.levels = levels;

    /// <summary>One byte a level, at the audience's id. Position 0 stands for connectors: full, seen through links alone.</summary>
    public ReadOnlyMemory<byte> Bytes => levels;

    /// <param name="audiences">Indexed by id; position 0 is nobody's, and gaps are null.</param>
    public static AudienceLevels For(Reader reader, IReadOnlyList<Audience?> audiences, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(reader);
        var bytes = new byte[Math.Max(1, audiences.Count)];
        bytes[0] = (byte)Level.Full;
        for (var id = 1; id < audiences.Count; id++)
        {
            if (audiences[id] is { } audience)
            {
                // The cap depends on the role and on whether the kind is a reference kind; the audience says which.
                var kind = audience.IsReference ? RecordKind.Species : RecordKind.Seizure;
                bytes[id] = (byte)Visibility.LevelFor(reader, kind, audience, now);
            }
        }

        return new AudienceLevels(bytes);
    }

    public Level this[int id] => id >= 0 && id < levels.Length ? (Level)levels[id] : Level.None;
}
