using WildlifeRegistry.Access;
using WildlifeRegistry.Records;

namespace WildlifeRegistry.Links;

/// <summary>
/// A relation between two records, itself a record with an owner and an audience of its own. Among links of one kind
/// its order key is that of the record it starts from.
/// </summary>
public sealed record StoredLink
{
    public required RecordId Id { get; init; }

    public required LinkKind Kind { get; init; }

    public required RecordId From { get; init; }

    public required RecordId To { get; init; }

    public required AgencyCode Owner { get; init; }

    public required Audience Audience { get; init; }

    /// <summary>Below this level the link does not exist: Full for links to identifiers of people, else Sanitised.</summary>
    public Level Floor { get; init; } = Level.Sanitised;

    public bool Withdrawn { get; init; }

    /// <summary>What tells two links of one kind between the same ends apart: the role, or the leg. Links are unique per owner.</summary>
    public string Discriminator { get; init; } = "";

    public Handling Handling { get; init; }

    /// <summary>UTF-8 JSON of <see cref="LinkProperties"/>.</summary>
    public required byte[] Properties { get; init; }
}

/// <summary>What a link says. Open: role (ORGANISER and OFFICIAL shown as OTHER below Full), leg, seizureOpportunity; all else is closed.</summary>
/// <param name="Reason">Why it was withdrawn.</param>
public sealed record LinkProperties(
    InvolvementRole? Role = null,
    int? Leg = null,
    bool? SeizureOpportunity = null,
    string? ValueAsGiven = null,
    Period? Period = null,
    Grade? Grade = null,
    Provenance? Provenance = null,
    string? HandlingNote = null,
    string? Note = null,
    string? Reason = null,
    AssociationKind? Association = null,
    AssociationStrength? Strength = null,
    ForensicFinding? Forensic = null);

/// <summary>What a laboratory found that two events have in common.</summary>
/// <param name="ReportNumber">The laboratory's own.</param>
/// <param name="Likelihood">As the report puts it.</param>
public sealed record ForensicFinding(ForensicKind Kind, string? Laboratory = null, string? ReportNumber = null, string? Method = null, string? Likelihood = null);

/// <summary>A link as one reader may see it, from the record it was listed on.</summary>
/// <param name="Outgoing">True where the link leads from the record it was listed on.</param>
/// <param name="Other">The record at the far end, in the same <see cref="Storage.Reading"/>.</param>
/// <param name="Owners">Null unless the reader is an officer of the owner at Full.</param>
public sealed record SeenLink(
    RecordId Id,
    LinkKind Kind,
    bool Outgoing,
    RecordId Other,
    AgencyCode Owner,
    Level Level,
    Handling Handling,
    bool Withdrawn,
    LinkOwnersView? Owners,
    LinkProperties Properties);

/// <summary>What only the owner's officers at Full see of a link.</summary>
/// <param name="Consents">The agencies that have consented to the link onto their record.</param>
public sealed record LinkOwnersView(int Version, Audience Audience, IReadOnlyList<AgencyCode> Consents);
