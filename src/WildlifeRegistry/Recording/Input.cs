using System.Collections;
using System.Globalization;
using WildlifeRegistry.Reading;
using WildlifeRegistry.Records;

namespace WildlifeRegistry.Recording;

/// <summary>
/// The fields of one input object, read with their paths. A fault is noted and reading goes on, so that all faults of
/// an input come at once; what a faulty field reads as does not matter.
/// </summary>
public sealed class Input
{
    /// <summary>Most characters of a line of text.</summary>
    public const int MaxLine = 300;

    /// <summary>Most characters of a text of several lines.</summary>
    public const int MaxText = 20_000;

    private readonly IDictionary<string, object?> values;
    private readonly string path;
    private readonly List<Refusal> faults;

    public Input(IDictionary<string, object?> values, string path, List<Refusal> faults)
    {
        this.values = values;
        this.path = path;
        this.faults = faults;
    }

    /// <summary>True where the field is there, if only to be cleared.</summary>
    public bool Has(string name) => values.ContainsKey(name);

    /// <summary>True where the field is absent, or there only to be cleared.</summary>
    public bool IsNull(string name) => Given(name) is null;

    public void Fault(string name, string message) => faults.Add(new InvalidInput(message, path + name));

    /// <summary>A line of text, trimmed; null where it is absent or blank.</summary>
    public string? Line(string name, int max = MaxLine) => Text(name, max, severalLines: false);

    /// <summary>A text of several lines, trimmed; null where it is absent or blank.</summary>
    public string? Text(string name) => Text(name, MaxText, severalLines: true);

    /// <summary>A line that must be there.</summary>
    public string RequiredLine(string name, int max = MaxLine)
    {
        var before = faults.Count;
        return Required(name, Line(name, max), before) ?? "";
    }

    /// <summary>A text of several lines that must be there.</summary>
    public string RequiredText(string name)
    {
        var before = faults.Count;
        return Required(name, Text(name), before) ?? "";
    }

    /// <summary>An id as it was given, which need not name anything: whoever looks it up says so. Null where it is absent.</summary>
    public string? Id(string name) => IsNull(name) ? null : Convert.ToString(Given(name), CultureInfo.InvariantCulture);

    /// <summary>Notes a fault for each of these fields of an amending input that is there only to be cleared.</summary>
    public void Kept(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (Has(name) && IsNull(name))
            {
                Fault(name, "It must say something and cannot be cleared; leave it out to keep it as it is.");
            }
        }
    }

    /// <summary>An enumeration value, flag or whole number; null where it is absent.</summary>
    public T? Value<T>(string name)
        where T : struct => Given(name) is T value ? value : null;

    public bool Flag(string name) => Given(name) is true;

    /// <summary>A whole number in a range.</summary>
    public int? Number(string name, int least, int most)
    {
        if (Value<int>(name) is { } value && (value < least || value > most))
        {
            Fault(name, string.Create(CultureInfo.InvariantCulture, $"It is {value}; allowed is {least} to {most}."));
        }

        return Value<int>(name);
    }

    /// <summary>Degrees, -limit to limit.</summary>
    public double? Degrees(string name, double limit)
    {
        if (Value<double>(name) is { } value && !(Math.Abs(value) <= limit))
        {
            Fault(name, string.Create(CultureInfo.InvariantCulture, $"It is {value}; allowed is -{limit} to {limit} degrees."));
        }

        return Value<double>(name);
    }

    /// <summary>An exact amount, from 0 to a thousand billion with at most six decimals.</summary>
    public decimal? Amount(string name)
    {
        switch (Given(name))
        {
            case decimal amount when amount is >= 0 and <= 1_000_000_000_000m && amount.Scale <= 6:
                return amount;
            case decimal:
                Fault(name, "An amount is 0 to 1000000000000, with at most six decimals.");
                return null;
            case AsGiven given:
                Fault(name, "It is not a number. " + given.Allowed);
                return null;
            default:
                return null;
        }
    }

    /// <summary>A country that ISO 3166-1 knows.</summary>
    public string? Country(string name, Func<string, bool> isCountry) => Countries(Given(name), name, isCountry);

    public IReadOnlyList<string> CountryList(string name, Func<string, bool> isCountry)
    {
        var countries = new List<string>();
        foreach (var (value, at) in Members(name).Select((value, at) => (value, at)))
        {
            if (Countries(value, Indexed(name, at), isCountry) is { } country && !countries.Contains(country, StringComparer.Ordinal))
            {
                countries.Add(country);
            }
        }

        return countries;
    }

    /// <summary>A date as people write it; null where it is absent.</summary>
    /// <param name="latest">The last day it may begin on; null: any.</param>
    public GivenDate? Date(string name, DateOnly? latest = null)
    {
        var (text, date) = Given(name) switch
        {
            PartialDate iso => (iso.ToString(), GivenDate.Of(iso)),
            AsGiven given => (given.Text, GivenDate.Parse(given.Text)),
            _ => (null, null),
        };
        if (text is null)
        {
            return null;
        }

        if (date is null)
        {
            Fault(name, "It is not a date. " + GivenDate.Allowed);
            return null;
        }

        if (latest is { } last && date.Date.First > last)
        {
            Fault(name, $"It is {date.Date}, which is in the future; allowed is a day that has been.");
        }

        return date;
    }

    /// <summary>A moment in the future.</summary>
    public DateTimeOffset? Until(string name, DateTimeOffset now)
    {
        switch (Given(name))
        {
            case DateTimeOffset moment when moment > now:
                return moment;
            case DateTimeOffset:
                Fault(name, "It has passed already; allowed is a moment in the future.");
                return null;
            case AsGiven given:
                Fault(name, "It is not a moment. " + given.Allowed);
                return null;
            default:
                return null;
        }
    }

    /// <summary>The lines of a list.</summary>
    public IReadOnlyList<(string Value, string Path)> Lines(string name, int max = MaxLine)
    {
        var lines = new List<(string, string)>();
        foreach (var (value, at) in Members(name).Select((value, at) => (value, at)))
        {
            var before = faults.Count;
            if (Required(Indexed(name, at), Checked(Indexed(name, at), value as string, max, severalLines: false), before) is { } line)
            {
                lines.Add((line, Indexed(name, at)));
            }
        }

        return lines;
    }

    /// <summary>The input object in a field; null where it is absent.</summary>
    public Input? Object(string name) =>
        Given(name) is IDictionary<string, object?> inner ? new Input(inner, path + name + ".", faults) : null;

    /// <summary>The input objects of a list.</summary>
    public IReadOnlyList<Input> Objects(string name) =>
        [.. Members(name).OfType<IDictionary<string, object?>>().Select((inner, at) => new Input(inner, path + Indexed(name, at) + ".", faults))];

    private object? Given(string name) => values.TryGetValue(name, out var value) ? value : null;

    private static string Indexed(string name, int at) => string.Create(CultureInfo.InvariantCulture, $"{name}[{at}]");

    private List<object?> Members(string name)
    {
        var members = Given(name) is IEnumerable list and not string ? list.Cast<object?>().ToList() : [];
        if (members.Count > Arguments.MaxList)
        {
            Fault(name, string.Create(CultureInfo.InvariantCulture, $"It has {members.Count} members; allowed are {Arguments.MaxList}."));
            return [];
        }

        return members;
    }

    private string? Countries(object? value, string name, Func<string, bool> isCountry)
    {
        switch (value)
        {
            case string code when isCountry(code):
                return code;
            case string:
                Fault(name, "No country has this code; allowed is a code of ISO 3166-1, like KZ.");
                return null;
            case AsGiven given:
                Fault(name, "It is not a country's code. " + given.Allowed);
                return null;
            default:
                return null;
        }
    }

    private string? Text(string name, int max, bool severalLines) => Checked(name, Given(name) as string, max, severalLines);

    private string? Required(string name, string? value, int faultsBefore)
    {
        if (value is null && faults.Count == faultsBefore)
        {
            Fault(name, "It is missing or blank; it must be there.");
        }

        return value;
    }

    private string? Checked(string name, string? value, int max, bool severalLines)
    {
        if (value is null)
        {
            return null;
        }

        if (value.Length > max)
        {
            Fault(name, string.Create(CultureInfo.InvariantCulture, $"It has {value.Length} characters; allowed are {max}."));
        }
        else if (value.Any(character => Arguments.IsUnsafe(character) && !(severalLines && character is '\n' or '\r' or '\t')))
        {
            Fault(name, "It has control characters or direction overrides; plain text is allowed.");
        }
        else if (!PlainText.IsWhole(value))
        {
            Fault(name, "It has half a character in it (an unpaired surrogate); plain text is allowed.");
        }
        else
        {
            return value.Trim() is { Length: > 0 } text ? text : null;
        }

        return null;
    }
}
