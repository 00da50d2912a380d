using WildlifeRegistry.Access;
using WildlifeRegistry.Records;
using WildlifeRegistry.Storage;

namespace WildlifeRegistry.Importing;

/// <summary>
/// Brings the rows of one file into the registry as its author: read, looked up and committed in groups, several
/// groups on their way at once. A seizure is known again by its key, so that a run may be broken off anywhere and started
/// anew; a key finds only what the author sees at Full.
/// </summary>
public sealed class ImportRun(IGraphStore store, Reader author, IImportWork work)
{
    /// <summary>Most rows of one seizure.</summary>
    public const int MaxRows = 200;

    /// <summary>Seizures of one change set.</summary>
    private const int Group = 50;

    /// <summary>Change sets that are on their way at once.</summary>
    private const int Ahead = 8;

    /// <param name="audience">What the seizures are released to; the author's agency owns them.</param>
    /// <param name="sources">Where the file comes from, for the provenance.</param>
    public ImportRun(IGraphStore store, RegistryKeys keys, KindCatalogue kinds, TimeProvider time, Reader author, Audience audience, IImportFormat format, IReadOnlyList<string>? sources = null)
        : this(store, author, new RowImport(store, keys, kinds, time, author, audience, format, sources))
    {
    }

    /// <summary>How far the run is, and was where it was broken off.</summary>
    public ImportReport Report { get; } = new() { Line = 1 };

    /// <param name="refused">Called for each refused row.</param>
    /// <param name="progress">Called whenever more rows are done with.</param>
    /// <exception cref="ImportException">The rest of the file cannot be read; what came before is imported.</exception>
    public async Task RunAsync(IFileRows rows, Action<CsvRow, RowRefusedException> refused, Action<ImportReport> progress, CancellationToken ct)
    {
        var underWay = new Queue<Task<IReadOnlyList<Outcome>>>();
        var group = new List<Pending>(Group);
        var line = 1;

        async Task Settle(int mostLeft)
        {
            while (underWay.Count > mostLeft)
            {
                foreach (var outcome in await underWay.Dequeue())
                {
                    Count(outcome, refused);
                }

                progress(Report);
            }
        }

        async Task Send()
        {
            var sent = group.ToArray();
            underWay.Enqueue(CommitAsync(sent, ct));
            group.Clear();
            await Settle(Ahead - 1);
        }

        async Task Take(IReadOnlyList<CsvRow> unit)
        {
            ct.ThrowIfCancellationRequested();
            line = unit[^1].Line;
            try
            {
                var read = work.Read(rows.Name, unit);
                group.Add(new Pending(read, await work.JudgeAsync(read, ct)));
            }
            catch (RowRefusedException fault)
            {
                Refuse(unit, fault, refused);
            }

            if (group.Count == Group)
            {
                await Send();
            }
        }

        try
        {
            await ReadAsync(rows, Take);
        }
        finally
        {
            // Whatever stopped the reading: what was read is done with, so that the counts are true.
            if (group.Count > 0)
            {
                await Send();
            }

            await Settle(0);
        }

        Report.Line = line;
        progress(Report);
    }

    /// <summary>Goes through the file seizure by seizure. One that the end of a broken file may have cut is not taken.</summary>
    private async Task ReadAsync(IFileRows rows, Func<IReadOnlyList<CsvRow>, Task> take)
    {
        var unit = new List<CsvRow>();
        while (rows.Read())
        {
            var row = rows.Current;
            if (!work.HasSeveralRows)
            {
                await take([row]);
            }
            else if (unit.Count > 0 && unit.Count <= MaxRows && work.Continues(unit[0], row))
            {
                unit.Add(row);
            }
            else
            {
                await Flush();
                unit.Add(row);
            }
        }

        await Flush();

        async Task Flush()
        {
            if (unit.Count > 0)
            {
                await take([.. unit]);
                unit.Clear();
            }
        }
    }

    private async Task<IReadOnlyList<Outcome>> CommitAsync(Pending[] group, CancellationToken ct)
    {
        if (await StoreAsync([.. group.Select(pending => pending.Change)], ct) is CommitResult.Committed)
        {
            return [.. group.Select(pending => new Outcome(pending, null))];
        }

        // Somebody wrote at the same time. One by one, each judged anew.
        var outcomes = new List<Outcome>(group.Length);
        foreach (var pending in group)
        {
            try
            {
                var again = pending with { Change = await work.JudgeAsync(pending.Unit, ct) };
                outcomes.Add(new Outcome(again, await StoreAsync([again.Change], ct) switch
                {
                    CommitResult.Committed => null,
                    CommitResult.Refused { Reason: RefusalReason.DuplicateLink } => new RowRefusedException("", "", "It names the same identifier or mark twice."),
                    _ => new RowRefusedException("", "", "The registry changed while the row was imported. Import it again."),
                }));
            }
            catch (RowRefusedException fault)
            {
                outcomes.Add(new Outcome(pending, fault));
            }
        }

        return outcomes;
    }

    private async Task<CommitResult> StoreAsync(IReadOnlyList<ImportChange> changes, CancellationToken ct)
    {
        var together = ImportChange.Together(changes);
        return together.Records.IsEmpty && together.Amended.IsEmpty ? new CommitResult.Committed([], Replayed: false) : await store.CommitAsync(together, author, ct);
    }

    private void Count(Outcome outcome, Action<CsvRow, RowRefusedException> refused)
    {
        var (pending, fault) = outcome;
        Report.Line = pending.Unit.Rows[^1].Line;
        if (fault is not null)
        {
            Refuse(pending.Unit.Rows, fault, refused);
            return;
        }

        Report.Add(pending.Change.Mentions ?? pending.Unit.Mentions);
        switch (pending.Change.Outcome)
        {
            case ImportOutcome.Imported: Report.Imported++; break;
            case ImportOutcome.Amended: Report.Amended++; break;
            case ImportOutcome.Unchanged: Report.Unchanged++; break;
            default: throw new ArgumentOutOfRangeException(nameof(outcome));
        }
    }

    /// <summary>A seizure is refused with all its rows: each goes to the error file, so that it can be mended whole.</summary>
    private void Refuse(IReadOnlyList<CsvRow> rows, RowRefusedException fault, Action<CsvRow, RowRefusedException> refused)
    {
        var at = fault.Row ?? rows[0];
        foreach (var row in rows)
        {
            refused(row, ReferenceEquals(row, at) ? fault : new RowRefusedException("", "", string.Create(System.Globalization.CultureInfo.InvariantCulture, $"It belongs to the seizure that is refused in line {at.Line}.")));
        }

        Report.Add(at.Line, fault);
    }

    /// <summary>A seizure that was read, with what it would change.</summary>
    private sealed record Pending(ImportUnit Unit, ImportChange Change);

    private sealed record Outcome(Pending Pending, RowRefusedException? Refused);
}
