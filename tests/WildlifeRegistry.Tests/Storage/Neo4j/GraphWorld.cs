using System.Collections.Immutable;
using WildlifeRegistry.Access;
using WildlifeRegistry.Links;
using WildlifeRegistry.Records;
using WildlifeRegistry.Storage;
using WildlifeRegistry.Tests.Conformance;

namespace WildlifeRegistry.Tests.Neo4j;

/// <summary>A store on the run's Neo4j with seizures of one species, all of one agency's.</summary>
internal sealed class GraphWorld : IAsyncDisposable
{
    public static readonly Reader Officer = new World(1).Officers[0];
    public static readonly Reader Stranger = new World(1).Officers.First(officer => officer.Agency != Officer.Agency);

    private const int MostTries = 5;

    public Neo4jEngine Engine { get; } = new();

    public RecordId Species { get; } = RecordId.NewRandom();

    /// <summary>In the order that the species lists its links in, and lists list them falling.</summary>
    public List<RecordId> Seizures { get; private set; } = [];

    public static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static async Task<GraphWorld> OpenAsync(int seizures)
    {
        var world = new GraphWorld();
        await Presence.RequireAsync(world.Engine);
        await world.Engine.OpenAsync();
        await world.CommitAsync(Officer, new ChangeSet { Records = [new NewRecord(Record(world.Species, RecordKind.Species, "Falco cherrug") with { Exercise = null, Audience = Audience.Reference(Officer.Agency) }, [], null)] });
        await world.AddAsync(seizures);
        return world;
    }

    public async Task AddAsync(int seizures)
    {
        var added = Enumerable.Range(0, seizures).Select(n => (Link: RecordId.NewRandom(), Seizure: Record(RecordId.NewRandom(), RecordKind.Seizure, $"20{n % 25:00}-01-01/0"))).ToList();
        foreach (var some in added.Chunk(100))
        {
            await CommitAsync(Officer, new ChangeSet
            {
                Records =
                [
                    .. some.Select(one => new NewRecord(
                        one.Seizure,
                        [new StoredLink { Id = one.Link, Kind = LinkKind.OfSpecies, From = one.Seizure.Id, To = Species, Owner = Officer.Agency, Audience = one.Seizure.Audience, Properties = RecordJson.Write(new LinkProperties()) }],
                        null)),
                ],
            });
        }

        Seizures = [.. added.OrderByDescending(one => one.Seizure.Sort, StringComparer.Ordinal).ThenByDescending(one => one.Link).Select(one => one.Seizure.Id)];
    }

    public async Task CommitAsync(Reader author, ChangeSet changes) => Assert.IsType<CommitResult.Committed>(await Engine.Store.CommitAsync(changes, author, Ct));

    /// <summary>Asks until it is answered: Neo4j plans a text that is new to it, and on a loaded machine that may take longer than a statement may.</summary>
    public async Task<Storage.Reading> ReadAsync(Reader reader, PlanStart start, Bring? bring = null)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                return await Engine.Store.ViewFor(reader).ReadAsync(new ReadPlan(start, bring ?? Bring.Nothing), Ct);
            }
            catch (StoreException fault) when (fault.IsTransient && tries < MostTries)
            {
                await Task.Yield();
            }
        }
    }

    public static LinkStep Step(ImmutableArray<LinkKind> kinds, int first, LinkPosition? after = null, bool wantTotal = false, Bring? bring = null) => new(
        "links", [.. Enum.GetValues<RecordKind>()], kinds, LinkDirection.Both, Exercise: false, Withdrawn: false, first, after, wantTotal, OwnReferences: false, bring ?? Bring.Nothing);

    public static PlanStart.Page Page(ImmutableArray<Condition> conditions, int first = 25) =>
        new(RecordKind.Seizure, conditions, null, [], [], Exercise: false, Descending: true, first, null, WantTotal: true);

    public ValueTask DisposeAsync() => Engine.DisposeAsync();

    public static StoredRecord Record(RecordId id, RecordKind kind, string sort) => new()
    {
        Id = id,
        Kind = kind,
        Owner = Officer.Agency,
        Audience = Audience.OwnAgency(Officer.Agency),
        Exercise = false,
        Validation = Validation.Validated,
        Sort = sort,
        Index = [new IndexedValue(Synthetic.Country, "KZ"), new IndexedValue(Synthetic.Goods, "horns")],
        Properties = RecordJson.Write(new { when = sort, secret = "closed" }),
    };
}
