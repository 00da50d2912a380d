using System.Globalization;
using WildlifeRegistry.Access;
using WildlifeRegistry.Records;
using WildlifeRegistry.Seizures;
using WildlifeRegistry.Storage;

namespace WildlifeRegistry.Importing;

/// <summary>The import of formats in which each row is a seizure, complete in itself.</summary>
/// <param name="audience">What the seizures are released to; the author's agency owns them.</param>
/// <param name="sources">Where the file comes from, for the provenance.</param>
public sealed class RowImport(IGraphStore store, RegistryKeys keys, KindCatalogue kinds, TimeProvider time, Reader author, Audience audience, IImportFormat format, IReadOnlyList<string>? sources = null) : IImportWork
{
    private static readonly SeizureKind Kind = new();

    private readonly Disclosure disclosure = kinds.Disclosure();
    private readonly Dictionary<string, int> seen = new(StringComparer.Ordinal);

    public bool HasSeveralRows => false;

    public bool Continues(CsvRow first, CsvRow next) => false;

    /// <summary>The row with a key that is its own: a source's id must be; equal rows without one are told apart by their order.</summary>
    public ImportUnit Read(string file, IReadOnlyList<CsvRow> rows)
    {
        var row = rows[0];
        row.Check();
        var read = format.Read(row);
        if (format.HasOwnIds)
        {
            return seen.TryAdd(read.Key, row.Line) ? new Unit(file, row, read) : throw new RowRefusedException("ID", row["ID"], string.Create(CultureInfo.InvariantCulture, $"The ID is that of line {seen[read.Key]} too: one file names a seizure once."));
        }

        var ordinal = seen[read.Key] = seen.GetValueOrDefault(read.Key) + 1;
        return new Unit(file, row, read with { Key = string.Create(CultureInfo.InvariantCulture, $"{read.Key}/{ordinal}") });
    }

    public async Task<ImportChange> JudgeAsync(ImportUnit unit, CancellationToken ct)
    {
        var (file, row, read) = (Unit)unit;
        var key = $"{format.Name}/{read.Key}";
        var found = (await store.ViewFor(author).ReadAsync(new ReadPlan(new PlanStart.ByImportKey(key), Bring.Nothing), ct)).Roots.Records.FirstOrDefault()?.Record;
        if (found is null)
        {
            var envelope = Envelope(RecordId.NewRandom(), audience, Handling.H0, version: 1, author.Officer);
            return new ImportChange(ImportOutcome.Imported, new ChangeSet { Records = [new NewRecord(Kind.Store(read.Seizure, envelope), Kind.Derive(read.Seizure, envelope, keys), time.GetUtcNow().Year)] });
        }

        var mark = found.Details.Provenance?.Imported;
        if (string.Equals(mark?.Digest, read.Digest, StringComparison.Ordinal))
        {
            return ImportChange.Nothing;
        }

        if (found.Owners is not { } owners || owners.Version != mark?.Version)
        {
            throw new RowRefusedException("", found.Reference ?? "", "The row has changed, but its seizure was changed in the registry too since it was imported: amend it there.");
        }

        var seizure = WithKnownSpecimens(read.Seizure, RecordJson.Read<Seizure>(found.Properties));
        var amended = Envelope(found.Id, owners.Audience, found.Handling, owners.Version + 1, owners.CreatedBy);
        var record = Kind.Store(seizure, amended);
        var showsOpenly = !disclosure.Properties(RecordKind.Seizure, Level.Sanitised, record.Properties).AsSpan().SequenceEqual(disclosure.Properties(RecordKind.Seizure, Level.Sanitised, found.Properties));
        return new ImportChange(ImportOutcome.Amended, new ChangeSet { Amended = [new AmendedRecord(record, owners.Version, Kind.Derive(seizure, amended, keys), showsOpenly ? Level.Sanitised : Level.Full)] });

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
    internal static Seizure WithKnownSpecimens(Seizure seizure, Seizure known) => seizure with
    {
        Specimens = [.. seizure.Specimens.Select((specimen, at) => at < known.Specimens.Count ? specimen with { Id = known.Specimens[at].Id } : specimen)],
    };

    private sealed record Unit(string File, CsvRow Row, ImportedRow Read) : ImportUnit([Row], Read.Mentions);
}
