using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace WildlifeRegistry.Storage.Sqlite;

/// <summary>
/// Rows as a sum that no order of them changes: two roads to the same rows come to the same sum; a row that is missing on
/// one of them, is one too many or says something else makes it another. Each row counts as 16 bytes of SHA-256 over its values.
/// </summary>
internal sealed class RowSum
{
    private static readonly byte[] Zero = [0, 255], End = [0, 0];

    private readonly ArrayBufferWriter<byte> counted = new(512);
    private ArrayBufferWriter<byte> place = new(512), lastPlace = new(512);

    public UInt128 Value { get; private set; }

    /// <summary>False where a row was added that does not come after the one before it.</summary>
    public bool IsInOrder { get; private set; } = true;

    /// <param name="columns">What the row counts as.</param>
    /// <param name="order">Columns that the rows rise by.</param>
    public void AddInOrder(SqliteDataReader reading, int[] columns, int[] order)
    {
        Write(reading, order, place);
        if (ReferenceEquals(columns, order))
        {
            Count(place);
        }
        else
        {
            Add(reading, columns);
        }

        IsInOrder &= place.WrittenSpan.SequenceCompareTo(lastPlace.WrittenSpan) > 0;
        (place, lastPlace) = (lastPlace, place);
    }

    /// <param name="columns">What the row counts as.</param>
    public void Add(SqliteDataReader reading, int[] columns)
    {
        Write(reading, columns, counted);
        Count(counted);
    }

    private void Count(ArrayBufferWriter<byte> row)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(row.WrittenSpan, digest);
        Value += BinaryPrimitives.ReadUInt128LittleEndian(digest);
    }

    /// <summary>Writes values so that no two rows are written alike and bytes come in the order that SQLite has the values in.</summary>
    private static void Write(SqliteDataReader reading, int[] columns, ArrayBufferWriter<byte> to)
    {
        to.ResetWrittenCount();
        var row = reading.Handle;
        foreach (var column in columns)
        {
            var type = raw.sqlite3_column_type(row, column);
            to.Write([type == raw.SQLITE_NULL ? (byte)0 : (byte)type]); // null, numbers, texts, bytes
            if (type == raw.SQLITE_INTEGER)
            {
                BinaryPrimitives.WriteInt64BigEndian(to.GetSpan(sizeof(long)), raw.sqlite3_column_int64(row, column) ^ long.MinValue);
                to.Advance(sizeof(long));
                continue;
            }

            var bytes = raw.sqlite3_column_blob(row, column); // of a text its UTF-8
            for (int zero; (zero = bytes.IndexOf((byte)0)) >= 0; bytes = bytes[(zero + 1)..])
            {
                to.Write(bytes[..zero]);
                to.Write(Zero);
            }

            to.Write(bytes);
            to.Write(End);
        }
    }
}
