using WildlifeRegistry.Access;
using WildlifeRegistry.Records;

namespace WildlifeRegistry.Storage;

/// <summary>What a change set must be before any engine looks at it; a breach is the program's fault, not the caller's.</summary>
public static class ChangeSetRules
{
    /// <exception cref="ArgumentException">A record or link is not the author's agency's, or a link joins a record with itself, or the set adds one id twice.</exception>
    public static void Check(ChangeSet changes, Reader author)
    {
        foreach (var record in changes.Records.Select(added => added.Record).Concat(changes.Amended.Select(amended => amended.Record)))
        {
            Owned(record.Owner, record.Audience, author);
            if (record.Kind.IsConnector() || record.Kind.IsReference() != record.Audience.IsReference || record.Kind.IsReference() != record.Exercise is null)
            {
                throw new ArgumentException("A record's kind, audience and exercise flag do not go together.", nameof(changes));
            }
        }

        foreach (var amended in changes.AmendedLinks)
        {
            if (amended.Audience.Owner != author.Agency || amended.Audience.IsReference)
            {
                throw new ArgumentException("The author's agency owns what it writes.", nameof(author));
            }
        }

        var links = changes.Links
            .Concat(changes.Records.SelectMany(added => added.Derived))
            .Concat(changes.Amended.SelectMany(amended => amended.Derived));
        foreach (var link in links)
        {
            Owned(link.Owner, link.Audience, author);
            if (link.From == link.To || link.Audience.IsReference || link.Floor < Level.Sanitised)
            {
                throw new ArgumentException("A link joins two records, under an audience of its own, at Sanitised or above.", nameof(changes));
            }
        }

        foreach (var (record, derived) in changes.Records.Select(added => (added.Record, added.Derived)).Concat(changes.Amended.Select(amended => (amended.Record, amended.Derived))))
        {
            if (derived.Any(link => link.From != record.Id || !link.Audience.Equals(record.Audience)))
            {
                throw new ArgumentException("A link that spells out a record's fields starts from it and carries its audience.", nameof(changes));
            }
        }
    }

    private static void Owned(AgencyCode owner, Audience audience, Reader author)
    {
        if (owner != author.Agency || audience.Owner != owner)
        {
            throw new ArgumentException("The author's agency owns what it writes.", nameof(author));
        }
    }
}
