using WildlifeRegistry.Access;
using WildlifeRegistry.Records;
using WildlifeRegistry.Storage;

namespace WildlifeRegistry.Tests.Conformance;

/// <summary>The simplest records, and changes of one each.</summary>
internal static class Drafts
{
    public static Release Full(Reader officer) => new(Token.Agency(officer.Agency), Level.Full);

    public static ChangeSet Adding(params StoredRecord[] records) => new() { Records = [.. records.Select(record => new NewRecord(record, [], 2026))] };

    public static ChangeSet Amending(StoredRecord record, int version) => new() { Amended = [new AmendedRecord(record, version, [], Level.Full)] };

    public static StoredRecord Record(Reader author, Audience? audience = null) => new()
    {
        Id = RecordId.NewRandom(),
        Kind = RecordKind.Seizure,
        Owner = author.Agency,
        Audience = audience ?? Audience.OwnAgency(author.Agency),
        Exercise = false,
        Validation = Validation.Draft,
        Properties = RecordJson.Write(new { when = "2026" }),
    };
}
