using System.Text.RegularExpressions;
using WildlifeRegistry.Records;

namespace WildlifeRegistry.Identifiers;

/// <summary>What became of a value: a closed set.</summary>
public abstract record NormalFormResult
{
    private NormalFormResult()
    {
    }

    /// <summary>The value in the form that it is compared in.</summary>
    public sealed record Normal(Identifier Identifier) : NormalFormResult;

    /// <summary>Not a value of the type.</summary>
    /// <param name="Reason">What is wrong with it.</param>
    /// <param name="Allowed">What is allowed.</param>
    /// <param name="IsOfCountry">True where the fault is the country's, not the value's.</param>
    public sealed record Invalid(string Reason, string Allowed, bool IsOfCountry = false) : NormalFormResult;
}

/// <summary>The one written form of an identifier, so that two who write it differently mean the same connector.</summary>
public static partial class NormalForm
{
    /// <summary>Most characters of a value as given.</summary>
    public const int MaxLength = 100;

    /// <summary>The normal form of a value as given. Never throws for what people type.</summary>
    /// <param name="country">ISO 3166-1 alpha-2 of the issuer; needed by PASSPORT, NATIONAL_ID and COMPANY_REGISTRATION.</param>
    /// <param name="readersCountry">The region of a national telephone number where no country is given.</param>
    public static NormalFormResult Of(IdentifierType type, string value, string? country, string? readersCountry)
    {
        if (value.Length > MaxLength)
        {
            return new NormalFormResult.Invalid("The value is too long.", "At most 100 characters are allowed.");
        }

        if (!PlainText.IsWhole(value) || value.Any(character => char.IsControl(character) || char.GetUnicodeCategory(character) == System.Globalization.UnicodeCategory.Format))
        {
            return new NormalFormResult.Invalid("The value has control characters, direction marks or half a character.", "Plain text is allowed.");
        }

        var compact = Compact(value);
        return type switch
        {
            IdentifierType.Phone => Phone(value, country ?? readersCountry),
            IdentifierType.Passport or IdentifierType.NationalId or IdentifierType.CompanyRegistration => OfCountry(type, compact, country),
            IdentifierType.Plate => Form(type, LookAlikes.ToLatin(compact), PlateForm(), "A plate is 3 to 12 letters and digits."),
            IdentifierType.Vin => Vin(compact),
            IdentifierType.Container => Container(compact),
            IdentifierType.VesselImo => VesselImo(compact),
            IdentifierType.Aircraft => Form(type, compact, AircraftForm(), "A registration mark is 3 to 8 letters and digits (ICAO Annex 7)."),
            IdentifierType.Flight => Flight(compact),
            IdentifierType.Waybill => Waybill(compact),
            IdentifierType.Imei => Imei(compact),
            IdentifierType.Email => Form(type, value.Trim().ToLowerInvariant(), EmailForm(), "An address is like name@example.org."),
            IdentifierType.Social => Form(type, value.Trim().ToLowerInvariant().Replace(" ", "", StringComparison.Ordinal), SocialForm(), "An account is network:name, like telegram:name."),
            IdentifierType.BankAccount => BankAccount(compact),
            IdentifierType.Permit or IdentifierType.Ring => Form(type, compact, CodeForm(), "A number is 2 to 40 letters and digits."),
            IdentifierType.Chip => Chip(compact),
            _ => new NormalFormResult.Invalid("The type is unknown.", "One of the identifier types is allowed."),
        };
    }

    private static NormalFormResult.Normal Normal(IdentifierType type, string normal) => new(new Identifier(type, normal));

    private static NormalFormResult Form(IdentifierType type, string text, Regex form, string allowed) =>
        form.IsMatch(text) ? Normal(type, text) : new NormalFormResult.Invalid("The value does not have the type's form.", allowed);

    /// <summary>ITU-T E.164, by Google's libphonenumber.</summary>
    private static NormalFormResult Phone(string value, string? region)
    {
        const string Allowed = "A number is dialled internationally, like +996 555 010203, or nationally with its country.";
        try
        {
            var phones = PhoneNumbers.PhoneNumberUtil.GetInstance();
            var number = phones.Parse(value, region);
            return phones.IsPossibleNumber(number)
                ? Normal(IdentifierType.Phone, phones.Format(number, PhoneNumbers.PhoneNumberFormat.E164))
                : new NormalFormResult.Invalid("The value is not a possible telephone number.", Allowed);
        }
        catch (PhoneNumbers.NumberParseException)
        {
            return new NormalFormResult.Invalid("The value is not a telephone number.", Allowed);
        }
    }

    private static NormalFormResult OfCountry(IdentifierType type, string compact, string? country) => country switch
    {
        null => new NormalFormResult.Invalid("The country is missing.", "The issuing country is needed: numbers of two countries may be equal.", IsOfCountry: true),
        _ when CodeForm().IsMatch(compact) => Normal(type, $"{country}:{compact}"),
        _ => new NormalFormResult.Invalid("The value does not have the type's form.", "A number is 2 to 40 letters and digits."),
    };

    /// <summary>ISO 3779: 17 characters without I, O and Q. The check digit (position 9) is not demanded: outside North America and China makers may fill it freely.</summary>
    private static NormalFormResult Vin(string compact) => Form(IdentifierType.Vin, LookAlikes.ToLatin(compact), VinForm(), "A VIN is 17 letters and digits without I, O and Q (ISO 3779).");

    /// <summary>ISO 6346: owner code, category U, J or Z, six digits and the check digit.</summary>
    private static NormalFormResult Container(string compact)
    {
        const string Allowed = "A container number is four letters, the last of them U, J or Z, six digits and the check digit (ISO 6346).";
        if (!ContainerForm().IsMatch(compact))
        {
            return new NormalFormResult.Invalid("The value does not have the form of a container number.", Allowed);
        }

        // Letters count from 10 and leave out the multiples of 11; each position weighs twice the one before.
        var sum = compact.Take(10).Select((character, position) => LetterValue(character) << position).Sum();
        return sum % 11 % 10 == compact[10] - '0'
            ? Normal(IdentifierType.Container, compact)
            : new NormalFormResult.Invalid("The check digit is wrong.", Allowed);

        static int LetterValue(char character)
        {
            if (char.IsAsciiDigit(character))
            {
                return character - '0';
            }

            var value = character - 'A' + 10;
            return value + ((value - 1) / 10);
        }
    }

    /// <summary>IMO resolution A.1117(30): seven digits, the last the check digit over the weights 7 to 2.</summary>
    private static NormalFormResult VesselImo(string compact)
    {
        const string Allowed = "An IMO number is seven digits, the last a check digit.";
        var digits = compact.StartsWith("IMO", StringComparison.Ordinal) ? compact[3..] : compact;
        if (digits.Length != 7 || !digits.All(char.IsAsciiDigit))
        {
            return new NormalFormResult.Invalid("The value is not seven digits.", Allowed);
        }

        return digits.Take(6).Select((digit, position) => (digit - '0') * (7 - position)).Sum() % 10 == digits[6] - '0'
            ? Normal(IdentifierType.VesselImo, digits)
            : new NormalFormResult.Invalid("The check digit is wrong.", Allowed);
    }

    /// <summary>IATA (two characters, one of them a letter) or ICAO (three letters) designator and a number without leading zeros.</summary>
    private static NormalFormResult Flight(string compact) => FlightForm().Match(compact) is { Success: true } match
        ? Normal(IdentifierType.Flight, match.Groups["line"].Value + match.Groups["number"].Value + match.Groups["suffix"].Value)
        : new NormalFormResult.Invalid("The value is not a flight number.", "A flight is two or three characters of the airline and one to four digits, like KC0852.");

    /// <summary>Eleven digits are an air waybill (IATA resolution 600a): the last is the serial number modulo 7. Others are taken as they are.</summary>
    private static NormalFormResult Waybill(string compact)
    {
        if (compact.Length == 11 && compact.All(char.IsAsciiDigit))
        {
            return int.Parse(compact.AsSpan(3, 7), System.Globalization.CultureInfo.InvariantCulture) % 7 == compact[10] - '0'
                ? Normal(IdentifierType.Waybill, compact)
                : new NormalFormResult.Invalid("The check digit is wrong.", "The last digit of an air waybill is its seven-digit serial number modulo 7.");
        }

        return Form(IdentifierType.Waybill, compact, CodeForm(), "A waybill is 2 to 40 letters and digits.");
    }

    /// <summary>3GPP TS 23.003: 15 digits, the last by Luhn's formula.</summary>
    private static NormalFormResult Imei(string compact)
    {
        const string Allowed = "An IMEI is 15 digits, the last a check digit.";
        if (compact.Length != 15 || !compact.All(char.IsAsciiDigit))
        {
            return new NormalFormResult.Invalid("The value is not 15 digits.", Allowed);
        }

        var sum = compact.Select((digit, position) => position % 2 == 0 ? digit - '0' : ((digit - '0') * 2 / 10) + ((digit - '0') * 2 % 10)).Sum();
        return sum % 10 == 0 ? Normal(IdentifierType.Imei, compact) : new NormalFormResult.Invalid("The check digit is wrong.", Allowed);
    }

    /// <summary>An IBAN (ISO 13616) must pass its check by 97; any other account is taken as it is.</summary>
    private static NormalFormResult BankAccount(string compact)
    {
        if (!IbanForm().IsMatch(compact))
        {
            return Form(IdentifierType.BankAccount, compact, CodeForm(), "An account is 2 to 40 letters and digits.");
        }

        var remainder = 0;
        foreach (var character in compact[4..] + compact[..4])
        {
            remainder = char.IsAsciiDigit(character) ? ((remainder * 10) + character - '0') % 97 : ((remainder * 100) + character - 'A' + 10) % 97;
        }

        return remainder == 1
            ? Normal(IdentifierType.BankAccount, compact)
            : new NormalFormResult.Invalid("The check digits of the IBAN are wrong.", "An IBAN's rearranged number is 1 modulo 97.");
    }

    /// <summary>ISO 11784: 15 digits; older chips have 9 or 10 characters.</summary>
    private static NormalFormResult Chip(string compact) => Form(IdentifierType.Chip, compact, ChipForm(), "A chip is 15 digits (ISO 11784), or 9 or 10 letters and digits of an older one.");

    /// <summary>Letters and digits of any script in upper case; what people write between them is gone.</summary>
    private static string Compact(string value) =>
        string.Concat(value.Normalize(System.Text.NormalizationForm.FormKC).Where(char.IsLetterOrDigit)).ToUpperInvariant();

    [GeneratedRegex("^[0-9\\p{L}]{3,12}$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex PlateForm();

    [GeneratedRegex("^[A-HJ-NPR-Z0-9]{17}$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex VinForm();

    [GeneratedRegex("^[A-Z]{3}[UJZ][0-9]{7}$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex ContainerForm();

    [GeneratedRegex("^[A-Z0-9]{3,8}$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex AircraftForm();

    [GeneratedRegex("^(?<line>[A-Z]{3}|[A-Z][A-Z0-9]|[0-9][A-Z])0*(?<number>[1-9][0-9]{0,3})(?<suffix>[A-Z]?)$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex FlightForm();

    [GeneratedRegex("^[^@\\s]{1,64}@[^@\\s]+\\.[^@\\s.]{2,}$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex EmailForm();

    [GeneratedRegex("^[a-z0-9.-]{2,30}:@?[^:\\s]{1,60}$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex SocialForm();

    [GeneratedRegex("^[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex IbanForm();

    [GeneratedRegex("^([0-9]{15}|[A-Z0-9]{9,10})$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex ChipForm();

    [GeneratedRegex("^[0-9\\p{L}]{2,40}$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex CodeForm();
}

/// <summary>Cyrillic capitals that look like Latin ones on plates: the same plate is typed in either alphabet.</summary>
internal static class LookAlikes
{
    private const string Cyrillic = "АВЕКМНОРСТУХІЈЅԚԜ";
    private const string Latin = "ABEKMHOPCTYXIJSQW";

    public static string ToLatin(string text) => string.Concat(text.Select(character =>
        Cyrillic.IndexOf(character, StringComparison.Ordinal) is var at and >= 0 ? Latin[at] : character));
}
