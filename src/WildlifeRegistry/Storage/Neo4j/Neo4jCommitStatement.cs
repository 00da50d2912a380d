namespace WildlifeRegistry.Storage.Neo4j;

/// <summary>
/// The one statement that writes a commit. First it takes the registry's lock, which every commit of every server takes;
/// then it asks again all that the change was decided on, and writes only where nothing of it has moved. It answers one
/// row where it wrote, none where something had moved. Sent twice, it finds its own request the second time, and so that
/// something has moved. Whatever is read of the registry's own node is read after its lock was taken, by a pattern of its own:
/// what was read before, Neo4j may use again.
/// </summary>
internal static class Neo4jCommitStatement
{
    /// <summary>How long a committed request answers for itself.</summary>
    public static readonly TimeSpan RequestsKept = TimeSpan.FromDays(30);

    public const string RecordTimes = "n.createdAt = datetime(x.createdAt), n.updatedAt = datetime(x.updatedAt)";

    /// <summary>What plain JSON cannot say of a record's properties.</summary>
    public const string Natives = """
        FOREACH (d IN x.dates | SET n[d.name] = date(d.day))
        FOREACH (p IN x.position | SET n.position = point(p))
        """;

    /// <summary>Makes the node of a record <c>x</c>.</summary>
    public const string CreateRecord = $"CREATE (n:Record:$(x.label)) SET n = x.p, {RecordTimes} {Natives}";

    /// <summary>Makes the relationship of a link <c>x</c> from <c>f</c> to <c>t</c>.</summary>
    public const string CreateLink = "CREATE (f)-[l:$(x.type)]->(t) SET l = x.p, l.createdAt = datetime(x.createdAt), l.updatedAt = datetime(x.updatedAt)";

    // How many of what the change was decided on are no longer so.
    private const string Moved = """
        CALL (g) { UNWIND $expected AS x OPTIONAL MATCH (n:Record {id: x.id}) WITH x, n WHERE coalesce(n.version, 0) <> x.version RETURN count(*) AS records }
        CALL (g) { MATCH ()-[l]->() WHERE elementId(l) IN $expectedLinksAt WITH l, $expectedLinks[l.id] AS x
          WHERE l.version = x.version AND l.consents = x.consents RETURN size($expectedLinksAt) - count(l) AS links }
        CALL (g) { UNWIND $pairs AS x MATCH (:Record {id: x.from})-[w]->(:Record {id: x.to})
          WHERE type(w) = x.type AND w.owner = $agency AND w.discriminator = x.discriminator AND w.id <> x.id AND NOT w.withdrawn AND NOT w.derived
            AND NOT [w.id, w.version] IN x.known RETURN count(*) AS twins }
        CALL (g) { UNWIND $importKeys AS x MATCH (n:Record {importKey: x.key, owner: $agency}) WHERE NOT n.id IN x.known RETURN count(*) AS imported }
        CALL (g) { UNWIND $expectedCounters AS x OPTIONAL MATCH (c:Counter {agency: $agency, year: x.year}) WITH x, c WHERE coalesce(c.last, -1) <> x.last RETURN count(*) AS counters }
        CALL (g) { UNWIND $expectedOperations AS x OPTIONAL MATCH (o:Operation {id: x.id}) WITH x, o WHERE coalesce(o.revision, -1) <> x.revision RETURN count(*) AS operations }
        CALL (g) { OPTIONAL MATCH (q:Request {officer: $officer, field: $request.field, key: $request.key}) WHERE q.at > datetime($kept) RETURN count(q) AS requests }
        CALL (g) { MATCH (h:Registry {id: 1}) WHERE $audience <> -1 AND h.audiences <> $audience RETURN count(h) AS audiences }
        """;

    public static readonly string Text = Neo4jNames.PlannedOnce + $$"""
        MATCH (g:Registry {id: 1}) SET g.lock = true WITH g
        {{Moved}}
        WITH g WHERE records + links + twins + imported + counters + operations + requests + audiences = 0
        CALL (g) { MATCH (h:Registry {id: 1}) SET h.commits = h.commits + 1, h.audiences = h.audiences + size($audiences) }
        CALL (g) { UNWIND $audiences AS x CREATE (a:Audience) SET a = x }
        CALL (g) { UNWIND $added AS x {{CreateRecord}} }
        CALL (g) { UNWIND $amended AS x MATCH (n:Record {id: x.p.id})
          CREATE (v:Version {record: n.id, number: n.version, at: n.updatedAt, by: n.updatedBy, validation: n.validation, audience: n.audience, handling: n.handling, details: n.details, json: n.json, seal: n.seal})
          SET n = x.p, {{RecordTimes}} {{Natives}} }
        CALL (g) { UNWIND $connectors AS x MERGE (n:Record {id: x.p.id}) ON CREATE SET n:$(x.label), n = x.p, {{RecordTimes}} }
        CALL (g) { {{Neo4jListing.Of("$added")}} }
        CALL (g) { {{Neo4jListing.Again("$amended")}} }
        CALL (g) { {{Neo4jListing.OfNew("$connectors")}} }
        CALL (g) { UNWIND $amended AS x MATCH (:Record {id: x.p.id})-[l]->() WHERE l.derived DELETE l }
        CALL (g) { UNWIND $amended AS x WITH x WHERE x.reordered MATCH (:Record {id: x.p.id})-[l]->() SET l.sort = x.p.sort }
        CALL (g) { UNWIND $links AS x MATCH (f:Record {id: x.from}) MATCH (t:Record {id: x.to}) {{CreateLink}} }
        CALL (g) { MATCH ()-[l]->() WHERE elementId(l) IN $amendedLinksAt
          CREATE (v:LinkVersion {link: l.id, number: l.version, at: l.updatedAt, by: l.updatedBy, audience: l.audience, withdrawn: l.withdrawn, handling: l.handling, json: l.json, seal: l.seal})
          SET l += $amendedLinks[l.id], l.updatedAt = datetime($at) }
        CALL (g) { MATCH ()-[l]->() WHERE elementId(l) IN $consentedAt SET l.consents = $consented[l.id].consents
          CREATE (c:Consent {link: l.id, agency: $agency, at: datetime($at), by: $officer, seal: $consented[l.id].seal}) }
        CALL (g) { MATCH ()-[l]->() WHERE elementId(l) IN $recantedAt SET l.consents = $recanted[l.id].consents
          WITH l MATCH (c:Consent {link: l.id}) WHERE c.agency = $agency DELETE c }
        CALL (g) { UNWIND $ended AS x MATCH (e:Edition {record: x.record}) WHERE e.token = x.token AND e.level = x.level AND e.until = x.until DELETE e }
        CALL (g) { UNWIND $running AS x MERGE (e:Edition {record: x.record, token: x.token, level: x.level, until: x.until}) SET e = x, e.releasedAt = datetime(x.releasedAt) }
        CALL (g) { UNWIND $editions AS x CREATE (e:EditionVersion) SET e = x, e.at = datetime(x.at) }
        CALL (g) { UNWIND $counters AS x MERGE (c:Counter {agency: $agency, year: x.year}) SET c.last = x.last }
        CALL (g) { UNWIND $operations AS x MERGE (o:Operation {id: x.id}) SET o.name = x.name, o.lead = x.lead, o.until = datetime(x.until), o.seal = x.seal, o.revision = coalesce(o.revision, 0) + 1 }
        CALL (g) { UNWIND $operationAgencies AS x MERGE (a:OperationAgency {operation: x.operation, agency: x.agency}) SET a.seal = x.seal }
        CALL (g) { UNWIND $memberships AS x MERGE (m:Membership {group: x.group, officer: x.officer}) SET m.until = datetime(x.until), m.confirmed = x.confirmed, m.seal = x.seal
          WITH x MATCH (o:Operation {id: x.group}) SET o.revision = o.revision + 1 }
        CALL (g) { MATCH (q:Request) WHERE q.at <= datetime($kept) WITH q LIMIT 1000 DELETE q }
        CALL (g) { MERGE (q:Request {officer: $officer, field: $request.field, key: $request.key}) SET q.hash = $request.hash, q.ids = $request.ids, q.at = datetime($at), q.seal = $request.seal }
        RETURN true
        """;
}
