using WildlifeRegistry.Records;

namespace WildlifeRegistry.Tests.Hosting;

/// <summary>Over HTTP, a record that is hidden from the caller answers with the same bytes as one that does not exist.</summary>
public sealed class HiddenTests(SampleWorld world)
{
    public static TheoryData<string, RecordKind> ById => new()
    {
        { "query ($id: ID!) { it: seizure(id: $id) { id caption links { totalAtLeast } } }", RecordKind.Seizure },
        { "query ($id: ID!) { it: suspect(id: $id) { id caption links { totalAtLeast } } }", RecordKind.Suspect },
        { "query ($id: ID!) { it: route(id: $id) { id caption links { totalAtLeast } } }", RecordKind.Route },
        { "query ($id: ID!) { it: incident(id: $id) { id caption links { totalAtLeast } } }", RecordKind.Incident },
        { "query ($id: ID!) { it: node(id: $id) { id ... on Record { caption } } }", RecordKind.Seizure },
        { "query ($id: ID!) { it: node(id: $id) { id ... on Record { caption } } }", RecordKind.Suspect },
        { "query ($id: ID!) { it: nodes(ids: [$id]) { id ... on Record { caption } } }", RecordKind.Route },
        { "query ($id: ID!) { it: place(id: $id) { id } }", RecordKind.Seizure },
        { "query ($id: ID!) { it: seizures(filter: { placeId: $id }) { totalCount nodes { id } } }", RecordKind.Seizure },
        { "query ($id: ID!) { it: seizures(filter: { speciesUnder: $id }) { totalCount nodes { id } } }", RecordKind.Seizure },
    };

    [Theory]
    [MemberData(nameof(ById))]
    public async Task A_hidden_record_answers_like_a_missing_one(string question, RecordKind kind)
    {
        var missing = await AskAsync("tr-customs-liaison", question, world.Missing.ToString());

        Assert.Equal(missing, await AskAsync("tr-customs-liaison", question, world.Hidden[kind].ToString()));
        Assert.Equal(missing, await AskAsync("tr-customs-liaison", question, world.HitOnly.ToString()));
        foreach (var malformed in new[] { "", "x", world.Hidden[kind].ToString().ToLowerInvariant(), world.Hidden[kind] + "0", "8" + new string('Z', 25), "'; DROP TABLE record; --", "☃" })
        {
            Assert.Equal(missing, await AskAsync("tr-customs-liaison", question, malformed));
        }

        // It is there, and its owner sees it: without this the promise would hold for an empty store.
        if (!question.Contains("place", StringComparison.Ordinal) && !question.Contains("speciesUnder", StringComparison.Ordinal))
        {
            Assert.NotEqual(missing, await AskAsync("kz-customs-officer", question, world.Hidden[kind].ToString()));
        }
    }

    [Fact]
    public async Task An_identifier_that_hangs_on_hidden_records_alone_answers_like_a_missing_one()
    {
        // The phone is linked at Full to a suspect that all see; at Sanitised that link does not exist.
        const string Question = "query ($value: String!) { identifier(type: PHONE, value: $value) { id normalised links { totalAtLeast } } }";

        var missing = (await world.Registry.AskAsync("eco-observer", Question, new { value = "+77010000000" })).Text;

        Assert.Equal(missing, (await world.Registry.AskAsync("eco-observer", Question, new { value = SampleWorld.Phone })).Text);
        Assert.NotEqual(missing, (await world.Registry.AskAsync("tr-customs-liaison", Question, new { value = SampleWorld.Phone })).Text);
    }

    [Fact]
    public async Task Lists_and_counts_hold_what_the_caller_sees_and_no_more()
    {
        async Task<string> CountAsync(string persona, string filter = "") =>
            (await world.Registry.AskAsync(persona, $"{{ seizures(first: 1{filter}) {{ totalCount }} }}")).At("seizures.totalCount").GetRawText();

        Assert.Equal($"{SampleWorld.Many + 1}", await CountAsync("tr-customs-liaison"));
        Assert.Equal($"{SampleWorld.Many + 3}", await CountAsync("uz-customs-officer"));
        Assert.Equal($"{SampleWorld.Many + 4}", await CountAsync("kz-customs-officer"));
        Assert.Equal("1", await CountAsync("tr-customs-liaison", ", filter: { exercise: true }"));
        Assert.Equal("0", await CountAsync("tr-customs-liaison", ", filter: { validation: [WITHDRAWN] }"));

        // A closed property cannot be asked for below Full.
        Assert.Equal("1", await CountAsync("kz-customs-officer", $", filter: {{ carriers: [\"{SampleWorld.Closed}\"] }}"));
        Assert.Equal("0", await CountAsync("uz-customs-officer", $", filter: {{ carriers: [\"{SampleWorld.Closed}\"] }}"));
    }

    private async Task<string> AskAsync(string persona, string question, string id)
    {
        var answer = await world.Registry.AskAsync(persona, question, new { id });
        return $"{answer.Status} {answer.ContentType} {answer.Text}";
    }
}
