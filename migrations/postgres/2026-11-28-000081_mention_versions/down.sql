ALTER TABLE mentions DROP COLUMN version;
