namespace WildlifeRegistry.Records;

/// <summary>The closed set of kinds: a label to the engines, which know nothing else of a kind.</summary>
public enum RecordKind
{
    Seizure,
    Incident,
    Species,
    Suspect,
    Route,
    Place,
    Agency,

    /// <summary>A connector: belongs to nobody and is seen only through a visible link.</summary>
    Identifier,
}

public static class RecordKinds
{
    /// <summary>The indexed officer who recorded a record: closed, like all that only the owner's officers know.</summary>
    public const string RecordedBy = "recordedBy";

    /// <summary>Reference records are full for everyone signed in and are neither real nor exercise.</summary>
    public static bool IsReference(this RecordKind kind) => kind is RecordKind.Species or RecordKind.Place or RecordKind.Agency;

    public static bool IsConnector(this RecordKind kind) => kind is RecordKind.Identifier;
}
