using System.Collections.Frozen;
using WildlifeRegistry.Access;
using WildlifeRegistry.Importing.Reference;

namespace WildlifeRegistry.Agencies;

/// <summary>The agencies of <c>schema/reference/agencies.csv</c>: the same rows that the store shows as records.</summary>
public sealed class AgencyRegister : IAgencyRegister
{
    public const string File = "schema/reference/agencies.csv";

    private readonly FrozenDictionary<AgencyCode, Agency> byCode;

    public AgencyRegister()
    {
        All = [.. ReferenceFiles.Rows(File).Select(One).OrderBy(agency => agency.Code, StringComparer.Ordinal)];
        byCode = All.ToFrozenDictionary(agency => new AgencyCode(agency.Code));
    }

    public IReadOnlyCollection<Agency> All { get; }

    public Agency? Find(AgencyCode code) => byCode.GetValueOrDefault(code);

    private static Agency One(IReadOnlyDictionary<string, string> row) => new()
    {
        Code = row["code"],
        Name = row["name"],
        Country = row["country"] is { Length: > 0 } country ? country : null,
        Type = Enum.Parse<AgencyType>(row["type"].Replace("_", "", StringComparison.Ordinal), ignoreCase: true),
        Contact = row["contact"],
        Roles = [.. row["roles"].Split(' ').Select(role => Enum.Parse<Role>(role, ignoreCase: true))],
    };
}
