UPDATE mentions SET reason = 'source_refused' WHERE reason = 'address_refused';
UPDATE pings SET reason = 'target_refused' WHERE reason = 'target_denied';
UPDATE pings SET reason = 'endpoint_refused' WHERE reason = 'endpoint_denied';
ALTER TABLE pings RENAME COLUMN status TO state;
ALTER TABLE mentions DROP COLUMN author_photo;
ALTER TABLE mentions DROP COLUMN rsvp;
ALTER TABLE mentions DROP COLUMN kind;
ALTER TABLE mentions RENAME COLUMN protocol TO kind;
