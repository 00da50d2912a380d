using WildlifeRegistry.Access;
using WildlifeRegistry.Links;
using WildlifeRegistry.Records;

namespace WildlifeRegistry.Storage.Checking;

/// <summary>What a check must know of a record that a link joins.</summary>
internal readonly record struct CheckedEnd(RecordKind Kind, int World, string Sort, AgencyCode? Owner);

/// <summary>A link as an engine keeps it, with what hangs on it; read as it is checked.</summary>
/// <param name="Where">What it is called in a fault.</param>
/// <param name="Floor">0 where it is none.</param>
/// <param name="Connector">The properties of the connector that it leads to; null where that is a record.</param>
/// <param name="IsWhole">True where its digest is that of what it says.</param>
internal sealed record CheckedLink(
    string Where,
    LinkKind Kind,
    CheckedEnd From,
    CheckedEnd To,
    AgencyCode Owner,
    int Audience,
    byte Floor,
    bool IsDerived,
    string Sort,
    string Discriminator,
    byte[] Properties,
    byte[]? Connector,
    int Version,
    bool IsWhole,
    IEnumerable<CheckedVersion> Versions,
    IEnumerable<AgencyCode> Consents);

/// <summary>Each link with its ends, its versions and consents.</summary>
internal sealed class LinkCheck(KindCatalogue kinds, CheckedAudiences audiences, Findings findings)
{
    public void Check(CheckedLink link)
    {
        CheckEnds(link);
        CheckDiscriminator(link);
        CheckVersions(link);
        CheckAudience(link, [.. link.Consents]);
    }

    private void CheckEnds(CheckedLink link)
    {
        var (kind, from, to) = (link.Kind, link.From, link.To);
        if (!LinkRules.MayJoin(kind, from.Kind, to.Kind))
        {
            findings.Add("link-ends", link.Where, $"A {kind} link does not lead from a {from.Kind} to a {to.Kind}.");
        }

        if (LinkRules.IsDerived(kind) != link.IsDerived)
        {
            findings.Add("link-derived", link.Where, "It spells out a field and is not marked so, or the other way round.");
        }

        if (!string.Equals(link.Sort, from.Sort, StringComparison.Ordinal))
        {
            findings.Add("link-sort", link.Where, "Its order key is not that of the record it starts from.");
        }

        if (from.World != to.World && from.World < 2 && to.World < 2)
        {
            findings.Add("link-world", link.Where, "It joins exercise and real.");
        }

        var least = link.Connector is null ? Level.Sanitised : FloorOf((IConnectorKind)kinds[to.Kind], link.Connector);
        if (link.Floor < (byte)least || link.Floor > (byte)Level.Full)
        {
            findings.Add("link-floor", link.Where, "It exists at a level below the one that what it leads to allows.");
        }
    }

    private static Level FloorOf(IConnectorKind kind, byte[] properties) => kind.Floor(kind.Read(properties));

    /// <summary>What tells a link that people drew apart from another is what it says; what a record spells out is held against the record.</summary>
    private void CheckDiscriminator(CheckedLink link)
    {
        if (!link.IsDerived && !string.Equals(link.Discriminator, link.Properties.Length == 2 ? "" : LinkRules.DiscriminatorOf(RecordJson.Read<LinkProperties>(link.Properties)), StringComparison.Ordinal))
        {
            findings.Add("link-discriminator", link.Where, "What tells it apart from others between its ends is not what it says.");
        }
    }

    private void CheckVersions(CheckedLink link)
    {
        if (!link.IsWhole)
        {
            findings.Add("link-digest", link.Where, "It is not what was written: its digest is another.");
        }

        var last = 0;
        foreach (var version in link.Versions)
        {
            if (version.Number != ++last)
            {
                findings.Add("link-version-gap", link.Where, $"Its earlier versions do not follow each other: {version.Number} is where {last} belongs.");
                last = version.Number;
            }

            if (!version.IsWhole)
            {
                findings.Add("link-version-digest", link.Where, $"Its version {last} is not what was written: its digest is another.");
            }

            if (audiences.Find(version.Audience)?.Owner != link.Owner)
            {
                findings.Add("link-version-audience", link.Where, $"The audience of its version {last} is not there, or is another owner's.");
            }
        }

        if (last != link.Version - 1)
        {
            findings.Add("link-version-gap", link.Where, $"It is at version {link.Version}, and its last earlier version is {last}.");
        }
    }

    /// <summary>The audience is the owner's; beyond the agencies of the link and its ends it goes only with the others' consent.</summary>
    private void CheckAudience(CheckedLink link, IReadOnlyCollection<AgencyCode> consents)
    {
        if (audiences.Find(link.Audience) is not { IsReference: false } audience)
        {
            findings.Add("link-audience", link.Where, "Its audience is not there, or is one of reference records.");
            return;
        }

        if (audience.Owner != link.Owner)
        {
            findings.Add("link-owner", link.Where, "Its audience is another owner's.");
        }

        // Nobody's consent hangs on reference records and connectors.
        var others = new[] { link.From, link.To }.Where(end => !end.Kind.IsReference()).Select(end => end.Owner).OfType<AgencyCode>().Where(agency => agency != link.Owner).ToList();
        if (consents.Any(agency => !others.Contains(agency)))
        {
            findings.Add("link-consent", link.Where, "An agency has consented to it that owns neither end.");
        }

        if (others.Any(agency => !consents.Contains(agency)) && !audience.StaysWith([link.Owner, .. others]))
        {
            findings.Add("link-consent", link.Where, "It is released beyond the agencies of its ends without the consent of another owner.");
        }
    }
}
