using WildlifeRegistry.Records;

namespace WildlifeRegistry.Links;

/// <summary>The closed set of relations. Links of a record are listed in this order, then newest first, then by id.</summary>
public enum LinkKind
{
    Involves,
    Uses,
    CarriedBy,
    DocumentedBy,
    Marked,
    OfSpecies,
    At,
    Origin,
    Export,
    Transit,
    Destination,
    OnRoute,
    AssociatedWith,
    ForensicMatch,

    /// <summary>A route and a place of its legs.</summary>
    Passes,
    SameAs,
    NotSameAs,
}

public enum InvolvementRole
{
    Courier,
    Driver,
    Owner,
    Consignor,
    Consignee,
    Broker,
    Organiser,
    Poacher,
    Buyer,
    Official,
    Other,
}

/// <summary>What joins two suspects.</summary>
public enum AssociationKind
{
    Family,
    Employment,
    Ownership,
    Directorship,
    CoOffender,
    Transaction,
    Other,
}

public enum AssociationStrength
{
    Weak,
    Moderate,
    Strong,
}

/// <summary>What was compared where two events match.</summary>
public enum ForensicKind
{
    Dna,
    Isotope,
    Ring,
    Chip,
    Marking,
    Ballistic,
}

/// <summary>Which kinds a link may join, from left to right.</summary>
public static class LinkRules
{
    private static readonly RecordKind[] Events = [RecordKind.Seizure, RecordKind.Incident];

    /// <summary>True where a link of this kind may lead from the one kind to the other.</summary>
    public static bool MayJoin(LinkKind link, RecordKind from, RecordKind to) => link switch
    {
        LinkKind.Involves => Events.Contains(from) && to == RecordKind.Suspect,
        LinkKind.Uses => from == RecordKind.Suspect && to == RecordKind.Identifier,
        LinkKind.CarriedBy or LinkKind.DocumentedBy or LinkKind.Marked => Events.Contains(from) && to == RecordKind.Identifier,
        LinkKind.OfSpecies => Events.Contains(from) && to == RecordKind.Species,
        LinkKind.At or LinkKind.Origin or LinkKind.Export or LinkKind.Transit or LinkKind.Destination => Events.Contains(from) && to == RecordKind.Place,
        LinkKind.OnRoute => Events.Contains(from) && to == RecordKind.Route,
        LinkKind.AssociatedWith or LinkKind.SameAs or LinkKind.NotSameAs => from == RecordKind.Suspect && to == RecordKind.Suspect,
        LinkKind.ForensicMatch => Events.Contains(from) && Events.Contains(to),
        LinkKind.Passes => from == RecordKind.Route && to == RecordKind.Place,
        _ => throw new ArgumentOutOfRangeException(nameof(link)),
    };

    /// <summary>
    /// Links that merely spell out a record's own fields: they carry the record's audience and are written anew
    /// with it, in the same commit.
    /// </summary>
    public static bool IsDerived(LinkKind link) => link is LinkKind.OfSpecies or LinkKind.At or LinkKind.Origin
        or LinkKind.Export or LinkKind.Transit or LinkKind.Destination or LinkKind.Passes;

    /// <summary>What tells two links of one kind between the same ends apart: the role, the leg, what joins two suspects, what was compared.</summary>
    public static string DiscriminatorOf(LinkProperties properties) =>
        properties.Role?.ToString()
        ?? properties.Leg?.ToString(System.Globalization.CultureInfo.InvariantCulture)
        ?? properties.Association?.ToString()
        ?? properties.Forensic?.Kind.ToString()
        ?? "";

    /// <summary>Links that say the same both ways: drawn once, from the smaller id to the larger.</summary>
    public static bool IsSymmetric(LinkKind link) => link is LinkKind.AssociatedWith or LinkKind.SameAs or LinkKind.NotSameAs or LinkKind.ForensicMatch;
}
