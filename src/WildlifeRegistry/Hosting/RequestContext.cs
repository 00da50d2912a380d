using System.Collections.Concurrent;
using WildlifeRegistry.Access;
using WildlifeRegistry.Agencies;
using WildlifeRegistry.Places;
using WildlifeRegistry.Records;
using WildlifeRegistry.Storage;

namespace WildlifeRegistry.Hosting;

/// <summary>What every resolver of one request is given: who asks, and what the registry answers from.</summary>
public sealed class RequestContext : Dictionary<string, object?>
{
    private readonly ConcurrentDictionary<SeenRecord, object> values = new(ReferenceEqualityComparer.Instance);

    public RequestContext(Reader reader, RegistryParts parts)
        : base(StringComparer.Ordinal)
    {
        Reader = reader;
        Parts = parts;
    }

    public Reader Reader { get; }

    public RegistryParts Parts { get; }

    /// <summary>The properties of a record of this request's answer, read once however often it comes up.</summary>
    public object ValueOf(SeenRecord record) =>
        values.GetOrAdd(record, static (one, kept) => kept.Of(one), Parts.Values);
}

/// <summary>What answers are made from; the same for every request.</summary>
public sealed record RegistryParts(
    IGraphStore Store,
    RegistryKeys Keys,
    KindCatalogue Kinds,
    KeptValues Values,
    Disclosure Disclosure,
    IAgencyRegister Agencies,
    IGroupRegister Groups,
    PlaceTable Places,
    IIdSource Ids,
    TimeProvider Time,
    RegistryMeter Meter);
