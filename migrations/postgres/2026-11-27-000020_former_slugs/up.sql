-- Former slugs keep their spelling, so that editors can list them. Of older ones only the folded key
-- is known.
ALTER TABLE article_slug_history ADD COLUMN slug TEXT NOT NULL DEFAULT '';
UPDATE article_slug_history SET slug = slug_key;
ALTER TABLE tag_slug_history ADD COLUMN slug TEXT NOT NULL DEFAULT '';
UPDATE tag_slug_history SET slug = slug_key;

-- slug_seen: readers could see the present slug, so it redirects when it changes. A draft that was
-- changed before may have been published once, so its slug counts as seen. The default spares large
-- tables an update of every row.
ALTER TABLE articles ADD COLUMN slug_seen BOOLEAN NOT NULL DEFAULT TRUE;
UPDATE articles SET slug_seen = FALSE WHERE status = 'draft' AND version = 1;
