using System.Text;
using System.Text.Json;
using WildlifeRegistry.Access;
using WildlifeRegistry.Links;
using WildlifeRegistry.Records;

namespace WildlifeRegistry.Tests.Access;

/// <summary>What is not declared open is closed.</summary>
public sealed class DisclosureTests
{
    private static readonly Disclosure Rule = new([KeyValuePair.Create(RecordKind.Seizure, (IEnumerable<string>)["a", "list.open", "one.open", "whole"])]);

    [Theory]
    [InlineData("""{"a":1,"b":2}""", """{"a":1}""")]
    [InlineData("""{"list":[{"open":1,"closed":2},{"closed":3}]}""", """{"list":[{"open":1},{}]}""")]
    [InlineData("""{"one":{"open":{"deep":1},"closed":2}}""", """{"one":{"open":{"deep":1}}}""")]
    [InlineData("""{"whole":{"x":[1,{"y":2}]}}""", """{"whole":{"x":[1,{"y":2}]}}""")]
    [InlineData("""{"A":1,"aa":2,"list.open":3}""", """{}""")]
    [InlineData("""{"a":null,"b":null}""", """{"a":null}""")]
    [InlineData("""{}""", """{}""")]
    public void Only_declared_paths_are_left(string properties, string expected) =>
        Assert.Equal(expected, Encoding.UTF8.GetString(Rule.Properties(RecordKind.Seizure, Level.Sanitised, Encoding.UTF8.GetBytes(properties))));

    [Theory]
    [InlineData("""{"list":"text","one":"text"}""")]
    [InlineData("""{"list":["text",["text"]],"one":["text"]}""")]
    public void Where_parts_are_declared_what_has_none_is_closed(string properties) =>
        Assert.DoesNotContain("text", Encoding.UTF8.GetString(Rule.Properties(RecordKind.Seizure, Level.Sanitised, Encoding.UTF8.GetBytes(properties))), StringComparison.Ordinal);

    [Fact]
    public void A_kind_that_declares_nothing_shows_nothing() =>
        Assert.Equal("{}", Encoding.UTF8.GetString(Rule.Properties(RecordKind.Suspect, Level.Sanitised, """{"a":1}"""u8.ToArray())));

    [Fact]
    public void At_full_everything_is_left_and_below_sanitised_nothing_may_come_this_far()
    {
        var properties = """{"b":2}"""u8.ToArray();

        Assert.Equal(properties, Rule.Properties(RecordKind.Seizure, Level.Full, properties));
        Assert.Throws<InvalidOperationException>(() => Rule.Properties(RecordKind.Seizure, Level.Hit, properties));
        Assert.Throws<InvalidOperationException>(() => Rule.Properties(RecordKind.Seizure, Level.None, properties));
        Assert.Throws<InvalidOperationException>(() => Disclosure.Properties(Level.Hit, new LinkProperties()));
    }

    [Theory]
    [MemberData(nameof(Roles))]
    public void A_sanitised_link_does_not_say_who_was_behind_it(InvolvementRole role)
    {
        var whole = new LinkProperties(role, 2, true, "value", new Period(null, null), new Grade(SourceGrade.A, 1), new Provenance("ENTERED"), "note", "note");

        Assert.Equal(
            new LinkProperties(role is InvolvementRole.Organiser or InvolvementRole.Official ? InvolvementRole.Other : role, 2, true),
            Disclosure.Properties(Level.Sanitised, whole));
        Assert.Equal(whole, Disclosure.Properties(Level.Full, whole));
    }

    public static TheoryData<InvolvementRole> Roles => [.. Enum.GetValues<InvolvementRole>()];

    [Fact]
    public void What_the_kinds_declare_open_is_no_name_no_text_and_no_exact_place()
    {
        string[] never = ["narrative", "names", "birth", "placeName", "latitude", "longitude", "precisionKm", "agencyReference", "nameAsGiven", "description", "condition", "note", "carrier", "lawCharged", "disposal", "reason", "methodOfConcealment", "detectingAgency", "estimatedValue", "marks", "offence", "status", "sex", "name", "damage", "damageTariff"];
        foreach (var kind in Enum.GetValues<RecordKind>().Where(kind => !kind.IsReference()))
        {
            foreach (var path in KindCatalogue.Registry()[kind].OpenPaths.Where(path => !(kind == RecordKind.Route && path == "status") && path != "specimens.sex"))
            {
                Assert.DoesNotContain(path.Split('.')[^1], never);
            }
        }
    }

    [Fact]
    public void Every_path_that_a_kind_declares_open_is_one_that_it_has()
    {
        var kinds = new (RecordKind Kind, Type Type)[] { (RecordKind.Seizure, typeof(WildlifeRegistry.Seizures.Seizure)), (RecordKind.Incident, typeof(WildlifeRegistry.Incidents.Incident)), (RecordKind.Suspect, typeof(WildlifeRegistry.Suspects.Suspect)), (RecordKind.Route, typeof(WildlifeRegistry.Routes.Route)) };
        foreach (var (kind, type) in kinds)
        {
            foreach (var path in KindCatalogue.Registry()[kind].OpenPaths)
            {
                var at = type;
                foreach (var step in path.Split('.'))
                {
                    var property = at.GetProperties().SingleOrDefault(one => JsonNamingPolicy.CamelCase.ConvertName(one.Name) == step);
                    Assert.True(property is not null, $"{kind}: {path}");
                    at = property.PropertyType.IsGenericType && property.PropertyType != typeof(string) ? property.PropertyType.GetGenericArguments()[0] : property.PropertyType;
                }
            }
        }
    }
}
