DELETE FROM mentions WHERE same_as IS NOT NULL;
DROP INDEX mentions_by_same_as;
DROP INDEX mentions_by_page;
ALTER TABLE mentions DROP COLUMN same_as;
ALTER TABLE mentions DROP COLUMN page_key;
