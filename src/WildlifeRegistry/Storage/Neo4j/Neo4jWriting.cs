using System.Text.Json;
using WildlifeRegistry.Links;
using WildlifeRegistry.Records;

namespace WildlifeRegistry.Storage.Neo4j;

/// <summary>What lies in the graph as members of parameters: one form for commits and for moving a whole store.</summary>
internal static class Neo4jWriting
{
    /// <summary>Between a property and its value in the list that a record is filtered by.</summary>
    public const char Unit = '\u001F';

    /// <summary>A list of objects.</summary>
    public static void Each<T>(Utf8JsonWriter writer, string name, IEnumerable<T> all, Action<T> write)
    {
        writer.WriteStartArray(name);
        foreach (var one in all)
        {
            writer.WriteStartObject();
            write(one);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    public static void Texts(Utf8JsonWriter writer, string name, IEnumerable<string> texts)
    {
        writer.WriteStartArray(name);
        foreach (var text in texts)
        {
            writer.WriteStringValue(text);
        }

        writer.WriteEndArray();
    }

    /// <summary>A record's node: its label, what plain JSON can say of it, and what statements make natives of.</summary>
    public static void Record(Utf8JsonWriter writer, in RecordOrigin of, in RecordContent says, string sort, IEnumerable<IndexedValue> index, Natures natures)
    {
        var (id, kind) = (RecordId.FromBytes(of.Id), (RecordKind)of.Kind);
        writer.WriteString("label", Neo4jNames.LabelOf(kind));
        writer.WriteString("createdAt", Neo4jTime.Write(of.CreatedAt));
        writer.WriteString("updatedAt", Neo4jTime.Write(says.At));
        writer.WriteStartObject("p");
        writer.WriteString("id", id.ToString());
        writer.WriteNumber("key", Neo4jNames.KeyOf(id));
        writer.WriteNumber("audience", says.Audience);
        writer.WriteNumber("world", of.World);
        writer.WriteString("validation", Neo4jNames.NameOf((Validation)says.Validation));
        writer.WriteString("handling", Neo4jNames.NameOf((Handling)says.Handling));
        writer.WriteNumber("version", says.Version);
        writer.WriteString("owner", of.Owner);
        writer.WriteString("sort", Neo4jOrder.Write(sort));
        writer.WriteString("reference", of.Reference);
        writer.WriteString("importKey", of.ImportKey);
        writer.WriteString("createdBy", of.CreatedBy);
        writer.WriteString("updatedBy", says.By);
        writer.WriteString("details", says.Details);
        writer.WriteString("json", says.Properties);
        writer.WriteString("seal", Neo4jSeal.Of(of, says));
        Texts(writer, "index", index.Select(value => value.Property + Unit + value.Value));
        var typed = Neo4jNatural.Write(writer, kind, says.Properties, natures);
        writer.WriteEndObject();
        Neo4jNatural.WriteTyped(writer, typed);
    }

    /// <param name="world">0 real, 1 exercise, 2 neither.</param>
    public static void Link(Utf8JsonWriter writer, in LinkOrigin of, in LinkContent says, int world, string sort, string discriminator, IEnumerable<string> consents)
    {
        var (id, from, to) = (RecordId.FromBytes(of.Id), RecordId.FromBytes(of.From), RecordId.FromBytes(of.To));
        writer.WriteString("type", Neo4jNames.TypeOf((LinkKind)of.Kind));
        writer.WriteString("from", from.ToString());
        writer.WriteString("to", to.ToString());
        writer.WriteString("createdAt", Neo4jTime.Write(of.CreatedAt));
        writer.WriteString("updatedAt", Neo4jTime.Write(says.At));
        writer.WriteStartObject("p");
        writer.WriteString("id", id.ToString());
        writer.WriteNumber("fromKey", Neo4jNames.KeyOf(from));
        writer.WriteNumber("toKey", Neo4jNames.KeyOf(to));
        writer.WriteString("owner", of.Owner);
        writer.WriteNumber("audience", says.Audience);
        writer.WriteNumber("floor", of.Floor[0]);
        writer.WriteBoolean("withdrawn", says.Withdrawn == 1);
        writer.WriteBoolean("derived", of.Derived == 1);
        writer.WriteString("discriminator", discriminator);
        writer.WriteString("sort", Neo4jOrder.Write(sort));
        writer.WriteNumber("world", world);
        writer.WriteString("handling", Neo4jNames.NameOf((Handling)says.Handling));
        writer.WriteNumber("version", says.Version);
        writer.WriteString("createdBy", of.CreatedBy);
        writer.WriteString("updatedBy", says.By);
        writer.WriteString("json", says.Properties);
        writer.WriteString("seal", Neo4jSeal.Of(of, says));
        Texts(writer, "consents", consents);
        writer.WriteEndObject();
    }

    /// <summary>A superseded version of a record.</summary>
    public static void Version(Utf8JsonWriter writer, byte[] record, in RecordContent says, string seal)
    {
        writer.WriteString("record", RecordId.FromBytes(record).ToString());
        writer.WriteNumber("number", says.Version);
        writer.WriteString("at", Neo4jTime.Write(says.At));
        writer.WriteString("by", says.By);
        writer.WriteString("validation", Neo4jNames.NameOf((Validation)says.Validation));
        writer.WriteNumber("audience", says.Audience);
        writer.WriteString("handling", Neo4jNames.NameOf((Handling)says.Handling));
        writer.WriteString("details", says.Details);
        writer.WriteString("json", says.Properties);
        writer.WriteString("seal", seal);
    }

    /// <summary>A superseded version of a link.</summary>
    public static void LinkVersion(Utf8JsonWriter writer, byte[] link, in LinkContent says, string seal)
    {
        writer.WriteString("link", RecordId.FromBytes(link).ToString());
        writer.WriteNumber("number", says.Version);
        writer.WriteString("at", Neo4jTime.Write(says.At));
        writer.WriteString("by", says.By);
        writer.WriteNumber("audience", says.Audience);
        writer.WriteBoolean("withdrawn", says.Withdrawn == 1);
        writer.WriteString("handling", Neo4jNames.NameOf((Handling)says.Handling));
        writer.WriteString("json", says.Properties);
        writer.WriteString("seal", seal);
    }

    public static void Consent(Utf8JsonWriter writer, byte[] link, string agency, long at, string by)
    {
        writer.WriteString("link", RecordId.FromBytes(link).ToString());
        writer.WriteString("agency", agency);
        writer.WriteString("at", Neo4jTime.Write(at));
        writer.WriteString("by", by);
        writer.WriteString("seal", Neo4jSeal.Of(link, agency, at, by));
    }

    /// <param name="ids">Sixteen bytes each.</param>
    public static void Request(Utf8JsonWriter writer, string officer, string field, string key, string hash, byte[] ids, long at)
    {
        writer.WriteString("officer", officer);
        writer.WriteString("field", field);
        writer.WriteString("key", key);
        writer.WriteString("hash", hash);
        Texts(writer, "ids", ids.Chunk(16).Select(id => RecordId.FromBytes(id).ToString()));
        writer.WriteString("at", Neo4jTime.Write(at));
        writer.WriteString("seal", Neo4jSeal.Of(officer, field, key, hash, ids, at));
    }

    public static void Audience(Utf8JsonWriter writer, int id, string canonical, string owner, bool isReference, string releases)
    {
        writer.WriteNumber("id", id);
        writer.WriteString("canonical", canonical);
        writer.WriteString("mark", Neo4jSeal.Of(canonical));
        writer.WriteString("owner", owner);
        writer.WriteBoolean("reference", isReference);
        writer.WriteString("releases", releases);
    }

    /// <summary>What tells a release of a record from another.</summary>
    public static void Release(Utf8JsonWriter writer, KnownEdition edition)
    {
        writer.WriteString("record", edition.Record.ToString());
        writer.WriteString("token", edition.Token);
        writer.WriteNumber("level", edition.Level);
        writer.WriteNumber("until", edition.Until);
    }

    public static void Edition(Utf8JsonWriter writer, KnownEdition edition)
    {
        Release(writer, edition);
        writer.WriteNumber("since", edition.Since);
        writer.WriteString("releasedAt", Neo4jTime.Write(edition.ReleasedAt));
        writer.WriteNumber("edition", edition.Edition);
        writer.WriteString("seal", Neo4jSeal.Of(edition.Record.ToBytes(), edition.Token, (long)edition.Level, edition.Until, (long)edition.Since, edition.ReleasedAt, (long)edition.Edition));
    }

    public static void EditionVersion(Utf8JsonWriter writer, KnownEdition edition, int showsFrom, int version, long at)
    {
        Release(writer, edition);
        writer.WriteNumber("since", edition.Since);
        writer.WriteNumber("edition", edition.Edition);
        writer.WriteNumber("showsFrom", showsFrom);
        writer.WriteNumber("version", version);
        writer.WriteString("at", Neo4jTime.Write(at));
        writer.WriteString("seal", Neo4jSeal.Of(edition.Record.ToBytes(), edition.Token, (long)edition.Level, edition.Until, (long)edition.Since, (long)edition.Edition, (long)showsFrom, (long)version, at));
    }

    public static void Operation(Utf8JsonWriter writer, string id, string name, string lead, long until)
    {
        writer.WriteString("id", id);
        writer.WriteString("name", name);
        writer.WriteString("lead", lead);
        writer.WriteString("until", Neo4jTime.Write(until));
        writer.WriteString("seal", Neo4jSeal.Of(id, name, lead, until));
    }

    public static void OperationAgency(Utf8JsonWriter writer, string operation, string agency)
    {
        writer.WriteString("operation", operation);
        writer.WriteString("agency", agency);
        writer.WriteString("seal", Neo4jSeal.Of(agency, operation));
    }

    public static void Membership(Utf8JsonWriter writer, string officer, string group, long until, bool confirmed)
    {
        writer.WriteString("officer", officer);
        writer.WriteString("group", group);
        writer.WriteString("until", Neo4jTime.Write(until));
        writer.WriteBoolean("confirmed", confirmed);
        writer.WriteString("seal", Neo4jSeal.Of(officer, group, until, confirmed ? 1L : 0L));
    }
}
