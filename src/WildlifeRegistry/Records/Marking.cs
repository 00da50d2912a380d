namespace WildlifeRegistry.Records;

/// <summary>Europol handling codes: what a recipient may do with the information.</summary>
public enum Handling
{
    /// <summary>Prevention and combating of crime only.</summary>
    H0,

    /// <summary>Not in court without the owner's permission.</summary>
    H1,

    /// <summary>No onward sharing without the owner's permission.</summary>
    H2,

    /// <summary>Another restriction, said in the handling note.</summary>
    H3,
}

/// <summary>Europol 4x4: how reliable the source is, from A (no doubt) to X (cannot be judged).</summary>
public enum SourceGrade
{
    A,
    B,
    C,
    X,
}

/// <summary>Europol 4x4: the source's grade and the information's, 1 (known to be true) to 4 (cannot be judged).</summary>
public sealed record Grade
{
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="information"/> is outside 1 to 4.</exception>
    public Grade(SourceGrade source, int information)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(information, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(information, 4);
        Source = source;
        Information = information;
    }

    public SourceGrade Source { get; }

    public int Information { get; }
}

public enum Validation
{
    Draft,
    Submitted,
    Validated,
    Withdrawn,
}

/// <summary>How a record came to be here. Closed below Full.</summary>
/// <param name="Origin">ENTERED by an officer, IMPORTED from a file, OBSERVED by a sensor, or REFERENCE.</param>
/// <param name="Row">The line in the file, from 1; the header is line 1.</param>
/// <param name="Imported">For the importer alone, never shown: tells whether the row or the record has changed since.</param>
public sealed record Provenance(string Origin, string? Format = null, string? File = null, int? Row = null, IReadOnlyList<string>? Sources = null, ImportMark? Imported = null);

/// <summary>What an import left behind to know its own work again.</summary>
/// <param name="Version">The record's version that the import wrote: another one now means that somebody changed it since.</param>
/// <param name="Digest">SHA-256 of the row as it was read.</param>
public sealed record ImportMark(int Version, string Digest);

/// <summary>When something held; both ends included, either may be open.</summary>
public sealed record Period(PartialDate? From, PartialDate? Until);

/// <summary>An exact amount and its unit, e.g. 8.35 kg. The scale is kept: 12.50 stays 12.50.</summary>
public sealed record Quantity(decimal Amount, string Unit);

/// <summary>An exact amount of money.</summary>
/// <param name="Currency">ISO 4217, three capital letters.</param>
/// <param name="AsOf">The date that the amount was true on.</param>
public sealed record Money(decimal Amount, string Currency, PartialDate? AsOf = null);
