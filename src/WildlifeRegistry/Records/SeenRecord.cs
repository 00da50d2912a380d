using System.Text.Json;
using WildlifeRegistry.Access;

namespace WildlifeRegistry.Records;

/// <summary>
/// A record as one reader may see it: closed properties are gone, and what only the owner's officers may know is
/// there only for them. Nothing above the port ever holds more than this.
/// </summary>
public sealed record SeenRecord
{
    private RecordDetails? details;

    public required RecordId Id { get; init; }

    public required RecordKind Kind { get; init; }

    /// <summary><see cref="Level.Sanitised"/> or <see cref="Level.Full"/>.</summary>
    public required Level Level { get; init; }

    /// <summary>Null for connectors, which belong to nobody.</summary>
    public AgencyCode? Owner { get; init; }

    public bool? Exercise { get; init; }

    public Validation Validation { get; init; }

    public Handling Handling { get; init; }

    /// <summary>Empty below Full. Read from the stored form when first asked for: most answers say nothing of them.</summary>
    public RecordDetails Details
    {
        get => details ??= StoredDetails is null ? RecordDetails.None : JsonSerializer.Deserialize<RecordDetails>(StoredDetails, RecordJson.Options)!;
        init => details = value;
    }

    /// <summary>The details as JSON; null where there are none.</summary>
    public string? StoredDetails { private get; init; }

    /// <summary>Null below Full, and for kinds without references.</summary>
    public string? Reference { get; init; }

    /// <summary>For readers other than the owner's: when their release was made (UTC).</summary>
    public DateTimeOffset? ReleasedAt { get; init; }

    /// <summary>For readers other than the owner's: 1 at the release, one more for each later change that their level shows.</summary>
    public int? Edition { get; init; }

    /// <summary>For readers other than the owner's: their editions, oldest first; null where the plan did not ask.</summary>
    public IReadOnlyList<RecordEdition>? Editions { get; init; }

    /// <summary>Null unless the reader is an officer of the owner at Full.</summary>
    public OwnersView? Owners { get; init; }

    /// <summary>The kind's properties that the level shows, UTF-8 JSON.</summary>
    public required byte[] Properties { get; init; }
}

/// <summary>What only the owner's officers at Full see of a record.</summary>
/// <param name="Versions">Oldest first; null where the plan did not ask.</param>
public sealed record OwnersView(
    int Version,
    Audience Audience,
    DateTimeOffset CreatedAt,
    OfficerId CreatedBy,
    DateTimeOffset UpdatedAt,
    OfficerId UpdatedBy,
    IReadOnlyList<RecordVersion>? Versions);

/// <summary>One version of a record, as it stood then.</summary>
public sealed record RecordVersion(
    int Version,
    DateTimeOffset At,
    OfficerId By,
    Validation Validation,
    Handling Handling,
    Audience Audience,
    RecordDetails Details,
    byte[] Properties);

/// <summary>What a recipient had at one edition: stripped to their level, like everything they see.</summary>
/// <param name="Edition">From 1.</param>
/// <param name="At">When it came to be (UTC).</param>
public sealed record RecordEdition(int Edition, DateTimeOffset At, Validation Validation, Handling Handling, byte[] Properties);
