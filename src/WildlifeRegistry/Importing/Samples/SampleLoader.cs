using WildlifeRegistry.Access;
using WildlifeRegistry.Importing.Reference;
using WildlifeRegistry.Places;
using WildlifeRegistry.Records;
using WildlifeRegistry.Seizures;
using WildlifeRegistry.Species;
using WildlifeRegistry.Storage;

namespace WildlifeRegistry.Importing.Samples;

/// <summary>
/// Brings <c>schema/samples</c> into the store, for a first look: public seizures by the same import that officers
/// use, recorded by one seed officer of the secretariat and validated by a second, and an exercise world. Broken off
/// anywhere, it is completed at the next start.
/// </summary>
public sealed partial class SampleLoader(IGraphStore store, IStoreMaintenance maintenance, RegistryKeys keys, KindCatalogue kinds, TimeProvider time, ILogger<SampleLoader> logger)
{
    public const string C4adsFile = "schema/samples/c4ads-air-seizures.csv", LegsFile = "schema/samples/c4ads-air-seizure-legs.csv", CitesFile = "schema/samples/cites-reported-seizures-eco.csv";

    private const string C4adsSource = "C4ADS / ROUTES Partnership, in pbaine/ROUTES-Year-One-Finalized";
    private const string CitesSource = "CITES Trade Database, CITES Secretariat / UNEP-WCMC: non-commercial use with attribution";

    private static readonly SeizureKind Kind = new();
    private static readonly AgencyCode Secretariat = new("ECO-SECRETARIAT");
    private static readonly Audience Everyone = new(Secretariat, [new Release(Token.Agency(Secretariat), Level.Full), new Release(Token.Eco, Level.Full)]);

    private static Reader Registrar { get; } = new(new OfficerId("ECO-SECRETARIAT/registrar"), Secretariat, null, [Role.Liaison], []);

    private static Reader Validator { get; } = new(new OfficerId("ECO-SECRETARIAT/validator"), Secretariat, null, [Role.Analyst], []);

    public async Task LoadAsync(CancellationToken ct)
    {
        var checksum = ReferenceFiles.Checksum(C4adsFile, LegsFile, CitesFile, ExerciseWorld.File);
        if (await maintenance.HasLoadedAsync("samples", checksum, ct))
        {
            return;
        }

        LogLoading(logger);
        var (taxa, places) = (new TaxonTable(), new PlaceTable());
        var legs = C4adsLegs.Read(Path.GetFileName(LegsFile), () => ReferenceFiles.Open(LegsFile));
        await ImportAsync(C4adsFile, new C4adsFormat(taxa, places, keys, time, legs), C4adsSource, ct);
        await ImportAsync(CitesFile, new CitesFormat(taxa, places, new CodeTable(), keys, time), CitesSource, ct);
        await ValidateAsync(ct);
        await new ExerciseWorld(store, keys, taxa, places, time).LoadAsync(ct);
        await maintenance.MarkLoadedAsync("samples", checksum, ct);
    }

    private async Task ImportAsync(string file, IImportFormat format, string source, CancellationToken ct)
    {
        using var rows = CsvRows.Open(Path.GetFileName(file), () => ReferenceFiles.Open(file), format.Columns);
        await new ImportRun(store, keys, kinds, time, Registrar, Everyone, format, [source]).RunAsync(rows, (_, _) => { }, _ => { }, ct);
    }

    /// <summary>The second officer validates what the first imported and nobody has validated yet.</summary>
    private async Task ValidateAsync(CancellationToken ct)
    {
        var pending = new List<Task<CommitResult>>();
        Position? after = null;
        RecordPage page;
        do
        {
            var plan = new PlanStart.Page(RecordKind.Seizure, [], null, [Secretariat], [Validation.Submitted], Exercise: false, Descending: false, ReadPlan.MaxPage, after, WantTotal: false);
            page = (await store.ViewFor(Validator).ReadAsync(new ReadPlan(plan, Bring.Nothing), ct)).Roots;
            var theirs = page.Records.Where(brought => brought.Record.Owners?.UpdatedBy == Registrar.Officer).Select(brought => Validated(brought.Record)).ToList();
            if (theirs.Count > 0)
            {
                pending.Add(store.CommitAsync(new ChangeSet { Amended = [.. theirs] }, Validator, ct));
            }

            after = page.Records.IsEmpty ? null : new Position(page.Records[^1].Sort, page.Records[^1].Record.Id);
        }
        while (page.HasNext);

        if (Array.Exists(await Task.WhenAll(pending), result => result is not CommitResult.Committed))
        {
            throw new StoreException("The samples could not be validated: another program changed the store at the same time.", isTransient: true);
        }
    }

    private AmendedRecord Validated(SeenRecord record)
    {
        var owners = record.Owners!;
        var seizure = RecordJson.Read<Seizure>(record.Properties);
        var envelope = new RecordEnvelope(record.Id, owners.Audience, record.Exercise, Validation.Validated, record.Handling, record.Details, RecordedBy: owners.CreatedBy);
        return new AmendedRecord(Kind.Store(seizure, envelope), owners.Version, Kind.Derive(seizure, envelope, keys), ShowsFrom: Level.Sanitised);
    }

    [LoggerMessage(3001, LogLevel.Information, "Loading the samples: public seizures of schema/samples and an exercise world. This happens once.")]
    private static partial void LogLoading(ILogger logger);
}
