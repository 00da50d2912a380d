using System.Text;
using WildlifeRegistry.Access;
using WildlifeRegistry.Records;

namespace WildlifeRegistry.Storage.Sqlite;

/// <summary>
/// One page of a filtered, ordered list. The rows come in order from an index: that of the kind, or that of the
/// rarest filter; of a filter with several values, one value after the other, merged.
/// </summary>
internal sealed class SqlitePage
{
    /// <summary>The property that the owner is indexed under: like any filter, and no kind's.</summary>
    /// <summary>How far the filters are counted to find the rarest.</summary>
    private const int Probe = 500;

    private readonly SqliteSession session;
    private readonly PlanStart.Page start;
    private readonly byte[] levels;
    private readonly List<Condition> conditions;
    private readonly Condition? driver;

    public SqlitePage(SqliteSession session, PlanStart.Page start, byte[] levels)
    {
        this.session = session;
        this.start = start;
        this.levels = levels;
        conditions = [.. start.Conditions];
        if (!start.Owners.IsEmpty)
        {
            conditions.Add(new Condition(ListedBy.Owner, [.. start.Owners.Select(owner => owner.Value)], IsOpen: true));
        }

        driver = conditions.Count < 2 ? conditions.FirstOrDefault() : conditions.MinBy(Frequency);
    }

    /// <summary>Rows of the page and, where there are more, of one more.</summary>
    public List<long> Rows()
    {
        var limit = start.First + 1;
        if (driver is null)
        {
            return [.. List(null, limit).Select(entry => entry.Row)];
        }

        if (driver.AnyOf.Distinct(StringComparer.Ordinal).ToList() is [var only])
        {
            return [.. List(only, limit).Select(entry => entry.Row)];
        }

        var merged = driver.AnyOf.Distinct(StringComparer.Ordinal).SelectMany(value => List(value, limit)).DistinctBy(entry => entry.Row);
        return [.. (start.Descending ? merged.OrderDescending(Entry.Order) : merged.Order(Entry.Order)).Take(limit).Select(entry => entry.Row)];
    }

    /// <summary>Visible matches, up to one more than a total is exact to.</summary>
    public int Total()
    {
        var query = new Query(this, driver, value: null, position: false);
        var each = driver is { AnyOf.Length: > 1 } ? "DISTINCT i.row" : "1"; // only under several values can one record be met twice
        return (int)(long)session.Scalar($"SELECT count(*) FROM (SELECT {each} {query.Sql} LIMIT {ReadPlan.MaxTotal + 1})", query.Values)!;
    }

    private List<Entry> List(string? value, int limit)
    {
        var query = new Query(this, driver, value, position: true);
        var order = start.Descending ? "DESC" : "ASC";
        query.Add(limit);
        var entries = new List<Entry>();
        using var reading = session.Statement($"SELECT i.sort, i.id, i.row {query.Sql} ORDER BY i.sort {order}, i.id {order} LIMIT ${query.Count}", query.Values).ExecuteReader();
        while (reading.Read())
        {
            entries.Add(new Entry(Encoding.UTF8.GetBytes(reading.GetString(0)), RecordId.FromBytes((byte[])reading.GetValue(1)), reading.GetInt64(2)));
        }

        return entries;
    }

    private long Frequency(Condition condition) => condition.AnyOf.Sum(value => (long)session.Scalar(
        $"SELECT count(*) FROM (SELECT 1 FROM indexed WHERE kind = $1 AND world = $2 AND property = $3 AND value = $4 LIMIT {Probe})",
        (int)start.Kind,
        World,
        condition.Property,
        value)!);

    private int World => Row.WorldOf(start.Exercise);

    /// <summary>An entry of a list, in the engine's own order: by the bytes of the order key, then by id.</summary>
    private sealed record Entry(byte[] Sort, RecordId Id, long Row)
    {
        public static Comparer<Entry> Order { get; } = Comparer<Entry>.Create((left, right) =>
            left.Sort.AsSpan().SequenceCompareTo(right.Sort) is var order and not 0 ? order : left.Id.CompareTo(right.Id));
    }

    /// <summary>FROM and WHERE of the list. The text depends on which conditions there are, never on their values.</summary>
    private sealed class Query
    {
        private readonly StringBuilder sql = new();
        private readonly List<object?> values = [];

        public Query(SqlitePage page, Condition? driver, string? value, bool position)
        {
            var start = page.start;
            Write(driver is null ? "FROM record i WHERE " : "FROM indexed i WHERE ");
            Write($"i.kind = {Add((int)start.Kind)} AND i.world = {Add(page.World)}");
            if (driver is not null)
            {
                Write($" AND i.property = {Add(driver.Property)}");
                value ??= driver.AnyOf is [var only] ? only : null;
                Write(value is null ? $" AND i.value IN (SELECT value FROM json_each({Add(Json(driver.AnyOf))}))" : $" AND i.value = {Add(value)}");
            }

            var levels = Add(page.levels);
            Write($" AND substr({levels}, i.audience + 1, 1) >= {Add(new[] { (byte)start.Floor })}");
            if (start.Kind.IsConnector())
            {
                Write($"""
                     AND EXISTS (SELECT 1 FROM adjacent a JOIN record f ON f.row = a.far
                      WHERE a.near = i.row AND substr({levels}, a.audience + 1, 1) >= a.floor AND substr({levels}, f.audience + 1, 1) >= a.floor)
                    """);
            }

            var validations = start.Validations.IsEmpty ? ~(1 << (int)Validation.Withdrawn) : start.Validations.Aggregate(0, (mask, one) => mask | (1 << (int)one));
            Write($" AND (({Add(validations)} >> i.validation) & 1) = 1");
            foreach (var condition in page.conditions.Where(condition => condition != driver))
            {
                var exact = condition.AnyOf.Length == 1 ? $"j.value = {Add(condition.AnyOf[0])}" : $"j.value IN (SELECT value FROM json_each({Add(Json(condition.AnyOf))}))";
                Write($" AND EXISTS (SELECT 1 FROM indexed j WHERE j.kind = i.kind AND j.world = i.world AND j.property = {Add(condition.Property)} AND {exact} AND j.sort = i.sort AND j.id = i.id)");
            }

            AddBounds(start, position ? start.After : null);
        }

        public string Sql => sql.ToString();

        public int Count => values.Count;

        public ReadOnlySpan<object?> Values => values.ToArray();

        private void Write(string text) => sql.Append(text);

        public string Add(object? value)
        {
            values.Add(value);
            return "$" + values.Count.ToString(System.Globalization.CultureInfo.InvariantCulture);
        }

        private void AddBounds(PlanStart.Page start, Position? after)
        {
            if (after is not null)
            {
                Write($" AND (i.sort, i.id) {(start.Descending ? "<" : ">")} ({Add(after.Sort)}, {Add(after.Id.ToBytes())})");
            }

            if (start.SortWithin is not { } bounds)
            {
                return;
            }

            if (bounds.From is not null)
            {
                var least = bounds.Also.Append(bounds.From).MinBy(one => one, Comparer<string>.Create((left, right) => Encoding.UTF8.GetBytes(left).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(right))))!;
                Write($" AND {Residual(after, start.Descending, upper: false)}i.sort >= {Add(least)}");
                Write($" AND (i.sort >= {Add(bounds.From)}");
                foreach (var also in bounds.Also)
                {
                    Write($" OR i.sort = {Add(also)}");
                }

                Write(")");
            }

            if (bounds.Below is not null)
            {
                Write($" AND {Residual(after, start.Descending, upper: true)}i.sort < {Add(bounds.Below)}");
            }
        }

        /// <summary>A plus sign keeps a bound out of the index on the side where the position already enters it.</summary>
        private static string Residual(Position? after, bool descending, bool upper) => after is not null && descending == upper ? "+" : "";

        private static string Json(IEnumerable<string> list) => System.Text.Json.JsonSerializer.Serialize(list, RecordJson.Options);
    }
}
