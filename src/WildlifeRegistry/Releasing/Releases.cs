using System.Collections.Frozen;
using WildlifeRegistry.Access;
using WildlifeRegistry.Links;
using WildlifeRegistry.Recording;
using WildlifeRegistry.Records;
using WildlifeRegistry.Storage;

namespace WildlifeRegistry.Releasing;

/// <summary>How a link goes with the release of a record that it is around.</summary>
public enum Going
{
    AsRecord,
    IfWished,
    Not,
}

/// <summary>What release, recall and preview share: whom they name, and what goes with a record.</summary>
public static class Releases
{
    /// <summary>The tokens of a list in the input, each of somebody whom the author's agency may release to.</summary>
    public static async Task<IReadOnlyList<Token>> TokensAsync(Change change, string field)
    {
        var tokens = new List<Token>();
        foreach (var (text, path) in Recipients(change, field))
        {
            if (await TokenAsync(change, text) is { } token)
            {
                tokens.Add(token);
            }
            else
            {
                change.Input.Fault(path, "It names nobody whom you can release to; allowed are agency:CODE of another registered agency, country:CC of one, officer:CODE/NAME, group:ID of a joint operation of yours, and eco.");
            }
        }

        return [.. tokens.Distinct()];
    }

    /// <summary>The tokens of a list in the input, of anybody whom a record can have been released to, be they still there or not.</summary>
    public static IReadOnlyList<Token> Recalled(Change change, string field)
    {
        var tokens = new List<Token>();
        foreach (var (text, path) in Recipients(change, field))
        {
            if (Token.TryParse(text, out var token) && !token.IsOf(change.Author.Agency))
            {
                tokens.Add(token);
            }
            else
            {
                change.Input.Fault(path, "It names no recipient of a release; allowed are what the record's releases name, like agency:UZ-CUSTOMS, and not your own agency or its officers.");
            }
        }

        return [.. tokens.Distinct()];
    }

    private static IReadOnlyList<(string Value, string Path)> Recipients(Change change, string field)
    {
        var before = change.Refusals.Count;
        var given = change.Input.Lines(field);
        if (given.Count == 0 && change.Refusals.Count == before)
        {
            change.Input.Fault(field, "At least one recipient must be named.");
        }

        return given;
    }

    /// <summary>The audience with the releases in place of earlier ones to the same tokens.</summary>
    public static Audience With(Audience audience, IReadOnlyCollection<Release> releases) =>
        new(audience.Owner, audience.Releases.Where(old => releases.All(release => release.To != old.To)).Concat(releases));

    /// <summary>The audience without the releases to these tokens.</summary>
    public static Audience Without(Audience audience, IReadOnlyCollection<Token> tokens) =>
        new(audience.Owner, audience.Releases.Where(release => !tokens.Contains(release.To)));

    /// <summary>
    /// The links around a record in the order that they are listed in, each with how it goes with a release: derived
    /// links as the record itself, others if wished. Not others' own, links onto other agencies' records without their
    /// consent, and links to restricted records.
    /// </summary>
    public static async Task<IReadOnlyList<(BroughtLink Link, Going Going)>> AroundAsync(Change change, OwnRecord own, Bring far)
    {
        var links = new List<(BroughtLink, Going)>();
        await foreach (var link in OwnLinks.AllAsync(change, own.Seen.Id, far))
        {
            links.Add((link, LinkRules.IsDerived(link.Link.Kind) ? Going.AsRecord : IsMine(change.Author.Agency, link) ? Going.IfWished : Going.Not));
        }

        return links;
    }

    /// <summary>The author's agency's own records at the far ends of links, each once.</summary>
    public static IEnumerable<OwnRecord> FarEnds(IEnumerable<BroughtLink> links) => links
        .Where(link => link.Far.Record is { Owners: not null } far && !far.Kind.IsReference())
        .DistinctBy(link => link.Far.Record.Id)
        .Select(link => new OwnRecord(link.Far, link.Far.Record.Owners!));

    /// <summary>What somebody answers to whom a token names, and of whom no more is known.</summary>
    public static FrozenSet<Token> TokensOf(Change change, Token token)
    {
        var tokens = new HashSet<Token> { token, Token.Eco };
        var agency = change.Request.Parts.Agencies.All.FirstOrDefault(agency => token.IsOf(new AgencyCode(agency.Code)));
        if (agency is not null)
        {
            tokens.Add(Token.Agency(new AgencyCode(agency.Code)));
            if (agency.Country is { } country)
            {
                tokens.Add(Token.Country(country));
            }
        }

        return tokens.ToFrozenSet();
    }

    /// <summary>The token that a text names, of somebody other than the author's own agency; null where there is none.</summary>
    public static async Task<Token?> TokenAsync(Change change, string text)
    {
        if (!Token.TryParse(text, out var token) || token.IsOf(change.Author.Agency))
        {
            return null;
        }

        var agencies = change.Request.Parts.Agencies.All;
        if (token == Token.Eco
            || agencies.Any(agency => token.IsOf(new AgencyCode(agency.Code)) || (agency.Country is { } country && token == Token.Country(country))))
        {
            return token;
        }

        var operations = token.IsGroup ? await change.Request.Parts.Groups.OperationsOfAsync(change.Author.Agency, change.Ct) : [];
        return operations.Any(one => token == Token.Group(one.Operation.Id.ToString()) && one.Operation.Until > change.Now) ? token : null;
    }

    private static bool IsMine(AgencyCode agency, BroughtLink link)
    {
        if (link.Link.Owners is not { } owners)
        {
            return false;
        }

        var far = link.Far.Record;
        return LinkEnd.Of(far).Owner is not { } owner
            || (owner == agency ? far.Owners is { } of && !new OwnRecord(link.Far, of).IsRestricted : owners.Consents.Contains(owner));
    }
}
