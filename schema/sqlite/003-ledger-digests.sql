-- What is kept beside records and links and can be made of nothing else carries a digest of its row. The program fills
-- in what is there already, in the same transaction.
ALTER TABLE edition ADD COLUMN digest BLOB NOT NULL DEFAULT x'';
ALTER TABLE edition_version ADD COLUMN digest BLOB NOT NULL DEFAULT x'';
ALTER TABLE request ADD COLUMN digest BLOB NOT NULL DEFAULT x'';
ALTER TABLE consent ADD COLUMN digest BLOB NOT NULL DEFAULT x'';
ALTER TABLE operation ADD COLUMN digest BLOB NOT NULL DEFAULT x'';
ALTER TABLE operation_agency ADD COLUMN digest BLOB NOT NULL DEFAULT x'';
ALTER TABLE membership ADD COLUMN digest BLOB NOT NULL DEFAULT x'';
