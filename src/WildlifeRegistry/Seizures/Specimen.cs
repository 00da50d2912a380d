using WildlifeRegistry.Records;

namespace WildlifeRegistry.Seizures;

/// <summary>One kind of goods in an event, with an id of its own inside it.</summary>
public sealed record Specimen
{
    public required RecordId Id { get; init; }

    /// <summary>What the source called it. Closed.</summary>
    public string? NameAsGiven { get; init; }

    /// <summary>The species or higher taxon it is known to be.</summary>
    public ResolvedSpecies? Species { get; init; }

    /// <summary>As given; the CITES term where it is one. Closed.</summary>
    public string? Description { get; init; }

    /// <summary>The CITES trade term, e.g. "ivory carvings", where the description is one.</summary>
    public string? CitesTerm { get; init; }

    public IReadOnlyList<Quantity> Quantities { get; init; } = [];

    /// <summary>True where the source says that there were some, and not how many.</summary>
    public bool AmountUnknown { get; init; }

    public bool? Live { get; init; }

    /// <summary>RAW or WORKED, for parts.</summary>
    public string? Working { get; init; }

    public string? Sex { get; init; }

    public string? AgeClass { get; init; }

    /// <summary>Closed.</summary>
    public string? Condition { get; init; }

    /// <summary>Rings, chips and tags: connectors that MARKED links lead to. Closed: each is shown by its link.</summary>
    public IReadOnlyList<RecordId> Marks { get; init; } = [];

    /// <summary>CITES source code, e.g. W (wild), I (seized).</summary>
    public string? CitesSource { get; init; }

    /// <summary>CITES purpose code, e.g. P (personal), T (commercial).</summary>
    public string? CitesPurpose { get; init; }

    /// <summary>Paths below a specimen that Sanitised shows.</summary>
    public static IEnumerable<string> OpenPaths(string under) => Open.Select(name => under + "." + name);

    private static readonly string[] Open =
        ["id", "species", "citesTerm", "quantities", "amountUnknown", "live", "working", "sex", "ageClass", "citesSource", "citesPurpose"];
}

/// <summary>A resolved taxon.</summary>
/// <param name="Under">The taxon itself and every higher taxon that the reference knows it under.</param>
public sealed record ResolvedSpecies(RecordId Id, IReadOnlyList<RecordId> Under);
