using System.Text.Json;

namespace WildlifeRegistry.Tests.Hosting;

/// <summary>Cursors are good for the reader and the question that they were made for, and for nothing else.</summary>
public sealed class CursorTests(SampleWorld world)
{
    private const string List = "query ($after: String, $first: Int = 5) { seizures(first: $first, after: $after) { pageInfo { hasNextPage hasPreviousPage startCursor endCursor } edges { cursor node { id } } } }";

    [Fact]
    public async Task Pages_continue_where_they_ended_and_hold_each_record_once()
    {
        var whole = Ids(await AskAsync("tr-customs-liaison", List, first: 200));
        var paged = new List<string>();
        string? after = null;
        for (var more = true; more;)
        {
            var page = await AskAsync("tr-customs-liaison", List, after);
            Assert.Equal(after is not null, page.At("seizures.pageInfo.hasPreviousPage").GetBoolean());
            paged.AddRange(Ids(page));
            after = page.TextAt("seizures.pageInfo.endCursor");
            more = page.At("seizures.pageInfo.hasNextPage").GetBoolean();
        }

        Assert.Equal(SampleWorld.Many + 1, whole.Count);
        Assert.Equal(whole, paged);

        // The cursor of an edge in the middle is as good as the last.
        var first = await AskAsync("tr-customs-liaison", List);
        Assert.Equal(whole.Skip(2).Take(5), Ids(await AskAsync("tr-customs-liaison", List, first.TextAt("seizures.edges[1].cursor"))));
    }

    [Fact]
    public async Task A_cursor_of_another_question_reader_or_hand_is_refused()
    {
        var cursor = (await AskAsync("tr-customs-liaison", List)).TextAt("seizures.pageInfo.endCursor")!;
        var bent = cursor.ToCharArray();
        bent[^2] = bent[^2] == 'A' ? 'B' : 'A';

        await AssertRefusedAsync("tr-customs-liaison", "query ($after: String) { seizures(order: OLDEST_FIRST, after: $after) { nodes { id } } }", cursor);
        await AssertRefusedAsync("tr-customs-liaison", "query ($after: String) { seizures(filter: { countries: [KZ] }, after: $after) { nodes { id } } }".Replace("[KZ]", "[\"KZ\"]", StringComparison.Ordinal), cursor);
        await AssertRefusedAsync("tr-customs-liaison", "query ($after: String) { incidents(after: $after) { nodes { id } } }", cursor);
        await AssertRefusedAsync("tr-customs-liaison", $"query ($after: String) {{ node(id: \"{world.Open}\") {{ ... on Linkable {{ links(after: $after) {{ nodes {{ id }} }} }} }} }}", cursor);
        await AssertRefusedAsync("kz-customs-officer", List, cursor);
        await AssertRefusedAsync("kz-customs-liaison", List, cursor);
        await AssertRefusedAsync("tr-customs-liaison", List, new string(bent));
        await AssertRefusedAsync("tr-customs-liaison", List, cursor[..^4]);
        await AssertRefusedAsync("tr-customs-liaison", List, cursor + "AAAA");
        await AssertRefusedAsync("tr-customs-liaison", List, cursor[4..]);
        Assert.Empty((await AskAsync("tr-customs-liaison", List, cursor)).Codes);
    }

    [Fact]
    public async Task A_cursor_of_one_records_links_is_not_good_for_anothers()
    {
        const string Links = "query ($id: ID!, $after: String) { node(id: $id) { ... on Linkable { links(first: 2, after: $after) { pageInfo { hasNextPage endCursor } nodes { id } } } } }";
        var first = await world.Registry.AskAsync("kz-customs-officer", Links, new { id = world.Open.ToString() });
        var cursor = first.TextAt("node.links.pageInfo.endCursor");

        Assert.Equal(["INVALID_VALUE"], (await world.Registry.AskAsync("kz-customs-officer", Links, new { id = world.Sanitised.ToString(), after = cursor })).Codes);

        var second = await world.Registry.AskAsync("kz-customs-officer", Links, new { id = world.Open.ToString(), after = cursor });
        Assert.Equal(2, second.At("node.links.nodes").GetArrayLength());
        Assert.NotEqual(first.TextAt("node.links.nodes[1].id"), second.TextAt("node.links.nodes[0].id"));
    }

    [Fact]
    public async Task A_cursor_shows_nothing_that_is_closed()
    {
        var answer = await world.Registry.AskAsync("uz-customs-officer", List, new { first = 200 });

        foreach (var edge in answer.At("seizures.edges").EnumerateArray())
        {
            var text = System.Text.Encoding.Latin1.GetString(System.Buffers.Text.Base64Url.DecodeFromChars(edge.GetProperty("cursor").GetString()));
            Assert.Matches("^.{16}\\d{4}-\\d{2}-\\d{2}/\\d\n[0-9A-Z]{26}$", text.Replace(text[..16], new string('x', 16), StringComparison.Ordinal));
        }
    }

    private Task<Answer> AskAsync(string persona, string question, string? after = null, int first = 5) => world.Registry.AskAsync(persona, question, new { after, first });

    private async Task AssertRefusedAsync(string persona, string question, string after)
    {
        var answer = await world.Registry.AskAsync(persona, question, new { after });
        Assert.Equal(["INVALID_VALUE"], answer.Codes);
        Assert.Equal("after", answer.Json.GetProperty("errors")[0].GetProperty("extensions").GetProperty("field").GetString());
    }

    private static List<string> Ids(Answer answer) => [.. answer.At("seizures.edges").EnumerateArray().Select(edge => edge.GetProperty("node").GetProperty("id").GetString()!)];
}
