using System.Text;

namespace WildlifeRegistry.Storage.Neo4j;

/// <summary>
/// Order keys as they lie in the graph. Neo4j's indexes order text by its UTF-8, its statements by its UTF-16: the two
/// differ where a character lies beyond the first plane. Such characters are written in characters of the first plane
/// that keep their place, so that both are the order of the port; all other text lies there as it is.
/// </summary>
internal static class Neo4jOrder
{
    /// <summary>Comes before whatever stands for one character; no text that is written has two in a row.</summary>
    private const char Mark = '\uFFFF';

    /// <summary>Where the halves of a character are written from: letters, so that no reader of text takes offence.</summary>
    private const char Base = '\u0100';

    /// <summary>What stands for the mark itself, below all halves.</summary>
    private const char Itself = '\u0001';

    /// <summary>Above every order key.</summary>
    public const string Top = "\uFFFF\uFFFF";

    public static string Write(string sort)
    {
        if (!sort.Any(IsMoved))
        {
            return sort;
        }

        var written = new StringBuilder(sort.Length + 8);
        for (var at = 0; at < sort.Length; at++)
        {
            if (char.IsHighSurrogate(sort[at]) && at + 1 < sort.Length && char.IsLowSurrogate(sort[at + 1]))
            {
                written.Append(Mark).Append((char)(sort[at] - '\uD800' + Base)).Append((char)(sort[++at] - '\uDC00' + Base));
            }
            else if (sort[at] == Mark)
            {
                written.Append(Mark).Append(Itself);
            }
            else
            {
                written.Append(sort[at]);
            }
        }

        return written.ToString();
    }

    public static string Read(string written)
    {
        if (!written.Contains(Mark, StringComparison.Ordinal))
        {
            return written;
        }

        var sort = new StringBuilder(written.Length);
        for (var at = 0; at < written.Length; at++)
        {
            if (written[at] != Mark)
            {
                sort.Append(written[at]);
            }
            else if (written[++at] == Itself)
            {
                sort.Append(Mark);
            }
            else
            {
                sort.Append((char)(written[at] - Base + '\uD800')).Append((char)(written[++at] - Base + '\uDC00'));
            }
        }

        return sort.ToString();
    }

    /// <summary>The order of the port, of order keys as they are written.</summary>
    public static string Greater(string left, string right) => string.CompareOrdinal(left, right) >= 0 ? left : right;

    public static string Lesser(string left, string right) => string.CompareOrdinal(left, right) <= 0 ? left : right;

    /// <summary>The least that comes after an order key as it is written.</summary>
    public static string Next(string written) => written + '\0';

    private static bool IsMoved(char one) => char.IsSurrogate(one) || one == Mark;
}
