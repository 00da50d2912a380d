using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace WildlifeRegistry.Storage;

/// <summary>What of a record stays through all its versions, in the numbers of the registry's closed sets.</summary>
internal readonly record struct RecordOrigin(byte[] Id, int Kind, int World, string? Owner, string? Reference, string? ImportKey, long CreatedAt, string CreatedBy);

/// <summary>What one version of a record says, in the numbers of the registry's closed sets.</summary>
internal readonly record struct RecordContent(int Version, long At, string By, int Validation, int Audience, int Handling, string? Details, byte[] Properties);

/// <summary>What of a link stays through all its versions, in the numbers of the registry's closed sets.</summary>
internal readonly record struct LinkOrigin(byte[] Id, int Kind, byte[] From, byte[] To, string Owner, byte[] Floor, int Derived, long CreatedAt, string CreatedBy);

/// <summary>What one version of a link says, in the numbers of the registry's closed sets.</summary>
internal readonly record struct LinkContent(int Version, long At, string By, int Audience, int Withdrawn, int Handling, byte[] Properties);

/// <summary>
/// The digest of one version of a record or link: the first 16 bytes of SHA-256 over all that it is of and all that it
/// says. It goes along unchanged when the version is superseded. Order keys and discriminators are left out: they are
/// made of the rest, and checked against it. Not for two threads at once.
/// </summary>
internal class VersionDigest
{
    private const int Length = 16;

    private readonly ArrayBufferWriter<byte> written = new(4096);

    public byte[] Of(in RecordOrigin of, in RecordContent says)
    {
        Begin();
        Add('R');
        Add(of.Id);
        Add(of.Kind);
        Add(of.World);
        Add(of.Owner);
        Add(of.Reference);
        Add(of.ImportKey);
        Add(of.CreatedAt);
        Add(of.CreatedBy);
        Add(says.Version);
        Add(says.At);
        Add(says.By);
        Add(says.Validation);
        Add(says.Audience);
        Add(says.Handling);
        Add(says.Details);
        Add(says.Properties);
        return Digest();
    }

    public byte[] Of(in LinkOrigin of, in LinkContent says)
    {
        Begin();
        Add('L');
        Add(of.Id);
        Add(of.Kind);
        Add(of.From);
        Add(of.To);
        Add(of.Owner);
        Add(of.Floor);
        Add(of.Derived);
        Add(of.CreatedAt);
        Add(of.CreatedBy);
        Add(says);
        return Digest();
    }

    /// <summary>Of the values of one row, in an order that is its table's: numbers, texts and bytes.</summary>
    public byte[] Of(ReadOnlySpan<object?> row)
    {
        Begin();
        foreach (var value in row)
        {
            switch (value)
            {
                case long number:
                    Add(number);
                    break;
                case byte[] bytes:
                    Add(bytes);
                    break;
                case string or null:
                    Add((string?)value);
                    break;
                default:
                    throw new ArgumentException("A row that carries a digest holds numbers, texts and bytes.", nameof(row));
            }
        }

        return Digest();
    }

    protected void Begin() => written.ResetWrittenCount();

    /// <summary>What a version of a link says, after what it is of.</summary>
    protected void Add(in LinkContent says)
    {
        Add(says.Version);
        Add(says.At);
        Add(says.By);
        Add(says.Audience);
        Add(says.Withdrawn);
        Add(says.Handling);
        Add(says.Properties);
    }

    protected byte[] Digest()
    {
        Span<byte> whole = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(written.WrittenSpan, whole);
        return whole[..Length].ToArray();
    }

    // Numbers have eight bytes, all else its length before it: no two rows of one table are written alike.
    protected void Add(long number)
    {
        BinaryPrimitives.WriteInt64LittleEndian(written.GetSpan(sizeof(long)), number);
        written.Advance(sizeof(long));
    }

    protected void Add(ReadOnlySpan<byte> bytes)
    {
        Add(bytes.Length);
        written.Write(bytes);
    }

    protected void Add(string? text)
    {
        if (text is null)
        {
            Add(-1);
            return;
        }

        Add(Encoding.UTF8.GetByteCount(text));
        written.Advance(Encoding.UTF8.GetBytes(text, written.GetSpan(Encoding.UTF8.GetMaxByteCount(text.Length))));
    }
}
