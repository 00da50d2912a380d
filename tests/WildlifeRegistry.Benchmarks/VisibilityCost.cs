using System.Text.RegularExpressions;
using Microsoft.Data.Sqlite;
using WildlifeRegistry.Access;
using WildlifeRegistry.Records;
using WildlifeRegistry.Storage;
using WildlifeRegistry.Storage.Sqlite;

namespace WildlifeRegistry.Benchmarks;

/// <summary>
/// The statements that the engine itself prepares for a plan, and each of them once more without its visibility
/// terms. Both are run for a reader to whom every audience is Full, so that they find the same rows.
/// </summary>
internal sealed partial class VisibilityCost : IDisposable
{
    private readonly SqliteSession session;
    private readonly List<SqliteCommand> with = [];
    private readonly List<SqliteCommand> without = [];

    /// <exception cref="InvalidOperationException">A term was not taken out, or other rows are found without it.</exception>
    public VisibilityCost(string path, ReadPlan plan)
    {
        session = new SqliteSession(path, mayWrite: false);
        var audiences = new AudienceTable();
        audiences.Refresh(session);
        var known = session.Prepared.ToHashSet();
        _ = new SqliteReading(session, audiences, new ReferenceRows(), KindCatalogue.Registry().Disclosure(), SeededStore.Officer(SeededStore.Agency), TimeProvider.System.GetUtcNow()).Answer(plan);
        foreach (var engines in session.Prepared.Where(command => !known.Contains(command)))
        {
            var text = Term().Replace(engines.CommandText.Replace(" AND " + SqliteReading.ConnectorIsLinked, "", StringComparison.Ordinal), "");
            if (text.Contains("substr", StringComparison.Ordinal))
            {
                throw new InvalidOperationException("A visibility term was not taken out of: " + engines.CommandText);
            }

            if (text.Length == engines.CommandText.Length)
            {
                continue; // a row that the statement before it has found
            }

            var one = Copy(engines, engines.CommandText);
            var other = Copy(engines, text);
            with.Add(one);
            without.Add(other);
        }

        if (with.Count == 0 || Run(with) != Run(without))
        {
            throw new InvalidOperationException("The two do not find the same rows.");
        }
    }

    public int RunWith() => Run(with);

    public int RunWithout() => Run(without);

    public void Dispose() => session.Dispose();

    private static int Run(List<SqliteCommand> commands)
    {
        var rows = 0;
        foreach (var command in commands)
        {
            using var reading = command.ExecuteReader();
            while (reading.Read())
            {
                rows++;
                for (var column = 0; column < reading.FieldCount; column++)
                {
                    reading.GetValue(column);
                }
            }
        }

        return rows;
    }

    private static SqliteCommand Copy(SqliteCommand command, string text)
    {
        var copy = command.Connection!.CreateCommand();
        copy.CommandText = text;
        foreach (SqliteParameter parameter in command.Parameters)
        {
            // The reader's levels are the only longer blob.
            var value = parameter.Value is byte[] { Length: > 16 } levels ? Enumerable.Repeat((byte)Level.Full, levels.Length).ToArray() : parameter.Value;
            copy.Parameters.Add(new SqliteParameter(parameter.ParameterName, value));
        }

        copy.Prepare();
        return copy;
    }

    [GeneratedRegex(@"(\s*AND \$3 >= a\.floor|( WHERE a\.near = r\.row)?\s*AND substr\(\$\d+, \w+\.audience \+ 1, 1\) >= (\w+\.floor|x'0\d'|\$\d+))", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Term();
}
