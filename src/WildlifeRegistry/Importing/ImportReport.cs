namespace WildlifeRegistry.Importing;

/// <summary>How far an import has come; what it counts is on the disk.</summary>
public sealed class ImportReport
{
    /// <summary>Most refusals and unresolved names that are kept to be printed.</summary>
    public const int MaxListed = 50;

    private readonly Dictionary<string, int> unresolved = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<(int Line, RowRefusedException Refused)> refusals = [];

    /// <summary>Every row up to this line of the file is done with.</summary>
    public int Line { get; internal set; }

    public int Imported { get; internal set; }

    public int Amended { get; internal set; }

    public int Unchanged { get; internal set; }

    public int Refused { get; internal set; }

    public int Rows => Imported + Amended + Unchanged + Refused;

    /// <summary>Names of species in the rows that are in the registry now.</summary>
    public int Mentions { get; private set; }

    public int Resolved { get; private set; }

    /// <summary>The first refusals, in the order in which they were found.</summary>
    public IReadOnlyList<(int Line, RowRefusedException Refused)> Refusals => refusals;

    /// <summary>Names that the reference does not know, the most frequent first.</summary>
    public IReadOnlyList<(string Name, int Times)> Unresolved => [.. unresolved.OrderByDescending(name => name.Value).ThenBy(name => name.Key, StringComparer.Ordinal).Select(name => (name.Key, name.Value))];

    internal void Add(IReadOnlyList<Mention> mentions)
    {
        Mentions += mentions.Count;
        Resolved += mentions.Count(mention => mention.Resolved);
        foreach (var mention in mentions.Where(mention => !mention.Resolved))
        {
            if (unresolved.TryGetValue(mention.Name, out var times))
            {
                unresolved[mention.Name] = times + 1;
            }
            else if (unresolved.Count < 10_000)
            {
                unresolved[mention.Name] = 1;
            }
        }
    }

    internal void Add(int line, RowRefusedException refused)
    {
        Refused++;
        if (refusals.Count < MaxListed)
        {
            refusals.Add((line, refused));
        }
    }
}
