DROP INDEX tags_by_key_version;
ALTER TABLE tags DROP COLUMN key_version;
DROP TABLE tag_name_history;
