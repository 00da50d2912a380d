using System.Buffers.Binary;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace WildlifeRegistry.Storage.Sqlite;

/// <summary>What of a link stays through all its versions, as it lies in its table: its ends are the rows that it joins.</summary>
internal readonly record struct LinkRowOrigin(byte[] Id, int Kind, long From, long To, string Owner, byte[] Floor, int Derived, long CreatedAt, string CreatedBy);

/// <summary>The digests of a store in tables.</summary>
internal sealed class SqliteDigest : VersionDigest
{
    public byte[] Of(in LinkRowOrigin of, in LinkContent says)
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

    /// <summary>Of some values of a row that is being read, as a number.</summary>
    public UInt128 Of(SqliteDataReader reading, ReadOnlySpan<int> columns)
    {
        Begin();
        var row = reading.Handle;
        foreach (var column in columns)
        {
            var type = raw.sqlite3_column_type(row, column);
            Add(type);
            if (type == raw.SQLITE_INTEGER)
            {
                Add(raw.sqlite3_column_int64(row, column));
            }
            else
            {
                Add(raw.sqlite3_column_blob(row, column)); // of a text its UTF-8, of NULL nothing
            }
        }

        return BinaryPrimitives.ReadUInt128LittleEndian(Digest());
    }
}
