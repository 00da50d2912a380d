using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using WildlifeRegistry.Access;
using WildlifeRegistry.Links;
using WildlifeRegistry.Records;

namespace WildlifeRegistry.Storage.Neo4j;

/// <summary>A record as a commit knows it, without what it says.</summary>
/// <param name="World">0 real, 1 exercise, 2 neither.</param>
internal sealed record KnownRecord(
    RecordId Id,
    RecordKind Kind,
    int World,
    AgencyCode? Owner,
    string Sort,
    int Audience,
    int Version,
    string? Reference,
    string? ImportKey,
    long CreatedAt,
    string CreatedBy)
{
    public RecordOrigin Origin => new(Id.ToBytes(), (int)Kind, World, Owner?.Value, Reference, ImportKey, CreatedAt, CreatedBy);

    /// <summary>The columns that <see cref="Read"/> reads, of a node.</summary>
    public static string Columns(string node) =>
        $"[{node}.id, [label IN labels({node}) WHERE label <> 'Record'][0], {node}.world, {node}.owner, {node}.sort, {node}.audience, {node}.version, {node}.reference, {node}.importKey, {node}.createdAt, {node}.createdBy]";

    public static KnownRecord Read(JsonElement row) => new(
        Neo4jRows.Id(row[0]),
        Neo4jNames.KindOf(row[1].GetString()!),
        row[2].GetInt32(),
        row[3].GetString() is { } owner ? Row.Agency(owner) : null,
        Neo4jOrder.Read(row[4].GetString()!),
        row[5].GetInt32(),
        row[6].GetInt32(),
        row[7].GetString(),
        row[8].GetString(),
        Neo4jTime.Read(row[9].GetString()!),
        row[10].GetString()!);
}

/// <summary>A link as a commit knows it.</summary>
/// <param name="Consents">Ordered ordinally.</param>
internal sealed record KnownLink(
    RecordId Id,
    LinkKind Kind,
    RecordId From,
    RecordId To,
    AgencyCode Owner,
    int Audience,
    Level Floor,
    bool Withdrawn,
    bool Derived,
    string Discriminator,
    Handling Handling,
    int Version,
    long CreatedAt,
    string CreatedBy,
    byte[] Properties,
    ImmutableArray<string> Consents)
{
    public LinkOrigin Origin => new(Id.ToBytes(), (int)Kind, From.ToBytes(), To.ToBytes(), Owner.Value, [(byte)Floor], Derived ? 1 : 0, CreatedAt, CreatedBy);

    /// <summary>The columns that <see cref="Read"/> reads, of a relationship between two nodes.</summary>
    public static string Columns(string link, string from, string to) =>
        $"[{link}.id, type({link}), {from}.id, {to}.id, {link}.owner, {link}.audience, {link}.floor, {link}.withdrawn, {link}.derived, {link}.discriminator, {link}.handling, {link}.version, {link}.createdAt, {link}.createdBy, {link}.json, {link}.consents, {KnownRecord.Columns(from)}, {KnownRecord.Columns(to)}]";

    public static (KnownLink Link, KnownRecord From, KnownRecord To) Read(JsonElement row) => (
        new KnownLink(
            Neo4jRows.Id(row[0]),
            Neo4jNames.LinkOf(row[1].GetString()!),
            Neo4jRows.Id(row[2]),
            Neo4jRows.Id(row[3]),
            Row.Agency(row[4].GetString()!),
            row[5].GetInt32(),
            (Level)row[6].GetInt32(),
            row[7].GetBoolean(),
            row[8].GetBoolean(),
            row[9].GetString()!,
            Neo4jNames.HandlingOf(row[10].GetString()!),
            row[11].GetInt32(),
            Neo4jTime.Read(row[12].GetString()!),
            row[13].GetString()!,
            Encoding.UTF8.GetBytes(row[14].GetString()!),
            [.. row[15].EnumerateArray().Select(agency => agency.GetString()!)]),
        KnownRecord.Read(row[16]),
        KnownRecord.Read(row[17]));
}

/// <summary>A release that runs; times are UTC ticks, an end of 0 is none.</summary>
internal sealed record KnownEdition(RecordId Record, string Token, int Level, long Until, int Since, long ReleasedAt, int Edition);

/// <summary>Values as they come from Neo4j.</summary>
internal static class Neo4jRows
{
    /// <exception cref="FormatException">It is no id.</exception>
    public static RecordId Id(JsonElement value) => RecordId.TryParse(value.GetString(), out var id) ? id : throw new FormatException("An id in the store is none.");
}
