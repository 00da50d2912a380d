using System.Collections.Immutable;

namespace WildlifeRegistry.Access;

/// <summary>One grant: who, how much, until when (UTC, excluded).</summary>
public sealed record Release(Token To, Level Level, DateTimeOffset? Until = null);

/// <summary>
/// An owner and a set of releases: an immutable value, interned by the store under an integer id that is never
/// changed and never reused. Every record and every link has one. Equal audiences are equal by
/// <see cref="Canonical"/>.
/// </summary>
public sealed class Audience : IEquatable<Audience>
{
    /// <param name="isReference">The audience of reference records: full for everyone signed in.</param>
    /// <exception cref="ArgumentException">A release at level None: it would say nothing.</exception>
    public Audience(AgencyCode owner, IEnumerable<Release> releases, bool isReference = false)
    {
        Owner = owner;
        IsReference = isReference;
        Releases =
        [
            .. releases.Distinct()
                .OrderBy(release => release.To.Value, StringComparer.Ordinal)
                .ThenBy(release => release.Level)
                .ThenBy(release => release.Until ?? DateTimeOffset.MaxValue),
        ];
        if (Releases.Any(release => release.Level == Level.None))
        {
            throw new ArgumentException("A release is at Hit, Sanitised or Full.", nameof(releases));
        }

        Canonical = (isReference ? "reference|" : "records|") + owner.Value + "|"
            + string.Join('|', Releases.Select(release => FormattableString.Invariant($"{(int)release.Level}>{release.Until?.UtcTicks ?? 0}>{release.To.Value}").Replace("|", "||", StringComparison.Ordinal)));
    }

    public AgencyCode Owner { get; }

    public bool IsReference { get; }

    public ImmutableArray<Release> Releases { get; }

    /// <summary>The audience as one line: equal exactly for equal audiences.</summary>
    public string Canonical { get; }

    /// <summary>The audience that only the owner's own agency is in, at Full.</summary>
    public static Audience OwnAgency(AgencyCode owner) => new(owner, [new Release(Token.Agency(owner), Level.Full)]);

    /// <summary>The audience of reference records kept by this agency.</summary>
    public static Audience Reference(AgencyCode owner) => new(owner, [], isReference: true);

    /// <summary>True where every release names one of these agencies or an officer of theirs.</summary>
    public bool StaysWith(IReadOnlyCollection<AgencyCode> agencies) => Releases.All(release => agencies.Any(release.To.IsOf));

    /// <summary>The audience with only the releases that name one of these agencies or an officer of theirs.</summary>
    public Audience Within(IReadOnlyCollection<AgencyCode> agencies) => new(Owner, Releases.Where(release => agencies.Any(release.To.IsOf)), IsReference);

    public bool Equals(Audience? other) => other is not null && string.Equals(Canonical, other.Canonical, StringComparison.Ordinal);

    public override bool Equals(object? obj) => Equals(obj as Audience);

    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(Canonical);
}
