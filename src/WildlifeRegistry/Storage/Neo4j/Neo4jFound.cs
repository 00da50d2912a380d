using System.Text;
using System.Text.Json;
using WildlifeRegistry.Access;
using WildlifeRegistry.Links;
using WildlifeRegistry.Records;

namespace WildlifeRegistry.Storage.Neo4j;

/// <summary>
/// What a statement brought is not of one moment: somebody's commit came in between, and a version was read with another's
/// audience, or a list without what belongs to it. The statement is sent again.
/// </summary>
internal sealed class Neo4jMovedException : Exception;

/// <summary>A record as its node has it, whose seal fits.</summary>
internal sealed record Neo4jFound(Row Row, RecordOrigin Origin)
{
    /// <summary>What <see cref="Read"/> reads of a node: not the kind's own properties, which are for people.</summary>
    public static string Columns(string node) =>
        $"[labels({node}), {Properties(node, "id", "audience", "world", "validation", "handling", "version", "owner", "sort", "reference", "importKey", "createdAt", "createdBy", "updatedAt", "updatedBy", "details", "json", "seal")}]";

    /// <summary>What <see cref="Link"/> reads of a relationship of a node.</summary>
    public static string LinkColumns(string near, string link) =>
        $"[type({link}), startNode({link}) = {near}, {Properties(link, "id", "owner", "audience", "floor", "withdrawn", "derived", "sort", "handling", "version", "createdAt", "createdBy", "updatedAt", "updatedBy", "json", "consents", "seal")}]";

    /// <summary>The id in columns.</summary>
    public static string IdOf(JsonElement columns) => columns[1].GetString() ?? throw new Neo4jMovedException();

    /// <summary>The id in a link's columns.</summary>
    public static string LinkIdOf(JsonElement columns) => columns[2].GetString() ?? throw new Neo4jMovedException();

    /// <exception cref="Neo4jMovedException">The seal is not that of what was read.</exception>
    public static Neo4jFound Read(JsonElement columns)
    {
        var kind = KindOf(columns[0]);
        var id = Neo4jRows.Id(columns[1]).ToBytes();
        var (audience, world, version) = (Number(columns[2]), Number(columns[3]), Number(columns[6]));
        var (validation, handling) = (Neo4jNames.ValidationOf(Text(columns[4])), Neo4jNames.HandlingOf(Text(columns[5])));
        var (owner, sort) = (columns[7].GetString(), Neo4jOrder.Read(Text(columns[8])));
        var (reference, importKey) = (columns[9].GetString(), columns[10].GetString());
        var (createdAt, createdBy) = (Neo4jTime.Read(Text(columns[11])), Text(columns[12]));
        var (updatedAt, updatedBy) = (Neo4jTime.Read(Text(columns[13])), Text(columns[14]));
        var (details, json) = (columns[15].GetString(), Encoding.UTF8.GetBytes(Text(columns[16])));
        var origin = new RecordOrigin(id, (int)kind, world, owner, reference, importKey, createdAt, createdBy);
        Held(columns[17], Neo4jSeal.Of(origin, new RecordContent(version, updatedAt, updatedBy, (int)validation, audience, (int)handling, details, json)));
        return new Neo4jFound(
            new Row(0, RecordId.FromBytes(id), kind, audience, world, validation, version, handling, owner is null ? null : Row.Agency(owner), sort, reference, createdAt, createdBy, updatedAt, updatedBy, details, json),
            origin);
    }

    /// <summary>A superseded version of the record.</summary>
    /// <exception cref="Neo4jMovedException">The seal is not that of what was read.</exception>
    public VersionRow Version(JsonElement node)
    {
        var says = node.GetProperty("properties"u8);
        var version = new VersionRow(
            says.GetProperty("number"u8).GetInt32(),
            Neo4jTime.Read(says.GetProperty("at"u8).GetString()!),
            says.GetProperty("by"u8).GetString()!,
            Neo4jNames.ValidationOf(says.GetProperty("validation"u8).GetString()!),
            Neo4jNames.HandlingOf(says.GetProperty("handling"u8).GetString()!),
            says.GetProperty("audience"u8).GetInt32(),
            says.TryGetProperty("details"u8, out var details) ? details.GetString() : null,
            Encoding.UTF8.GetBytes(says.GetProperty("json"u8).GetString()!));
        Held(
            says.GetProperty("seal"u8),
            Neo4jSeal.Of(Origin, new RecordContent(version.Version, version.At, version.By, (int)version.Validation, version.Audience, (int)version.Handling, version.Details, version.Properties)));
        return version;
    }

    /// <summary>A link of this record's, as its relationship has it.</summary>
    /// <exception cref="Neo4jMovedException">The seal is not that of what was read.</exception>
    public (LinkRow Link, Level Floor) Link(JsonElement columns, Row far)
    {
        var kind = Neo4jNames.LinkOf(Text(columns[0]));
        var outgoing = columns[1].GetBoolean();
        var (id, owner) = (Neo4jRows.Id(columns[2]).ToBytes(), Text(columns[3]));
        var (audience, floor) = (Number(columns[4]), Number(columns[5]));
        var (withdrawn, derived) = (Truth(columns[6]), Truth(columns[7]));
        var (sort, handling, version) = (Neo4jOrder.Read(Text(columns[8])), Neo4jNames.HandlingOf(Text(columns[9])), Number(columns[10]));
        var (createdAt, createdBy) = (Neo4jTime.Read(Text(columns[11])), Text(columns[12]));
        var (updatedAt, updatedBy) = (Neo4jTime.Read(Text(columns[13])), Text(columns[14]));
        var json = Encoding.UTF8.GetBytes(Text(columns[15]));
        IReadOnlyList<AgencyCode> consents = columns[16].ValueKind == JsonValueKind.Array && columns[16].GetArrayLength() > 0
            ? [.. columns[16].EnumerateArray().Select(agency => Row.Agency(agency.GetString()!)).OrderBy(agency => agency.Value, StringComparer.Ordinal)]
            : [];
        var (from, to) = outgoing ? (Row.Id, far.Id) : (far.Id, Row.Id);
        Held(columns[17], Neo4jSeal.Of(
            new LinkOrigin(id, (int)kind, from.ToBytes(), to.ToBytes(), owner, [(byte)floor], derived ? 1 : 0, createdAt, createdBy),
            new LinkContent(version, updatedAt, updatedBy, audience, withdrawn ? 1 : 0, (int)handling, json)));
        return (new LinkRow(outgoing, audience, RecordId.FromBytes(id), kind, Row.Agency(owner), handling, withdrawn, version, sort, LinkRow.Says(json), consents), (Level)floor);
    }

    private static string Properties(string of, params IEnumerable<string> names) => string.Join(", ", names.Select(name => $"{of}.{name}"));

    /// <summary>What every record and link has; where it is gone, the seal would not fit either.</summary>
    private static string Text(JsonElement value) => value.GetString() ?? throw new Neo4jMovedException();

    private static int Number(JsonElement value) => value.ValueKind == JsonValueKind.Number ? value.GetInt32() : throw new Neo4jMovedException();

    private static bool Truth(JsonElement value) => value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean() : throw new Neo4jMovedException();

    private static RecordKind KindOf(JsonElement labels)
    {
        foreach (var label in labels.EnumerateArray())
        {
            if (!label.ValueEquals("Record"u8))
            {
                return Neo4jNames.KindOf(label.GetString()!);
            }
        }

        throw new Neo4jMovedException();
    }

    private static void Held(JsonElement seal, string made)
    {
        if (!seal.ValueEquals(made))
        {
            throw new Neo4jMovedException();
        }
    }
}
