// The graph as it lies in Neo4j: (:Record:Seizure)-[:INVOLVES]->(:Record:Suspect), the kind of a record as its second
// label, the kind of a link as its type; and what is kept beside records and links as nodes without relationships, found
// by the ids of what they are of. Each statement goes by itself and changes nothing where it has run before.

CREATE CONSTRAINT record_id IF NOT EXISTS FOR (n:Record) REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT record_reference IF NOT EXISTS FOR (n:Record) REQUIRE n.reference IS UNIQUE;
CREATE INDEX record_import IF NOT EXISTS FOR (n:Record) ON (n.importKey, n.owner);

// Interned audiences: an id is never changed and never reused. A canonical line may be longer than an index takes.
CREATE CONSTRAINT audience_id IF NOT EXISTS FOR (n:Audience) REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT audience_mark IF NOT EXISTS FOR (n:Audience) REQUIRE n.mark IS UNIQUE;

// Superseded versions; the current one is the record or link itself.
CREATE CONSTRAINT version_number IF NOT EXISTS FOR (n:Version) REQUIRE (n.record, n.number) IS UNIQUE;
CREATE CONSTRAINT link_version_number IF NOT EXISTS FOR (n:LinkVersion) REQUIRE (n.link, n.number) IS UNIQUE;
CREATE INDEX consent_link IF NOT EXISTS FOR (n:Consent) ON (n.link);

// The running releases of a record, and which version of it each edition of a release was.
CREATE INDEX edition_record IF NOT EXISTS FOR (n:Edition) ON (n.record);
CREATE INDEX edition_version_record IF NOT EXISTS FOR (n:EditionVersion) ON (n.record);

CREATE CONSTRAINT request_key IF NOT EXISTS FOR (n:Request) REQUIRE (n.officer, n.field, n.key) IS UNIQUE;
CREATE INDEX request_at IF NOT EXISTS FOR (n:Request) ON (n.at);
CREATE CONSTRAINT counter_year IF NOT EXISTS FOR (n:Counter) REQUIRE (n.agency, n.year) IS UNIQUE;
CREATE CONSTRAINT loaded_file IF NOT EXISTS FOR (n:Loaded) REQUIRE (n.name, n.checksum) IS UNIQUE;

// Joint operations: who leads, which agencies take part, which officers belong, until when.
CREATE CONSTRAINT operation_id IF NOT EXISTS FOR (n:Operation) REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT operation_agency IF NOT EXISTS FOR (n:OperationAgency) REQUIRE (n.operation, n.agency) IS UNIQUE;
CREATE INDEX operation_agency_operation IF NOT EXISTS FOR (n:OperationAgency) ON (n.operation);
CREATE INDEX operation_agency_agency IF NOT EXISTS FOR (n:OperationAgency) ON (n.agency);
CREATE CONSTRAINT membership_officer IF NOT EXISTS FOR (n:Membership) REQUIRE (n.group, n.officer) IS UNIQUE;
CREATE INDEX membership_group IF NOT EXISTS FOR (n:Membership) ON (n.group);
CREATE INDEX membership_of IF NOT EXISTS FOR (n:Membership) ON (n.officer);

// Lists, in their order: of each kind, and of each value that a kind is filtered by.
CREATE CONSTRAINT value_at IF NOT EXISTS FOR (n:Value) REQUIRE n.at IS UNIQUE;
CREATE INDEX listed IF NOT EXISTS FOR ()-[l:LISTED]-() ON (l.at, l.sort, l.id);

// A link by its id, and the links of a hub in their order.
CREATE CONSTRAINT involves_id IF NOT EXISTS FOR ()-[l:INVOLVES]-() REQUIRE l.id IS UNIQUE;
CREATE CONSTRAINT uses_id IF NOT EXISTS FOR ()-[l:USES]-() REQUIRE l.id IS UNIQUE;
CREATE CONSTRAINT carried_by_id IF NOT EXISTS FOR ()-[l:CARRIED_BY]-() REQUIRE l.id IS UNIQUE;
CREATE CONSTRAINT documented_by_id IF NOT EXISTS FOR ()-[l:DOCUMENTED_BY]-() REQUIRE l.id IS UNIQUE;
CREATE CONSTRAINT marked_id IF NOT EXISTS FOR ()-[l:MARKED]-() REQUIRE l.id IS UNIQUE;
CREATE CONSTRAINT of_species_id IF NOT EXISTS FOR ()-[l:OF_SPECIES]-() REQUIRE l.id IS UNIQUE;
CREATE CONSTRAINT at_id IF NOT EXISTS FOR ()-[l:AT]-() REQUIRE l.id IS UNIQUE;
CREATE CONSTRAINT origin_id IF NOT EXISTS FOR ()-[l:ORIGIN]-() REQUIRE l.id IS UNIQUE;
CREATE CONSTRAINT export_id IF NOT EXISTS FOR ()-[l:EXPORT]-() REQUIRE l.id IS UNIQUE;
CREATE CONSTRAINT transit_id IF NOT EXISTS FOR ()-[l:TRANSIT]-() REQUIRE l.id IS UNIQUE;
CREATE CONSTRAINT destination_id IF NOT EXISTS FOR ()-[l:DESTINATION]-() REQUIRE l.id IS UNIQUE;
CREATE CONSTRAINT on_route_id IF NOT EXISTS FOR ()-[l:ON_ROUTE]-() REQUIRE l.id IS UNIQUE;
CREATE CONSTRAINT associated_with_id IF NOT EXISTS FOR ()-[l:ASSOCIATED_WITH]-() REQUIRE l.id IS UNIQUE;
CREATE CONSTRAINT forensic_match_id IF NOT EXISTS FOR ()-[l:FORENSIC_MATCH]-() REQUIRE l.id IS UNIQUE;
CREATE CONSTRAINT passes_id IF NOT EXISTS FOR ()-[l:PASSES]-() REQUIRE l.id IS UNIQUE;
CREATE CONSTRAINT same_as_id IF NOT EXISTS FOR ()-[l:SAME_AS]-() REQUIRE l.id IS UNIQUE;
CREATE CONSTRAINT not_same_as_id IF NOT EXISTS FOR ()-[l:NOT_SAME_AS]-() REQUIRE l.id IS UNIQUE;
CREATE INDEX involves_hub IF NOT EXISTS FOR ()-[l:INVOLVES]-() ON (l.toKey, l.sort, l.id);
CREATE INDEX uses_hub IF NOT EXISTS FOR ()-[l:USES]-() ON (l.toKey, l.sort, l.id);
CREATE INDEX carried_by_hub IF NOT EXISTS FOR ()-[l:CARRIED_BY]-() ON (l.toKey, l.sort, l.id);
CREATE INDEX documented_by_hub IF NOT EXISTS FOR ()-[l:DOCUMENTED_BY]-() ON (l.toKey, l.sort, l.id);
CREATE INDEX marked_hub IF NOT EXISTS FOR ()-[l:MARKED]-() ON (l.toKey, l.sort, l.id);
CREATE INDEX of_species_hub IF NOT EXISTS FOR ()-[l:OF_SPECIES]-() ON (l.toKey, l.sort, l.id);
CREATE INDEX at_hub IF NOT EXISTS FOR ()-[l:AT]-() ON (l.toKey, l.sort, l.id);
CREATE INDEX origin_hub IF NOT EXISTS FOR ()-[l:ORIGIN]-() ON (l.toKey, l.sort, l.id);
CREATE INDEX export_hub IF NOT EXISTS FOR ()-[l:EXPORT]-() ON (l.toKey, l.sort, l.id);
CREATE INDEX transit_hub IF NOT EXISTS FOR ()-[l:TRANSIT]-() ON (l.toKey, l.sort, l.id);
CREATE INDEX destination_hub IF NOT EXISTS FOR ()-[l:DESTINATION]-() ON (l.toKey, l.sort, l.id);
CREATE INDEX on_route_hub IF NOT EXISTS FOR ()-[l:ON_ROUTE]-() ON (l.toKey, l.sort, l.id);
CREATE INDEX associated_with_hub IF NOT EXISTS FOR ()-[l:ASSOCIATED_WITH]-() ON (l.toKey, l.sort, l.id);
CREATE INDEX forensic_match_hub IF NOT EXISTS FOR ()-[l:FORENSIC_MATCH]-() ON (l.toKey, l.sort, l.id);
CREATE INDEX passes_hub IF NOT EXISTS FOR ()-[l:PASSES]-() ON (l.toKey, l.sort, l.id);
CREATE INDEX same_as_hub IF NOT EXISTS FOR ()-[l:SAME_AS]-() ON (l.toKey, l.sort, l.id);
CREATE INDEX not_same_as_hub IF NOT EXISTS FOR ()-[l:NOT_SAME_AS]-() ON (l.toKey, l.sort, l.id);
