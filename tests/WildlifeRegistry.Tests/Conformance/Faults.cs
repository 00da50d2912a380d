using WildlifeRegistry.Access;
using WildlifeRegistry.Links;
using WildlifeRegistry.Records;
using WildlifeRegistry.Storage;
using Xunit;

namespace WildlifeRegistry.Tests.Conformance;

/// <summary>What goes wrong is said, and does no harm.</summary>
public abstract class Faults<TEngine> : Promise<TEngine>
    where TEngine : Engine, new()
{
    private static readonly Reader Officer = new World(1).Officers[0];

    public static TheoryData<Spoiled> Ways => [.. Enum.GetValues<Spoiled>()];

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task A_store_that_must_not_be_opened_is_refused_with_a_sentence(Spoiled how)
    {
        await Engine.CloseAsync();
        await Engine.SpoilAsync(how);
        var fault = await Assert.ThrowsAsync<StoreException>(Engine.OpenAsync);
        Assert.EndsWith(".", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("SQLite Error", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cancelled_question_is_never_answered_in_part()
    {
        await CommitAsync(Officer, Adding());
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        var plan = new ReadPlan(new PlanStart.Page(RecordKind.Seizure, [], null, [], [], false, true, 25, null, true), Bring.Nothing);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Engine.Store.ViewFor(Officer).ReadAsync(plan, cancelled.Token));
        Assert.Single((await Engine.Store.ViewFor(Officer).ReadAsync(plan, Ct)).Roots.Records);
    }

    [Fact]
    public async Task A_missing_reader_is_a_fault_and_not_an_empty_one()
    {
        Assert.Throws<ArgumentNullException>(() => Engine.Store.ViewFor(null!));
        await Assert.ThrowsAsync<ArgumentNullException>(() => Engine.Store.CommitAsync(new ChangeSet(), null!, Ct));
        await Assert.ThrowsAsync<ArgumentNullException>(() => Engine.Store.ReplayAsync(new RequestKey("a", "b", "c"), null!, Ct));
    }

    [Fact]
    public async Task A_change_set_that_contradicts_itself_is_the_programs_fault_and_changes_nothing()
    {
        var known = Record();
        await CommitAsync(Officer, new ChangeSet { Records = [new NewRecord(known, [], null)] });
        var other = new AgencyCode("TM-CUSTOMS");
        var link = new StoredLink { Id = RecordId.NewRandom(), Kind = LinkKind.SameAs, From = known.Id, To = RecordId.NewRandom(), Owner = Officer.Agency, Audience = Audience.OwnAgency(Officer.Agency), Properties = RecordJson.Write(new LinkProperties()) };
        ChangeSet[] contradictions =
        [
            new() { Records = [new NewRecord(Record() with { Owner = other }, [], null)] },
            new() { Records = [new NewRecord(Record() with { Audience = Audience.OwnAgency(other) }, [], null)] },
            new() { Records = [new NewRecord(Record() with { Kind = RecordKind.Identifier }, [], null)] },
            new() { Records = [new NewRecord(Record() with { Exercise = null }, [], null)] },
            new() { Records = [new NewRecord(Record() with { Audience = Audience.Reference(Officer.Agency) }, [], null)] },
            new() { Records = [new NewRecord(Record(), [link], null)] },
            new() { Amended = [new AmendedRecord(known with { Exercise = true }, 1, [], null)] },
            new() { Amended = [new AmendedRecord(known with { Kind = RecordKind.Incident }, 1, [], null)] },
            new() { Links = [link with { Owner = other }] },
            new() { Links = [link with { To = known.Id }] },
            new() { Links = [link with { Floor = Level.Hit }] },
            new() { Links = [link with { Audience = Audience.Reference(Officer.Agency) }] },
            new() { AmendedLinks = [new AmendedLink(link.Id, 1, Audience.OwnAgency(other), false, Handling.H0, "", [])] },
        ];
        var before = await Engine.DumpAsync();
        foreach (var changes in contradictions)
        {
            await Assert.ThrowsAsync<ArgumentException>(() => CommitAsync(Officer, changes));
            Assert.Equal(before, await Engine.DumpAsync());
        }
    }

    [Fact]
    public async Task A_change_that_fails_inside_leaves_its_neighbours_and_the_writer_alone()
    {
        var known = Record();
        await CommitAsync(Officer, new ChangeSet { Records = [new NewRecord(known, [], null)] });
        var tasks = Enumerable.Range(0, 60).Select(n => Task.Run(
            () => n % 3 == 0
                ? Assert.ThrowsAsync<ArgumentException>(() => CommitAsync(Officer, new ChangeSet { Amended = [new AmendedRecord(known with { Exercise = true }, 1, [], null)] }))
                : (Task)CommitAsync(Officer, Adding()),
            Ct));
        await Task.WhenAll(tasks);
        Assert.IsType<CommitResult.Committed>(await CommitAsync(Officer, Adding()));
    }

    private static ChangeSet Adding() => new() { Records = [new NewRecord(Record(), [], 2026)] };

    private static StoredRecord Record() => new()
    {
        Id = RecordId.NewRandom(),
        Kind = RecordKind.Seizure,
        Owner = Officer.Agency,
        Audience = Audience.OwnAgency(Officer.Agency),
        Exercise = false,
        Validation = Validation.Draft,
        Properties = RecordJson.Write(new { when = "2026" }),
    };
}
