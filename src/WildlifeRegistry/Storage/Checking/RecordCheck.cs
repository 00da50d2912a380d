using System.Collections.Immutable;
using WildlifeRegistry.Access;
using WildlifeRegistry.Links;
using WildlifeRegistry.Records;

namespace WildlifeRegistry.Storage.Checking;

/// <summary>A record as an engine keeps it, with what hangs on it; read as it is checked.</summary>
/// <param name="IsWhole">True where its digest is that of what it says.</param>
internal sealed record CheckedRecord(
    Row Row,
    bool IsWhole,
    IEnumerable<CheckedVersion> Versions,
    IEnumerable<CheckedValue> Index,
    IEnumerable<CheckedDerived> Derived,
    IEnumerable<CheckedRelease> Running,
    IEnumerable<(CheckedRelease Release, int Version)> Ledger);

/// <summary>A superseded version, of a record or of a link; they rise by their numbers.</summary>
internal readonly record struct CheckedVersion(int Number, int Audience, bool IsWhole);

/// <summary>What a record is listed by.</summary>
/// <param name="IsLike">False where the list has it otherwise than the record.</param>
internal readonly record struct CheckedValue(IndexedValue Value, bool IsLike);

/// <summary>A link that spells out a field.</summary>
/// <param name="Id">Its written form; of one that is none, whatever it is.</param>
/// <param name="Floor">0 where it is none.</param>
internal sealed record CheckedDerived(string Id, int Kind, RecordId To, string Discriminator, int Audience, AgencyCode Owner, byte Floor, bool IsWithdrawn, int Handling, byte[] Properties);

/// <summary>A release of a record; an end of 0 is none.</summary>
internal readonly record struct CheckedRelease(string Token, int Level, long Until, long Since, int Edition)
{
    public (string, int, long, long) Key => (Token, Level, Until, Since);
}

/// <summary>Each record, with its versions, its indexed values, the links that spell out its fields, and its releases.</summary>
internal sealed class RecordCheck(KindCatalogue kinds, RegistryKeys keys, CheckedAudiences audiences, Findings findings)
{
    public void Check(CheckedRecord record)
    {
        var row = record.Row;
        var where = $"record {row.Id}";
        if (!record.IsWhole)
        {
            findings.Add("record-digest", where, "It is not what was written: its digest is another.");
        }

        CheckVersions(row, where, record.Versions);
        if (row.Kind.IsConnector())
        {
            CheckConnector(row, where);
            if (record.Index.Any() || record.Running.Any() || record.Ledger.Any())
            {
                findings.Add("connector-form", where, "A connector is neither listed nor released.");
            }
        }
        else if (audiences.Find(row.Audience) is { } audience)
        {
            CheckEnvelope(row, where, audience);
            CheckReference(row, where);
            CheckSpelling(row, where, audience, record);
            CheckReleases(row, where, audience, record);
        }
        else
        {
            findings.Add("record-audience", where, "Its audience is not there.");
        }
    }

    /// <summary>The superseded versions are 1 to the current less one, each under an audience of the record's owner.</summary>
    private void CheckVersions(Row row, string where, IEnumerable<CheckedVersion> versions)
    {
        var last = 0;
        foreach (var version in versions)
        {
            if (version.Number != ++last)
            {
                findings.Add("version-gap", where, $"Its earlier versions do not follow each other: {version.Number} is where {last} belongs.");
                last = version.Number;
            }

            if (!version.IsWhole)
            {
                findings.Add("version-digest", where, $"Its version {last} is not what was written: its digest is another.");
            }

            if (audiences.Find(version.Audience)?.Owner != row.Owner)
            {
                findings.Add("version-audience", where, $"The audience of its version {last} is not there, or is another owner's.");
            }
        }

        if (last != row.Version - 1)
        {
            findings.Add("version-gap", where, $"It is at version {row.Version}, and its last earlier version is {last}.");
        }
    }

    /// <summary>A connector belongs to nobody, and is what its type, normal form and exercise flag make of it.</summary>
    private void CheckConnector(Row row, string where)
    {
        if (row.Audience != 0 || row.Owner is not null || row.Reference is not null || row.Version != 1 || row.Sort.Length > 0 || row.World is not (0 or 1))
        {
            findings.Add("connector-form", where, "A connector has no owner, audience, reference, order or history, and is exercise or real.");
        }

        var kind = (IConnectorKind)kinds[row.Kind];
        if (kind.Store(kind.Read(row.Properties), row.World == 1, keys).Id != row.Id)
        {
            findings.Add("connector-id", where, "Its id is not that of its type, normal form and exercise flag.");
        }
    }

    private void CheckEnvelope(Row row, string where, Audience audience)
    {
        if (row.Owner != audience.Owner)
        {
            findings.Add("record-owner", where, "Its audience is another owner's.");
        }

        if (row.Kind.IsReference() != audience.IsReference)
        {
            findings.Add("record-audience", where, "An audience of reference records is on another kind, or the other way round.");
        }

        if (row.Kind.IsReference() ? row.World != 2 : row.World is not (0 or 1))
        {
            findings.Add("record-world", where, "Reference records are neither exercise nor real; all others are one of them.");
        }

        if (!Enum.IsDefined(row.Validation) || !Enum.IsDefined(row.Handling))
        {
            findings.Add("record-form", where, "Its validation or handling is none that there is.");
        }
    }

    private void CheckReference(Row row, string where)
    {
        if (row.Kind.IsReference() != row.Reference is null)
        {
            findings.Add("reference-form", where, "Events, suspects and routes have a reference; records of the reference have none.");
        }
        else if (row.Reference is { } reference && !(ReferenceNumbers.IsWellFormed(reference) && reference.StartsWith($"{row.Owner}-", StringComparison.Ordinal)))
        {
            findings.Add("reference-form", where, "Its reference has a wrong check character, or is not its owner's.");
        }
    }

    /// <summary>Order, indexed values and own links are what the record's properties spell out.</summary>
    private void CheckSpelling(Row row, string where, Audience audience, CheckedRecord record)
    {
        var kind = (IOwnedKind)kinds[row.Kind];
        var value = kind.Read(row.Properties);
        var envelope = new RecordEnvelope(
            row.Id,
            audience,
            row.World == 2 ? null : row.World == 1,
            row.Validation,
            row.Handling,
            RecordDetails.None,
            RecordedBy: row.Kind.IsReference() ? null : new OfficerId(row.CreatedBy));
        var spelled = kind.Store(value, envelope);
        if (!string.Equals(spelled.Sort, row.Sort, StringComparison.Ordinal))
        {
            findings.Add("record-sort", where, "Its order key is not what its properties make.");
        }

        CheckIndexed(where, ListedBy.ValuesOf(spelled.Owner, spelled.Index), record.Index);
        CheckDerived(row, where, kind.Derive(value, envelope, keys), record.Derived);
    }

    private void CheckIndexed(string where, IEnumerable<IndexedValue> spelled, IEnumerable<CheckedValue> indexed)
    {
        var missing = spelled.ToHashSet();
        foreach (var one in indexed)
        {
            if (!missing.Remove(one.Value))
            {
                findings.Add("indexed-extra", where, $"It is listed by a value of {one.Value.Property} that it does not have.");
            }

            if (!one.IsLike)
            {
                findings.Add("indexed-differs", where, $"Where it is listed by {one.Value.Property}, its kind, world, order, id, audience or validation is another.");
            }
        }

        foreach (var one in missing)
        {
            findings.Add("indexed-missing", where, $"It is not listed by a value of {one.Property} that it has.");
        }
    }

    private void CheckDerived(Row row, string where, ImmutableArray<StoredLink> spelled, IEnumerable<CheckedDerived> derived)
    {
        var missing = spelled.ToDictionary(link => link.Id);
        foreach (var one in derived)
        {
            if (!RecordId.TryParse(one.Id, out var known) || !missing.Remove(known, out var link))
            {
                findings.Add("derived-extra", $"link {one.Id}", "It spells out a field that its record does not have.");
            }
            else if (one.Kind != (int)link.Kind || one.To != link.To || !string.Equals(one.Discriminator, link.Discriminator, StringComparison.Ordinal))
            {
                findings.Add("derived-differs", $"link {one.Id}", "It does not say what its record's field says: its kind or its far end is another.");
            }
            else if (one.Audience != row.Audience || one.Owner != row.Owner)
            {
                findings.Add("derived-audience", $"link {one.Id}", "It does not carry its record's owner and audience.");
            }
            else if (one.Floor != (byte)link.Floor || one.IsWithdrawn || one.Handling != (int)link.Handling || !one.Properties.AsSpan().SequenceEqual(link.Properties))
            {
                findings.Add("derived-differs", $"link {one.Id}", "Its floor, handling or properties are not what its record spells out, or it is withdrawn.");
            }
        }

        foreach (var link in missing.Values)
        {
            findings.Add("derived-missing", where, $"The {link.Kind} link that spells out a field of it is not there.");
        }
    }

    /// <summary>The running releases are the audience's to others; each has a ledger from edition 1 to its own, of versions that there are.</summary>
    private void CheckReleases(Row row, string where, Audience audience, CheckedRecord record)
    {
        var missing = audience.Releases
            .Where(release => release.To != Token.Agency(audience.Owner))
            .Select(release => (release.To.Value, (int)release.Level, release.Until?.UtcTicks ?? 0))
            .ToHashSet();
        var editions = new Dictionary<(string, int, long, long), int>();
        foreach (var one in record.Running)
        {
            if (!missing.Remove((one.Token, one.Level, one.Until)))
            {
                findings.Add("edition-running", where, "A release runs that its audience does not have.");
            }

            editions[one.Key] = one.Edition;
        }

        if (missing.Count > 0)
        {
            findings.Add("edition-running", where, $"{missing.Count} of its audience's releases do not run.");
        }

        var (release, edition, version) = (default(CheckedRelease), 0, 0);
        var kept = new Dictionary<(string, int, long, long), int>();
        foreach (var (one, of) in record.Ledger)
        {
            if (one.Key != release.Key)
            {
                (release, edition, version) = (one, 0, 1);
            }

            if (one.Edition != ++edition)
            {
                findings.Add("edition-ledger", where, $"The editions of a release do not follow each other: {one.Edition} is where {edition} belongs.");
                edition = one.Edition;
            }

            if (edition == 1 && of != release.Since)
            {
                findings.Add("edition-ledger", where, "The first edition of a release is not of the version that it began with.");
            }

            if (of < version || of > row.Version)
            {
                findings.Add("edition-ledger", where, $"Edition {edition} of a release is of a version that there is not, or that is before the last edition's.");
            }

            version = of;
            kept[release.Key] = edition;
        }

        if (editions.Any(one => kept.GetValueOrDefault(one.Key) != one.Value))
        {
            findings.Add("edition-ledger", where, "The ledger of a running release does not end with its edition.");
        }
    }
}
