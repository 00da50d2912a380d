using WildlifeRegistry.Access;
using WildlifeRegistry.Links;
using WildlifeRegistry.Records;

namespace WildlifeRegistry.Storage;

/// <summary>What one reader is shown of the rows that an engine brought: the same whichever engine it was.</summary>
internal sealed class Seeing(AudienceTable audiences, Disclosure disclosure, Reader reader, DateTimeOffset now)
{
    public Reader Reader => reader;

    public DateTimeOffset Now => now;

    public AudienceLevels Levels { get; } = audiences.LevelsFor(reader, now);

    public Level LevelOf(Row row) => Levels[row.Audience];

    /// <summary>True where another agency's release is what the reader has the record from.</summary>
    public bool IsRecipient(Row row) => row.Owner is not null && row.Owner != reader.Agency;

    /// <summary>True for an officer of the owner at Full.</summary>
    public bool IsOwners(Row row) => LevelOf(row) == Level.Full && row.Owner == reader.Agency;

    public SeenLink Link(LinkRow link, Row far, Level nearLevel)
    {
        var level = Min(nearLevel, Min(Levels[link.Audience], LevelOf(far)));
        return new SeenLink(
            link.Id,
            link.Kind,
            link.Outgoing,
            far.Id,
            link.Owner,
            level,
            link.Handling,
            link.Withdrawn,
            link.Owner == reader.Agency && Levels[link.Audience] == Level.Full ? new LinkOwnersView(link.Version, audiences[link.Audience], link.Consents) : null,
            Disclosure.Properties(level, link.Properties));
    }

    /// <param name="release">The reader's, where the plan asks for it.</param>
    /// <param name="versions">Those before this one, oldest first; null where the plan did not ask. Shown to the owner's officers alone.</param>
    public SeenRecord Record(Row row, RunningRelease? release = null, IReadOnlyList<RecordEdition>? editions = null, IEnumerable<VersionRow>? versions = null)
    {
        var level = LevelOf(row);
        var full = level == Level.Full;
        return new SeenRecord
        {
            Id = row.Id,
            Kind = row.Kind,
            Level = level,
            Owner = row.Owner,
            Exercise = row.World == Row.NeitherWorld ? null : row.World == 1,
            Validation = row.Validation,
            Handling = row.Handling,
            StoredDetails = full ? row.Details : null,
            Reference = full ? row.Reference : null,
            ReleasedAt = release is null ? null : Row.Time(release.ReleasedAt),
            Edition = release?.Edition,
            Editions = editions,
            Owners = IsOwners(row)
                ? new OwnersView(row.Version, audiences[row.Audience], Row.Time(row.CreatedAt), new OfficerId(row.CreatedBy), Row.Time(row.UpdatedAt), new OfficerId(row.UpdatedBy), versions is null ? null : [.. versions.Append(VersionRow.Of(row)).Select(Version)])
                : null,
            Properties = disclosure.Properties(row.Kind, level, row.Properties),
        };
    }

    /// <summary>What the reader had at one edition, as the level that they have now shows it.</summary>
    public RecordEdition Edition(Row row, int number, long at, Validation validation, Handling handling, byte[] properties) =>
        new(number, Row.Time(at), validation, handling, disclosure.Properties(row.Kind, LevelOf(row), properties));

    /// <summary>
    /// Of the releases that name the reader and run now, the one at the highest level that the reader's roles let
    /// through, then the earliest. What they do not let through must not count either.
    /// </summary>
    /// <param name="shown">How many of a release's editions show at a level.</param>
    public RunningRelease? BestOf(RecordKind kind, IEnumerable<RunningRelease> releases, Func<RunningRelease, Level, int> shown)
    {
        var cap = Visibility.Cap(reader, kind);
        var best = releases
            .Where(one => (one.Until == 0 || now.UtcTicks < one.Until) && Token.TryParse(one.Token, out var token) && reader.Tokens.Contains(token))
            .OrderByDescending(one => Min(one.Level, cap))
            .ThenBy(one => one.Since)
            .ThenBy(one => one.Token, StringComparer.Ordinal)
            .FirstOrDefault();
        return best is null || best.Level <= cap ? best : best with { Edition = shown(best, cap) };
    }

    private RecordVersion Version(VersionRow row) =>
        new(row.Version, Row.Time(row.At), new OfficerId(row.By), row.Validation, row.Handling, audiences[row.Audience], row.DetailsRead(), row.Properties);

    private static Level Min(Level left, Level right) => left < right ? left : right;
}
