using System.Collections.Immutable;
using WildlifeRegistry.Access;
using WildlifeRegistry.Links;

namespace WildlifeRegistry.Records;

/// <summary>What the registry must know of a kind, once: its open properties, order key, filters, caption and own links.</summary>
public interface IRecordKind
{
    RecordKind Kind { get; }

    /// <summary>Paths of the properties that Sanitised shows; everything else is closed.</summary>
    IEnumerable<string> OpenPaths { get; }

    /// <summary>The type of the kind's properties.</summary>
    Type Form { get; }

    /// <summary>The kind's properties, from their stored form.</summary>
    object Read(byte[] properties);

    /// <summary>What to call a record in one line, from what its reader may see of it.</summary>
    /// <param name="value">What <see cref="Read"/> made.</param>
    string CaptionOf(object value);
}

/// <summary>A kind whose records have an owner, and are written from their properties.</summary>
public interface IOwnedKind : IRecordKind
{
    /// <summary>Puts properties that <see cref="IRecordKind.Read"/> made into their envelope.</summary>
    StoredRecord Store(object value, RecordEnvelope envelope);

    /// <summary>The links that spell out the record's fields, under the record's own audience.</summary>
    ImmutableArray<StoredLink> Derive(object value, RecordEnvelope envelope, RegistryKeys keys);
}

/// <summary>The kind of connectors: what they are decides their id and how far links to them are seen.</summary>
public interface IConnectorKind : IRecordKind
{
    /// <summary>The connector of properties that <see cref="IRecordKind.Read"/> made.</summary>
    StoredConnector Store(object value, bool exercise, RegistryKeys keys);

    /// <summary>The lowest level at which a link to it exists.</summary>
    Level Floor(object value);
}

/// <summary>A kind whose properties are a <typeparamref name="T"/>.</summary>
public abstract class RecordKind<T> : IOwnedKind
    where T : notnull
{
    public abstract RecordKind Kind { get; }

    public abstract IEnumerable<string> OpenPaths { get; }

    public Type Form => typeof(T);

    StoredRecord IOwnedKind.Store(object value, RecordEnvelope envelope) => Store((T)value, envelope);

    ImmutableArray<StoredLink> IOwnedKind.Derive(object value, RecordEnvelope envelope, RegistryKeys keys) => Derive((T)value, envelope, keys);

    public object Read(byte[] properties) => RecordJson.Read<T>(properties);

    public string CaptionOf(object value) => Caption((T)value);

    /// <summary>Made of whatever is there: on a sanitised record that is open properties only.</summary>
    public abstract string Caption(T value);

    /// <summary>The order key: open properties only.</summary>
    protected abstract string Sort(T value);

    /// <summary>What lists can be filtered by.</summary>
    protected abstract IEnumerable<IndexedValue> Index(T value);

    /// <summary>The links that spell out fields of the record: kind, far end, what tells two apart, and what they say.</summary>
    protected virtual IEnumerable<OwnLink> OwnLinks(T value) => [];

    /// <summary>Puts the properties into their envelope.</summary>
    public StoredRecord Store(T value, RecordEnvelope envelope) => new()
    {
        Id = envelope.Id,
        Kind = Kind,
        Owner = envelope.Audience.Owner,
        Audience = envelope.Audience,
        Exercise = envelope.Exercise,
        Validation = envelope.Validation,
        Handling = envelope.Handling,
        Details = envelope.Details,
        ImportKey = envelope.ImportKey,
        Sort = Sort(value),
        Index = [.. Index(value).Concat(envelope.RecordedBy is { } officer ? [new IndexedValue(RecordKinds.RecordedBy, officer.Value)] : []).Distinct()],
        Properties = RecordJson.Write(value),
    };

    /// <summary>The links that spell out the record's fields, under the record's own audience.</summary>
    public ImmutableArray<StoredLink> Derive(T value, RecordEnvelope envelope, RegistryKeys keys) =>
    [
        .. OwnLinks(value).DistinctBy(link => (link.Kind, link.To, link.Discriminator)).Select(link => new StoredLink
        {
            Id = keys.DerivedLinkId(envelope.Id, link.Kind, link.To, link.Discriminator),
            Kind = link.Kind,
            From = envelope.Id,
            To = link.To,
            Owner = envelope.Audience.Owner,
            Audience = envelope.Audience,
            Discriminator = link.Discriminator,
            Handling = envelope.Handling,
            Properties = RecordJson.Write(link.Properties),
        }),
    ];
}

/// <summary>A link that spells out a field.</summary>
public sealed record OwnLink(LinkKind Kind, RecordId To, LinkProperties Properties, string Discriminator = "");

/// <summary>What the kinds do not decide: whose the record is, who may see it, how far it is trusted.</summary>
/// <param name="Exercise">Null for reference kinds.</param>
public sealed record RecordEnvelope(
    RecordId Id,
    Audience Audience,
    bool? Exercise,
    Validation Validation,
    Handling Handling,
    RecordDetails Details,
    string? ImportKey = null,
    OfficerId? RecordedBy = null)
{
    /// <summary>The envelope of a reference record kept by an agency.</summary>
    public static RecordEnvelope OfReference(RecordId id, AgencyCode owner, RecordDetails details) =>
        new(id, Audience.Reference(owner), null, Validation.Validated, Handling.H0, details);
}
