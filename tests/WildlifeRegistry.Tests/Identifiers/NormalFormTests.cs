using CsCheck;
using WildlifeRegistry.Identifiers;

namespace WildlifeRegistry.Tests.Identifiers;

/// <summary>Two who write one identifier differently mean the same connector; what cannot be one is refused with a reason.</summary>
public sealed class NormalFormTests
{
    [Theory]
    // National numbers of the ten states, dialled at home and as written on cards.
    [InlineData("070 123 4567", "AF", "+93701234567")]
    [InlineData("(050) 123 45 67", "AZ", "+994501234567")]
    [InlineData("0912 345 6789", "IR", "+989123456789")]
    [InlineData("8 (701) 555-01-01", "KZ", "+77015550101")]
    [InlineData("0555 010203", "KG", "+996555010203")]
    [InlineData("0301 2345678", "PK", "+923012345678")]
    [InlineData("917 12 3456", "TJ", "+992917123456")]
    [InlineData("0532 123 45 67", "TR", "+905321234567")]
    [InlineData("8 66 123456", "TM", "+99366123456")]
    [InlineData("90 123 45 67", "UZ", "+998901234567")]
    // The international form means the same wherever it is read.
    [InlineData("+7 701 555 01 01", "TR", "+77015550101")]
    [InlineData("00 7 701 555 01 01", "TR", "+77015550101")]
    [InlineData("+996 (555) 010-203", null, "+996555010203")]
    public void A_phone_is_one_number_however_it_is_dialled(string value, string? reader, string expected) =>
        Assert.Equal(expected, Normal(IdentifierType.Phone, value, null, reader));

    [Fact]
    public void The_country_that_is_given_is_heard_before_the_readers() => Assert.Equal("+998901234567", Normal(IdentifierType.Phone, "90 123 45 67", "UZ", "KZ"));

    [Theory]
    [InlineData(IdentifierType.Plate, "123 АВС 02", "123ABC02")] // Cyrillic letters that look Latin
    [InlineData(IdentifierType.Plate, "123-abc/02", "123ABC02")]
    [InlineData(IdentifierType.Plate, "а777мр 77", "A777MP77")]
    [InlineData(IdentifierType.Plate, "34 ŞK 1234", "34ŞK1234")]
    [InlineData(IdentifierType.Plate, "Ж 123 ЯЯ", "Ж123ЯЯ")]
    [InlineData(IdentifierType.Vin, "1M8GDM9AXKP042788", "1M8GDM9AXKP042788")]
    [InlineData(IdentifierType.Vin, "wvw zzz 1jz 3w386752", "WVWZZZ1JZ3W386752")]
    [InlineData(IdentifierType.Container, "CSQU 305438-3", "CSQU3054383")] // ISO 6346's own example
    [InlineData(IdentifierType.Container, "msku6011672", "MSKU6011672")]
    [InlineData(IdentifierType.Container, "MSKU100009 0", "MSKU1000090")] // a remainder of ten is written as nought
    [InlineData(IdentifierType.VesselImo, "IMO 9074729", "9074729")] // IMO's own example
    [InlineData(IdentifierType.VesselImo, "9176187", "9176187")]
    [InlineData(IdentifierType.Aircraft, "up-b5703", "UPB5703")]
    [InlineData(IdentifierType.Flight, "kc 0852", "KC852")]
    [InlineData(IdentifierType.Flight, "UZB 273", "UZB273")]
    [InlineData(IdentifierType.Flight, "7J 109A", "7J109A")]
    [InlineData(IdentifierType.Waybill, "020-12345675", "02012345675")] // the example of cargo handbooks: 1234567 modulo 7 is 5
    [InlineData(IdentifierType.Waybill, "rr 123 456 789 uz", "RR123456789UZ")]
    [InlineData(IdentifierType.Imei, "49-015420-323751-8", "490154203237518")] // 3GPP's example
    [InlineData(IdentifierType.Email, " Name@Example.ORG ", "name@example.org")]
    [InlineData(IdentifierType.Social, "Telegram:@Some Name", "telegram:@somename")]
    [InlineData(IdentifierType.BankAccount, "GB82 WEST 1234 5698 7654 32", "GB82WEST12345698765432")] // ISO 13616's examples
    [InlineData(IdentifierType.BankAccount, "KZ86 125K ZT50 0410 0100", "KZ86125KZT5004100100")]
    [InlineData(IdentifierType.BankAccount, "TR33 0006 1005 1978 6457 8413 26", "TR330006100519786457841326")]
    [InlineData(IdentifierType.BankAccount, "12-34 56", "123456")]
    [InlineData(IdentifierType.Permit, "kz/2024-017", "KZ2024017")]
    [InlineData(IdentifierType.Ring, "ta 12345", "TA12345")]
    [InlineData(IdentifierType.Chip, "398 0200 0012 3456", "398020000123456")]
    [InlineData(IdentifierType.Chip, "0a1b2c3d4e", "0A1B2C3D4E")]
    public void A_value_has_one_form(IdentifierType type, string value, string expected) => Assert.Equal(expected, Normal(type, value));

    [Theory]
    [InlineData(IdentifierType.Passport, "n 1234567", "KZ", "KZ:N1234567")]
    [InlineData(IdentifierType.NationalId, "850101-300123", "KZ", "KZ:850101300123")]
    [InlineData(IdentifierType.CompanyRegistration, "123 456", "UZ", "UZ:123456")]
    public void What_two_countries_may_number_alike_has_its_country_in_it(IdentifierType type, string value, string country, string expected)
    {
        Assert.Equal(expected, Normal(type, value, country));
        Assert.NotEqual(expected, Normal(type, value, "TR"));
        Assert.IsType<NormalFormResult.Invalid>(NormalForm.Of(type, value, null, "KZ"));
    }

    [Theory]
    [InlineData(IdentifierType.Phone, "no number")]
    [InlineData(IdentifierType.Phone, "12")]
    [InlineData(IdentifierType.Phone, "90 123 45 67")] // of no country
    [InlineData(IdentifierType.Phone, "+99990123456789012")]
    [InlineData(IdentifierType.Plate, "A1")]
    [InlineData(IdentifierType.Plate, "1234567890123")]
    [InlineData(IdentifierType.Vin, "1M8GDM9AXKP04278")]
    [InlineData(IdentifierType.Vin, "IOQ8GDM9AXKP04278")]
    [InlineData(IdentifierType.Container, "CSQU3054384")]
    [InlineData(IdentifierType.Container, "CSQX3054383")]
    [InlineData(IdentifierType.Container, "CSQU305438")]
    [InlineData(IdentifierType.VesselImo, "9074728")]
    [InlineData(IdentifierType.VesselImo, "907472")]
    [InlineData(IdentifierType.VesselImo, "٩٠٧٤٧٢٩")]
    [InlineData(IdentifierType.Aircraft, "U")]
    [InlineData(IdentifierType.Flight, "852")]
    [InlineData(IdentifierType.Flight, "KC 0000")]
    [InlineData(IdentifierType.Waybill, "02012345674")]
    [InlineData(IdentifierType.Imei, "490154203237517")]
    [InlineData(IdentifierType.Imei, "49015420323751")]
    [InlineData(IdentifierType.Email, "name@example")]
    [InlineData(IdentifierType.Email, "name example.org")]
    [InlineData(IdentifierType.Social, "name")]
    [InlineData(IdentifierType.BankAccount, "GB82WEST12345698765433")]
    [InlineData(IdentifierType.BankAccount, "1")]
    [InlineData(IdentifierType.Ring, "1")]
    [InlineData(IdentifierType.Chip, "39802000012345")]
    [InlineData(IdentifierType.Ring, "TA\u202E12345")]
    [InlineData(IdentifierType.Ring, "TA\u200B12345")]
    [InlineData(IdentifierType.Ring, "TA\u000012345")]
    [InlineData(IdentifierType.Ring, "")]
    public void What_cannot_be_one_is_refused_with_a_reason(IdentifierType type, string value)
    {
        var invalid = Assert.IsType<NormalFormResult.Invalid>(NormalForm.Of(type, value, null, null));

        Assert.EndsWith(".", invalid.Reason, StringComparison.Ordinal);
        Assert.EndsWith(".", invalid.Allowed, StringComparison.Ordinal);
        Assert.True(value.Length < 3 || !invalid.Reason.Contains(value, StringComparison.Ordinal));
    }

    [Fact]
    public void Half_of_a_character_is_refused() => Assert.All(
        Enum.GetValues<IdentifierType>(),
        type => Assert.IsType<NormalFormResult.Invalid>(NormalForm.Of(type, "TA\uD80012345", "KZ", "KZ")));

    [Fact]
    public void A_value_longer_than_anybody_writes_is_refused() =>
        Assert.IsType<NormalFormResult.Invalid>(NormalForm.Of(IdentifierType.Permit, new string('1', NormalForm.MaxLength + 1), null, null));

    private static readonly Gen<IdentifierType> Types = Gen.OneOf(Enum.GetValues<IdentifierType>());

    /// <summary>Anything, and things that nearly are identifiers.</summary>
    private static readonly Gen<string> Values = Gen.OneOf(
        Gen.String,
        Gen.String[Gen.Char["0123456789+()-/ .ABCZUJabcАВСавсЖı İß@:٣３Ａ"], 0, 24],
        Gen.String[Gen.Char["0123456789"], 5, 18],
        Gen.OneOf("CSQU3054383", "490154203237518", "+77015550101", "GB82WEST12345698765432", "a@b.co", "telegram:@x", "KC852"));

    [Fact]
    public void It_never_throws_and_a_normal_form_is_its_own() => Types.Select(Values, Gen.OneOf(null, "KZ", "TR", "XX")).Sample(
        (type, value, country) =>
        {
            if (NormalForm.Of(type, value, country, "KZ") is not NormalFormResult.Normal(var identifier))
            {
                return true;
            }

            // The country is part of the form, and is given beside it again.
            var again = identifier.Normalised;
            if (type is IdentifierType.Passport or IdentifierType.NationalId or IdentifierType.CompanyRegistration)
            {
                again = again[(again.IndexOf(':', StringComparison.Ordinal) + 1)..];
            }

            return identifier.Type == type && NormalForm.Of(type, again, country, "KZ") is NormalFormResult.Normal(var second) && second == identifier;
        },
        iter: 20_000);

    [Fact]
    public void An_identifier_of_people_hangs_on_links_at_full_alone()
    {
        IdentifierType[] open = [IdentifierType.Container, IdentifierType.VesselImo, IdentifierType.Aircraft, IdentifierType.Flight, IdentifierType.Ring, IdentifierType.Chip];
        foreach (var type in Enum.GetValues<IdentifierType>())
        {
            Assert.Equal(open.Contains(type) ? WildlifeRegistry.Access.Level.Sanitised : WildlifeRegistry.Access.Level.Full, Connectors.Floor(type));
        }
    }

    private static string Normal(IdentifierType type, string value, string? country = null, string? reader = null) =>
        Assert.IsType<NormalFormResult.Normal>(NormalForm.Of(type, value, country, reader)).Identifier.Normalised;
}
