-- Each version of a record and of a link carries a digest of all that it says, so that a check finds what has changed
-- under it. The program fills in what is there already, in the same transaction.
ALTER TABLE record ADD COLUMN digest BLOB NOT NULL DEFAULT x'';
ALTER TABLE version ADD COLUMN digest BLOB NOT NULL DEFAULT x'';
ALTER TABLE link ADD COLUMN digest BLOB NOT NULL DEFAULT x'';
ALTER TABLE link_version ADD COLUMN digest BLOB NOT NULL DEFAULT x'';
