using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using CsCheck;
using WildlifeRegistry.Access;
using WildlifeRegistry.Links;
using WildlifeRegistry.Records;

namespace WildlifeRegistry.Tests.Records;

public sealed class RecordIdTests
{
    private static readonly Gen<RecordId> Ids = Gen.ULong.Select(Gen.ULong, (high, low) => new RecordId(new UInt128(high, low)));

    [Fact]
    public void It_is_read_as_it_is_written() => Ids.Sample(id =>
        id.ToString().Length == RecordId.Length && RecordId.TryParse(id.ToString(), out var read) && read == id && RecordId.FromBytes(id.ToBytes()) == id);

    [Fact]
    public void Its_text_and_its_bytes_order_as_it_does() => Ids.Select(Ids).Sample((one, other) =>
        Math.Sign(string.CompareOrdinal(one.ToString(), other.ToString())) == Math.Sign(one.CompareTo(other))
        && Math.Sign(one.ToBytes().AsSpan().SequenceCompareTo(other.ToBytes())) == Math.Sign(one.CompareTo(other)));

    [Fact]
    public void Each_id_has_one_written_form() => Gen.String[Gen.Char["0123456789ABCDEFGHJKMNPQRSTVWXYZ8ilo"], 24, 27].Sample(text =>
        !RecordId.TryParse(text, out var id) || id.ToString() == text);

    [Theory]
    [InlineData("")]
    [InlineData("0000000000000000000000000")]
    [InlineData("000000000000000000000000000")]
    [InlineData("80000000000000000000000000")]
    [InlineData("0000000000000000000000000I")]
    [InlineData("0000000000000000000000000a")]
    [InlineData(null)]
    public void Anything_else_names_nothing(string? text) => Assert.False(RecordId.TryParse(text, out _));
}

public sealed class ReferenceNumberTests
{
    private static readonly RegistryKeys Keys = new(SHA256.HashData("one"u8));
    private static readonly AgencyCode Kz = new("KZ-CUSTOMS");
    private const string Alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

    [Fact]
    public void No_two_records_of_an_agency_and_year_share_one()
    {
        var references = Enumerable.Range(0, 20_000).Concat(Enumerable.Range(0, 1000).Select(n => (int)ReferenceNumbers.Count - 1 - n)).Select(n => Keys.Reference(Kz, 2026, n)).ToList();

        Assert.Equal(references.Count, references.Distinct().Count());
        Assert.All(references, reference => Assert.Matches("^KZ-CUSTOMS-26-[0-9A-HJKMNP-TV-Z]{5}[0-9A-Z]$", reference));
        Assert.All(references, reference => Assert.True(ReferenceNumbers.IsWellFormed(reference)));
    }

    [Fact]
    public void It_betrays_no_volume()
    {
        // The first hundred are spread over the whole range, and another year, agency or secret orders them anew.
        var first = Enumerable.Range(0, 100).Select(n => Keys.Reference(Kz, 2026, n)).ToList();
        Assert.True(first.Select(reference => reference["KZ-CUSTOMS-26-".Length]).Distinct().Count() > 20);
        Assert.NotEqual(first.Order(StringComparer.Ordinal), first);
        Assert.NotEqual(first.Select(Digits), Enumerable.Range(0, 100).Select(n => Digits(Keys.Reference(Kz, 2027, n))));
        Assert.NotEqual(first.Select(Digits), Enumerable.Range(0, 100).Select(n => Digits(Keys.Reference(new AgencyCode("UZ-CUSTOMS"), 2026, n))));
        Assert.NotEqual(first, Enumerable.Range(0, 100).Select(n => new RegistryKeys(SHA256.HashData("two"u8)).Reference(Kz, 2026, n)));
    }

    [Fact]
    public void Its_check_character_finds_every_single_wrong_character() => Gen.Long[0, ReferenceNumbers.Count - 1].Sample(
        n =>
        {
            var reference = Keys.Reference(Kz, 2026, n);
            for (var at = 0; at < reference.Length; at++)
            {
                if (reference[at] == '-')
                {
                    continue;
                }

                foreach (var wrong in Alphabet.Where(one => one != reference[at]))
                {
                    if (ReferenceNumbers.IsWellFormed(reference[..at] + wrong + reference[(at + 1)..]))
                    {
                        return false;
                    }
                }
            }

            return true;
        },
        iter: 200);

    [Fact]
    public void Its_check_character_finds_almost_every_swap()
    {
        // ISO 7064's MOD 37,36 misses a few of them; one in a hundred would be too many.
        var (swaps, missed) = (0, 0);
        foreach (var reference in Enumerable.Range(0, 2000).Select(n => Keys.Reference(Kz, 2026, n)))
        {
            for (var at = reference.Length - 6; at < reference.Length - 1; at++)
            {
                if (reference[at] != reference[at + 1])
                {
                    swaps++;
                    missed += ReferenceNumbers.IsWellFormed(reference[..at] + reference[at + 1] + reference[at] + reference[(at + 2)..]) ? 1 : 0;
                }
            }
        }

        Assert.True(missed < swaps / 100, $"{missed} of {swaps}");
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(ReferenceNumbers.Count)]
    public void There_are_no_others(long n) => Assert.Throws<ArgumentOutOfRangeException>(() => Keys.Reference(Kz, 2026, n));

    private static string Digits(string reference) => reference[^6..^1];
}

public sealed class RegistryKeyTests
{
    private static readonly RegistryKeys Keys = new(SHA256.HashData("one"u8));

    [Fact]
    public void A_connectors_id_depends_on_its_type_form_and_world_alone()
    {
        var id = Keys.ConnectorId("Phone", "+77015550101", exercise: false);

        Assert.Equal(id, new RegistryKeys(SHA256.HashData("one"u8)).ConnectorId("Phone", "+77015550101", exercise: false));
        Assert.Equal(5, new[]
        {
            id,
            Keys.ConnectorId("Phone", "+77015550101", exercise: true),
            Keys.ConnectorId("Plate", "+77015550101", exercise: false),
            Keys.ConnectorId("Phone", "+77015550102", exercise: false),
            new RegistryKeys(SHA256.HashData("two"u8)).ConnectorId("Phone", "+77015550101", exercise: false),
        }.Distinct().Count());
    }

    [Fact]
    public void No_two_lists_of_parts_are_sealed_alike() => Gen.String[Gen.Char["1:a"], 0, 4].Array[1, 4].Select(Gen.String[Gen.Char["1:a"], 0, 4].Array[1, 4]).Sample((one, other) =>
        Keys.Seal(one).AsSpan().SequenceEqual(Keys.Seal(other)) == one.SequenceEqual(other));

    [Fact]
    public void A_derived_link_keeps_its_id_and_shares_it_with_no_other()
    {
        var (from, to) = (RecordId.NewRandom(), RecordId.NewRandom());

        Assert.Equal(Keys.DerivedLinkId(from, LinkKind.At, to, ""), Keys.DerivedLinkId(from, LinkKind.At, to, ""));
        Assert.Equal(4, new[] { Keys.DerivedLinkId(from, LinkKind.At, to, ""), Keys.DerivedLinkId(to, LinkKind.At, from, ""), Keys.DerivedLinkId(from, LinkKind.Transit, to, ""), Keys.DerivedLinkId(from, LinkKind.At, to, "1") }.Distinct().Count());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(31)]
    [InlineData(33)]
    public void A_secret_is_thirty_two_bytes(int length) => Assert.Throws<ArgumentException>(() => new RegistryKeys(new byte[length]));
}

public sealed class FoldingTests
{
    [Theory]
    [InlineData("Saïga  Antelope", "saiga antelope")]
    [InlineData("  --Saker-Falcon!! ", "saker falcon")]
    [InlineData("ТАЛҒАТ Ёжиков", "талғат ежиков")]
    [InlineData("ﬁlet ①", "filet 1")]
    [InlineData("İstanbul", "istanbul")]
    [InlineData("Ünion\u200BLine", "unionline")]
    [InlineData("كازاخستان", "كازاخستان")]
    [InlineData("مُحَمَّد", "محمد")]
    [InlineData("", "")]
    [InlineData("!!!", "")]
    public void Names_are_compared_without_case_marks_and_punctuation(string text, string expected) => Assert.Equal(expected, Folding.Fold(text));

    [Fact]
    public void What_is_folded_stays_as_it_is() => Gen.String.Where(PlainText.IsWhole).Sample(text => Folding.Fold(Folding.Fold(text)) == Folding.Fold(text));

    [Fact]
    public void Half_of_a_pair_is_no_text()
    {
        // Not as a theory: the runner itself would mend the text.
        Assert.All(["\uD800", "a\uDC00b", "\uDC00\uD800", "\uFFFD\uD800", "🦅\uD800"], text => Assert.False(PlainText.IsWhole(text)));
        Assert.All(["", "a", "🦅", "\uFFFD", "a🦅b"], text => Assert.True(PlainText.IsWhole(text)));
    }
}

public sealed class RecordJsonTests
{
    [Fact]
    public void A_decimal_keeps_its_scale() => Gen.Decimal.Sample(value =>
        RecordJson.Read<Quantity>(RecordJson.Write(new Quantity(value, "kg"))).Amount.ToString(System.Globalization.CultureInfo.InvariantCulture) == value.ToString(System.Globalization.CultureInfo.InvariantCulture));

    [Theory]
    [InlineData("12000.50")]
    [InlineData("0.000")]
    [InlineData("-1.10")]
    [InlineData("79228162514264337593543950335")]
    public void It_is_written_as_text_and_never_as_a_binary_number(string amount) =>
        Assert.Equal($$"""{"amount":"{{amount}}","unit":"kg"}""", Encoding.UTF8.GetString(RecordJson.Write(new Quantity(decimal.Parse(amount, System.Globalization.CultureInfo.InvariantCulture), "kg"))));

    [Fact]
    public void Dates_ids_and_enumerations_are_read_as_they_are_written()
    {
        PartialDateTests.Dates.Sample(date => RecordJson.Read<Period>(RecordJson.Write(new Period(date, null))) == new Period(date, null));
        Assert.Equal("""{"role":"ORGANISER","leg":2}""", Encoding.UTF8.GetString(RecordJson.Write(new LinkProperties(InvolvementRole.Organiser, 2))));
        Assert.Throws<JsonException>(() => RecordJson.Read<LinkProperties>("""{"role":6}"""u8));
        Assert.Throws<JsonException>(() => RecordJson.Read<LinkProperties>("""{"role":"KING"}"""u8));
        Assert.Throws<JsonException>(() => RecordJson.Read<Period>("""{"from":"13"}"""u8));
        Assert.Throws<JsonException>(() => RecordJson.Read<Period>("null"u8));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    public void A_grade_is_one_to_four(int information) => Assert.Throws<ArgumentOutOfRangeException>(() => new Grade(SourceGrade.A, information));
}
