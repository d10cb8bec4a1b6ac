-- page_key: the normalised URL at which the last verification found the link, after redirects. One row of
-- an article has it: that of the page.
-- same_as: the row of the page, if this row's source leads to a page that another row has. The row then
-- only remembers the source, and is in no list.
ALTER TABLE mentions ADD COLUMN page_key TEXT COLLATE "C";
ALTER TABLE mentions ADD COLUMN same_as BIGINT REFERENCES mentions (id) ON DELETE CASCADE;
UPDATE mentions SET page_key = source_key WHERE verified_at IS NOT NULL;
CREATE UNIQUE INDEX mentions_by_page ON mentions (article_id, page_key);
CREATE INDEX mentions_by_same_as ON mentions (same_as);
