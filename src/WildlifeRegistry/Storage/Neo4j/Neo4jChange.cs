using System.Collections.Immutable;
using System.Text.Json;
using WildlifeRegistry.Access;
using WildlifeRegistry.Records;

namespace WildlifeRegistry.Storage.Neo4j;

/// <summary>What comes of one change set, gathered while it is decided, and what it was decided on; written by one statement.</summary>
internal sealed class Neo4jChange(Neo4jAsked asked, ChangeSet changes, RequestKey request, Reader author, Natures natures, DateTimeOffset now)
{
    private readonly string officer = author.Officer.Value;
    private readonly string at = Neo4jTime.Write(now.UtcTicks);
    private readonly List<(int Id, Audience Audience)> audiences = [];
    private readonly List<(KnownRecord Record, RecordContent Content, IEnumerable<IndexedValue> Index)> added = [];
    private readonly List<(KnownRecord Record, RecordContent Content, IEnumerable<IndexedValue> Index, bool IsReordered)> amended = [];
    private readonly List<(KnownRecord Record, RecordContent Content)> connectors = [];
    private readonly List<(KnownLink Link, int World, string Sort)> links = [];
    private readonly List<KnownLink> amendedLinks = [];
    private readonly List<(KnownLink Link, bool IsGiven)> consents = [];
    private readonly List<KnownEdition> ended = [];
    private readonly List<KnownEdition> running = [];
    private readonly List<(KnownEdition Edition, int ShowsFrom, int Version)> editions = [];
    private readonly Dictionary<int, long> counters = [];
    private readonly List<(JointOperation Operation, AgencyCode Lead)> operations = [];
    private readonly List<Membership> memberships = [];
    private ImmutableArray<RecordId> ids = [];

    public void Intern(int id, Audience audience) => audiences.Add((id, audience));

    public void Add(KnownRecord record, StoredRecord says) => added.Add((record, Content(record, says), ListedBy.ValuesOf(says.Owner, says.Index)));

    /// <param name="isReordered">True where its links get its order key.</param>
    public void Amend(KnownRecord record, StoredRecord says, bool isReordered) => amended.Add((record, Content(record, says), ListedBy.ValuesOf(says.Owner, says.Index), isReordered));

    public void Connect(KnownRecord record, StoredConnector connector) =>
        connectors.Add((record, new RecordContent(1, 0, record.CreatedBy, (int)Validation.Validated, 0, 0, null, connector.Properties)));

    /// <param name="sort">The order key of the record that the link starts from.</param>
    public void Join(KnownLink link, int world, string sort) => links.Add((link, world, sort));

    public void Amend(KnownLink link) => amendedLinks.Add(link);

    public void Consent(KnownLink link, bool isGiven) => consents.Add((link, isGiven));

    public void Count(int year, long last) => counters[year] = last;

    /// <param name="lead">The agency that opened it.</param>
    public void Operation(JointOperation operation, AgencyCode lead) => operations.Add((operation, lead));

    public void Membership(Membership membership) => memberships.Add(membership);

    public void Request(ImmutableArray<RecordId> outcome) => ids = outcome;

    /// <summary>
    /// Brings the ledger of running releases in line with the audience: each that shows the change goes on to its next
    /// edition, a new one begins at edition 1.
    /// </summary>
    /// <param name="known">The releases that ran so far.</param>
    /// <param name="showsFrom">As <see cref="AmendedRecord.ShowsFrom"/>.</param>
    public void Release(KnownRecord record, Audience audience, IReadOnlyList<KnownEdition> known, Level? showsFrom)
    {
        var left = audience.Releases
            .Where(release => release.To != Token.Agency(audience.Owner))
            .Select(release => (release.To.Value, (int)release.Level, release.Until?.UtcTicks ?? 0))
            .ToHashSet();
        foreach (var one in known)
        {
            var edition = one;
            if (showsFrom is { } level && edition.Level >= (int)level && (edition.Until == 0 || edition.Until > now.UtcTicks))
            {
                edition = edition with { Edition = edition.Edition + 1 };
                editions.Add((edition, (int)level, record.Version));
            }

            if (!left.Remove((edition.Token, edition.Level, edition.Until)))
            {
                ended.Add(edition);
            }
            else if (edition != one)
            {
                running.Add(edition);
            }
        }

        foreach (var (token, level, until) in left)
        {
            var begun = new KnownEdition(record.Id, token, level, until, record.Version, now.UtcTicks, 1);
            running.Add(begun);
            editions.Add((begun, 0, record.Version));
        }
    }

    private RecordContent Content(KnownRecord record, StoredRecord says) => new(
        record.Version,
        now.UtcTicks,
        officer,
        (int)says.Validation,
        record.Audience,
        (int)says.Handling,
        says.Details == RecordDetails.None ? null : JsonSerializer.Serialize(says.Details, RecordJson.Options),
        says.Properties);

    /// <summary>The parameters of <see cref="Neo4jCommitStatement"/>.</summary>
    public void Write(Utf8JsonWriter writer)
    {
        writer.WriteString("agency", author.Agency.Value);
        writer.WriteString("officer", officer);
        writer.WriteString("at", at);
        writer.WriteString("kept", Neo4jTime.Write((now - RequestKey.Kept).UtcTicks));
        WriteExpected(writer);
        WriteRecords(writer);
        WriteLinks(writer);
        WriteEditions(writer);
        WriteOperations(writer);
        Each(writer, "counters", counters, counter =>
        {
            writer.WriteNumber("year", counter.Key);
            writer.WriteNumber("last", counter.Value);
        });
        writer.WriteStartObject("request");
        Neo4jWriting.Request(writer, officer, request.Field, request.Key, request.ContentHash, [.. ids.SelectMany(id => id.ToBytes())], now.UtcTicks);
        writer.WriteEndObject();
    }

    /// <summary>All that the change was decided on, to be asked again under the lock.</summary>
    private void WriteExpected(Utf8JsonWriter writer)
    {
        var found = asked.Records
            .Concat(asked.Imported)
            .Concat(asked.Links.Concat(asked.Twins).SelectMany(link => new[] { link.From, link.To }))
            .Concat(asked.Connected.SelectMany(connector => connector).Select(connected => connected.Far))
            .Select(record => (record.Id, record.Version))
            .Concat(changes.Records.Select(one => (one.Record.Id, Version: 0)));
        Each(writer, "expected", found.DistinctBy(one => one.Id), one =>
        {
            writer.WriteString("id", one.Id.ToString());
            writer.WriteNumber("version", one.Version);
        });
        EachLink(writer, "expectedLinks", asked.Links.Select(one => one.Link).Concat(asked.Connected.SelectMany(connector => connector).Select(connected => connected.Link)).DistinctBy(link => link.Id), link =>
        {
            writer.WriteNumber("version", link.Version);
            Neo4jWriting.Texts(writer, "consents", link.Consents);
        });
        var pairs = changes.Links.Select(link => (link.Id, link.From, link.To, link.Kind, link.Discriminator))
            .Concat(changes.AmendedLinks.Join(asked.Links, one => one.Id, one => one.Link.Id, (amended, known) => (amended.Id, known.Link.From, known.Link.To, known.Link.Kind, amended.Discriminator)));
        var fresh = added.Select(one => one.Record.Id).ToHashSet();
        Each(writer, "pairs", pairs.Where(pair => !fresh.Contains(pair.From) && !fresh.Contains(pair.To)), pair =>
        {
            writer.WriteString("id", pair.Id.ToString());
            writer.WriteString("from", pair.From.ToString());
            writer.WriteString("to", pair.To.ToString());
            writer.WriteString("type", Neo4jNames.TypeOf(pair.Kind));
            writer.WriteString("discriminator", pair.Discriminator);
            writer.WriteStartArray("known");
            foreach (var (twin, _, _) in asked.Twins.Where(twin => twin.Link.From == pair.From && twin.Link.To == pair.To))
            {
                writer.WriteStartArray();
                writer.WriteStringValue(twin.Id.ToString());
                writer.WriteNumberValue(twin.Version);
                writer.WriteEndArray();
            }

            writer.WriteEndArray();
        });
        Each(writer, "importKeys", added.Select(one => one.Record.ImportKey).OfType<string>().Distinct(StringComparer.Ordinal), key =>
        {
            writer.WriteString("key", key);
            Neo4jWriting.Texts(writer, "known", asked.Imported.Select(record => record.Id.ToString()));
        });
        Each(writer, "expectedCounters", counters.Keys, year =>
        {
            writer.WriteNumber("year", year);
            writer.WriteNumber("last", asked.Counters.TryGetValue(year, out var last) ? last : -1);
        });
        Each(writer, "expectedOperations", changes.UnchangedOperations.Select(one => one.Operation.Id).Concat(changes.Operations.Select(one => one.Id)).Distinct(), id =>
        {
            writer.WriteString("id", id.ToString());
            writer.WriteNumber("revision", asked.Operations.TryGetValue(id, out var known) ? known.Revision : -1);
        });
        writer.WriteNumber("audience", audiences.Count == 0 ? -1 : asked.Audiences);
        Each(writer, "audiences", audiences, one => Neo4jWriting.Audience(writer, one.Id, one.Audience.Canonical, one.Audience.Owner.Value, one.Audience.IsReference, AudienceTable.WriteReleases(one.Audience.Releases)));
    }

    private void WriteRecords(Utf8JsonWriter writer)
    {
        Each(writer, "added", added, one => Neo4jWriting.Record(writer, one.Record.Origin, one.Content, one.Record.Sort, one.Index, natures));
        Each(writer, "amended", amended, one =>
        {
            Neo4jWriting.Record(writer, one.Record.Origin, one.Content, one.Record.Sort, one.Index, natures);
            writer.WriteBoolean("reordered", one.IsReordered);
        });
        Each(writer, "connectors", connectors, one => Neo4jWriting.Record(writer, one.Record.Origin, one.Content, "", [], natures));
    }

    private void WriteLinks(Utf8JsonWriter writer)
    {
        Each(writer, "links", links, one => Neo4jWriting.Link(writer, one.Link.Origin, Content(one.Link), one.World, one.Sort, one.Link.Discriminator, one.Link.Consents));
        EachLink(writer, "amendedLinks", amendedLinks, link =>
        {
            var content = Content(link);
            writer.WriteStartObject("p");
            writer.WriteNumber("audience", content.Audience);
            writer.WriteBoolean("withdrawn", link.Withdrawn);
            writer.WriteString("discriminator", link.Discriminator);
            writer.WriteString("handling", Neo4jNames.NameOf(link.Handling));
            writer.WriteNumber("version", content.Version);
            writer.WriteString("updatedBy", content.By);
            writer.WriteString("json", content.Properties);
            writer.WriteString("seal", Neo4jSeal.Of(link.Origin, content));
            writer.WriteEndObject();
        });
        foreach (var (name, isGiven) in new[] { ("consented", true), ("recanted", false) })
        {
            EachLink(writer, name, consents.Where(one => one.IsGiven == isGiven).Select(one => one.Link).DistinctBy(link => link.Id), link =>
            {
                Neo4jWriting.Texts(writer, "consents", link.Consents);
                writer.WriteString("seal", Neo4jSeal.Of(link.Id.ToBytes(), author.Agency.Value, now.UtcTicks, officer));
            });
        }
    }

    /// <summary>Links that are there: where each is found, and what is said of it.</summary>
    private static void EachLink(Utf8JsonWriter writer, string name, IEnumerable<KnownLink> links, Action<KnownLink> write) => Each(writer, name, links, link =>
    {
        writer.WriteString("id", link.Id.ToString());
        writer.WriteString("from", link.From.ToString());
        write(link);
    });

    private LinkContent Content(KnownLink link) => new(link.Version, now.UtcTicks, officer, link.Audience, link.Withdrawn ? 1 : 0, (int)link.Handling, link.Properties);

    private void WriteEditions(Utf8JsonWriter writer)
    {
        Each(writer, "ended", ended, one => Neo4jWriting.Release(writer, one));
        Each(writer, "running", running, one => Neo4jWriting.Edition(writer, one));
        Each(writer, "editions", editions, one => Neo4jWriting.EditionVersion(writer, one.Edition, one.ShowsFrom, one.Version, now.UtcTicks));
    }

    private void WriteOperations(Utf8JsonWriter writer)
    {
        Each(writer, "operations", operations, one => Neo4jWriting.Operation(writer, one.Operation.Id.ToString(), one.Operation.Name, one.Lead.Value, one.Operation.Until.UtcTicks));
        Each(
            writer,
            "operationAgencies",
            operations.SelectMany(one => one.Operation.Members, (one, agency) => (one.Operation.Id, agency)),
            one => Neo4jWriting.OperationAgency(writer, one.Id.ToString(), one.agency.Value));
        Each(writer, "memberships", memberships, one => Neo4jWriting.Membership(writer, one.Officer.Value, one.Group, one.Until.UtcTicks, one.Confirmed));
    }

    private static void Each<T>(Utf8JsonWriter writer, string name, IEnumerable<T> all, Action<T> write) => Neo4jWriting.Each(writer, name, all, write);
}
