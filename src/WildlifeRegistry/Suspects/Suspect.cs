using WildlifeRegistry.Records;

namespace WildlifeRegistry.Suspects;

public enum SuspectType
{
    Person,
    Company,
    Group,
}

public enum NameRole
{
    Primary,
    Alias,
    Document,
    Former,
}

public enum SuspectStatusValue
{
    Suspect,
    Accused,
    Convicted,
    Acquitted,
    Cleared,
}

/// <param name="Full">As given, in its own script.</param>
/// <param name="Script">ISO 15924, e.g. Latn, Cyrl, Arab.</param>
public sealed record SuspectName(string Full, string? Script, NameRole Role, string? Given = null, string? Family = null, string? Fathers = null);

public sealed record SuspectStatus(SuspectStatusValue Value, PartialDate? Since);

/// <summary>A person, company or group behind an event. Open: type and nationalities; all else is closed.</summary>
public sealed record Suspect
{
    public required SuspectType Type { get; init; }

    public IReadOnlyList<SuspectName> Names { get; init; } = [];

    public PartialDate? Birth { get; init; }

    /// <summary>The date of birth as it was written, where that is not the ISO form.</summary>
    public string? BirthAsGiven { get; init; }

    public string? Sex { get; init; }

    /// <summary>ISO 3166-1 alpha-2.</summary>
    public IReadOnlyList<string> Nationalities { get; init; } = [];

    public SuspectStatus? Status { get; init; }

    /// <summary>The law said to be broken: without it a suspect cannot be recorded.</summary>
    public string? Offence { get; init; }
}
