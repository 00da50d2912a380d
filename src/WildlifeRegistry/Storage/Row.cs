using System.Collections.Concurrent;
using System.Text.Json;
using WildlifeRegistry.Access;
using WildlifeRegistry.Links;
using WildlifeRegistry.Records;

namespace WildlifeRegistry.Storage;

/// <summary>A record as an engine keeps it; times are UTC, 100 ns since year 1.</summary>
internal sealed record Row(
    long RowId,
    RecordId Id,
    RecordKind Kind,
    int Audience,
    int World,
    Validation Validation,
    int Version,
    Handling Handling,
    AgencyCode? Owner,
    string Sort,
    string? Reference,
    long CreatedAt,
    string CreatedBy,
    long UpdatedAt,
    string UpdatedBy,
    string? Details,
    byte[] Properties)
{
    /// <summary>The world of reference records, which are neither real (0) nor exercise (1).</summary>
    public const int NeitherWorld = 2;

    /// <summary>0 real, 1 exercise, 2 neither.</summary>
    public static int WorldOf(bool? exercise) => exercise switch { false => 0, true => 1, null => NeitherWorld };

    private static readonly ConcurrentDictionary<string, AgencyCode> Agencies = new(StringComparer.Ordinal);

    public static DateTimeOffset Time(long ticks) => new(ticks, TimeSpan.Zero);

    /// <summary>The code, checked once: there are few agencies and many rows.</summary>
    public static AgencyCode Agency(string code) => Agencies.GetOrAdd(code, static text => new AgencyCode(text));
}

/// <summary>One version of a record as an engine keeps it.</summary>
internal sealed record VersionRow(int Version, long At, string By, Validation Validation, Handling Handling, int Audience, string? Details, byte[] Properties)
{
    /// <summary>The version that the record itself is.</summary>
    public static VersionRow Of(Row row) => new(row.Version, row.UpdatedAt, row.UpdatedBy, row.Validation, row.Handling, row.Audience, row.Details, row.Properties);

    public RecordDetails DetailsRead() =>
        Details is null ? RecordDetails.None : JsonSerializer.Deserialize<RecordDetails>(Details, RecordJson.Options)!;
}

/// <summary>A release that runs, since a version of the record, with the edition that its recipient has; times are UTC ticks.</summary>
/// <param name="Until">0: no end.</param>
internal sealed record RunningRelease(string Token, Level Level, long Until, long Since, long ReleasedAt, int Edition);

/// <summary>A link as an engine keeps it, listed from one of its ends.</summary>
internal sealed record LinkRow(
    bool Outgoing,
    int Audience,
    RecordId Id,
    LinkKind Kind,
    AgencyCode Owner,
    Handling Handling,
    bool Withdrawn,
    int Version,
    string Sort,
    LinkProperties Properties,
    IReadOnlyList<AgencyCode> Consents)
{
    private static readonly LinkProperties Silent = new();

    /// <summary>The properties as they are kept; most links say nothing.</summary>
    public static LinkProperties Says(ReadOnlySpan<byte> json) => json.Length == 2 ? Silent : RecordJson.Read<LinkProperties>(json); // two bytes: {}
}
