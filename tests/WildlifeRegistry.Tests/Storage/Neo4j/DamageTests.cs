using System.Globalization;
using WildlifeRegistry.Hosting;
using WildlifeRegistry.Tests.Checking;
using WildlifeRegistry.Tests.Conformance;

namespace WildlifeRegistry.Tests.Neo4j;

/// <summary>The check of a graph: nothing to say of a sound one, and each kind of damage by its name.</summary>
[Collection(Neo4jTests.Name)]
public sealed class DamageTests(DamageTests.MovedStore moved) : IClassFixture<DamageTests.MovedStore>
{
    private const string Event = "(x:Seizure)", Other = "0000000000000000000000000A";

    /// <summary>What is done to the first <c>x</c> of a pattern, and what the check then says.</summary>
    public static TheoryData<string, string, string> Damages => new()
    {
        { "meta", "(x:Registry)", "SET x.epoch = 'AAAA'" },
        { "meta", "(x:Registry)", "SET x.secret = null" },
        { "audience-form", "(x:Audience)", "SET x.canonical = x.canonical + ' '" },
        { "audience-form", "(x:Audience) WHERE NOT x.reference", "SET x.releases = '[{\"to\":\"nobody\",\"level\":3,\"until\":null}]'" },
        { "audience-form", "(x:Audience)", "SET x.owner = 'lower case'" },
        { "audience-form", "(x:Registry)", "SET x.audiences = x.audiences - 1" },
        { "record-audience", Event, "SET x.audience = 999" },
        { "record-owner", Event, "SET x.owner = 'UZ-CUSTOMS'" },
        { "record-world", Event, "SET x.world = 2" },
        { "record-form", Event, "SET x.json = '{'" },
        { "record-form", Event, "SET x.id = '01'" },
        { "record-form", Event, "SET x.validation = 'GOOD'" },
        { "orphan", Event, "SET x.id = null" },
        { "record-key", Event, "SET x.key = x.key + 1" },
        { "record-sort", Event, "SET x.sort = '1999-01-01'" },
        { "reference-form", Event, "SET x.reference = x.reference + '0'" },
        { "reference-form", Event, "SET x.reference = null" },
        { "reference-counter", "(x:Counter)", "SET x.last = x.last + 1" },
        { "reference-counter", "(x:Counter)", "SET x.last = x.last - 1" },
        { "version-gap", Event, "SET x.version = x.version + 1" },
        { "version-gap", "(x:Version)", "SET x.number = x.number + 90" },
        { "version-audience", "(x:Version)", "SET x.audience = 999" },
        { "record-digest", Event, "SET x.json = replace(x.json, 'spare wheel', 'spare wheal')" },
        { "record-digest", Event, "SET x.handling = 'H3'" },
        { "record-digest", Event, "SET x.updatedAt = x.updatedAt + duration({seconds: 1})" },
        { "record-digest", Event, "SET x.createdBy = 'KZ-CUSTOMS/another'" },
        { "record-digest", Event, "SET x.importKey = 'c4ads/1'" },
        { "record-digest", Event, "SET x.details = null" },
        { "record-digest", Event, "SET x.seal = 'AAAAAAAAAAAAAAAAAAAAAA=='" },
        { "version-digest", "(x:Version)", "SET x.by = 'KZ-CUSTOMS/another'" },
        { "version-digest", "(x:Version)", "SET x.json = x.json + ' '" },
        { "orphan", "(x:Version)", $"SET x.record = '{Other}'" },
        { "orphan", "(x:Version)", "SET x.number = 0" },
        { "indexed-missing", Event, "SET x.index = tail(x.index)" },
        { "listed-extra", Event, "SET x.index = tail(x.index)" },
        { "indexed-extra", Event, "SET x.index = x.index + ('country' + '\\u001F' + 'XX')" },
        { "listed-missing", Event, "SET x.index = x.index + ('country' + '\\u001F' + 'XX')" },
        { "listed-differs", "(:Seizure)-[x:LISTED]->()", "SET x.sort = '1999'" },
        { "listed-differs", "(x:Value) WHERE EXISTS { (:Seizure)-[:LISTED]->(x) }", "SET x.at = 'Seizure'" },
        { "derived-audience", "()-[x:TRANSIT]->()", "SET x.audience = x.audience + 1" },
        { "derived-differs", "()-[x:TRANSIT]->()", "SET x.json = '{}'" },
        { "derived-differs", "()-[x:TRANSIT]->()", "SET x.withdrawn = true" },
        { "derived-differs", "()-[x:TRANSIT]->()", "SET x.discriminator = 'x'" },
        { "derived-missing", "()-[x:TRANSIT]->()", "SET x.derived = false" },
        { "derived-extra", "()-[x:INVOLVES]->()", "SET x.derived = true" },
        { "link-derived", "()-[x:INVOLVES]->()", "SET x.derived = true" },
        { "link-sort", "()-[x:INVOLVES]->()", "SET x.sort = '1999'" },
        { "link-floor", "()-[x:USES]->()", "SET x.floor = 2" },
        { "link-world", "()-[x:INVOLVES]->()", "SET x.world = 1 - x.world" },
        { "link-key", "()-[x:INVOLVES]->()", "SET x.toKey = x.toKey + 1" },
        { "link-key", "()-[x:INVOLVES]->()", "SET x.fromKey = x.fromKey + 1" },
        { "link-discriminator", "()-[x:INVOLVES]->()", "SET x.discriminator = 'Buyer'" },
        { "link-audience", "()-[x:INVOLVES]->()", "SET x.audience = 999" },
        { "link-owner", "()-[x:INVOLVES]->()", "SET x.owner = 'UZ-CUSTOMS'" },
        { "link-digest", "()-[x:INVOLVES]->()", "SET x.json = '{}'" },
        { "link-digest", "()-[x:INVOLVES]->()", "SET x.createdAt = datetime('2020-01-01T00:00:00Z')" },
        { "link-version-gap", "()-[x:INVOLVES]->()", "SET x.version = x.version + 1" },
        { "link-version-digest", "(x:LinkVersion)", "SET x.by = 'KZ-CUSTOMS/another'" },
        { "link-version-audience", "(x:LinkVersion)", "SET x.audience = 999" },
        { "link-consent", "()-[x:INVOLVES]->()", "SET x.consents = ['TR-CUSTOMS']" },
        { "link-form", "()-[x:INVOLVES]->()", "SET x.createdAt = 'yesterday'" },
        { "orphan", "()-[x:INVOLVES]->()", "SET x.id = null" },
        { "edition-running", "(x:Edition)", "SET x.token = 'country:IR'" },
        { "edition-ledger", "(x:Edition)", "SET x.edition = x.edition + 1" },
        { "edition-ledger", "(x:EditionVersion)", "SET x.edition = x.edition + 5" },
        { "edition-ledger", "(x:EditionVersion)", "SET x.version = 99" },
        { "ledger-digest", "(x:Edition)", "SET x.releasedAt = x.releasedAt + duration({seconds: 1})" },
        { "ledger-digest", "(x:EditionVersion)", "SET x.showsFrom = 3" },
        { "ledger-digest", "(x:Request)", "SET x.hash = 'x'" },
        { "ledger-digest", "(x:Operation)", "SET x.name = 'another'" },
        { "ledger-digest", "(x:OperationAgency)", "SET x.seal = 'x'" },
        { "request-ids", "(x:Request)", $"SET x.ids = ['{Other}']" },
        { "form", "(x:Request)", "SET x.at = null" },
        { "operation-lead", "(x:OperationAgency {agency: 'KZ-CUSTOMS'})", "SET x.agency = 'TM-CUSTOMS'" },
        { "membership", "(x:Operation)", $"SET x.id = '{Other}'" },
    };

    [Fact]
    public async Task Of_a_sound_graph_it_says_what_is_there_and_that_everything_holds()
    {
        var (code, lines) = await CheckAsync();

        Assert.Equal((CheckCommand.Clean, "Everything holds."), (code, lines[^1]));
        Assert.Contains(lines, line => line.EndsWith(" links", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Damages))]
    public async Task Each_damage_is_found_by_its_name_without_a_word_of_content(string code, string pattern, string damage)
    {
        await moved.Server.RunAsync($"MATCH {pattern} WITH x ORDER BY x.version DESC, x.number, elementId(x) LIMIT 1 CREATE (s:Saved) SET s = properties(x), s.was = elementId(x) WITH x {damage}");
        try
        {
            var (outcome, lines) = await CheckAsync();
            Assert.Equal(CheckCommand.Damaged, outcome);
            Assert.Contains(lines, line => line.StartsWith(code + ": ", StringComparison.Ordinal));
            Assert.All(CheckTests.UsedStore.Content, content => Assert.DoesNotContain(lines, line => line.Contains(content, StringComparison.Ordinal)));
        }
        finally
        {
            await moved.Server.RunAsync(pattern.Contains("-[x", StringComparison.Ordinal)
                ? "MATCH (s:Saved) MATCH ()-[x]->() WHERE elementId(x) = s.was SET x = properties(s) SET x.was = null DELETE s"
                : "MATCH (s:Saved) MATCH (x) WHERE elementId(x) = s.was SET x = properties(s) SET x.was = null DELETE s");
        }
    }

    private async Task<(int Code, IReadOnlyList<string> Lines)> CheckAsync()
    {
        using var output = new StringWriter(CultureInfo.InvariantCulture);
        var code = await CheckCommand.RunAsync([.. moved.Server.Arguments.Select(argument => "--" + argument)], output, TestContext.Current.CancellationToken);
        return (code, output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    /// <summary>A registry after use of every kind, moved into a graph.</summary>
    public sealed class MovedStore : IAsyncLifetime
    {
        private readonly CheckTests.UsedStore used = new();

        internal Neo4jServer Server { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            await Presence.RequireAsync("neo4j", Neo4jServer.AbsenceAsync);
            Server = await Neo4jServer.EmptyAsync();
            await used.InitializeAsync();
            await MoveCommand.RunAsync("sqlite:" + used.Copy(), $"neo4j:{Server.Settings.Uri}", [.. Server.Arguments.Select(argument => "--" + argument)], TextWriter.Null, CancellationToken.None);
        }

        public ValueTask DisposeAsync() => Server is null ? ValueTask.CompletedTask : used.DisposeAsync();
    }
}
