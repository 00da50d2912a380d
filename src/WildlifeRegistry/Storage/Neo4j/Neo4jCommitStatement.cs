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

    // A link x that is there: its start was asked for with it, and not many links leave one record.
    private const string FindLink = "MATCH (:Record {id: x.from})-[l]->() WHERE l.id = x.id";

    // How many of what the change was decided on are no longer so.
    private const string Moved = $$"""
        CALL (g) { UNWIND $p.expected AS x OPTIONAL MATCH (n:Record {id: x.id}) WITH x, n WHERE coalesce(n.version, 0) <> x.version RETURN count(*) AS records }
        CALL (g) { UNWIND $p.expectedLinks AS x OPTIONAL {{FindLink}} WITH x, l WHERE NOT coalesce(l.version = x.version AND l.consents = x.consents, false) RETURN count(*) AS links }
        CALL (g) { UNWIND $p.pairs AS x MATCH (:Record {id: x.from})-[w]->(t)
          WHERE t.id = x.to AND type(w) = x.type AND w.owner = $p.agency AND w.discriminator = x.discriminator AND w.id <> x.id AND NOT w.withdrawn AND NOT w.derived
            AND NOT [w.id, w.version] IN x.known RETURN count(*) AS twins }
        CALL (g) { UNWIND $p.importKeys AS x MATCH (n:Record {importKey: x.key, owner: $p.agency}) USING INDEX SEEK n:Record(importKey, owner) WHERE NOT n.id IN x.known RETURN count(*) AS imported }
        CALL (g) { UNWIND $p.expectedCounters AS x OPTIONAL MATCH (c:Counter {agency: $p.agency, year: x.year}) WITH x, c WHERE coalesce(c.last, -1) <> x.last RETURN count(*) AS counters }
        CALL (g) { UNWIND $p.expectedOperations AS x OPTIONAL MATCH (o:Operation {id: x.id}) WITH x, o WHERE coalesce(o.revision, -1) <> x.revision RETURN count(*) AS operations }
        CALL (g) { OPTIONAL MATCH (q:Request {officer: $p.officer, field: $p.request.field, key: $p.request.key}) WHERE q.at > datetime($p.kept) RETURN count(q) AS requests }
        CALL (g) { MATCH (h:Registry {id: 1}) WHERE $p.audience <> -1 AND h.audiences <> $p.audience RETURN count(h) AS audiences }
        """;

    public static readonly string Text = Neo4jNames.PlannedOnce + $$"""
        MATCH (g:Registry {id: 1}) SET g.lock = true WITH g
        {{Moved}}
        WITH g WHERE records + links + twins + imported + counters + operations + requests + audiences = 0
        CALL (g) { MATCH (h:Registry {id: 1}) SET h.commits = h.commits + 1, h.audiences = h.audiences + size($p.audiences) }
        CALL (g) { UNWIND $p.audiences AS x CREATE (a:Audience) SET a = x }
        CALL (g) { UNWIND $p.added AS x {{CreateRecord}} }
        CALL (g) { UNWIND $p.amended AS x MATCH (n:Record {id: x.p.id})
          CREATE (v:Version {record: n.id, number: n.version, at: n.updatedAt, by: n.updatedBy, validation: n.validation, audience: n.audience, handling: n.handling, details: n.details, json: n.json, seal: n.seal})
          SET n = x.p, {{RecordTimes}} {{Natives}} }
        CALL (g) { UNWIND $p.connectors AS x MERGE (n:Record {id: x.p.id}) ON CREATE SET n:$(x.label), n = x.p, {{RecordTimes}} }
        CALL (g) { {{Neo4jListing.Of("$p.added")}} }
        CALL (g) { {{Neo4jListing.Again("$p.amended")}} }
        CALL (g) { {{Neo4jListing.OfNew("$p.connectors")}} }
        CALL (g) { UNWIND $p.amended AS x MATCH (:Record {id: x.p.id})-[l]->() WHERE l.derived DELETE l }
        CALL (g) { UNWIND $p.amended AS x WITH x WHERE x.reordered MATCH (:Record {id: x.p.id})-[l]->() SET l.sort = x.p.sort }
        CALL (g) { UNWIND $p.links AS x MATCH (f:Record {id: x.from}) MATCH (t:Record {id: x.to}) {{CreateLink}} }
        CALL (g) { UNWIND $p.amendedLinks AS x {{FindLink}}
          CREATE (v:LinkVersion {link: l.id, number: l.version, at: l.updatedAt, by: l.updatedBy, audience: l.audience, withdrawn: l.withdrawn, handling: l.handling, json: l.json, seal: l.seal})
          SET l += x.p, l.updatedAt = datetime($p.at) }
        CALL (g) { UNWIND $p.consented AS x {{FindLink}} SET l.consents = x.consents
          CREATE (c:Consent {link: l.id, agency: $p.agency, at: datetime($p.at), by: $p.officer, seal: x.seal}) }
        CALL (g) { UNWIND $p.recanted AS x {{FindLink}} SET l.consents = x.consents
          WITH l MATCH (c:Consent {link: l.id}) WHERE c.agency = $p.agency DELETE c }
        CALL (g) { UNWIND $p.ended AS x MATCH (e:Edition {record: x.record}) WHERE e.token = x.token AND e.level = x.level AND e.until = x.until DELETE e }
        CALL (g) { UNWIND $p.running AS x MERGE (e:Edition {record: x.record, token: x.token, level: x.level, until: x.until}) SET e = x, e.releasedAt = datetime(x.releasedAt) }
        CALL (g) { UNWIND $p.editions AS x CREATE (e:EditionVersion) SET e = x, e.at = datetime(x.at) }
        CALL (g) { UNWIND $p.counters AS x MERGE (c:Counter {agency: $p.agency, year: x.year}) SET c.last = x.last }
        CALL (g) { UNWIND $p.operations AS x MERGE (o:Operation {id: x.id}) SET o.name = x.name, o.lead = x.lead, o.until = datetime(x.until), o.seal = x.seal, o.revision = coalesce(o.revision, 0) + 1 }
        CALL (g) { UNWIND $p.operationAgencies AS x MERGE (a:OperationAgency {operation: x.operation, agency: x.agency}) SET a.seal = x.seal }
        CALL (g) { UNWIND $p.memberships AS x MERGE (m:Membership {group: x.group, officer: x.officer}) SET m.until = datetime(x.until), m.confirmed = x.confirmed, m.seal = x.seal
          WITH x MATCH (o:Operation {id: x.group}) SET o.revision = o.revision + 1 }
        CALL (g) { MATCH (q:Request) WHERE q.at <= datetime($p.kept) WITH q LIMIT 1000 DELETE q }
        CALL (g) { MERGE (q:Request {officer: $p.officer, field: $p.request.field, key: $p.request.key}) SET q.hash = $p.request.hash, q.ids = $p.request.ids, q.at = datetime($p.at), q.seal = $p.request.seal }
        RETURN true
        """;
}
