using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace WildlifeRegistry.Records;

/// <summary>The one written form of a record's properties: decimals as strings (exact, scale kept), enumerations by their contract names.</summary>
public static class RecordJson
{
    public static JsonSerializerOptions Options { get; } = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters =
        {
            new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseUpper, allowIntegerValues: false),
            new PartialDateConverter(),
            new DecimalConverter(),
            new RecordIdConverter(),
        },
    };

    /// <summary>An enumeration value as the contract writes it: AIR_CARGO.</summary>
    public static string NameOf<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.SnakeCaseUpper.ConvertName(value.ToString());

    public static byte[] Write<T>(T value) => JsonSerializer.SerializeToUtf8Bytes(value, Options);

    /// <exception cref="JsonException">The bytes are not what <see cref="Write"/> makes.</exception>
    public static T Read<T>(ReadOnlySpan<byte> json) =>
        JsonSerializer.Deserialize<T>(json, Options) ?? throw new JsonException("Null where a value belongs.");

    /// <summary>Longest text that a date, a decimal or an id is.</summary>
    private const int MaxShort = 64;

    /// <summary>Puts the text of a value in a place, without a string being made of it.</summary>
    /// <returns>Its length; 0 where it is longer than any that could be read.</returns>
    private static int Copy(ref Utf8JsonReader reader, scoped Span<char> place) =>
        reader.TokenType == JsonTokenType.String && !reader.HasValueSequence && reader.ValueSpan.Length <= place.Length ? reader.CopyString(place) : 0;

    private sealed class PartialDateConverter : JsonConverter<PartialDate>
    {
        public override PartialDate Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            Span<char> place = stackalloc char[MaxShort];
            return PartialDate.TryParse(place[..Copy(ref reader, place)], out var date) ? date : throw new JsonException("Not a partial date.");
        }

        public override void Write(Utf8JsonWriter writer, PartialDate value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.ToString());
    }

    private sealed class DecimalConverter : JsonConverter<decimal>
    {
        public override decimal Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            Span<char> place = stackalloc char[MaxShort];
            return decimal.TryParse(place[..Copy(ref reader, place)], NumberStyles.Number, CultureInfo.InvariantCulture, out var value) ? value : throw new JsonException("Not a decimal.");
        }

        public override void Write(Utf8JsonWriter writer, decimal value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.ToString(CultureInfo.InvariantCulture));
    }

    private sealed class RecordIdConverter : JsonConverter<RecordId>
    {
        public override RecordId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            Span<char> place = stackalloc char[MaxShort];
            return RecordId.TryParse(place[..Copy(ref reader, place)], out var id) ? id : throw new JsonException("Not an id.");
        }

        public override void Write(Utf8JsonWriter writer, RecordId value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.ToString());
    }
}
