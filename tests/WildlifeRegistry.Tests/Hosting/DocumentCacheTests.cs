using System.Collections.Immutable;
using GraphQLParser;
using Microsoft.Extensions.DependencyInjection;
using WildlifeRegistry.Hosting;
using WildlifeRegistry.Reading;

namespace WildlifeRegistry.Tests.Hosting;

/// <summary>A document that is known is not validated again, and nothing else is left out for it.</summary>
public sealed class DocumentCacheTests(SampleWorld world)
{
    [Fact]
    public async Task A_known_document_still_has_its_variables_checked()
    {
        const string Question = "query ($first: Int, $from: PartialDate) { agencies(first: $first) { nodes { code } } seizures(first: 1, filter: { occurredOn: { from: $from } }) { nodes { id } } known: __typename }";
        Assert.Empty((await world.Registry.AskAsync("kz-customs-officer", Question, new { first = 2 })).Codes);
        Assert.NotNull(world.Registry.Services.GetRequiredService<DocumentCache>().Find(DocumentCache.HashOf(Question)));

        Assert.Equal(["INVALID_VALUE"], (await world.Registry.AskAsync("kz-customs-officer", Question, new { first = "two" })).Codes);
        Assert.Equal(["INVALID_VALUE"], (await world.Registry.AskAsync("kz-customs-officer", Question, new { first = 0 })).Codes);
        Assert.Equal(["INVALID_VALUE"], (await world.Registry.AskAsync("kz-customs-officer", Question, new { from = "2013-13" })).Codes);
        Assert.Equal(3, (await world.Registry.AskAsync("kz-customs-officer", Question, new { first = 3 })).At("agencies.nodes").GetArrayLength());
    }

    [Fact]
    public async Task A_known_document_still_has_its_roles_checked()
    {
        const string Question = "{ seizures(first: 1) { totalAtLeast } roles: __typename }";
        Assert.Empty((await world.Registry.AskAsync("kz-customs-officer", Question)).Codes);

        Assert.Equal(["FORBIDDEN"], (await world.Registry.AskAsync("kz-customs-admin", Question)).Codes);
    }

    [Fact]
    public async Task Two_readers_of_one_document_never_share_an_answer()
    {
        const string Question = "{ me { officer } seizures(first: 200) { totalCount nodes { id level version } } shared: __typename }";
        string[] personas = ["kz-customs-officer", "uz-customs-officer", "tr-customs-liaison", "eco-observer"];
        var alone = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var persona in personas)
        {
            alone[persona] = (await world.Registry.AskAsync(persona, Question)).Text;
        }

        Assert.Equal(personas.Length, alone.Values.Distinct().Count());
        var together = await Task.WhenAll(Enumerable.Range(0, 40).Select(async n => (Persona: personas[n % personas.Length], (await world.Registry.AskAsync(personas[n % personas.Length], Question)).Text)));
        Assert.All(together, answer => Assert.Equal(alone[answer.Persona], answer.Text));
    }

    [Fact]
    public async Task One_document_answers_each_of_its_operations()
    {
        const string Question = "query A { me { officer } } query B { agencies(first: 1) { nodes { code } } }";

        foreach (var _ in Enumerable.Range(0, 2))
        {
            Assert.Equal("KZ-CUSTOMS/demo-officer", (await world.Registry.AskAsync("kz-customs-officer", Question, operationName: "A")).TextAt("me.officer"));
            Assert.Equal("AF-CUSTOMS", (await world.Registry.AskAsync("kz-customs-officer", Question, operationName: "B")).TextAt("agencies.nodes[0].code"));
            Assert.Equal(["INVALID_DOCUMENT"], (await world.Registry.AskAsync("kz-customs-officer", Question, operationName: "C")).Codes);
        }
    }

    [Fact]
    public async Task An_invalid_document_is_never_known()
    {
        foreach (var _ in Enumerable.Range(0, 3))
        {
            Assert.Equal(["INVALID_DOCUMENT"], (await world.Registry.AskAsync("kz-customs-officer", "{ me { officer invented } }")).Codes);
        }
    }

    [Fact]
    public void The_cache_keeps_the_latest_used_and_nothing_long()
    {
        var cache = new DocumentCache(capacity: 2);
        var document = new KnownDocument(Parser.Parse("{ me { officer } }"), ImmutableDictionary<string, KnownQuery>.Empty);
        foreach (var text in new[] { "a", "b" })
        {
            cache.Keep(text, DocumentCache.HashOf(text), document);
        }

        Assert.NotNull(cache.Find(DocumentCache.HashOf("a")));
        cache.Keep("c", DocumentCache.HashOf("c"), document);
        Assert.NotNull(cache.Find(DocumentCache.HashOf("a")));
        Assert.Null(cache.Find(DocumentCache.HashOf("b")));

        var text2 = new string('x', DocumentCache.MaxLength + 1);
        cache.Keep(text2, DocumentCache.HashOf(text2), document);
        Assert.Null(cache.Find(DocumentCache.HashOf(text2)));
    }
}
