using WildlifeRegistry.Access;

namespace WildlifeRegistry.Agencies;

/// <summary>The agencies of the registry, as their reference records say.</summary>
public interface IAgencyRegister
{
    /// <summary>All, by code.</summary>
    IReadOnlyCollection<Agency> All { get; }

    /// <summary>The agency, or null where none is registered under the code.</summary>
    Agency? Find(AgencyCode code);
}
