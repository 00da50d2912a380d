using System.Collections.Concurrent;
using System.Globalization;
using WildlifeRegistry.Access;
using WildlifeRegistry.Hosting;
using WildlifeRegistry.Identifiers;
using WildlifeRegistry.Links;
using WildlifeRegistry.Records;
using WildlifeRegistry.Recording;
using WildlifeRegistry.Seizures;
using WildlifeRegistry.Storage;
using WildlifeRegistry.Suspects;

namespace WildlifeRegistry.Importing.Sheets;

/// <summary>
/// The import of the template <c>seizures</c>: the rows of a seizure become the input of the mutation that records one.
/// A changed seizure is amended while it is as it was imported; suspects and identifiers can be added to it by the file,
/// and are changed or taken away in the registry only.
/// </summary>
public sealed class SeizureImport(RegistryParts parts, Reader author, SeizureSheet sheet) : IImportWork
{
    public const string Format = "seizures";

    private const int MaxKey = 100;

    private readonly Dictionary<UInt128, int> seen = [];
    private readonly ConcurrentDictionary<string, RecordPage> found = new(StringComparer.Ordinal);

    public bool HasSeveralRows => true;

    public bool Continues(CsvRow first, CsvRow next) => sheet.KeyOf(first) is { } one && sheet.KeyOf(next) is { } other && string.Equals(one.Text, other.Text, StringComparison.Ordinal);

    public ImportUnit Read(string file, IReadOnlyList<CsvRow> rows)
    {
        foreach (var row in rows)
        {
            Checked(row);
        }

        var key = sheet.KeyOf(rows[0]) ?? throw new RowRefusedException(SeizureColumns.Of(SeizureColumns.AgencyReference).English, "", "A seizure has a reference: by it the seizure is known again.");
        if (key.Text.Length > MaxKey || key.Text.Any(char.IsSurrogate))
        {
            throw new RowRefusedException(key.Column, key.Text, string.Create(CultureInfo.InvariantCulture, $"A reference has at most {MaxKey} plain characters."));
        }

        if (rows.Count > ImportRun.MaxRows)
        {
            throw new RowRefusedException(key.Column, key.Text, string.Create(CultureInfo.InvariantCulture, $"The seizure has more than {ImportRun.MaxRows} rows."));
        }

        if (!seen.TryAdd(Mark(key.Text), rows[0].Line))
        {
            throw new RowRefusedException(key.Column, key.Text, string.Create(CultureInfo.InvariantCulture, $"The reference is that of line {seen[Mark(key.Text)]} too: the rows of a seizure stand below one another, and a reference that repeats needs a source id."));
        }

        return new Unit(file, rows, $"{Format}/{key.Text}", sheet.Read(rows));
    }

    public async Task<ImportChange> JudgeAsync(ImportUnit unit, CancellationToken ct)
    {
        var (_, _, key, read) = (Unit)unit;
        var known = (await parts.Store.ViewFor(author).ReadAsync(new ReadPlan(new PlanStart.ByImportKey(key), Bring.Nothing), ct)).Roots.Records.FirstOrDefault()?.Record;
        if (known is null)
        {
            return await AddedAsync((Unit)unit, ct);
        }

        var mark = known.Details.Provenance?.Imported;
        if (mark is not null && string.Equals(mark.Digest, MarkOf(read), StringComparison.Ordinal))
        {
            return ImportChange.Nothing;
        }

        if (known.Owners is not { } owners || mark is null || owners.Version != mark.Version)
        {
            throw new RowRefusedException("", known.Reference ?? "", "The row has changed, but its seizure was changed in the registry too since it was imported: amend it there.");
        }

        var digests = mark.Digest.Split(':')[^1].Split(',', StringSplitOptions.RemoveEmptyEntries).ToHashSet(StringComparer.Ordinal);
        if (!digests.IsSubsetOf(read.Parts))
        {
            throw new RowRefusedException("", known.Reference ?? "", "A suspect or an identifier that was imported with the seizure is changed or gone in the file: change or withdraw it in the registry. The file can only add some.");
        }

        return await AmendedAsync((Unit)unit, known, owners, digests, ct);
    }

    private async Task<ImportChange> AddedAsync(Unit unit, CancellationToken ct)
    {
        var change = ChangeOf(unit.Key, unit.Sheet, ct);
        var seizure = await SeizureMutations.AddAsync(change, new ImportedAs(unit.Key, ProvenanceOf(unit), new ImportMark(1, MarkOf(unit.Sheet))));
        return Result(change, unit.Sheet, ImportOutcome.Imported, seizure);
    }

    private async Task<ImportChange> AmendedAsync(Unit unit, SeenRecord found, OwnersView owners, HashSet<string> known, CancellationToken ct)
    {
        var fresh = sheet.Read(unit.Rows, digest => !known.Contains(digest));
        var change = ChangeOf(unit.Key, fresh, ct);
        if (change.Input.Flag("exercise") != (found.Exercise ?? false))
        {
            throw new RowRefusedException(SeizureColumns.Of(SeizureColumns.Exercise).English, "", "A record is of the exercise or real for good: a seizure of the other kind needs another reference.");
        }

        change.IsExercise = found.Exercise ?? false;
        var own = await change.OwnAsync(found.Id, [RecordKind.Seizure]) ?? throw new RowRefusedException("", "", "The registry changed while the row was imported. Import it again.");
        var (seizure, marks) = await SeizureInputs.ReadAsync(change, null);
        seizure = RowImport.WithKnownSpecimens(seizure, RecordJson.Read<Seizure>(found.Properties));
        var (handling, read) = Markings.Read(change.Input);
        var details = read with { Provenance = ProvenanceOf(unit) with { Sources = read.Provenance?.Sources } };
        var marked = details with { Provenance = details.Provenance with { Imported = new ImportMark(owners.Version + 1, MarkOf(unit.Sheet)) } };
        if (change.Refusals.Count == 0)
        {
            change.Amend(own, seizure, Validation.Submitted, handling: handling, details: marked);
        }

        await EventInputs.OfAmendedAsync(change, own, handling, details, (RecordJson.Read<Seizure>(found.Properties).Specimens, seizure.Specimens, marks), "suspects", "identifiers");
        return Result(change, fresh, ImportOutcome.Amended, seizure);
    }

    private Change ChangeOf(string key, SheetSeizure read, CancellationToken ct) => new(new RequestContext(author, parts), read.Input, "import " + key, ct) { RecordedAs = Validation.Submitted, Found = found };

    private static ImportChange Result(Change change, SheetSeizure read, ImportOutcome outcome, Seizure seizure) => change.Refusals.Count > 0
        ? throw read.Refused(change.Refusals)
        : new ImportChange(outcome, change.Set(key: null))
        {
            Mentions = [.. seizure.Specimens.Where(specimen => specimen.NameAsGiven is not null).Select(specimen => new Mention(specimen.NameAsGiven!, specimen.Species is not null))],
        };

    private static Provenance ProvenanceOf(Unit unit) => new("IMPORTED", Format, unit.File, unit.Rows[0].Line);

    /// <summary>The digest of the seizure and of each suspect and identifier: enough to tell what has changed.</summary>
    private static string MarkOf(SheetSeizure read) => $"{read.Digest}:{string.Join(',', read.Parts)}";

    private void Checked(CsvRow row)
    {
        try
        {
            row.Check(sheet.IsRead, sheet.HasLines);
        }
        catch (RowRefusedException fault)
        {
            throw new RowRefusedException(fault.Column, fault.Value, fault.Message) { Row = row };
        }
    }

    private static UInt128 Mark(string key) => System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(key)));

    private sealed record Unit(string File, IReadOnlyList<CsvRow> Rows, string Key, SheetSeizure Sheet) : ImportUnit(Rows, []);
}
