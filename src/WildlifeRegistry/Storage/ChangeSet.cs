using System.Collections.Immutable;
using WildlifeRegistry.Access;
using WildlifeRegistry.Links;
using WildlifeRegistry.Records;

namespace WildlifeRegistry.Storage;

/// <summary>Changes that happen together or not at all. Everything in it belongs to the author's agency.</summary>
public sealed record ChangeSet
{
    /// <summary>Makes the change happen once: kept per officer, with the outcome's ids.</summary>
    public RequestKey? RequestKey { get; init; }

    /// <summary>The record or link of the change that it is about: its id comes first in the outcome. Null: the first in order.</summary>
    public RecordId? Subject { get; init; }

    /// <summary>Records to add, each at version 1.</summary>
    public ImmutableArray<NewRecord> Records { get; init; } = [];

    /// <summary>Records to write anew, each on the version it was made on.</summary>
    public ImmutableArray<AmendedRecord> Amended { get; init; } = [];

    /// <summary>Connectors that links of this change lead to; one that is there already stays as it is.</summary>
    public ImmutableArray<StoredConnector> Connectors { get; init; } = [];

    /// <summary>Links to add, each at version 1. Both ends are of this change, or visible to the author at Sanitised.</summary>
    public ImmutableArray<StoredLink> Links { get; init; } = [];

    /// <summary>Links to write anew, each on the version it was made on; ends and kind stay.</summary>
    public ImmutableArray<AmendedLink> AmendedLinks { get; init; } = [];

    /// <summary>The author's agency's own records and links that the change was decided on: it fails with a conflict where one has moved on.</summary>
    public ImmutableArray<Witness> Unchanged { get; init; } = [];

    /// <summary>Joint operations that the change was decided on: it fails with a conflict where one, or its officers, have moved on.</summary>
    public ImmutableArray<RunningOperation> UnchangedOperations { get; init; } = [];

    /// <summary>What the author's agency says to others' links onto its records.</summary>
    public ImmutableArray<Consent> Consents { get; init; } = [];

    /// <summary>Joint operations to open, or to write anew.</summary>
    public ImmutableArray<JointOperation> Operations { get; init; } = [];

    /// <summary>Officers to propose for a joint operation, to confirm, or whose membership's end changes.</summary>
    public ImmutableArray<Membership> Memberships { get; init; } = [];

    /// <summary>The audiences that it writes under, each once; links that spell out a record's fields carry the record's.</summary>
    internal IEnumerable<Audience> Audiences => Records.Select(added => added.Record.Audience)
        .Concat(Amended.Select(amended => amended.Record.Audience))
        .Concat(Links.Select(link => link.Audience))
        .Concat(AmendedLinks.Select(amended => amended.Audience))
        .Distinct();

    /// <summary>What its outcome names: the subject, then all that it is about in its order.</summary>
    internal ImmutableArray<RecordId> OutcomeIds
    {
        get
        {
            ImmutableArray<RecordId> ids =
            [
                .. Records.Select(record => record.Record.Id),
                .. Amended.Select(record => record.Record.Id),
                .. Links.Select(link => link.Id),
                .. AmendedLinks.Select(link => link.Id),
                .. Consents.Select(consent => consent.Link),
                .. Operations.Select(operation => operation.Id),
            ];
            return Subject is { } subject ? [subject, .. ids.Where(id => id != subject)] : ids;
        }
    }
}

/// <summary>One officer's request: the key they chose and a digest of what they asked.</summary>
/// <param name="Field">The operation, e.g. recordSeizure: keys are per officer and field.</param>
/// <param name="ContentHash">The same key with another content is refused.</param>
public sealed record RequestKey(string Field, string Key, string ContentHash)
{
    /// <summary>How long a committed request answers for itself.</summary>
    internal static readonly TimeSpan Kept = TimeSpan.FromDays(30);

    /// <summary>What a request that was committed under this key answers to this one.</summary>
    internal CommitResult Answer(string earlierHash, ImmutableArray<RecordId> earlierIds) => string.Equals(earlierHash, ContentHash, StringComparison.Ordinal)
        ? new CommitResult.Committed(earlierIds, Replayed: true)
        : new CommitResult.Refused(RefusalReason.RequestKeyReused, null);
}

/// <param name="Derived">The links that spell out the record's own fields.</param>
/// <param name="NumberedIn">The year of the record's reference; null for kinds without references.</param>
public sealed record NewRecord(StoredRecord Record, ImmutableArray<StoredLink> Derived, int? NumberedIn);

/// <param name="Derived">All the links that now spell out the record's own fields; those not named here go.</param>
/// <param name="ShowsFrom">The lowest level at which the change shows (recipients at or above it get a new edition); null where it shows to nobody.</param>
public sealed record AmendedRecord(StoredRecord Record, int ExpectedVersion, ImmutableArray<StoredLink> Derived, Level? ShowsFrom);

/// <param name="Discriminator">As <see cref="StoredLink.Discriminator"/>.</param>
/// <param name="Properties">UTF-8 JSON of <see cref="LinkProperties"/>.</param>
public sealed record AmendedLink(RecordId Id, int ExpectedVersion, Audience Audience, bool Withdrawn, Handling Handling, string Discriminator, byte[] Properties);

public sealed record Witness(RecordId Id, int Version);

/// <summary>
/// Consent to a link of another agency's onto a record of the author's: without it the link stays between the two.
/// Taken back, the link is narrowed to the two at once.
/// </summary>
public sealed record Consent(RecordId Link, bool Given);

/// <summary>A joint operation of several agencies: a group of officers that releases may name.</summary>
/// <param name="Id">What <c>group:ID</c> names.</param>
/// <param name="Lead">The agency that opened it and confirms its officers.</param>
/// <param name="Members">The agencies that may propose officers, the lead included.</param>
/// <param name="Until">Its end (UTC, excluded).</param>
public sealed record JointOperation(RecordId Id, string Name, AgencyCode Lead, ImmutableArray<AgencyCode> Members, DateTimeOffset Until);

/// <summary>An officer's place in a joint operation.</summary>
/// <param name="Until">Its end (UTC, excluded).</param>
/// <param name="Confirmed">False: only proposed, which opens nothing.</param>
public sealed record Membership(string Group, OfficerId Officer, DateTimeOffset Until, bool Confirmed = true);

/// <summary>A joint operation with its officers, as both stood when they were read.</summary>
public sealed record RunningOperation(JointOperation Operation, IReadOnlyList<Membership> Officers)
{
    /// <summary>True where nothing of it has changed.</summary>
    public bool IsLike(RunningOperation other) =>
        Operation with { Members = [] } == other.Operation with { Members = [] }
        && Operation.Members.SequenceEqual(other.Operation.Members)
        && Officers.SequenceEqual(other.Officers);
}

/// <summary>What became of a change set: a closed set.</summary>
public abstract record CommitResult
{
    private CommitResult()
    {
    }

    /// <summary>Done and durable.</summary>
    /// <param name="Ids">The subject, where the change set names one; records added or amended, in the order of the change set; then its links.</param>
    /// <param name="Replayed">True where the request key had been committed before: nothing was done again.</param>
    public sealed record Committed(ImmutableArray<RecordId> Ids, bool Replayed) : CommitResult;

    /// <summary>A record or link that the author may write has moved on. Nothing was changed.</summary>
    public sealed record Conflict(RecordId Id, int Current) : CommitResult;

    /// <summary>The change contradicts the store. Nothing was changed.</summary>
    public sealed record Refused(RefusalReason Reason, RecordId? Id) : CommitResult;

    /// <summary>The author sees no such record, or it is another's to write. Nothing was changed.</summary>
    public sealed record Missing(RecordId Id) : CommitResult;
}

public enum RefusalReason
{
    /// <summary>The officer used this request key for another content.</summary>
    RequestKeyReused,

    /// <summary>The owner has this link already, as far as the author sees.</summary>
    DuplicateLink,

    /// <summary>A link would join exercise and real.</summary>
    ExerciseMixed,

    /// <summary>A record with this import key is there already, as far as the author sees.</summary>
    ImportKeyTaken,

    /// <summary>The id is in use.</summary>
    IdTaken,

    /// <summary>A link onto another agency's record would be released beyond the two agencies, and that agency has not consented.</summary>
    ConsentMissing,
}
