using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using WildlifeRegistry.Access;

namespace WildlifeRegistry.Records;

/// <summary>
/// References as people say them on the phone. The number is permuted by a four-round Feistel network over 26 bits
/// (Luby and Rackoff 1988), walked until it falls below the count; the check character is ISO 7064's MOD 37,36 over
/// the letters and digits of the whole reference, which finds every single wrong character and almost every swap.
/// </summary>
public static class ReferenceNumbers
{
    /// <summary>How many references an agency has in a year: 32 to the fifth.</summary>
    public const long Count = 1L << 25;

    private const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    private const string CheckAlphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    private const int HalfBits = 13;
    private const int HalfMask = (1 << HalfBits) - 1;

    internal static string Write(byte[] key, AgencyCode agency, int year, long n)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(n);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(n, Count);
        var permuted = n;
        do
        {
            permuted = Permute(key, permuted);
        }
        while (permuted >= Count);

        var digits = string.Create(5, permuted, static (span, value) =>
        {
            for (var i = 4; i >= 0; i--)
            {
                span[i] = Alphabet[(int)(value & 31)];
                value >>= 5;
            }
        });
        var body = string.Create(CultureInfo.InvariantCulture, $"{agency.Value}-{year % 100:00}-{digits}");
        return body + Check(body);
    }

    /// <summary>True where the check character is right: a misheard reference is told from a missing one without a look-up.</summary>
    public static bool IsWellFormed(string reference) => reference.Length > 7 && Check(reference[..^1]) == reference[^1];

    private static char Check(string body)
    {
        var sum = 36;
        foreach (var character in body)
        {
            var value = CheckAlphabet.IndexOf(character, StringComparison.Ordinal);
            if (value >= 0)
            {
                sum = (sum + value) % 36;
                sum = (sum == 0 ? 36 : sum) * 2 % 37;
            }
        }

        return CheckAlphabet[(37 - sum) % 36];
    }

    private static long Permute(byte[] key, long value)
    {
        var left = (int)(value >> HalfBits) & HalfMask;
        var right = (int)value & HalfMask;
        Span<byte> block = stackalloc byte[5];
        Span<byte> digest = stackalloc byte[32];
        for (byte round = 0; round < 4; round++)
        {
            block[0] = round;
            BinaryPrimitives.WriteInt32BigEndian(block[1..], right);
            HMACSHA256.HashData(key, block, digest);
            (left, right) = (right, left ^ ((int)BinaryPrimitives.ReadUInt16BigEndian(digest) & HalfMask));
        }

        return ((long)left << HalfBits) | (uint)right;
    }
}
