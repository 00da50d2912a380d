using WildlifeRegistry.Access;
using WildlifeRegistry.Records;

namespace WildlifeRegistry.Storage.Sqlite;

/// <summary>What a record was: to those it is released to its editions, to its owner's officers its versions.</summary>
internal sealed class SqliteHistory(SqliteSession session, Seeing seeing)
{
    /// <summary>The release that the reader has the record by.</summary>
    public RunningRelease? ReleaseOf(Row row)
    {
        var running = new List<RunningRelease>();
        using var reading = session.Statement("SELECT token, level, until, since, released_at, edition FROM edition WHERE record = $1", row.RowId).ExecuteReader();
        while (reading.Read())
        {
            running.Add(new RunningRelease(reading.GetString(0), (Level)reading.GetInt32(1), reading.GetInt64(2), reading.GetInt64(3), reading.GetInt64(4), reading.GetInt32(5)));
        }

        return seeing.BestOf(row.Kind, running, (release, level) => EditionsShown(row, release, level));
    }

    /// <summary>How many of a release's editions show at a level.</summary>
    private int EditionsShown(Row row, RunningRelease release, Level level) => (int)(long)session.Scalar(
        "SELECT count(*) FROM edition_version WHERE record = $1 AND token = $2 AND level = $3 AND until = $4 AND since = $5 AND shows_from <= $6",
        row.RowId,
        release.Token,
        (int)release.Level,
        release.Until,
        release.Since,
        (int)level)!;

    /// <summary>What the reader had at each edition of the release, as the level shows it.</summary>
    public List<RecordEdition> Editions(Row row, RunningRelease release)
    {
        var editions = new List<RecordEdition>();
        using var reading = session.Statement(
            """
            SELECT e.at, coalesce(v.validation, r.validation), coalesce(v.handling, r.handling), coalesce(v.properties, r.properties)
            FROM edition_version e JOIN record r ON r.row = e.record LEFT JOIN version v ON v.record = e.record AND v.version = e.version
            WHERE e.record = $1 AND e.token = $2 AND e.level = $3 AND e.until = $4 AND e.since = $5 AND e.shows_from <= $6 ORDER BY e.edition
            """,
            row.RowId,
            release.Token,
            (int)release.Level,
            release.Until,
            release.Since,
            (int)seeing.LevelOf(row)).ExecuteReader();
        while (reading.Read())
        {
            editions.Add(seeing.Edition(row, editions.Count + 1, reading.GetInt64(0), (Validation)reading.GetInt32(1), (Handling)reading.GetInt32(2), (byte[])reading.GetValue(3)));
        }

        return editions;
    }

    /// <summary>The superseded versions, the earliest first.</summary>
    public List<VersionRow> Versions(Row row)
    {
        var versions = new List<VersionRow>();
        using var reading = session.Statement("SELECT version, at, by, validation, handling, audience, details, properties FROM version WHERE record = $1 ORDER BY version", row.RowId).ExecuteReader();
        while (reading.Read())
        {
            versions.Add(new VersionRow(
                reading.GetInt32(0),
                reading.GetInt64(1),
                reading.GetString(2),
                (Validation)reading.GetInt32(3),
                (Handling)reading.GetInt32(4),
                reading.GetInt32(5),
                reading.IsDBNull(6) ? null : reading.GetString(6),
                (byte[])reading.GetValue(7)));
        }

        return versions;
    }
}
