using WildlifeRegistry.Access;

namespace WildlifeRegistry.Records;

/// <summary>Where ids of new records and links come from.</summary>
public interface IIdSource
{
    /// <param name="ordinal">Counts the ids of one request from 0.</param>
    RecordId Next(OfficerId officer, string requestKey, int ordinal);
}

/// <summary>Random ids: they say nothing about who asked for them, or when.</summary>
public sealed class RandomIds : IIdSource
{
    public RecordId Next(OfficerId officer, string requestKey, int ordinal) => RecordId.NewRandom();
}
