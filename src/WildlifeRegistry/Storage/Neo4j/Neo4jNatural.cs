using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json;
using WildlifeRegistry.Records;

namespace WildlifeRegistry.Storage.Neo4j;

/// <summary>
/// A record's own properties by their nature, beside the JSON that they were read from: for people who look into the
/// graph with tools of Neo4j's own. Nothing reads them back. What is in objects is named by its path, in one word
/// (<c>estimatedValueAmount</c>); lists of objects are left out.
/// </summary>
internal static class Neo4jNatural
{
    /// <summary>What every node of a record has: a property of a kind's own of this name gets a prefix.</summary>
    private static readonly FrozenSet<string> Envelope = new[]
    {
        "id", "key", "audience", "world", "validation", "handling", "version", "owner", "sort", "reference", "importKey", "createdAt", "createdBy",
        "updatedAt", "updatedBy", "details", "json", "seal", "index", "position",
    }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Writes what plain JSON can say as members of the object that is open, and keeps the rest for <see cref="WriteTyped"/>.</summary>
    public static Typed Write(Utf8JsonWriter writer, RecordKind kind, byte[] properties, Natures natures)
    {
        var typed = new Typed();
        using var document = JsonDocument.Parse(properties);
        if (document.RootElement.ValueKind == JsonValueKind.Object)
        {
            Write(writer, document.RootElement, "", "", typed, path => natures.Of(kind, path));
        }

        return typed;
    }

    /// <summary>Writes the dates and the position, which statements make natives of.</summary>
    public static void WriteTyped(Utf8JsonWriter writer, Typed typed)
    {
        writer.WriteStartArray("dates");
        foreach (var (name, day) in typed.Dates)
        {
            writer.WriteStartObject();
            writer.WriteString("name", name);
            writer.WriteString("day", day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteStartArray("position");
        if (typed is { Latitude: { } latitude, Longitude: { } longitude })
        {
            writer.WriteStartObject();
            writer.WriteNumber("latitude", latitude);
            writer.WriteNumber("longitude", longitude);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter writer, JsonElement of, string under, string pathUnder, Typed typed, Func<string, Nature?> natureOf)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var property in of.EnumerateObject().Where(property => seen.Add(property.Name)))
        {
            var path = pathUnder + property.Name;
            var name = NameOf(under, property.Name);
            switch (property.Value.ValueKind)
            {
                case JsonValueKind.String:
                    WriteText(writer, name, property.Value.GetString()!, natureOf(path), typed);
                    break;
                case JsonValueKind.True or JsonValueKind.False:
                    writer.WriteBoolean(name, property.Value.GetBoolean());
                    break;
                case JsonValueKind.Number:
                    WriteNumber(writer, name, property.Value, natureOf(path), typed);
                    break;
                case JsonValueKind.Array when property.Value.EnumerateArray().All(one => one.ValueKind == JsonValueKind.String):
                    writer.WritePropertyName(name);
                    property.Value.WriteTo(writer);
                    break;
                case JsonValueKind.Object:
                    Write(writer, property.Value, under.Length == 0 ? property.Name : name, path + ".", typed, natureOf);
                    break;
                case JsonValueKind.Array or JsonValueKind.Null or JsonValueKind.Undefined:
                    break;
                default:
                    throw new ArgumentException("JSON has no such value.", nameof(of));
            }
        }
    }

    private static string NameOf(string under, string name)
    {
        var whole = under.Length == 0 ? name : under + Capital(name);
        return Envelope.Contains(whole) ? "own" + Capital(whole) : whole;
    }

    private static string Capital(string name) => name.Length == 0 ? name : char.ToUpperInvariant(name[0]) + name[1..];

    private static void WriteText(Utf8JsonWriter writer, string name, string text, Nature? nature, Typed typed)
    {
        writer.WriteString(name, text);
        if (nature == Nature.PartialDate && PartialDate.TryParse(text, out var date))
        {
            typed.Dates.Add((name + "First", date.First));
            typed.Dates.Add((name + "Last", date.Last));
        }
        else if (nature == Nature.Decimal && decimal.TryParse(text, NumberStyles.Number, CultureInfo.InvariantCulture, out var exact) && Unscaled(exact) is { } unscaled)
        {
            writer.WriteNumber(name + "Unscaled", unscaled);
            writer.WriteNumber(name + "Scale", exact.Scale);
        }
    }

    private static void WriteNumber(Utf8JsonWriter writer, string name, JsonElement number, Nature? nature, Typed typed)
    {
        if (nature == Nature.Latitude)
        {
            typed.Latitude = number.GetDouble();
        }
        else if (nature == Nature.Longitude)
        {
            typed.Longitude = number.GetDouble();
        }
        else if (number.TryGetInt64(out var whole))
        {
            writer.WriteNumber(name, whole);
        }
    }

    /// <summary>The decimal's digits as one integer; null where that is too large for Neo4j's.</summary>
    private static long? Unscaled(decimal exact)
    {
        Span<int> bits = stackalloc int[4];
        decimal.GetBits(exact, bits);
        if (bits[2] != 0 || bits[1] < 0)
        {
            return null;
        }

        var digits = ((long)bits[1] << 32) | (uint)bits[0];
        return exact < 0 ? -digits : digits;
    }

    /// <summary>What of a record's properties plain JSON cannot say.</summary>
    internal sealed class Typed
    {
        public List<(string Name, DateOnly Day)> Dates { get; } = [];

        public double? Latitude { get; set; }

        public double? Longitude { get; set; }
    }
}
