using WildlifeRegistry.Records;
using WildlifeRegistry.Storage;
using Xunit;

namespace WildlifeRegistry.Tests.Conformance;

/// <summary>What is written is what is read, by those who may read it, after reopening too.</summary>
public abstract class RoundTrip<TEngine> : Promise<TEngine>
    where TEngine : Engine, new()
{
    [Fact]
    public Task Whatever_was_written_is_read_back_by_each_reader_as_far_as_it_is_theirs() => InEachWorldAsync(async seed =>
    {
        await using var engine = await AnotherAsync();
        var world = new World(seed);
        await world.BuildAsync(engine, 20, Ct);
        for (var opened = 0; opened < 2; opened++)
        {
            var ids = world.AllIds.ToList();
            foreach (var reader in world.Readers)
            {
                PlanStart[] starts = [new PlanStart.ByIds([.. ids], []), .. World.SomeImportKeys.Select(key => new PlanStart.ByImportKey(key))];
                foreach (var start in starts)
                {
                    var plan = new ReadPlan(start, new Bring([], Releases: true, Versions: true));
                    Equal(await engine.Store.ViewFor(reader).ReadAsync(plan, Ct), world.Oracle.Answer(plan, reader, world.Now));
                }
            }

            await engine.CloseAsync();
            await engine.OpenAsync();
        }
    });

    [Fact]
    public async Task Text_of_every_plane_and_numbers_to_the_last_digit_come_back_as_they_went()
    {
        var officer = new World(1).Officers[0];
        var record = Written(officer.Agency) with
        {
            Sort = "😀\uFFFDё\n'\"\\",
            Properties = RecordJson.Write(new { amount = 12.50m, least = 0.0000000000000000000000000001m, text = "شاهين e\u0301 😀 \u2028 '; DROP TABLE record" }),
            Details = new RecordDetails("note ё", new Grade(SourceGrade.X, 4), new Provenance("IMPORTED", "c4ads", "a;b.csv", 2, ["https://example.org/ё"]), PartialDate.Parse("2027-02"), "reason"),
        };
        Assert.IsType<CommitResult.Committed>(await CommitAsync(officer, new ChangeSet { Records = [new NewRecord(record, [], null)] }));
        var read = Assert.Single((await ReadAsync(officer, new PlanStart.ByIds([record.Id], []))).Roots.Records);
        Assert.Equal(record.Sort, read.Sort);
        Assert.Equal(record.Properties, read.Record.Properties);
        Assert.Equal(RecordJson.Write(record.Details), RecordJson.Write(read.Record.Details));
    }

    [Fact]
    public async Task Each_version_is_kept_for_the_owners_officers_as_it_stood_then()
    {
        var officer = new World(1).Officers[0];
        var record = Written(officer.Agency);
        await CommitAsync(officer, new ChangeSet { Records = [new NewRecord(record, [], null)] });
        for (var version = 1; version < 4; version++)
        {
            Engine.Time.Advance(World.Tick);
            var next = record with { Validation = Validation.Submitted, Properties = RecordJson.Write(new { when = version }) };
            Assert.IsType<CommitResult.Committed>(await CommitAsync(officer, new ChangeSet { Amended = [new AmendedRecord(next, version, [], null)] }));
        }

        var owners = Assert.Single((await ReadAsync(officer, new PlanStart.ByIds([record.Id], []), new Bring([], Versions: true))).Roots.Records).Record.Owners!;
        Assert.Equal((4, World.Begin, World.Begin + (3 * World.Tick)), (owners.Version, owners.CreatedAt, owners.UpdatedAt));
        Assert.Equal([1, 2, 3, 4], owners.Versions!.Select(version => version.Version));
        Assert.Equal([0, 1, 2, 3], owners.Versions!.Select(version => (int)((version.At - World.Begin) / World.Tick)));
        Assert.Equal([Validation.Draft, Validation.Submitted, Validation.Submitted, Validation.Submitted], owners.Versions!.Select(version => version.Validation));
        Assert.Equal(record.Properties, owners.Versions![0].Properties);
    }

    internal static void Equal(Storage.Reading actual, Storage.Reading expected) => Assert.Equal(new Transcript().Of(expected), new Transcript().Of(actual));

    private static StoredRecord Written(WildlifeRegistry.Access.AgencyCode owner) => new()
    {
        Id = RecordId.NewRandom(),
        Kind = RecordKind.Seizure,
        Owner = owner,
        Audience = WildlifeRegistry.Access.Audience.OwnAgency(owner),
        Exercise = false,
        Validation = Validation.Draft,
        Properties = RecordJson.Write(new { when = 0 }),
    };
}
