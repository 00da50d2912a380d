using System.Globalization;
using WildlifeRegistry.Access;
using WildlifeRegistry.Records;
using WildlifeRegistry.Seizures;
using WildlifeRegistry.Storage;

namespace WildlifeRegistry.Importing;

/// <summary>
/// Brings the rows of one file into the registry as its author: read, looked up and committed in groups, several
/// groups on their way at once. A row is known again by its key, so that a run may be broken off anywhere and started
/// anew; a key finds only what the author sees at Full.
/// </summary>
/// <param name="audience">What the seizures are released to; the author's agency owns them.</param>
/// <param name="sources">Where the file comes from, for the provenance.</param>
public sealed class ImportRun(IGraphStore store, RegistryKeys keys, KindCatalogue kinds, TimeProvider time, Reader author, Audience audience, IImportFormat format, IReadOnlyList<string>? sources = null)
{
    /// <summary>Rows of one change set.</summary>
    private const int Group = 50;

    /// <summary>Change sets that are on their way at once.</summary>
    private const int Ahead = 8;

    private static readonly SeizureKind Kind = new();

    private readonly Disclosure disclosure = kinds.Disclosure();

    /// <summary>How far the run is, and was where it was broken off.</summary>
    public ImportReport Report { get; } = new() { Line = 1 };

    /// <param name="refused">Called for each refused row.</param>
    /// <param name="progress">Called whenever more rows are done with.</param>
    /// <exception cref="ImportException">The rest of the file cannot be read; what came before is imported.</exception>
    public async Task RunAsync(CsvRows rows, Action<CsvRow, RowRefusedException> refused, Action<ImportReport> progress, CancellationToken ct)
    {
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        var underWay = new Queue<Task<IReadOnlyList<Outcome>>>();
        var group = new List<Pending>(Group);
        var line = 1;

        async Task Settle(int mostLeft)
        {
            while (underWay.Count > mostLeft)
            {
                foreach (var outcome in await underWay.Dequeue())
                {
                    Count(Report, outcome, refused);
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

        try
        {
            while (rows.Read())
            {
                ct.ThrowIfCancellationRequested();
                line = rows.Current.Line;
                try
                {
                    group.Add(await JudgeAsync(rows.Current, Read(rows, seen), rows.Name, ct));
                }
                catch (RowRefusedException fault)
                {
                    refused(rows.Current, fault);
                    Report.Add(line, fault);
                }

                if (group.Count == Group)
                {
                    await Send();
                }
            }
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

    /// <summary>The row with a key that is its own: a source's id must be; equal rows without one are told apart by their order.</summary>
    private ImportedRow Read(CsvRows rows, Dictionary<string, int> seen)
    {
        var row = rows.Current;
        row.Check();
        var read = format.Read(row);
        if (format.HasOwnIds)
        {
            return seen.TryAdd(read.Key, row.Line) ? read : throw new RowRefusedException("ID", row["ID"], string.Create(CultureInfo.InvariantCulture, $"The ID is that of line {seen[read.Key]} too: one file names a seizure once."));
        }

        var ordinal = seen[read.Key] = seen.GetValueOrDefault(read.Key) + 1;
        return read with { Key = string.Create(CultureInfo.InvariantCulture, $"{read.Key}/{ordinal}") };
    }

    private async Task<Pending> JudgeAsync(CsvRow row, ImportedRow read, string file, CancellationToken ct)
    {
        var key = $"{format.Name}/{read.Key}";
        var found = (await store.ViewFor(author).ReadAsync(new ReadPlan(new PlanStart.ByImportKey(key), Bring.Nothing), ct)).Roots.Records.FirstOrDefault()?.Record;
        if (found is null)
        {
            var envelope = Envelope(RecordId.NewRandom(), audience, Handling.H0, version: 1, author.Officer);
            return new Pending(row, read, file, Added: new NewRecord(Kind.Store(read.Seizure, envelope), Kind.Derive(read.Seizure, envelope, keys), time.GetUtcNow().Year));
        }

        var mark = found.Details.Provenance?.Imported;
        if (string.Equals(mark?.Digest, read.Digest, StringComparison.Ordinal))
        {
            return new Pending(row, read, file);
        }

        if (found.Owners is not { } owners || owners.Version != mark?.Version)
        {
            throw new RowRefusedException("", found.Reference ?? "", "The row has changed, but its seizure was changed in the registry too since it was imported: amend it there.");
        }

        var seizure = WithKnownSpecimens(read.Seizure, RecordJson.Read<Seizure>(found.Properties));
        var amended = Envelope(found.Id, owners.Audience, found.Handling, owners.Version + 1, owners.CreatedBy);
        var record = Kind.Store(seizure, amended);
        var showsOpenly = !disclosure.Properties(RecordKind.Seizure, Level.Sanitised, record.Properties).AsSpan().SequenceEqual(disclosure.Properties(RecordKind.Seizure, Level.Sanitised, found.Properties));
        return new Pending(row, read, file, Amended: new AmendedRecord(record, owners.Version, Kind.Derive(seizure, amended, keys), showsOpenly ? Level.Sanitised : Level.Full));

        RecordEnvelope Envelope(RecordId id, Audience to, Handling handling, int version, OfficerId recordedBy) => new(
            id,
            to,
            Exercise: false,
            Validation.Submitted,
            handling,
            new RecordDetails(Provenance: new Provenance("IMPORTED", format.Name, file, row.Line, sources, new ImportMark(version, read.Digest))),
            key,
            recordedBy);
    }

    /// <summary>A specimen that is still there keeps its id.</summary>
    private static Seizure WithKnownSpecimens(Seizure seizure, Seizure known) => seizure with
    {
        Specimens = [.. seizure.Specimens.Select((specimen, at) => at < known.Specimens.Count ? specimen with { Id = known.Specimens[at].Id } : specimen)],
    };

    private async Task<IReadOnlyList<Outcome>> CommitAsync(Pending[] group, CancellationToken ct)
    {
        if (await StoreAsync(group, ct) is CommitResult.Committed)
        {
            return [.. group.Select(pending => new Outcome(pending, null))];
        }

        // Somebody wrote at the same time. One by one, each judged anew.
        var outcomes = new List<Outcome>(group.Length);
        foreach (var pending in group)
        {
            try
            {
                var again = await JudgeAsync(pending.Row, pending.Read, pending.File, ct);
                outcomes.Add(await StoreAsync([again], ct) is CommitResult.Committed
                    ? new Outcome(again, null)
                    : new Outcome(again, new RowRefusedException("", "", "The registry changed while the row was imported. Import it again.")));
            }
            catch (RowRefusedException fault)
            {
                outcomes.Add(new Outcome(pending, fault));
            }
        }

        return outcomes;
    }

    private async Task<CommitResult> StoreAsync(Pending[] group, CancellationToken ct)
    {
        var changes = new ChangeSet
        {
            Records = [.. group.Select(pending => pending.Added).OfType<NewRecord>()],
            Amended = [.. group.Select(pending => pending.Amended).OfType<AmendedRecord>()],
        };
        return changes.Records.IsEmpty && changes.Amended.IsEmpty ? new CommitResult.Committed([], Replayed: false) : await store.CommitAsync(changes, author, ct);
    }

    private static void Count(ImportReport report, Outcome outcome, Action<CsvRow, RowRefusedException> refused)
    {
        var (pending, fault) = outcome;
        report.Line = pending.Row.Line;
        if (fault is not null)
        {
            refused(pending.Row, fault);
            report.Add(pending.Row.Line, fault);
            return;
        }

        report.Add(pending.Read.Mentions);
        if (pending.Added is not null)
        {
            report.Imported++;
        }
        else if (pending.Amended is not null)
        {
            report.Amended++;
        }
        else
        {
            report.Unchanged++;
        }
    }

    /// <summary>A row that was read, with what it would change; nothing where it is in the registry as it is.</summary>
    private sealed record Pending(CsvRow Row, ImportedRow Read, string File, NewRecord? Added = null, AmendedRecord? Amended = null);

    private sealed record Outcome(Pending Pending, RowRefusedException? Refused);
}
