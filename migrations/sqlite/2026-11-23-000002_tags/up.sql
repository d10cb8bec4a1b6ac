-- name_key and slug_key are folded: two tags may not differ only in spelling variants. A tag that a
-- draft created is unlisted until an article with it is published.
CREATE TABLE tags (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    slug TEXT NOT NULL,
    slug_key TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL UNIQUE,
    name_sort BLOB NOT NULL,
    description TEXT,
    lang TEXT NOT NULL,
    listed BOOLEAN NOT NULL DEFAULT 1,
    article_count BIGINT NOT NULL DEFAULT 0 CHECK (article_count >= 0),
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    version BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX tags_by_name ON tags (name_sort, id);
CREATE INDEX tags_by_article_count ON tags (article_count, id);
CREATE INDEX tags_by_created_at ON tags (created_at, id);
CREATE INDEX tags_by_updated_at ON tags (updated_at, id);

-- Former slugs, which redirect permanently.
CREATE TABLE tag_slug_history (
    slug_key TEXT PRIMARY KEY NOT NULL,
    tag_id BIGINT NOT NULL REFERENCES tags (id) ON DELETE CASCADE
);
CREATE INDEX tag_slug_history_by_tag ON tag_slug_history (tag_id);
