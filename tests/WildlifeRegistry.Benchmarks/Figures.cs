using System.Globalization;

namespace WildlifeRegistry.Benchmarks;

/// <summary>A table of figures as Markdown, each held against its bound.</summary>
internal sealed class Figures(string title)
{
    private readonly List<string[]> rows = [];

    /// <summary>True where every figure so far is within its bound.</summary>
    public bool AllMet { get; private set; } = true;

    /// <param name="reference">What it is held against in the same run, in words; empty where the bound is a plain number.</param>
    /// <param name="compared">The ratio or difference that the bound is about.</param>
    public void Add(string figure, Timing measured, string reference, string compared, string bound, bool isMet)
    {
        AllMet &= isMet;
        rows.Add([figure, Milliseconds(measured.P50), Milliseconds(measured.P99), reference, compared, bound, isMet ? "yes" : "**no**"]);
    }

    /// <summary>A figure that is no time.</summary>
    public void Add(string figure, string reference, string measured, string bound, bool isMet)
    {
        AllMet &= isMet;
        rows.Add([figure, "", "", reference, measured, bound, isMet ? "yes" : "**no**"]);
    }

    /// <summary>A figure whose bound is a time.</summary>
    public void Add(string figure, Timing measured, double below) =>
        Add(figure, measured, "", "", "below " + Milliseconds(below), measured.P50 < below);

    public static string Milliseconds(double value) => value.ToString(value < 10 ? "0.000" : "0.0", CultureInfo.InvariantCulture) + " ms";

    public static string Times(double value) => value.ToString("0.00", CultureInfo.InvariantCulture) + "x";

    public void Print(TextWriter to)
    {
        string[] head = ["figure", "p50", "p99", "reference in the same run", "ratio or difference", "bound", "met"];
        var widths = head.Select((column, at) => rows.Select(row => row[at].Length).Append(column.Length).Max()).ToList();
        string Line(IEnumerable<string> cells) => "| " + string.Join(" | ", cells.Select((cell, at) => cell.PadRight(widths[at]))) + " |";

        to.WriteLine();
        to.WriteLine("### " + title);
        to.WriteLine();
        to.WriteLine(Line(head));
        to.WriteLine(Line(widths.Select(width => new string('-', width))));
        rows.ForEach(row => to.WriteLine(Line(row)));
    }
}
