using System.Collections.Immutable;
using Microsoft.Data.Sqlite;
using WildlifeRegistry.Access;
using WildlifeRegistry.Links;
using WildlifeRegistry.Records;

namespace WildlifeRegistry.Storage.Sqlite;

/// <summary>Each record, with its versions, its indexed values, the links that spell out its fields, and its releases.</summary>
internal sealed class SqliteRecordCheck(SqliteSession session, KindCatalogue kinds, RegistryKeys keys, CheckedAudiences audiences, Findings findings)
{
    private const string Records = """
        SELECT row, id, kind, audience, world, validation, version, handling, owner, sort, reference, created_at, created_by, updated_at, updated_by, details, properties, import_key, digest FROM record ORDER BY row
        """;

    private const string Indexed = "SELECT row, property, value, kind, world, sort, id, audience, validation FROM indexed INDEXED BY indexed_row ORDER BY row, kind, world, property, value, sort, id";

    private const string Derived = """
        SELECT l.from_row, l.id, l.kind, t.id, l.owner, l.audience, l.floor, l.withdrawn, l.discriminator, l.handling, l.properties
        FROM link l INDEXED BY link_ends CROSS JOIN record t ON t.row = l.to_row WHERE l.derived = 1 ORDER BY l.from_row
        """;

    private const string Running = "SELECT record, token, level, until, since, edition FROM edition ORDER BY record, token, level, until";
    private const string Ledger = "SELECT record, token, level, until, since, edition, version FROM edition_version ORDER BY record, token, level, until, since, edition";

    private readonly SqliteDigest digest = new();

    public void Run()
    {
        using var versions = new Along(session.Statement("SELECT record, version, at, by, validation, audience, handling, details, properties, digest FROM version ORDER BY record, version"));
        using var indexed = new Along(session.Statement(Indexed));
        using var derived = new Along(session.Statement(Derived));
        using var running = new Along(session.Statement(Running));
        using var ledger = new Along(session.Statement(Ledger));
        using var reading = session.Statement(Records).ExecuteReader();
        while (reading.Read())
        {
            findings.StopWhenTold();
            try
            {
                var row = SqliteRow.Read(reading);
                var where = $"record {row.Id}";
                var origin = new RecordOrigin(row.Id.ToBytes(), (int)row.Kind, row.World, row.Owner?.Value, row.Reference, reading.IsDBNull(17) ? null : reading.GetString(17), row.CreatedAt, row.CreatedBy);
                var content = new RecordContent(row.Version, row.UpdatedAt, row.UpdatedBy, (int)row.Validation, row.Audience, (int)row.Handling, row.Details, row.Properties);
                if (!digest.Of(origin, content).AsSpan().SequenceEqual(reading.GetFieldValue<byte[]>(18)))
                {
                    findings.Add("record-digest", where, "It is not what was written: its digest is another.");
                }

                CheckVersions(row, where, origin, versions);
                if (row.Kind.IsConnector())
                {
                    CheckConnector(row, where);
                }
                else if (audiences.Find(row.Audience) is { } audience)
                {
                    CheckEnvelope(row, where, audience);
                    CheckReference(row, where);
                    CheckSpelling(row, where, audience, indexed, derived);
                    CheckReleases(row, where, audience, running, ledger);
                }
                else
                {
                    findings.Add("record-audience", where, "Its audience is not there.");
                }
            }
            catch (Exception fault) when (Findings.IsOfDamage(fault))
            {
                findings.Add("record-form", $"record {Findings.Id(reading.GetFieldValue<byte[]>(1))}", "It cannot be read.");
            }
        }
    }

    /// <summary>The superseded versions are 1 to the current less one, each under an audience of the record's owner.</summary>
    private void CheckVersions(Row row, string where, in RecordOrigin origin, Along versions)
    {
        var last = 0;
        foreach (var version in versions.Of(row.RowId))
        {
            if (version.GetInt32(1) != ++last)
            {
                findings.Add("version-gap", where, $"Its earlier versions do not follow each other: {version.GetInt32(1)} is where {last} belongs.");
                last = version.GetInt32(1);
            }

            if (!digest.Of(origin, SqliteDigestRows.RecordContent(version, 1)).AsSpan().SequenceEqual(version.GetFieldValue<byte[]>(9)))
            {
                findings.Add("version-digest", where, $"Its version {last} is not what was written: its digest is another.");
            }

            if (audiences.Find(version.GetInt32(5))?.Owner != row.Owner)
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
    private void CheckSpelling(Row row, string where, Audience audience, Along indexed, Along derived)
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

        CheckIndexed(row, where, ListedBy.ValuesOf(spelled.Owner, spelled.Index), indexed);
        CheckDerived(row, where, kind.Derive(value, envelope, keys), derived);
    }

    private void CheckIndexed(Row row, string where, IEnumerable<IndexedValue> spelled, Along indexed)
    {
        var missing = spelled.ToHashSet();
        foreach (var one in indexed.Of(row.RowId))
        {
            if (!missing.Remove(new IndexedValue(one.GetString(1), one.GetString(2))))
            {
                findings.Add("indexed-extra", where, $"It is listed by a value of {one.GetString(1)} that it does not have.");
            }

            if (one.GetInt32(3) != (int)row.Kind
                || one.GetInt32(4) != row.World
                || !string.Equals(one.GetString(5), row.Sort, StringComparison.Ordinal)
                || RecordId.FromBytes(one.GetFieldValue<byte[]>(6)) != row.Id
                || one.GetInt32(7) != row.Audience
                || one.GetInt32(8) != (int)row.Validation)
            {
                findings.Add("indexed-differs", where, $"Where it is listed by {one.GetString(1)}, its kind, world, order, id, audience or validation is another.");
            }
        }

        foreach (var one in missing)
        {
            findings.Add("indexed-missing", where, $"It is not listed by a value of {one.Property} that it has.");
        }
    }

    private void CheckDerived(Row row, string where, ImmutableArray<StoredLink> spelled, Along derived)
    {
        var missing = spelled.ToDictionary(link => link.Id);
        foreach (var one in derived.Of(row.RowId))
        {
            var id = Findings.Id(one.GetFieldValue<byte[]>(1));
            if (!RecordId.TryParse(id, out var known) || !missing.Remove(known, out var link))
            {
                findings.Add("derived-extra", $"link {id}", "It spells out a field that its record does not have.");
            }
            else if (one.GetInt32(2) != (int)link.Kind || RecordId.FromBytes(one.GetFieldValue<byte[]>(3)) != link.To || !string.Equals(one.GetString(8), link.Discriminator, StringComparison.Ordinal))
            {
                findings.Add("derived-differs", $"link {id}", "It does not say what its record's field says: its kind or its far end is another.");
            }
            else if (one.GetInt32(5) != row.Audience || Row.Agency(one.GetString(4)) != row.Owner)
            {
                findings.Add("derived-audience", $"link {id}", "It does not carry its record's owner and audience.");
            }
            else if (one.GetFieldValue<byte[]>(6) is not [var floor] || floor != (byte)link.Floor || one.GetInt32(7) != 0 || one.GetInt32(9) != (int)link.Handling || !one.GetFieldValue<byte[]>(10).AsSpan().SequenceEqual(link.Properties))
            {
                findings.Add("derived-differs", $"link {id}", "Its floor, handling or properties are not what its record spells out, or it is withdrawn.");
            }
        }

        foreach (var link in missing.Values)
        {
            findings.Add("derived-missing", where, $"The {link.Kind} link that spells out a field of it is not there.");
        }
    }

    /// <summary>The running releases are the audience's to others; each has a ledger from edition 1 to its own, of versions that there are.</summary>
    private void CheckReleases(Row row, string where, Audience audience, Along running, Along ledger)
    {
        var missing = audience.Releases
            .Where(release => release.To != Token.Agency(audience.Owner))
            .Select(release => (release.To.Value, (int)release.Level, release.Until?.UtcTicks ?? 0))
            .ToHashSet();
        var editions = new Dictionary<(string, int, long, long), int>();
        foreach (var one in running.Of(row.RowId))
        {
            if (!missing.Remove((one.GetString(1), one.GetInt32(2), one.GetInt64(3))))
            {
                findings.Add("edition-running", where, "A release runs that its audience does not have.");
            }

            editions[ReleaseOf(one)] = one.GetInt32(5);
        }

        if (missing.Count > 0)
        {
            findings.Add("edition-running", where, $"{missing.Count} of its audience's releases do not run.");
        }

        var (release, edition, version) = (default((string Token, int Level, long Until, long Since)), 0, 0);
        var kept = new Dictionary<(string, int, long, long), int>();
        foreach (var one in ledger.Of(row.RowId))
        {
            if (ReleaseOf(one) != release)
            {
                (release, edition, version) = (ReleaseOf(one), 0, 1);
            }

            if (one.GetInt32(5) != ++edition)
            {
                findings.Add("edition-ledger", where, $"The editions of a release do not follow each other: {one.GetInt32(5)} is where {edition} belongs.");
                edition = one.GetInt32(5);
            }

            if (edition == 1 && one.GetInt32(6) != release.Since)
            {
                findings.Add("edition-ledger", where, "The first edition of a release is not of the version that it began with.");
            }

            if (one.GetInt32(6) < version || one.GetInt32(6) > row.Version)
            {
                findings.Add("edition-ledger", where, $"Edition {edition} of a release is of a version that there is not, or that is before the last edition's.");
            }

            version = one.GetInt32(6);
            kept[release] = edition;
        }

        if (editions.Any(one => kept.GetValueOrDefault(one.Key) != one.Value))
        {
            findings.Add("edition-ledger", where, "The ledger of a running release does not end with its edition.");
        }
    }

    private static (string Token, int Level, long Until, long Since) ReleaseOf(SqliteDataReader reading) =>
        (reading.GetString(1), reading.GetInt32(2), reading.GetInt64(3), reading.GetInt64(4));
}
