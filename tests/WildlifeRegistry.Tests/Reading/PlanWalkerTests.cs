using WildlifeRegistry.Links;
using WildlifeRegistry.Records;
using WildlifeRegistry.Storage;

namespace WildlifeRegistry.Tests.Reading;

/// <summary>A registry whose plans can be looked at.</summary>
public sealed class WatchedWorld : IAsyncLifetime
{
    public ObservedStore Store { get; } = new();

    public RegistryApplication Registry { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Registry = await RegistryApplication.StartAsync(adjust: Store.Watch);

    public async ValueTask DisposeAsync() => await Registry.DisposeAsync();

    /// <summary>The one plan that a question with one root field comes to.</summary>
    public async Task<ReadPlan> PlanAsync(string question, object? variables = null)
    {
        Store.Forget();
        var answer = await Registry.AskAsync("kz-customs-officer", question, variables);
        Assert.Empty(answer.Codes);
        return Assert.Single(Store.Plans);
    }
}

/// <summary>From the text of an operation to what the store is asked: one plan for a root field, whatever it is made of.</summary>
public sealed class PlanWalkerTests(WatchedWorld world) : IClassFixture<WatchedWorld>
{
    private const string Id = "0000000000000000000000000A";

    /// <summary>Each question, and what its plan says: written as <see cref="Text(ReadPlan)"/>.</summary>
    public static TheoryData<string, string> Table => new()
    {
        { $"{{ seizure(id: \"{Id}\") {{ id caption occurredOn }} }}", "ids 1 of Seizure" },
        { $"{{ seizure(id: \"{Id}\") {{ edition }} }}", "ids 1 of Seizure +releases" },
        { $"{{ seizure(id: \"{Id}\") {{ history {{ version }} }} }}", "ids 1 of Seizure +versions" },
        { $"{{ seizure(id: \"{Id}\") {{ place {{ name }} }} }}", "ids 1 of Seizure (own: Seizure [At] out)" },
        { $"{{ seizure(id: \"{Id}\") {{ specimens {{ nameAsGiven }} }} }}", "ids 1 of Seizure" },
        { $"{{ seizure(id: \"{Id}\") {{ place {{ id }} specimens {{ species {{ id }} marks {{ id }} }} chain {{ place {{ id }} }} }} }}", "ids 1 of Seizure (own: Seizure [Marked OfSpecies At Origin Export Transit Destination] out)" },
        { $"{{ route(id: \"{Id}\") {{ legs {{ from {{ links(first: 1) {{ nodes {{ id }} }} }} b: from {{ links(first: 2) {{ nodes {{ id }} }} }} to {{ id }} }} }} }}", "ids 1 of Route (own:legs/from Route [Passes] out (links Place [] 1) (links Place [] 2)) (own: Route [Passes] out)" },
        { $"{{ route(id: \"{Id}\") {{ legs {{ from {{ id }} }} }} }}", "ids 1 of Route (own: Route [Passes] out)" },
        { $"{{ seizure(id: \"{Id}\") {{ links {{ nodes {{ kind }} }} }} }}", "ids 1 of Seizure (links Seizure [] 25)" },
        { $"{{ seizure(id: \"{Id}\") {{ links(first: 7, kinds: [INVOLVES, USES, INVOLVES], direction: INCOMING, withdrawn: true) {{ edges {{ cursor node {{ other {{ id }} }} }} }} }} }}", "ids 1 of Seizure (links Seizure [Involves Uses] 7 in +withdrawn)" },
        { $"{{ seizure(id: \"{Id}\") {{ links {{ totalCount }} }} }}", "ids 1 of Seizure (links Seizure [] 0 +total)" },
        { $"{{ seizure(id: \"{Id}\") {{ links {{ __typename totalAtLeast }} }} }}", "ids 1 of Seizure (links Seizure [] 0 +total)" },
        { $"{{ seizure(id: \"{Id}\") {{ links {{ totalCount pageInfo {{ hasNextPage }} }} }} }}", "ids 1 of Seizure (links Seizure [] 25 +total)" },
        { $"{{ seizure(id: \"{Id}\") {{ few: links(first: 1) {{ nodes {{ id }} }} many: links(first: 2) {{ nodes {{ id }} }} }} }}", "ids 1 of Seizure (links Seizure [] 1) (links Seizure [] 2)" },
        { $"{{ seizure(id: \"{Id}\") {{ a: links(first: 3) {{ nodes {{ id }} }} b: links(first: 3) {{ totalCount edges {{ node {{ other {{ ... on Event {{ place {{ id }} }} }} }} }} }} }} }}", "ids 1 of Seizure (links Seizure [] 3 +total (own: Seizure [At] out) (own: Incident [At] out))" },
        { "{ seizures(first: 2) { nodes { x: links(first: 1) { totalCount } y: place { id } } edges { node { x: links(first: 2) { totalCount } y: specimens { species { id } } } } } }", "page of Seizure 2 falling real (links Seizure [] 0 +total) (links Seizure [] 0 +total) (own: Seizure [OfSpecies At] out)" },
        { $"{{ seizure(id: \"{Id}\") {{ links {{ nodes {{ id }} }} links {{ totalCount }} }} }}", "ids 1 of Seizure (links Seizure [] 25 +total)" },
        { $"{{ seizure(id: \"{Id}\") {{ ...F ...F }} }} fragment F on Linkable {{ links(first: 3) {{ ...G }} }} fragment G on LinkConnection {{ nodes {{ other {{ ...H }} }} }} fragment H on Linkable {{ ... on Suspect {{ links(first: 4) {{ nodes {{ id }} }} }} }}", "ids 1 of Seizure (links Seizure [] 3 (links Suspect [] 4))" },
        { $"{{ seizure(id: \"{Id}\") {{ links {{ nodes {{ other {{ ... on Record {{ edition }} ... on Event {{ place {{ id }} }} }} }} }} }} }}", "ids 1 of Seizure (links Seizure [] 25 +releases (own: Seizure [At] out) (own: Incident [At] out))" },
        { $"{{ seizure(id: \"{Id}\") {{ ... on Route {{ legs {{ mode }} }} id }} }}".Replace("... on Route { legs { mode } }", "... on Node { id }", StringComparison.Ordinal), "ids 1 of Seizure" },
        { $"{{ seizure(id: \"{Id}\") {{ place @include(if: false) {{ id }} edition @skip(if: true) id }} }}", "ids 1 of Seizure" },
        { $"query ($yes: Boolean = true, $no: Boolean = false) {{ seizure(id: \"{Id}\") {{ place @include(if: $yes) {{ id }} edition @include(if: $no) ... @skip(if: $yes) {{ history {{ version }} }} }} }}", "ids 1 of Seizure (own: Seizure [At] out)" },
        { $"query ($n: Int = 9, $kinds: [LinkKind!] = [USES]) {{ suspect(id: \"{Id}\") {{ links(first: $n, kinds: $kinds) {{ nodes {{ id }} }} }} }}", "ids 1 of Suspect (links Suspect [Uses] 9)" },
        { $"{{ node(id: \"{Id}\") {{ ... on Species {{ links(exercise: true) {{ nodes {{ id }} }} }} ... on Place {{ links(first: 2) {{ nodes {{ id }} }} }} }} }}", "ids 1 of Seizure Incident Species Suspect Route Place Agency Identifier (links Species [] 25 +exercise) (links Place [] 2)" },
        { $"{{ nodes(ids: [\"{Id}\", \"{Id}\", \"x\"]) {{ id }} }}", "ids 2 of Seizure Incident Species Suspect Route Place Agency Identifier" },
        { "{ seizures { nodes { id } } }", "page of Seizure 25 falling real" },
        { "{ seizures { totalCount } }", "page of Seizure 25 falling real +total" },
        { "{ seizures(order: OLDEST_FIRST, first: 3, filter: { exercise: true, countries: [\"KZ\", \"UZ\", \"KZ\"], owners: [\"KZ-CUSTOMS\"], validation: [DRAFT], carriers: [\"Ünion  Line\"] }) { edges { node { specimens { species { id } } } } } }", "page of Seizure 3 exercise [country: KZ UZ] [carrier: union line closed] by KZ-CUSTOMS Draft (own: Seizure [OfSpecies] out)" },
        { "{ seizures(filter: { countries: [], occurredOn: { from: \"2013-05\", until: \"2014\" } }) { nodes { id } } }", "page of Seizure 25 falling real from 2013-05-01 or 2013-01-01/0 2013-05-01/1 below 2014-12-31/9" },
        { "{ suspects { nodes { links(first: 2) { nodes { other { ... on Seizure { links(first: 3, kinds: [AT]) { nodes { id } } } } } } } } }", "page of Suspect 25 real (links Suspect [] 2 (links Seizure [At] 3))" },
        { "{ species(name: \"Saïga-Antelope\") { nodes { id } } }", "page of Species 25 [name: saiga antelope]" },
        { "{ agencies(first: 2) { nodes { code } } }", "page of Agency 2" },
        { "{ identifier(type: RING, value: \"ta 12345\") { links(first: 1) { nodes { id } } } }", "ids 1 of Identifier (links Identifier [] 1)" },
    };

    [Theory]
    [MemberData(nameof(Table))]
    public async Task A_question_comes_to_one_plan(string question, string expected) => Assert.Equal(expected, Text(await world.PlanAsync(question)));

    [Fact]
    public async Task Each_root_field_is_one_plan()
    {
        world.Store.Forget();
        await world.Registry.AskAsync("kz-customs-officer", "{ a: seizures { nodes { links { nodes { other { id } } } } } b: suspects { nodes { id } } me { officer } agency(code: \"KZ-CUSTOMS\") { name } }");

        Assert.Equal(2, world.Store.Plans.Count);
    }

    [Fact]
    public async Task What_a_plan_may_bring_is_the_product_of_its_pages()
    {
        var plan = await world.PlanAsync("{ seizures(first: 10) { nodes { links(first: 5) { nodes { other { ... on Suspect { links(first: 3) { nodes { id } } } } } } } } }");

        Assert.Equal(10 + (10 * 5) + (10 * 5 * 3), plan.Records);
    }

    [Theory]
    [InlineData("{ seizures(first: 199) { nodes { links(first: 49) { nodes { id } } } } }", true)]
    [InlineData("{ seizures(first: 200) { nodes { links(first: 50) { nodes { id } } } } }", false)]
    [InlineData("{ seizures(first: 200) { nodes { links(first: 25) { nodes { id } } more: links(first: 26) { nodes { id } } } } }", false)]
    [InlineData("{ seizures(first: 199) { nodes { links(first: 49) { nodes { id } } again: links(first: 49) { nodes { kind } } } } }", true)]
    [InlineData("{ seizures(first: 200) { nodes { links(first: 200) { nodes { other { ... on Suspect { links(first: 200) { nodes { other { ... on Seizure { links(first: 200) { nodes { id } } } } } } } } } } } } }", false)]
    [InlineData("{ seizures(first: 200) { nodes { links(first: 200) { totalCount } } } }", true)]
    public async Task A_plan_is_bounded_before_it_is_asked(string question, bool isAsked)
    {
        world.Store.Forget();
        var answer = await world.Registry.AskAsync("kz-customs-officer", question);

        Assert.Equal(isAsked ? [] : ["PLAN_TOO_LARGE"], answer.Codes);
        Assert.Equal(isAsked ? 1 : 0, world.Store.Plans.Count);
    }

    private static string Text(ReadPlan plan) => plan.Start switch
    {
        PlanStart.ByIds ids => $"ids {ids.Ids.Length} of {string.Join(' ', ids.Kinds)}",
        PlanStart.Page page => $"page of {page.Kind} {page.First}"
            + (page.Descending ? " falling" : "")
            + (page.Exercise is { } exercise ? exercise ? " exercise" : " real" : "")
            + string.Concat(page.Conditions.Select(condition => $" [{condition.Property}: {string.Join(' ', condition.AnyOf)}{(condition.IsOpen ? "" : " closed")}]"))
            + (page.SortWithin is { } within ? $" from {within.From} or {string.Join(' ', within.Also)} below {within.Below}" : "")
            + (page.Owners.IsEmpty ? "" : $" by {string.Join(' ', page.Owners)}")
            + (page.Validations.IsEmpty ? "" : $" {string.Join(' ', page.Validations)}")
            + (page.WantTotal ? " +total" : ""),
        _ => throw new InvalidOperationException("No question starts so."),
    } + Text(plan.Bring);

    private static string Text(Bring bring) => (bring.Releases ? " +releases" : "") + (bring.Versions ? " +versions" : "") + string.Concat(bring.Links.Select(step => $" ({Text(step)})"));

    private static string Text(LinkStep step) => $"{step.Name.Split('|')[0]} {string.Join(' ', step.From)} [{string.Join(' ', step.Kinds)}]"
        + (step.OwnReferences ? "" : $" {step.First}")
        + step.Direction switch { LinkDirection.Both => "", LinkDirection.Incoming => " in", LinkDirection.Outgoing => " out", _ => throw new InvalidOperationException("No such direction.") }
        + (step.Exercise ? " +exercise" : "")
        + (step.Withdrawn && !step.OwnReferences ? " +withdrawn" : "")
        + (step.WantTotal ? " +total" : "")
        + Text(step.Bring);
}
