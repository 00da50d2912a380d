using System.Security.Cryptography;

namespace WildlifeRegistry.Records;

/// <summary>
/// The public id of a record, link or connector: 128 opaque bits, written as 26 characters of Crockford's base 32
/// (digits and upper-case letters without I, L, O, U). It says nothing about the record.
/// </summary>
public readonly record struct RecordId(UInt128 Value) : IComparable<RecordId>
{
    private const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    private const byte NoDigit = byte.MaxValue;

    /// <summary>The value of each character of ASCII.</summary>
    private static readonly byte[] Digits = [.. Enumerable.Range(0, 128).Select(character => Alphabet.IndexOf((char)character, StringComparison.Ordinal) is >= 0 and var digit ? (byte)digit : NoDigit)];

    /// <summary>Characters in the written form.</summary>
    public const int Length = 26;

    /// <summary>A fresh random id.</summary>
    public static RecordId NewRandom()
    {
        Span<byte> bytes = stackalloc byte[16];
        RandomNumberGenerator.Fill(bytes);
        return FromBytes(bytes);
    }

    /// <summary>The id with these 16 bytes, most significant first.</summary>
    public static RecordId FromBytes(ReadOnlySpan<byte> bytes) =>
        new(System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(bytes));

    /// <summary>Sixteen bytes, most significant first; their order is the order of ids.</summary>
    public byte[] ToBytes()
    {
        var bytes = new byte[16];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt128BigEndian(bytes, Value);
        return bytes;
    }

    /// <summary>Reads exactly the written form; anything else is false, never an error: such an id names nothing.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out RecordId id)
    {
        id = default;
        if (text.Length != Length || text[0] > '7')
        {
            return false;
        }

        UInt128 value = 0;
        foreach (var character in text)
        {
            var digit = character < Digits.Length ? Digits[character] : NoDigit;
            if (digit == NoDigit)
            {
                return false;
            }

            value = (value << 5) | digit;
        }

        id = new RecordId(value);
        return true;
    }

    public int CompareTo(RecordId other) => Value.CompareTo(other.Value);

    public override string ToString() => string.Create(Length, Value, static (span, value) =>
    {
        for (var i = Length - 1; i >= 0; i--)
        {
            span[i] = Alphabet[(int)(value & 31)];
            value >>= 5;
        }
    });

    public static bool operator <(RecordId left, RecordId right) => left.Value < right.Value;

    public static bool operator >(RecordId left, RecordId right) => left.Value > right.Value;

    public static bool operator <=(RecordId left, RecordId right) => left.Value <= right.Value;

    public static bool operator >=(RecordId left, RecordId right) => left.Value >= right.Value;
}
