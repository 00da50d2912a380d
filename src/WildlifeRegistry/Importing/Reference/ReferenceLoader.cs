using System.Collections.Immutable;
using WildlifeRegistry.Access;
using WildlifeRegistry.Agencies;
using WildlifeRegistry.Places;
using WildlifeRegistry.Records;
using WildlifeRegistry.Species;
using WildlifeRegistry.Storage;

namespace WildlifeRegistry.Importing.Reference;

/// <summary>
/// Brings <c>schema/reference</c> into the store as the secretariat's registrar, who is a reader like any other. A
/// file that was loaded whole is not read again; a changed one amends the records that changed.
/// </summary>
public sealed class ReferenceLoader(IGraphStore store, IStoreMaintenance maintenance, RegistryKeys keys)
{
    /// <summary>Records of one change set.</summary>
    private const int Batch = 200;

    private static readonly AgencyCode Secretariat = new("ECO-SECRETARIAT");
    private static readonly RecordDetails FromReference = new(Provenance: new Provenance("REFERENCE"));

    private static Reader Registrar { get; } = new(new OfficerId("ECO-SECRETARIAT/registrar"), Secretariat, null, [Role.Liaison], []);

    public async Task LoadAsync(CancellationToken ct)
    {
        await LoadAsync("agencies", [AgencyRegister.File], () => new AgencyRegister().All.Select(agency => Record(new AgencyKind(), agency, agency.Code)), ct);
        await LoadAsync("places", [PlaceTable.CountriesFile, PlaceTable.CheckpointsFile], () => new PlaceTable().All.Select(place => Record(new PlaceKind(), place.Place, place.Key)), ct);
        await LoadAsync("species", [TaxonTable.TaxaFile, TaxonTable.TradeNamesFile, TaxonTable.TariffsFile], () => new TaxonTable().All.Select(taxon => Record(new SpeciesKind(), taxon, taxon.ScientificName)), ct);
    }

    private StoredRecord Record<T>(RecordKind<T> kind, T value, string code)
        where T : notnull =>
        kind.Store(value, RecordEnvelope.OfReference(keys.ReferenceId(kind.Kind, code), Secretariat, FromReference));

    private async Task LoadAsync(string name, string[] files, Func<IEnumerable<StoredRecord>> records, CancellationToken ct)
    {
        var checksum = ReferenceFiles.Checksum(files);
        if (await maintenance.HasLoadedAsync(name, checksum, ct))
        {
            return;
        }

        var pending = new List<Task<CommitResult>>();
        foreach (var batch in records().Chunk(Batch))
        {
            pending.Add(store.CommitAsync(await ChangesAsync(batch, ct), Registrar, ct));
        }

        foreach (var result in await Task.WhenAll(pending))
        {
            if (result is not CommitResult.Committed)
            {
                throw new StoreException($"The reference file {name} could not be loaded: another program changed the store at the same time.", isTransient: true);
            }
        }

        await maintenance.MarkLoadedAsync(name, checksum, ct);
    }

    /// <summary>What of a batch is new, and what has changed since it was loaded.</summary>
    private async Task<ChangeSet> ChangesAsync(StoredRecord[] batch, CancellationToken ct)
    {
        var reading = await store.ViewFor(Registrar).ReadAsync(new ReadPlan(new PlanStart.ByIds([.. batch.Select(record => record.Id)], []), Bring.Nothing), ct);
        var known = reading.Roots.Records.ToDictionary(record => record.Record.Id, record => record.Record);
        return new ChangeSet
        {
            Records = [.. batch.Where(record => !known.ContainsKey(record.Id)).Select(record => new NewRecord(record, [], NumberedIn: null))],
            Amended =
            [
                .. batch.Where(record => known.TryGetValue(record.Id, out var had) && !had.Properties.AsSpan().SequenceEqual(record.Properties))
                    .Select(record => new AmendedRecord(record, known[record.Id].Owners!.Version, [], ShowsFrom: null)),
            ],
        };
    }
}
