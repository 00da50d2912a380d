namespace WildlifeRegistry.Species;

/// <summary>A taxon of any rank, as the reference tables know it.</summary>
public sealed record Taxon
{
    public required string ScientificName { get; init; }

    /// <summary>CLASS, ORDER, FAMILY, GENUS, SPECIES, SUBSPECIES or HYBRID.</summary>
    public required string Rank { get; init; }

    public string? Class { get; init; }

    public string? Order { get; init; }

    public string? Family { get; init; }

    public string? Genus { get; init; }

    public IReadOnlyList<CommonName> CommonNames { get; init; } = [];

    public IReadOnlyList<AppendixReport> Appendices { get; init; } = [];

    public IReadOnlyList<Tariff> Tariffs { get; init; } = [];
}

/// <param name="Language">ISO 639-1.</param>
/// <param name="Basis">On what the name stands, e.g. a published list.</param>
public sealed record CommonName(string Language, string Name, string? Basis = null);

/// <summary>The CITES appendix that states reported the taxon under: not a listing in force.</summary>
/// <param name="Appendix">I, II, III or N (not listed).</param>
public sealed record AppendixReport(string Appendix, int LastReported);

/// <summary>A national rate of compensation for illegal taking.</summary>
/// <param name="Unit">What the amount counts and for how much, e.g. "MRP per specimen".</param>
/// <param name="Note">Always says to verify against the act.</param>
public sealed record Tariff(string Country, int? Year, decimal Amount, string Unit, string? Note);
