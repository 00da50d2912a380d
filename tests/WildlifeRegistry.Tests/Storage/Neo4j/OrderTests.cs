using System.Text.Json;
using WildlifeRegistry.Storage.Neo4j;
using WildlifeRegistry.Tests.Conformance;

namespace WildlifeRegistry.Tests.Neo4j;

/// <summary>Order keys as they lie in the graph have the order of the port, whichever of its two orders of text Neo4j takes.</summary>
[Collection(Neo4jTests.Name)]
public sealed class OrderTests
{
    private static readonly string[] Parts = ["", "a", "z", "é", "e\u0301", "Сокол", "\uD7FF", "\uE000", "\uFFFD", "\uFFFE", "\uFFFF", "\U00010000", "😀", "\U0010FFFF", "\u0001", "\u0100"];

    private static readonly string[] Texts = [.. from one in Parts from other in Parts select one + other];

    [Fact]
    public void What_is_written_is_ordered_as_the_port_orders_and_read_as_it_was()
    {
        Assert.All(Texts, text => Assert.Equal(text, Neo4jOrder.Read(Neo4jOrder.Write(text))));
        Assert.All(Texts, text => Assert.True(string.CompareOrdinal(Neo4jOrder.Write(text), Neo4jOrder.Top) < 0));
        var byUtf16 = Texts.Distinct(StringComparer.Ordinal).OrderBy(Neo4jOrder.Write, StringComparer.Ordinal);
        var byUtf8 = Texts.Distinct(StringComparer.Ordinal).Order(Comparer<string>.Create(Oracle.Compare));
        Assert.Equal(byUtf8, byUtf16);
        Assert.Equal("2013-05-21/2 Сокол", Neo4jOrder.Write("2013-05-21/2 Сокол"));
    }

    [Fact]
    public async Task Neo4j_orders_it_alike_in_its_statements_and_in_its_indexes()
    {
        await Presence.RequireAsync(new Neo4jEngine());
        var server = await Neo4jServer.EmptyAsync();
        var expected = Texts.Distinct(StringComparer.Ordinal).Order(Comparer<string>.Create(Oracle.Compare)).ToList();
        await server.RunAsync("CREATE INDEX order_tests IF NOT EXISTS FOR (n:Ordered) ON (n.sort)");
        await server.RunAsync("CALL db.awaitIndexes(30)");
        await server.Client.WriteAsync("UNWIND $p.texts AS text CREATE (:Ordered {sort: text})", Write, static _ => true, mayRepeat: false, TestContext.Current.CancellationToken);

        Assert.Equal(expected, await AskAsync("UNWIND $p.texts AS text RETURN text ORDER BY text"));
        Assert.Equal(expected, await AskAsync("MATCH (n:Ordered) USING INDEX n:Ordered(sort) WHERE n.sort >= '' RETURN n.sort ORDER BY n.sort"));
        Assert.Equal(
            expected.TakeWhile(text => Oracle.Compare(text, "😀") < 0),
            await AskAsync("MATCH (n:Ordered) USING INDEX n:Ordered(sort) WHERE n.sort < $p.below RETURN n.sort ORDER BY n.sort"));

        Task<List<string>> AskAsync(string statement) => server.Client.ReadAsync(
            statement,
            Write,
            static rows => rows.EnumerateArray().Select(row => Neo4jOrder.Read(row[0].GetString()!)).ToList(),
            TestContext.Current.CancellationToken);

        void Write(Utf8JsonWriter writer)
        {
            Neo4jWriting.Texts(writer, "texts", expected.Select(Neo4jOrder.Write));
            writer.WriteString("below", Neo4jOrder.Write("😀"));
        }
    }
}
