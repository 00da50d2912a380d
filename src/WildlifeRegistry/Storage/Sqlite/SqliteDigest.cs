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
}
