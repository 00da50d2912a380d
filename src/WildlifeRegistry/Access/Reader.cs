using System.Collections.Frozen;
using System.Collections.Immutable;

namespace WildlifeRegistry.Access;

/// <summary>
/// Who asks: made once per request, for that request only, from a verified token and the registry's own register,
/// never from input.
/// </summary>
public sealed record Reader
{
    /// <param name="country">ISO 3166-1 alpha-2 of the agency; null for the secretariat.</param>
    /// <param name="groups">Ids of the joint operations that the officer belongs to today.</param>
    /// <param name="purpose">Why this request is made, where the caller said so.</param>
    /// <exception cref="ArgumentException">No role, or ADMIN or AUDITOR beside another role.</exception>
    public Reader(OfficerId officer, AgencyCode agency, string? country, ImmutableArray<Role> roles, ImmutableArray<string> groups, string? purpose = null)
    {
        if (roles.IsDefaultOrEmpty || (roles.Length > 1 && roles.Any(role => role is Role.Admin or Role.Auditor)))
        {
            throw new ArgumentException("A reader has a role, and ADMIN or AUDITOR stand alone.", nameof(roles));
        }

        Officer = officer;
        Agency = agency;
        Country = country;
        Roles = [.. roles.Distinct().Order()];
        Groups = [.. groups.Order(StringComparer.Ordinal)];
        Purpose = purpose;
        Tokens = new[] { Token.Officer(officer), Token.Agency(agency), Token.Eco }
            .Concat(country is null ? [] : [Token.Country(country)])
            .Concat(groups.Select(Token.Group))
            .ToFrozenSet();
    }

    public OfficerId Officer { get; }

    public AgencyCode Agency { get; }

    public string? Country { get; }

    public ImmutableArray<Role> Roles { get; }

    public ImmutableArray<string> Groups { get; }

    public string? Purpose { get; }

    /// <summary>What the groups were made of where the register was not asked; null where it was. See <see cref="RecalledGroups"/>.</summary>
    public RecalledGroups? Recalled { get; init; }

    /// <summary>What a release may name and this reader answers to.</summary>
    public FrozenSet<Token> Tokens { get; }
}
