using System.Globalization;
using System.Text.RegularExpressions;

namespace WildlifeRegistry.Recording;

/// <summary>A position as people write it: decimal degrees, degrees and minutes, or degrees, minutes and seconds.</summary>
/// <param name="Latitude">Degrees north, -90 to 90.</param>
/// <param name="Longitude">Degrees east, -180 to 180.</param>
public sealed partial record GivenCoordinates(double Latitude, double Longitude)
{
    public const string Allowed = "A position is latitude and longitude, like 44.17, 80.30 or 44°10'12\"N 80°18'0\"E.";

    /// <summary>Reads both numbers; null where the text is no position.</summary>
    public static GivenCoordinates? Parse(string text)
    {
        var plain = text.Trim().ToUpperInvariant()
            .Replace("С.Ш.", "N", StringComparison.Ordinal).Replace("Ю.Ш.", "S", StringComparison.Ordinal)
            .Replace("В.Д.", "E", StringComparison.Ordinal).Replace("З.Д.", "W", StringComparison.Ordinal);
        if (DecimalCommas().IsMatch(plain))
        {
            plain = plain.Replace(',', '.');
        }

        if (!Whole().IsMatch(plain))
        {
            return null;
        }

        var sides = Sides().Matches(plain).Select(match => match.Value[0]).ToList();
        var numbers = Numbers().Matches(plain).Select(match => double.Parse(match.Value, CultureInfo.InvariantCulture)).ToList();
        if (numbers.Count is not (2 or 4 or 6) || sides.Count is not (0 or 2))
        {
            return null;
        }

        var half = numbers.Count / 2;
        if (Angle(numbers[..half]) is not { } first || Angle(numbers[half..]) is not { } second)
        {
            return null;
        }

        if (sides.Count == 0)
        {
            return Checked(first, second);
        }

        // With sides named, either may come first, and signs would say it twice.
        if (numbers.Any(number => number < 0))
        {
            return null;
        }

        first *= sides[0] is 'S' or 'W' ? -1 : 1;
        second *= sides[1] is 'S' or 'W' ? -1 : 1;
        return (sides[0] is 'N' or 'S', sides[1] is 'N' or 'S') switch
        {
            (true, false) => Checked(first, second),
            (false, true) => Checked(second, first),
            _ => null,
        };
    }

    private static double? Angle(List<double> parts)
    {
        if (parts.Skip(1).Any(part => part is < 0 or >= 60) || parts.SkipLast(1).Any(part => part != Math.Truncate(part)))
        {
            return null;
        }

        var size = Math.Abs(parts[0]) + parts.Skip(1).Select((part, place) => part / Math.Pow(60, place + 1)).Sum();
        return double.IsNegative(parts[0]) ? -size : size;
    }

    private static GivenCoordinates? Checked(double latitude, double longitude) =>
        Math.Abs(latitude) <= 90 && Math.Abs(longitude) <= 180 ? new GivenCoordinates(Math.Round(latitude, 6), Math.Round(longitude, 6)) : null;

    [GeneratedRegex("^-?\\d+,\\d+[;\\s]+-?\\d+,\\d+$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex DecimalCommas();

    [GeneratedRegex("^[-+0-9.,;°º'’′\"”″NSEW\\s]{3,60}$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Whole();

    [GeneratedRegex("[NSEW]", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Sides();

    [GeneratedRegex("-?\\d+(\\.\\d+)?", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Numbers();
}
