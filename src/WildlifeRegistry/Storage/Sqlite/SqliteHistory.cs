using System.Text.Json;
using WildlifeRegistry.Access;
using WildlifeRegistry.Records;

namespace WildlifeRegistry.Storage.Sqlite;

/// <summary>What a record was: to those it is released to its editions, to its owner's officers its versions.</summary>
internal sealed class SqliteHistory(SqliteSession session, AudienceTable audiences, Disclosure disclosure, Reader reader, DateTimeOffset now)
{
    /// <summary>
    /// Of the releases that name the reader and run now, the one at the highest level that the reader's roles let
    /// through, then the earliest. What they do not let through must not count either.
    /// </summary>
    public Running? ReleaseOf(Row row)
    {
        var cap = Visibility.Cap(reader, row.Kind);
        var running = new List<Running>();
        using var reading = session.Statement("SELECT token, level, until, since, released_at, edition FROM edition WHERE record = $1", row.RowId).ExecuteReader();
        while (reading.Read())
        {
            var until = reading.GetInt64(2);
            if ((until == 0 || now.UtcTicks < until) && Token.TryParse(reading.GetString(0), out var token) && reader.Tokens.Contains(token))
            {
                running.Add(new Running(token.Value, reading.GetInt32(1), until, reading.GetInt64(3), reading.GetInt64(4), reading.GetInt32(5)));
            }
        }

        return running.OrderByDescending(one => (Level)Math.Min(one.Level, (int)cap)).ThenBy(one => one.Since).ThenBy(one => one.Token, StringComparer.Ordinal).FirstOrDefault() is not { } best
            ? null
            : (Level)best.Level <= cap ? best : best with { Edition = EditionsShown(row, best, cap) };
    }

    /// <summary>How many of a release's editions show at a level.</summary>
    private int EditionsShown(Row row, Running release, Level level) => (int)(long)session.Scalar(
        "SELECT count(*) FROM edition_version WHERE record = $1 AND token = $2 AND level = $3 AND until = $4 AND since = $5 AND shows_from <= $6",
        row.RowId,
        release.Token,
        release.Level,
        release.Until,
        release.Since,
        (int)level)!;

    /// <summary>What the reader had at each edition of the release, as the level shows it.</summary>
    public List<RecordEdition> Editions(Row row, Level level, Running release)
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
            release.Level,
            release.Until,
            release.Since,
            (int)level).ExecuteReader();
        while (reading.Read())
        {
            editions.Add(new RecordEdition(
                editions.Count + 1,
                Row.Time(reading.GetInt64(0)),
                (Validation)reading.GetInt32(1),
                (Handling)reading.GetInt32(2),
                disclosure.Properties(row.Kind, level, (byte[])reading.GetValue(3))));
        }

        return editions;
    }

    /// <summary>All versions of the record, the current one last.</summary>
    public List<RecordVersion> Versions(Row row)
    {
        var versions = new List<RecordVersion>();
        using var reading = session.Statement("SELECT version, at, by, validation, handling, audience, details, properties FROM version WHERE record = $1 ORDER BY version", row.RowId).ExecuteReader();
        while (reading.Read())
        {
            versions.Add(new RecordVersion(
                reading.GetInt32(0),
                Row.Time(reading.GetInt64(1)),
                new OfficerId(reading.GetString(2)),
                (Validation)reading.GetInt32(3),
                (Handling)reading.GetInt32(4),
                audiences[reading.GetInt32(5)],
                DetailsOf(reading.IsDBNull(6) ? null : reading.GetString(6)),
                (byte[])reading.GetValue(7)));
        }

        versions.Add(new RecordVersion(row.Version, Row.Time(row.UpdatedAt), new OfficerId(row.UpdatedBy), row.Validation, row.Handling, audiences[row.Audience], DetailsOf(row.Details), row.Properties));
        return versions;
    }

    private static RecordDetails DetailsOf(string? json) =>
        json is null ? RecordDetails.None : JsonSerializer.Deserialize<RecordDetails>(json, RecordJson.Options)!;

    /// <summary>A release that names the reader, since a version of the record; times are UTC ticks.</summary>
    internal sealed record Running(string Token, int Level, long Until, long Since, long ReleasedAt, int Edition);
}
