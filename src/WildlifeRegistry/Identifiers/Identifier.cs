using WildlifeRegistry.Records;

namespace WildlifeRegistry.Identifiers;

public enum IdentifierType
{
    Phone,
    Passport,
    NationalId,
    Plate,
    Vin,
    Container,
    VesselImo,
    Aircraft,
    Flight,
    Waybill,
    Imei,
    Email,
    Social,
    BankAccount,
    CompanyRegistration,
    Permit,
    Ring,
    Chip,
}

/// <summary>A connector: a phone, plate, passport or ring that belongs to nobody; what is known of it sits on its links.</summary>
public sealed record Identifier(IdentifierType Type, string Normalised);

public sealed class IdentifierKind : IConnectorKind
{
    public RecordKind Kind => RecordKind.Identifier;

    /// <summary>A connector is all there or not there.</summary>
    public IEnumerable<string> OpenPaths => [];

    public Type Form => typeof(Identifier);

    public object Read(byte[] properties) => RecordJson.Read<Identifier>(properties);

    public string CaptionOf(object value) => ((Identifier)value).Normalised;

    public StoredConnector Store(object value, bool exercise, RegistryKeys keys) => Connectors.Of(keys, (Identifier)value, exercise);

    public Access.Level Floor(object value) => Connectors.Floor(((Identifier)value).Type);
}

public static class Connectors
{
    /// <summary>The lowest level at which a link to an identifier of this type exists: identifiers of people only at Full.</summary>
    public static Access.Level Floor(IdentifierType type) => type switch
    {
        IdentifierType.Container or IdentifierType.VesselImo or IdentifierType.Aircraft or IdentifierType.Flight
            or IdentifierType.Ring or IdentifierType.Chip => Access.Level.Sanitised,
        IdentifierType.Phone or IdentifierType.Passport or IdentifierType.NationalId or IdentifierType.Plate or IdentifierType.Vin
            or IdentifierType.Waybill or IdentifierType.Imei or IdentifierType.Email or IdentifierType.Social
            or IdentifierType.BankAccount or IdentifierType.CompanyRegistration or IdentifierType.Permit => Access.Level.Full,
        _ => Access.Level.Full,
    };

    /// <summary>The connector of an identifier in normal form.</summary>
    public static StoredConnector Of(RegistryKeys keys, Identifier identifier, bool exercise) => new(
        keys.ConnectorId(identifier.Type.ToString(), identifier.Normalised, exercise),
        exercise,
        RecordJson.Write(identifier));
}
