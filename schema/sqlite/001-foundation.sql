-- The graph in tables: records, links, and two tables made only to be searched. Engines know no kind; kind, world,
-- validation and level are the small integers of the registry's closed sets.

-- What the store is: its epoch (new for every restored copy) and the registry's secret.
CREATE TABLE meta (
  name TEXT PRIMARY KEY,
  value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- Shipped files that were loaded whole.
CREATE TABLE loaded (
  name TEXT NOT NULL,
  checksum TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (name, checksum)
) STRICT, WITHOUT ROWID;

-- Interned audiences: an id is never changed and never reused. 0 is not an audience: it marks connectors.
CREATE TABLE audience (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  canonical TEXT NOT NULL UNIQUE,
  owner TEXT NOT NULL,
  reference INTEGER NOT NULL,
  releases TEXT NOT NULL
) STRICT;

CREATE TABLE record (
  row INTEGER PRIMARY KEY,
  id BLOB NOT NULL UNIQUE,
  kind INTEGER NOT NULL,
  audience INTEGER NOT NULL,
  world INTEGER NOT NULL,      -- 0 real, 1 exercise, 2 neither
  validation INTEGER NOT NULL,
  version INTEGER NOT NULL,
  handling INTEGER NOT NULL,
  owner TEXT,                  -- null: a connector
  sort TEXT NOT NULL,
  reference TEXT,
  import_key TEXT,
  created_at INTEGER NOT NULL, -- UTC, 100 ns since year 1
  created_by TEXT NOT NULL,
  updated_at INTEGER NOT NULL,
  updated_by TEXT NOT NULL,
  details TEXT,
  properties BLOB NOT NULL
) STRICT;
CREATE INDEX record_list ON record (kind, world, sort, id, audience, validation);
CREATE UNIQUE INDEX record_reference ON record (reference) WHERE reference IS NOT NULL;
CREATE INDEX record_import ON record (import_key, owner) WHERE import_key IS NOT NULL;

-- Superseded versions; the current one is the record itself.
CREATE TABLE version (
  record INTEGER NOT NULL REFERENCES record (row),
  version INTEGER NOT NULL,
  at INTEGER NOT NULL,
  by TEXT NOT NULL,
  validation INTEGER NOT NULL,
  audience INTEGER NOT NULL,
  handling INTEGER NOT NULL,
  details TEXT,
  properties BLOB NOT NULL,
  PRIMARY KEY (record, version)
) STRICT;

-- What lists are filtered by, in the order they are listed in, with what visibility needs beside it.
CREATE TABLE indexed (
  kind INTEGER NOT NULL,
  world INTEGER NOT NULL,
  property TEXT NOT NULL,
  value TEXT NOT NULL,
  sort TEXT NOT NULL,
  id BLOB NOT NULL,
  row INTEGER NOT NULL REFERENCES record (row),
  audience INTEGER NOT NULL,
  validation INTEGER NOT NULL,
  PRIMARY KEY (kind, world, property, value, sort, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX indexed_row ON indexed (row);

CREATE TABLE link (
  row INTEGER PRIMARY KEY,
  id BLOB NOT NULL UNIQUE,
  kind INTEGER NOT NULL,
  from_row INTEGER NOT NULL REFERENCES record (row),
  to_row INTEGER NOT NULL REFERENCES record (row),
  owner TEXT NOT NULL,
  audience INTEGER NOT NULL,
  floor BLOB NOT NULL,         -- one byte: the level below which the link does not exist
  withdrawn INTEGER NOT NULL,
  derived INTEGER NOT NULL,
  discriminator TEXT NOT NULL,
  sort TEXT NOT NULL,
  handling INTEGER NOT NULL,
  version INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  created_by TEXT NOT NULL,
  updated_at INTEGER NOT NULL,
  updated_by TEXT NOT NULL,
  properties BLOB NOT NULL
) STRICT;
CREATE INDEX link_ends ON link (from_row, to_row, kind, owner);

-- Links onto another agency's record that this agency, the record's owner, has consented to.
CREATE TABLE consent (
  link INTEGER NOT NULL REFERENCES link (row),
  agency TEXT NOT NULL,
  at INTEGER NOT NULL,
  by TEXT NOT NULL,
  PRIMARY KEY (link, agency)
) STRICT, WITHOUT ROWID;

CREATE TABLE link_version (
  link INTEGER NOT NULL REFERENCES link (row),
  version INTEGER NOT NULL,
  at INTEGER NOT NULL,
  by TEXT NOT NULL,
  audience INTEGER NOT NULL,
  withdrawn INTEGER NOT NULL,
  handling INTEGER NOT NULL,
  properties BLOB NOT NULL,
  PRIMARY KEY (link, version)
) STRICT;

-- Every link twice, once from either end, in the order that links are listed in: rank, sort and id falling.
CREATE TABLE adjacent (
  near INTEGER NOT NULL,
  rank INTEGER NOT NULL,       -- 63 less the kind of link
  sort TEXT NOT NULL,
  id BLOB NOT NULL,
  outgoing INTEGER NOT NULL,
  far INTEGER NOT NULL,
  link INTEGER NOT NULL,
  audience INTEGER NOT NULL,
  floor BLOB NOT NULL,
  withdrawn INTEGER NOT NULL,
  world INTEGER NOT NULL,
  PRIMARY KEY (near, rank, sort, id, outgoing)
) STRICT, WITHOUT ROWID;

-- The running releases of a record: when each was made, and the edition that its recipient has.
CREATE TABLE edition (
  record INTEGER NOT NULL REFERENCES record (row),
  token TEXT NOT NULL,
  level INTEGER NOT NULL,
  until INTEGER NOT NULL,      -- 0: no end
  since INTEGER NOT NULL,      -- the version of the record that it began with
  released_at INTEGER NOT NULL,
  edition INTEGER NOT NULL,
  PRIMARY KEY (record, token, level, until)
) STRICT, WITHOUT ROWID;

-- The ledger of editions: which version of the record each edition of a release was.
CREATE TABLE edition_version (
  record INTEGER NOT NULL REFERENCES record (row),
  token TEXT NOT NULL,
  level INTEGER NOT NULL,
  until INTEGER NOT NULL,
  since INTEGER NOT NULL,
  edition INTEGER NOT NULL,
  shows_from INTEGER NOT NULL, -- the lowest level at which it differs from the edition before; 0 for the first
  version INTEGER NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (record, token, level, until, since, edition)
) STRICT, WITHOUT ROWID;

-- Committed requests, by officer, field and key: what they asked and which ids came of it.
CREATE TABLE request (
  officer TEXT NOT NULL,
  field TEXT NOT NULL,
  key TEXT NOT NULL,
  hash TEXT NOT NULL,
  ids BLOB NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (officer, field, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX request_at ON request (at);

-- The last number of a reference given, per agency and year.
CREATE TABLE counter (
  agency TEXT NOT NULL,
  year INTEGER NOT NULL,
  last INTEGER NOT NULL,
  PRIMARY KEY (agency, year)
) STRICT, WITHOUT ROWID;

-- Joint operations: who leads, which agencies take part, which officers belong, until when.
CREATE TABLE operation (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  lead TEXT NOT NULL,
  until INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE operation_agency (
  agency TEXT NOT NULL,
  operation TEXT NOT NULL REFERENCES operation (id),
  PRIMARY KEY (agency, operation)
) STRICT, WITHOUT ROWID;
CREATE TABLE membership (
  officer TEXT NOT NULL,
  grp TEXT NOT NULL,
  until INTEGER NOT NULL,
  confirmed INTEGER NOT NULL,
  PRIMARY KEY (officer, grp)
) STRICT, WITHOUT ROWID;
CREATE INDEX membership_group ON membership (grp);
