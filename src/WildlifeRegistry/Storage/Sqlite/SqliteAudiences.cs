using WildlifeRegistry.Access;

namespace WildlifeRegistry.Storage.Sqlite;

/// <summary>The interned audiences as they lie in their table.</summary>
internal static class SqliteAudiences
{
    /// <summary>Brings the table in memory up to what the session's transaction sees.</summary>
    public static void Refresh(this AudienceTable audiences, SqliteSession session)
    {
        byte[] epoch;
        long last;
        using (var reader = session.Statement("SELECT value, (SELECT coalesce(max(id), 0) FROM audience) FROM meta WHERE name = 'epoch'").ExecuteReader())
        {
            reader.Read();
            epoch = (byte[])reader.GetValue(0);
            last = reader.GetInt64(1);
        }

        if (!audiences.Known.Has(epoch, last))
        {
            audiences.Grow(epoch, from => Read(session, from));
        }
    }

    /// <summary>The audience's id, interned in the session's transaction.</summary>
    public static int Intern(SqliteSession session, Audience audience)
    {
        if (session.Scalar("SELECT id FROM audience WHERE canonical = $1", audience.Canonical) is long known)
        {
            return (int)known;
        }

        return (int)(long)session.Scalar(
            "INSERT INTO audience (canonical, owner, reference, releases) VALUES ($1, $2, $3, $4) RETURNING id",
            audience.Canonical,
            audience.Owner.Value,
            audience.IsReference ? 1 : 0,
            AudienceTable.WriteReleases(audience.Releases))!;
    }

    private static IEnumerable<(int Id, Audience Audience)> Read(SqliteSession session, int from)
    {
        using var reader = session.Statement("SELECT id, owner, reference, releases FROM audience WHERE id >= $1 ORDER BY id", from).ExecuteReader();
        while (reader.Read())
        {
            yield return (reader.GetInt32(0), new Audience(new AgencyCode(reader.GetString(1)), AudienceTable.ReadReleases(reader.GetString(3)), reader.GetBoolean(2)));
        }
    }
}
