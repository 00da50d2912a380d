using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;
using WildlifeRegistry.Recording;

namespace WildlifeRegistry.Tests.Recording;

/// <summary>Input as people give it: read where it can be, refused with its path where it cannot, all faults at once.</summary>
public sealed class InputTests
{
    [Fact]
    public async Task All_faults_of_an_input_come_at_once_each_with_its_path_and_nothing_is_recorded()
    {
        await using var registry = await RegistryApplication.StartAsync();
        var notebook = new Notebook(registry);
        var before = await registry.DumpAsync();
        var input = JsonNode.Parse("""
            { "exercise": true, "occurredOn": "2099-01-01", "country": "QX", "coordinates": "nowhere", "handling": "H3",
              "restrictTo": ["agency:UZ-CUSTOMS"], "nationalities": [{ "country": "kg", "count": 0 }], "routeLeg": 1,
              "estimatedValue": { "amount": "many", "currency": "tenge" }, "narrative": "a\u202Eb",
              "specimens": [
                { "nameAsGiven": "Saiga tatarica", "quantities": [{ "amount": "1", "unit": "шт" }] },
                { "nameAsGiven": " ", "quantities": [{ "amount": "-1", "unit": "kg" }, { "amount": "2", "unit": "wagons" }], "marks": [{ "type": "PHONE", "value": "1" }] }],
              "chain": [{ "role": "DESTINATION", "country": "CN", "seizureOpportunity": true }],
              "suspects": [{ "role": "DRIVER" }, { "role": "DRIVER", "new": { "type": "PERSON", "offence": "", "names": [], "birth": "yesterday", "identifiers": [{ "type": "PASSPORT", "value": "N1" }] } }],
              "identifiers": [{ "as": "USES", "type": "PLATE", "value": "123" }, { "as": "CARRIED_BY", "type": "CONTAINER", "value": "CSQU3054384" }] }
            """)!.AsObject();
        var payload = await notebook.MutateAsync(Notebook.Officer, "recordSeizure", input, "seizure { id }");
        string[] expected =
        [
            "handlingNote", "restrictTo[0]", "occurredOn", "country", "coordinates", "nationalities[0].country", "nationalities[0].count", "estimatedValue.currency", "estimatedValue.amount", "narrative",
            "specimens[1].nameAsGiven", "specimens[1].quantities[0].amount", "specimens[1].quantities[1].unit", "specimens[1].marks[0].type", "chain[0].seizureOpportunity",
            "suspects[0].new", "suspects[1].new.offence", "suspects[1].new.names", "suspects[1].new.birth", "suspects[1].new.identifiers[0].country",
            "identifiers[0].as", "identifiers[1].value", "routeId",
        ];
        Assert.All(Notebook.Refusals(payload), refusal => Assert.Equal("InvalidInput", refusal));
        Assert.Equal(expected.Order(StringComparer.Ordinal), Notebook.Fields(payload).Order(StringComparer.Ordinal));
        Assert.Equal(JsonValueKind.Null, payload.GetProperty("seizure").ValueKind);
        Assert.Equal(before, await registry.DumpAsync());
    }

    [Fact]
    public async Task A_name_of_several_species_is_refused_with_those_that_it_may_mean()
    {
        await using var registry = await RegistryApplication.StartAsync();
        var notebook = new Notebook(registry);
        var payload = await notebook.MutateAsync(Notebook.Officer, "recordSeizure", Notebook.Seizure(Notebook.Of(new { specimens = new[] { new { nameAsGiven = "Saiga tatarica" }, new { nameAsGiven = "saiga" } } })), "");
        Assert.Equal(["specimens[1].nameAsGiven"], Notebook.Fields(payload));
        var candidates = (await registry.AskAsync(Notebook.Officer, "{ species(name: \"Saiga\") { nodes { id scientificName } } }")).At("species.nodes").EnumerateArray().ToList();
        Assert.True(candidates.Count > 1);
        Assert.All(candidates, candidate => Assert.Contains($"{candidate.GetProperty("scientificName").GetString()} ({candidate.GetProperty("id").GetString()})", payload.GetRawText(), StringComparison.Ordinal));
        await notebook.SeizureAsync(with: Notebook.Of(new { specimens = new[] { new { nameAsGiven = "saiga", speciesId = candidates[0].GetProperty("id").GetString() } } }));
    }

    [Fact]
    public async Task What_people_write_is_understood_and_kept_as_they_wrote_it()
    {
        await using var registry = await RegistryApplication.StartAsync();
        var notebook = new Notebook(registry);
        var id = await notebook.SeizureAsync(with: JsonNode.Parse("""
            { "occurredOn": "1404-12-23", "coordinates": "44°10'12\"N 80°18'0\"E",
              "specimens": [{ "nameAsGiven": "saker falcons", "quantities": [{ "amount": "2.50", "unit": "килограмм" }] }, { "nameAsGiven": "unheard-of beast", "amountUnknown": true }],
              "suspects": [{ "role": "DRIVER", "new": { "type": "PERSON", "offence": "invented", "names": [{ "full": "Эксеров Тест", "role": "PRIMARY" }], "identifiers": [{ "type": "PHONE", "value": "8 (701) 555-01-02" }] } }],
              "identifiers": [{ "as": "CARRIED_BY", "type": "PLATE", "value": "01 KG 442 АВС" }] }
            """)!.AsObject());
        var seen = (await registry.AskAsync(Notebook.Officer, "query ($id: ID!) { seizure(id: $id) { occurredOn occurredOnAsGiven latitude longitude specimens { nameAsGiven species { scientificName } quantities { amount unit } } links(kinds: [CARRIED_BY]) { nodes { valueAsGiven other { ... on Identifier { normalised } } } } suspects: links(kinds: [INVOLVES]) { nodes { other { ... on Suspect { names { script } links(kinds: [USES]) { nodes { valueAsGiven other { ... on Identifier { normalised } } } } } } } } } }", new { id }));
        Assert.Equal("2026-03-14", seen.TextAt("seizure.occurredOn"));
        Assert.Equal("1404-12-23", seen.TextAt("seizure.occurredOnAsGiven"));
        Assert.Equal(44.17, seen.At("seizure.latitude").GetDouble());
        Assert.Equal(80.3, seen.At("seizure.longitude").GetDouble());
        Assert.Equal("Falco cherrug", seen.TextAt("seizure.specimens[0].species.scientificName"));
        Assert.Equal("2.50", seen.TextAt("seizure.specimens[0].quantities[0].amount"));
        Assert.Equal("kg", seen.TextAt("seizure.specimens[0].quantities[0].unit"));
        Assert.Equal("unheard-of beast", seen.TextAt("seizure.specimens[1].nameAsGiven"));
        Assert.Null(seen.TextAt("seizure.specimens[1].species"));
        Assert.Equal("01KG442ABC", seen.TextAt("seizure.links.nodes[0].other.normalised"));
        Assert.Equal("01 KG 442 АВС", seen.TextAt("seizure.links.nodes[0].valueAsGiven"));
        Assert.Equal("+77015550102", seen.TextAt("seizure.suspects.nodes[0].other.links.nodes[0].other.normalised"));
        Assert.Equal("Cyrl", seen.TextAt("seizure.suspects.nodes[0].other.names[0].script"));
    }

    [Fact]
    public async Task Amending_leaves_what_is_absent_clears_what_is_null_and_replaces_lists()
    {
        await using var registry = await RegistryApplication.StartAsync();
        var notebook = new Notebook(registry);
        var id = await notebook.SeizureAsync(with: JsonNode.Parse("""{ "carrier": "Exercise line", "disposal": "stored", "specimens": [{ "nameAsGiven": "Saiga tatarica", "description": "horns", "marks": [{ "type": "RING", "value": "TA 1" }] }, { "nameAsGiven": "feathers" }] }""")!.AsObject());
        const string Everything = "query ($id: ID!) { seizure(id: $id) { version carrier disposal narrative occurredOn specimens { id nameAsGiven description species { scientificName } marks { normalised } } links(kinds: [MARKED]) { nodes { other { caption } } } history { version changes { field before after } } } }";
        var before = await registry.AskAsync(Notebook.Officer, Everything, new { id });
        var specimen = before.TextAt("seizure.specimens[0].id");
        var input = Notebook.Of(new { id, version = 1, disposal = (string?)null, narrative = "amended", specimens = new object[] { new { id = specimen, nameAsGiven = "Saiga tatarica", marks = new[] { new { type = "RING", value = "TA 2" } } } } });
        Assert.Empty(Notebook.Refusals(await notebook.MutateAsync(Notebook.Officer, "amendSeizure", input, "")));
        var after = await registry.AskAsync(Notebook.Officer, Everything, new { id });
        Assert.Equal("Exercise line", after.TextAt("seizure.carrier"));
        Assert.Null(after.TextAt("seizure.disposal"));
        Assert.Equal("amended", after.TextAt("seizure.narrative"));
        Assert.Equal(1, after.At("seizure.specimens").GetArrayLength());
        Assert.Equal(specimen, after.TextAt("seizure.specimens[0].id"));
        Assert.Equal("horns", after.TextAt("seizure.specimens[0].description"));
        Assert.Equal("TA2", after.TextAt("seizure.specimens[0].marks[0].normalised"));
        Assert.Equal(1, after.At("seizure.links.nodes").GetArrayLength());
        var changes = after.At("seizure.history[1].changes").EnumerateArray().Select(change => change.GetProperty("field").GetString()).ToList();
        Assert.Contains("disposal", changes);
        Assert.Contains("narrative", changes);
        Assert.Contains("specimens[1].nameAsGiven", changes);
        Assert.DoesNotContain("carrier", changes);
        Assert.DoesNotContain("occurredOn", changes);
    }

    [Fact]
    public async Task A_request_key_answers_for_itself_at_todays_level_and_never_for_another_content()
    {
        await using var registry = await RegistryApplication.StartAsync();
        var notebook = new Notebook(registry);
        var input = Notebook.Seizure(Notebook.Of(new { requestKey = "mine" }));
        var first = await notebook.MutateAsync(Notebook.Officer, "recordSeizure", input, "seizure { id version }");
        var id = first.GetProperty("seizure").GetProperty("id").GetString()!;
        Assert.Empty(Notebook.Refusals(await notebook.MutateAsync(Notebook.Officer, "amendSeizure", Notebook.Of(new { id, version = 1, narrative = "amended" }), "")));
        var before = await registry.DumpAsync();
        var again = await notebook.MutateAsync(Notebook.Officer, "recordSeizure", input, "seizure { id version }");
        Assert.Equal((id, 2), (again.GetProperty("seizure").GetProperty("id").GetString(), again.GetProperty("seizure").GetProperty("version").GetInt32()));
        input["narrative"] = "another";
        var other = await notebook.MutateAsync(Notebook.Officer, "recordSeizure", input, "seizure { id }");
        Assert.Equal(["requestKey"], Notebook.Fields(other));
        Assert.Equal(before, await registry.DumpAsync());
        var colleagues = await notebook.MutateAsync(Notebook.Analyst, "recordSeizure", input, "seizure { id }");
        Assert.NotEqual(id, colleagues.GetProperty("seizure").GetProperty("id").GetString());
    }

    [Theory]
    [InlineData("2013", "2013")]
    [InlineData("2013-05", "2013-05")]
    [InlineData("14.03.2026", "2026-03-14")]
    [InlineData("2026/3/4", "2026-03-04")]
    [InlineData("1403-12-30", "2025-03-20")] // a leap day of the Solar Hijri calendar
    [InlineData("۱۴۰۴/۱۲/۲۳", "2026-03-14")]
    [InlineData("1403-12-31", null)]
    [InlineData("1403-05", null)]
    [InlineData("1403", null)]
    [InlineData("31.02.2026", null)]
    [InlineData("03/04/2026", null)]
    [InlineData("soon", null)]
    public void A_date_is_read_in_the_usual_forms(string text, string? expected) => Assert.Equal(expected, GivenDate.Parse(text)?.Date.ToString());

    [Theory]
    [InlineData("44.17, 80.30", 44.17, 80.3)]
    [InlineData("44,17 80,30", 44.17, 80.3)]
    [InlineData("44°10'12\"N 80°18'0\"E", 44.17, 80.3)]
    [InlineData("N44 10.2 E80 18.0", 44.17, 80.3)]
    [InlineData("80.3E 44.17N", 44.17, 80.3)]
    [InlineData("-33.9, 18.4", -33.9, 18.4)]
    [InlineData("33.9S 18.4W", -33.9, -18.4)]
    [InlineData("44.17 с.ш. 80.30 в.д.", 44.17, 80.3)]
    public void A_position_is_read_in_the_usual_notations(string text, double latitude, double longitude) =>
        Assert.Equal(new GivenCoordinates(latitude, longitude), GivenCoordinates.Parse(text));

    [Theory]
    [InlineData("91, 0")]
    [InlineData("44 61 0 N 80 0 0 E")]
    [InlineData("44.17")]
    [InlineData("44N 80N")]
    [InlineData("-44N 80E")]
    [InlineData("NaN, 1")]
    public void What_is_no_position_is_not_read(string text) => Assert.Null(GivenCoordinates.Parse(text));

    [Fact]
    public void Nothing_that_people_may_type_makes_reading_fail() => Gen.String.Sample(text =>
    {
        GivenDate.Parse(text);
        GivenCoordinates.Parse(text);
        Units.Find(text);
    });
}
