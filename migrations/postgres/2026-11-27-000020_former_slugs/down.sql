ALTER TABLE articles DROP COLUMN slug_seen;
ALTER TABLE tag_slug_history DROP COLUMN slug;
ALTER TABLE article_slug_history DROP COLUMN slug;
