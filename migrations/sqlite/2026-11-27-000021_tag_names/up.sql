-- Former names of tags: an article or a revision that names one gets the tag.
CREATE TABLE tag_name_history (
    name_key TEXT PRIMARY KEY NOT NULL,
    tag_id BIGINT NOT NULL REFERENCES tags (id) ON DELETE CASCADE
);
CREATE INDEX tag_name_history_by_tag ON tag_name_history (tag_id);

-- The version of src/text/tag_name.rs that made name_key. At start the program makes older keys
-- again.
ALTER TABLE tags ADD COLUMN key_version INTEGER NOT NULL DEFAULT 0;
CREATE INDEX tags_by_key_version ON tags (key_version, id);
