using System.Globalization;
using GraphQL.Types;
using GraphQLParser.AST;
using WildlifeRegistry.Records;

namespace WildlifeRegistry.Reading;

/// <summary>A text that is not in its scalar's form. Whoever reads the argument refuses it by its path, or knows how to read it.</summary>
/// <param name="Allowed">What the scalar allows, as a sentence.</param>
public sealed record AsGiven(string Text, string Allowed);

/// <summary>A scalar that is written as a string; a text in another form becomes <see cref="AsGiven"/>.</summary>
internal abstract class TextScalar : ScalarGraphType
{
    protected TextScalar(string name) => Name = name;

    public override object? ParseLiteral(GraphQLValue value) => value switch
    {
        GraphQLStringValue text => Parse((string)text.Value),
        GraphQLNullValue => null,
        _ => ThrowLiteralConversionError(value),
    };

    public override object? ParseValue(object? value) => value switch
    {
        null => null,
        string text => Parse(text),
        _ => ThrowValueConversionError(value),
    };

    public override object? Serialize(object? value) => value is null ? null : Write(value);

    protected abstract object Parse(string text);

    protected abstract string Write(object value);
}

internal sealed class RecordIdScalar : IdGraphType
{
    public RecordIdScalar() => Name = "ID";

    public override object? Serialize(object? value) => value is RecordId id ? id.ToString() : base.Serialize(value);
}

internal sealed class PartialDateScalar() : TextScalar("PartialDate")
{
    protected override object Parse(string text) =>
        PartialDate.TryParse(text, out var date) ? (object)date : new AsGiven(text, "A date is YYYY, YYYY-MM or YYYY-MM-DD.");

    protected override string Write(object value) => ((PartialDate)value).ToString();
}

internal sealed class DateTimeScalar() : TextScalar("DateTime")
{
    protected override object Parse(string text) =>
        DateTimeOffset.TryParseExact(text, ["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment)
            ? (object)moment.ToUniversalTime()
            : new AsGiven(text, "A moment is written like 2026-03-14T09:30:00Z.");

    protected override string Write(object value) => ((DateTimeOffset)value).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}

internal sealed class CountryCodeScalar() : TextScalar("CountryCode")
{
    protected override object Parse(string text) =>
        text is [>= 'A' and <= 'Z', >= 'A' and <= 'Z'] ? (object)text : new AsGiven(text, "A country is two capital letters, ISO 3166-1 alpha-2.");

    protected override string Write(object value) => (string)value;
}

internal sealed class DecimalScalar() : TextScalar("Decimal")
{
    protected override object Parse(string text) =>
        decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value)
            ? (object)value
            : new AsGiven(text, "A decimal is digits with at most one point, as a string.");

    protected override string Write(object value) => ((decimal)value).ToString(CultureInfo.InvariantCulture);
}
