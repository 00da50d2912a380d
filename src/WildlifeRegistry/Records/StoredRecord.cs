using System.Collections.Immutable;
using WildlifeRegistry.Access;

namespace WildlifeRegistry.Records;

/// <summary>
/// A record as it is written: the envelope that every record has, and the kind's own properties as JSON that no
/// engine opens. What a reader gets back is a <see cref="SeenRecord"/>.
/// </summary>
public sealed record StoredRecord
{
    public required RecordId Id { get; init; }

    public required RecordKind Kind { get; init; }

    public required AgencyCode Owner { get; init; }

    public required Audience Audience { get; init; }

    /// <summary>True for training data; null for reference records, which are neither.</summary>
    public required bool? Exercise { get; init; }

    public required Validation Validation { get; init; }

    public Handling Handling { get; init; }

    public RecordDetails Details { get; init; } = RecordDetails.None;

    /// <summary>The kind's order key, made of open properties only; ordered ordinally (UTF-8), then by id.</summary>
    public string Sort { get; init; } = "";

    /// <summary>What lists may be filtered by. A property may have several values; a closed one is matched at Full only.</summary>
    public ImmutableArray<IndexedValue> Index { get; init; } = [];

    /// <summary>The importing agency's key for this record (format and the source's own id); null where it was not imported, and in an amendment, which keeps it.</summary>
    public string? ImportKey { get; init; }

    /// <summary>The kind's own properties, UTF-8 JSON by <see cref="RecordJson"/>.</summary>
    public required byte[] Properties { get; init; }
}

/// <summary>The parts of the envelope that are closed below Full.</summary>
public sealed record RecordDetails(string? HandlingNote = null, Grade? Grade = null, Provenance? Provenance = null, PartialDate? ReviewBy = null, string? Reason = null)
{
    public static RecordDetails None { get; } = new();
}

/// <summary>One value that a list of the record's kind may be filtered by.</summary>
public readonly record struct IndexedValue(string Property, string Value);

/// <summary>
/// A connector: an identifier that belongs to nobody. Its id is a keyed function of the type, normal form and
/// exercise flag, so that it is the same whoever came first.
/// </summary>
public sealed record StoredConnector(RecordId Id, bool Exercise, byte[] Properties);
