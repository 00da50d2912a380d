using System.Globalization;
using System.Text.Json;
using WildlifeRegistry.Access;
using WildlifeRegistry.Records;
using WildlifeRegistry.Storage.Checking;

namespace WildlifeRegistry.Storage.Neo4j;

/// <summary>
/// Holds a whole graph against its promises, page by page in the order of ids. In memory are the audiences and a page; the
/// rest streams by. Neo4j keeps no moment still for it: beside a registry that serves, what a commit changes while its page
/// is read may be found and be gone when it is checked again.
/// </summary>
internal sealed class Neo4jCheck(Neo4jClient client, KindCatalogue kinds, CancellationToken ct)
{
    /// <summary>Ids and references that are asked for at once.</summary>
    private const int Batch = 500;

    private static readonly (string Of, string Label)[] Counted =
    [
        ("records", "Record"), ("earlier versions", "Version"), ("earlier versions of links", "LinkVersion"), ("audiences", "Audience"),
        ("running releases", "Edition"), ("requests", "Request"), ("joint operations", "Operation"),
    ];

    private static readonly string Absent = $$"""
        UNWIND $p.ids AS id WITH id
        WHERE NOT EXISTS { (:Record {id: id}) } AND NOT EXISTS { (:Operation {id: id}) } AND NOT EXISTS { {{Neo4jNames.FindLink("id", "id", "f", "l", "t")}} RETURN l } RETURN id
        """;

    private readonly Neo4jPages pages = new(client);
    private readonly Findings findings = new(ct);
    private readonly Dictionary<string, long> given = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> borne = new(StringComparer.Ordinal);

    // What hangs on records and links, and was seen with them.
    private long records, links, versions, linkVersions, consents, running, ledger, listed;

    public async Task<CheckReport> RunAsync()
    {
        var counts = new List<CheckCount>();
        foreach (var (of, label) in Counted)
        {
            counts.Add(new CheckCount(of, await CountAsync($"(n:{label})")));
        }

        if (await RegistryAsync() is { } registry)
        {
            var audiences = new CheckedAudiences(await AudiencesAsync(registry.Audiences), findings);
            await CheckRecordsAsync(new RecordCheck(kinds, registry.Keys, audiences, findings));
            await CheckLinksAsync(new LinkCheck(kinds, audiences, findings));
            counts.Insert(1, new CheckCount("links", links));
            await CheckOrphansAsync();
            await CheckRestAsync(registry.Keys);
            await CheckRequestsAsync();
        }

        return findings.Report(counts);
    }

    /// <summary>The registry's own node, of which there is one; null where nothing that hangs on it can be told.</summary>
    private async Task<(RegistryKeys Keys, int Audiences)?> RegistryAsync()
    {
        var rows = await AskAsync("MATCH (g:Registry) RETURN g.id, g.secret, g.epoch, g.audiences, g.commits");
        try
        {
            if (rows is [var row] && row[0].GetInt32() == 1 && row[2].GetBytesFromBase64().Length == 16 && row[4].GetInt64() >= 0)
            {
                return (new RegistryKeys(row[1].GetBytesFromBase64()), row[3].GetInt32());
            }
        }
        catch (Exception fault) when (Findings.IsOfDamage(fault))
        {
            // Said below.
        }

        findings.Add("meta", "the store", "Its own node is not one, or its secret or epoch is missing or has the wrong length.");
        return null;
    }

    private async Task<List<(int, string, bool, string, string)>> AudiencesAsync(int last)
    {
        var read = new List<(int, string, bool, string, string)>();
        foreach (var row in await AskAsync("MATCH (a:Audience) RETURN a.id, a.owner, a.reference, a.releases, a.canonical, a.mark ORDER BY a.id"))
        {
            var id = row[0].ValueKind == JsonValueKind.Number ? row[0].GetInt32() : 0;
            try
            {
                read.Add((id, row[1].GetString()!, row[2].GetBoolean(), row[3].GetString()!, row[4].GetString()!));
                if (id < 1 || id > last || !string.Equals(row[5].GetString(), Neo4jSeal.Of(row[4].GetString()), StringComparison.Ordinal))
                {
                    findings.Add("audience-form", Text($"audience {id}"), "Its number is beyond the last one given, or its mark is not that of its line.");
                }
            }
            catch (Exception fault) when (Findings.IsOfDamage(fault))
            {
                findings.Add("audience-form", Text($"audience {id}"), "Its owner or releases cannot be read.");
            }
        }

        return read;
    }

    private async Task CheckRecordsAsync(RecordCheck check)
    {
        await foreach (var row in pages.CheckedRecordsAsync(ct))
        {
            findings.StopWhenTold();
            var id = row[0].ValueKind == JsonValueKind.String ? row[0].GetString()! : "";
            (records, versions, running, ledger, listed) = (records + 1, versions + row[5].GetArrayLength(), running + row[6].GetArrayLength(), ledger + row[7].GetArrayLength(), listed + row[9].GetArrayLength());
            try
            {
                var paged = Neo4jPages.Record(row);
                var (record, says) = (paged.Record, paged.Current.Says);
                var where = $"record {record.Id}";
                var origin = record.Origin;
                if (record.Reference is not null && record.Owner is { } owner)
                {
                    borne[owner.Value] = borne.GetValueOrDefault(owner.Value) + 1;
                }

                if (paged.Key != Neo4jNames.KeyOf(record.Id))
                {
                    findings.Add("record-key", where, "Its key is not that of its id.");
                }

                check.Check(new CheckedRecord(
                    new Row(
                        0, record.Id, record.Kind, says.Audience, record.World, (Validation)says.Validation, says.Version, (Handling)says.Handling, record.Owner, record.Sort, record.Reference, record.CreatedAt, record.CreatedBy, says.At, says.By, says.Details, says.Properties),
                    Holds(paged.Current.Seal, Neo4jSeal.Of(origin, says)),
                    paged.Versions.Select(version => new CheckedVersion(version.Says.Version, version.Says.Audience, Holds(version.Seal, Neo4jSeal.Of(origin, version.Says)))),
                    paged.Index.Select(value => new CheckedValue(value, IsLike: true)),
                    row[8].EnumerateArray().Select(DerivedOf),
                    paged.Running.Select(one => ReleaseOf(one.Says)),
                    paged.Ledger.Select(one => (ReleaseOf(one.Edition), one.Of))));
                CheckListing(record, paged, row[9], where);
                CheckSeals(paged, where);
            }
            catch (Exception fault) when (Findings.IsOfDamage(fault))
            {
                findings.Add("record-form", $"record {id}", "It cannot be read.");
            }
        }
    }

    /// <summary>It is listed by just what it says that it is listed by, in its place.</summary>
    private void CheckListing(KnownRecord record, PagedRecord paged, JsonElement entries, string where)
    {
        var missing = paged.Index.Select(value => Neo4jListing.EntryOf(value.Property, value.Value)).Append("")
            .Select(entry => string.Create(CultureInfo.InvariantCulture, $"{Neo4jNames.LabelOf(record.Kind)}{Neo4jWriting.Unit}{record.World}{Neo4jWriting.Unit}{entry}"))
            .ToHashSet(StringComparer.Ordinal);
        var place = Neo4jOrder.Write(record.Sort);
        foreach (var entry in entries.EnumerateArray())
        {
            var at = entry[0].GetString()!;
            if (!missing.Remove(at))
            {
                findings.Add("listed-extra", where, "It is listed by a value that it does not have, or twice.");
            }

            if (!string.Equals(entry[1].GetString(), place, StringComparison.Ordinal) || !string.Equals(entry[2].GetString(), record.Id.ToString(), StringComparison.Ordinal) || !string.Equals(entry[3].GetString(), at, StringComparison.Ordinal))
            {
                findings.Add("listed-differs", where, "Where it is listed, its order, its id or the value is another.");
            }
        }

        if (missing.Count > 0)
        {
            findings.Add("listed-missing", where, $"It is not listed by {missing.Count} of the values that it has.");
        }
    }

    private void CheckSeals(PagedRecord paged, string where)
    {
        var id = paged.Record.Id.ToBytes();
        if (paged.Running.Any(one => !Holds(one.Seal, Neo4jSeal.Of(id, one.Says.Token, (long)one.Says.Level, one.Says.Until, (long)one.Says.Since, one.Says.ReleasedAt, (long)one.Says.Edition)))
            || paged.Ledger.Any(one => !Holds(one.Seal, Neo4jSeal.Of(id, one.Edition.Token, (long)one.Edition.Level, one.Edition.Until, (long)one.Edition.Since, (long)one.Edition.Edition, (long)one.ShowsFrom, (long)one.Of, one.At))))
        {
            findings.Add("ledger-digest", where, "One of its releases or editions is not what was written: its digest is another.");
        }
    }

    private async Task CheckLinksAsync(LinkCheck check)
    {
        await foreach (var row in pages.LinksAsync(ct))
        {
            findings.StopWhenTold();
            (links, linkVersions, consents) = (links + 1, linkVersions + row[8].GetArrayLength(), consents + row[9].GetArrayLength());
            var where = $"link {(row[0].ValueKind == JsonValueKind.String ? row[0].GetString() : "")}";
            try
            {
                var paged = Neo4jPages.Link(row);
                var (link, says) = (paged.Link, paged.Current.Says);
                check.Check(new CheckedLink(
                    where,
                    link.Kind,
                    EndOf(paged.From),
                    EndOf(paged.To),
                    link.Owner,
                    says.Audience,
                    (byte)link.Floor,
                    link.Derived,
                    paged.Sort,
                    link.Discriminator,
                    says.Properties,
                    paged.To.Kind.IsConnector() ? paged.FarProperties : null,
                    says.Version,
                    Holds(paged.Current.Seal, Neo4jSeal.Of(link.Origin, says)),
                    paged.Versions.Select(version => new CheckedVersion(version.Says.Version, version.Says.Audience, Holds(version.Seal, Neo4jSeal.Of(link.Origin, version.Says)))),
                    paged.Consents.Select(consent => Row.Agency(consent.Says.Agency))));
                if (paged.FromKey != Neo4jNames.KeyOf(link.From) || paged.ToKey != Neo4jNames.KeyOf(link.To))
                {
                    findings.Add("link-key", where, "The keys of its ends are not theirs.");
                }

                if (paged.World != (paged.From.World < Row.NeitherWorld ? paged.From.World : paged.To.World))
                {
                    findings.Add("link-world", where, "It is listed in another world than its ends'.");
                }

                if (!paged.Consents.Select(consent => consent.Says.Agency).SequenceEqual(link.Consents, StringComparer.Ordinal))
                {
                    findings.Add("link-consent", where, "The consents that it is read with are not those that were given.");
                }

                if (paged.Consents.Any(one => !Holds(one.Seal, Neo4jSeal.Of(link.Id.ToBytes(), one.Says.Agency, one.Says.At, one.Says.By))))
                {
                    findings.Add("ledger-digest", where, "One of its consents is not what was written: its digest is another.");
                }
            }
            catch (Exception fault) when (Findings.IsOfDamage(fault))
            {
                findings.Add("link-form", where, "It cannot be read.");
            }
        }
    }

    /// <summary>What is there and was not seen has no id, or hangs on no record or link that is there.</summary>
    private async Task CheckOrphansAsync()
    {
        foreach (var (pattern, of, seen) in new[]
        {
            ("(n:Record)", "records", records), ("()-[n]->()", "links and places in lists", links + listed), ("(n:Version)", "versions of records", versions), ("(n:LinkVersion)", "versions of links", linkVersions), ("(n:Consent)", "consents", consents),
            ("(n:Edition)", "releases", running), ("(n:EditionVersion)", "editions", ledger), ($"()-[n:{Neo4jListing.Type}]->()", "places in lists", listed),
        })
        {
            if (await CountAsync(pattern) is var there && there != seen)
            {
                findings.Add("orphan", of, Text($"There are {there} of them, and {seen} were found by an id or with what they are of."));
            }
        }

        foreach (var row in await AskAsync($"MATCH (n) WHERE NOT n:Record AND NOT n:Value AND EXISTS {{ (n)--() }} RETURN head(labels(n)), count(n)"))
        {
            findings.Add("orphan", $"nodes {row[0].GetString()}", Text($"{row[1].GetInt64()} of them have links, and are no records."));
        }
    }

    /// <summary>Counters, and joint operations with their agencies and officers.</summary>
    private async Task CheckRestAsync(RegistryKeys keys)
    {
        try
        {
            var rest = await pages.RestAsync(ct);
            foreach (var row in rest[0].EnumerateArray())
            {
                await CheckCounterAsync(keys, row[0].GetString()!, row[1].GetInt32(), row[2].GetInt64());
            }

            foreach (var (owner, count) in borne.Where(one => one.Value != given.GetValueOrDefault(one.Key)).OrderBy(one => one.Key, StringComparer.Ordinal))
            {
                findings.Add("reference-counter", owner, Text($"It has {count} references, of which its counters have given {given.GetValueOrDefault(owner)}."));
            }

            Sealed("operation", rest[1], row => Neo4jSeal.Of(row[0].GetString(), row[1].GetString(), row[2].GetString(), Neo4jPages.Ticks(row[3])));
            Sealed("operation_agency", rest[2], row => Neo4jSeal.Of(row[0].GetString(), row[1].GetString()));
            Sealed("membership", rest[3], row => Neo4jSeal.Of(row[0].GetString(), row[1].GetString(), Neo4jPages.Ticks(row[2]), row[3].GetBoolean() ? 1L : 0L));
            var operations = rest[1].EnumerateArray().Select(row => row[0].GetString()!).ToHashSet(StringComparer.Ordinal);
            var members = rest[2].EnumerateArray().Select(row => (Operation: row[1].GetString()!, Agency: row[0].GetString()!)).ToHashSet();
            foreach (var group in rest[3].EnumerateArray().Select(row => row[1].GetString()!).Concat(members.Select(member => member.Operation)).Distinct(StringComparer.Ordinal)
                .Where(group => RecordId.TryParse(group, out _) && !operations.Contains(group)))
            {
                findings.Add("membership", $"operation {group}", "It has officers or agencies, and is not there.");
            }

            foreach (var row in rest[1].EnumerateArray().Where(row => !members.Contains((row[0].GetString()!, row[2].GetString()!))))
            {
                findings.Add("operation-lead", $"operation {row[0].GetString()}", "The agency that leads it is not of it.");
            }
        }
        catch (Exception fault) when (Findings.IsOfDamage(fault))
        {
            findings.Add("form", "the store", "A counter or a joint operation cannot be read.");
        }
    }

    private void Sealed(string what, JsonElement rows, Func<JsonElement, string> seal)
    {
        if (rows.EnumerateArray().Count(row => !Holds(row[row.GetArrayLength() - 1].GetString() ?? "", seal(row))) is > 0 and var others)
        {
            findings.Add("ledger-digest", what, Text($"{others} of its rows are not what was written: their digest is another."));
        }
    }

    /// <summary>The counter of an agency and year has given exactly the references that its records bear.</summary>
    private async Task CheckCounterAsync(RegistryKeys keys, string agency, int year, long last)
    {
        var where = Text($"{agency} {year}");
        if (!AgencyCode.IsCode(agency) || last is < 0 or >= ReferenceNumbers.Count)
        {
            findings.Add("reference-counter", where, "It is not a counter of an agency's references.");
            return;
        }

        var used = 0L;
        for (var from = 0L; from <= last; from += Batch)
        {
            findings.StopWhenTold();
            var references = Enumerable.Range(0, (int)Math.Min(Batch, last + 1 - from)).Select(n => keys.Reference(Row.Agency(agency), year, from + n));
            used += (await AskAsync(
                "UNWIND $p.references AS reference MATCH (n:Record {reference: reference}) WHERE n.owner = $p.agency RETURN count(n)",
                parameters =>
                {
                    parameters.WriteString("agency", agency);
                    Neo4jWriting.Texts(parameters, "references", references);
                }))[0][0].GetInt64();
        }

        given[agency] = given.GetValueOrDefault(agency) + used;
        if (used != last + 1)
        {
            findings.Add("reference-counter", where, Text($"It has given {last + 1} references, and {used} of them are there."));
        }
    }

    /// <summary>What a request answers when it is repeated is there, whole, and it is what was written.</summary>
    private async Task CheckRequestsAsync()
    {
        var (asked, read, changed) = (new Dictionary<string, string>(StringComparer.Ordinal), 0L, 0L);
        await foreach (var row in pages.RequestsAsync(ct))
        {
            findings.StopWhenTold();
            read++;
            var where = row[2].ValueKind == JsonValueKind.String ? $"{row[2].GetString()} at {row[0].GetString()}" : "";
            try
            {
                var ids = Neo4jPages.Ids(row[5]);
                changed += Holds(row[6].GetString()!, Neo4jSeal.Of(row[1].GetString(), row[2].GetString(), row[3].GetString(), row[4].GetString(), ids, Neo4jPages.Ticks(row[0]))) ? 0 : 1;
                foreach (var id in row[5].EnumerateArray())
                {
                    asked[id.GetString()!] = where;
                }
            }
            catch (Exception fault) when (Findings.IsOfDamage(fault))
            {
                findings.Add("form", "the store", "A request cannot be read.");
            }

            if (asked.Count >= Batch)
            {
                await CheckIdsAsync(asked);
            }
        }

        await CheckIdsAsync(asked);
        if (changed > 0)
        {
            findings.Add("ledger-digest", "request", Text($"{changed} of its rows are not what was written: their digest is another."));
        }

        if (await CountAsync("(n:Request)") is var there && there != read)
        {
            findings.Add("form", "the store", Text($"There are {there} requests, of which {read} have a time."));
        }
    }

    private async Task CheckIdsAsync(Dictionary<string, string> asked)
    {
        foreach (var where in (await AskAsync(Absent, parameters => Neo4jWriting.Texts(parameters, "ids", asked.Keys))).Select(row => asked[row[0].GetString()!]).Distinct(StringComparer.Ordinal))
        {
            findings.Add("request-ids", where, "It names something that is not there.");
        }

        asked.Clear();
    }

    private static CheckedEnd EndOf(KnownRecord record) => new(record.Kind, record.World, record.Sort, record.Owner);

    private static CheckedRelease ReleaseOf(KnownEdition edition) => new(edition.Token, edition.Level, edition.Until, edition.Since, edition.Edition);

    private static CheckedDerived DerivedOf(JsonElement row)
    {
        var (link, _, _) = KnownLink.Read(row);
        return new CheckedDerived(link.Id.ToString(), (int)link.Kind, link.To, link.Discriminator, link.Audience, link.Owner, (byte)link.Floor, link.Withdrawn, (int)link.Handling, link.Properties);
    }

    private static bool Holds(string seal, string made) => string.Equals(seal, made, StringComparison.Ordinal);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private async Task<long> CountAsync(string pattern) => (await AskAsync($"MATCH {pattern} RETURN count(n)"))[0][0].GetInt64();

    private Task<List<JsonElement>> AskAsync(string statement, Action<Utf8JsonWriter>? parameters = null) =>
        client.ReadAsync(statement, parameters ?? (static _ => { }), static rows => rows.Clone().EnumerateArray().ToList(), ct);
}
