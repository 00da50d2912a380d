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
/// <param name="Element">Which node it is, as Neo4j numbers them.</param>
internal sealed record Neo4jFound(Row Row, RecordOrigin Origin, string Element)
{
    /// <exception cref="Neo4jMovedException">The seal is not that of what was read.</exception>
    public static Neo4jFound Read(JsonElement node)
    {
        var kind = KindOf(node.GetProperty("labels"u8));
        string? owner = null, reference = null, importKey = null, details = null;
        string sort = "", createdBy = "", updatedBy = "", seal = "";
        byte[] id = [], json = [];
        long createdAt = 0, updatedAt = 0;
        int audience = -1, world = 0, version = 0;
        var (validation, handling) = (Validation.Draft, Handling.H0);
        foreach (var property in node.GetProperty("properties"u8).EnumerateObject())
        {
            var value = property.Value;
            switch (property.Name)
            {
                case "id": id = Neo4jRows.Id(value).ToBytes(); break;
                case "audience": audience = value.GetInt32(); break;
                case "world": world = value.GetInt32(); break;
                case "validation": validation = Neo4jNames.ValidationOf(value.GetString()!); break;
                case "handling": handling = Neo4jNames.HandlingOf(value.GetString()!); break;
                case "version": version = value.GetInt32(); break;
                case "owner": owner = value.GetString(); break;
                case "sort": sort = Neo4jOrder.Read(value.GetString()!); break;
                case "reference": reference = value.GetString(); break;
                case "importKey": importKey = value.GetString(); break;
                case "createdAt": createdAt = Neo4jTime.Read(value.GetString()!); break;
                case "createdBy": createdBy = value.GetString()!; break;
                case "updatedAt": updatedAt = Neo4jTime.Read(value.GetString()!); break;
                case "updatedBy": updatedBy = value.GetString()!; break;
                case "details": details = value.GetString(); break;
                case "json": json = Encoding.UTF8.GetBytes(value.GetString()!); break;
                case "seal": seal = value.GetString()!; break;
                default: break; // the kind's own, for people
            }
        }

        var origin = new RecordOrigin(id, (int)kind, world, owner, reference, importKey, createdAt, createdBy);
        Held(seal, Neo4jSeal.Of(origin, new RecordContent(version, updatedAt, updatedBy, (int)validation, audience, (int)handling, details, json)));
        return new Neo4jFound(
            new Row(0, RecordId.FromBytes(id), kind, audience, world, validation, version, handling, owner is null ? null : Row.Agency(owner), sort, reference, createdAt, createdBy, updatedAt, updatedBy, details, json),
            origin,
            node.GetProperty("elementId"u8).GetString()!);
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
            says.GetProperty("seal"u8).GetString()!,
            Neo4jSeal.Of(Origin, new RecordContent(version.Version, version.At, version.By, (int)version.Validation, version.Audience, (int)version.Handling, version.Details, version.Properties)));
        return version;
    }

    /// <summary>A link of this record's, as its relationship has it.</summary>
    /// <exception cref="Neo4jMovedException">The seal is not that of what was read.</exception>
    public (LinkRow Link, Level Floor) Link(JsonElement relationship, Row far)
    {
        var kind = Neo4jNames.LinkOf(relationship.GetProperty("type"u8).GetString()!);
        string owner = "", sort = "", createdBy = "", updatedBy = "", seal = "";
        byte[] id = [], json = [];
        long createdAt = 0, updatedAt = 0;
        int audience = -1, floor = (int)Level.Full, version = 0;
        bool withdrawn = false, derived = false;
        var handling = Handling.H0;
        IReadOnlyList<AgencyCode> consents = [];
        foreach (var property in relationship.GetProperty("properties"u8).EnumerateObject())
        {
            var value = property.Value;
            switch (property.Name)
            {
                case "id": id = Neo4jRows.Id(value).ToBytes(); break;
                case "owner": owner = value.GetString()!; break;
                case "audience": audience = value.GetInt32(); break;
                case "floor": floor = value.GetInt32(); break;
                case "withdrawn": withdrawn = value.GetBoolean(); break;
                case "derived": derived = value.GetBoolean(); break;
                case "sort": sort = Neo4jOrder.Read(value.GetString()!); break;
                case "handling": handling = Neo4jNames.HandlingOf(value.GetString()!); break;
                case "version": version = value.GetInt32(); break;
                case "createdAt": createdAt = Neo4jTime.Read(value.GetString()!); break;
                case "createdBy": createdBy = value.GetString()!; break;
                case "updatedAt": updatedAt = Neo4jTime.Read(value.GetString()!); break;
                case "updatedBy": updatedBy = value.GetString()!; break;
                case "json": json = Encoding.UTF8.GetBytes(value.GetString()!); break;
                case "consents" when value.GetArrayLength() > 0: consents = [.. value.EnumerateArray().Select(agency => Row.Agency(agency.GetString()!)).OrderBy(agency => agency.Value, StringComparer.Ordinal)]; break;
                case "seal": seal = value.GetString()!; break;
                default: break; // the keys of its ends, the discriminator and the world, which statements alone ask for
            }
        }

        var outgoing = relationship.GetProperty("startNodeElementId"u8).ValueEquals(Element);
        var (from, to) = outgoing ? (Row.Id, far.Id) : (far.Id, Row.Id);
        Held(seal, Neo4jSeal.Of(
            new LinkOrigin(id, (int)kind, from.ToBytes(), to.ToBytes(), owner, [(byte)floor], derived ? 1 : 0, createdAt, createdBy),
            new LinkContent(version, updatedAt, updatedBy, audience, withdrawn ? 1 : 0, (int)handling, json)));
        return (new LinkRow(outgoing, audience, RecordId.FromBytes(id), kind, Row.Agency(owner), handling, withdrawn, version, sort, LinkRow.Says(json), consents), (Level)floor);
    }

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

    private static void Held(string seal, string made)
    {
        if (!string.Equals(seal, made, StringComparison.Ordinal))
        {
            throw new Neo4jMovedException();
        }
    }
}
