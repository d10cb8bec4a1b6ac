DROP INDEX mentions_by_article;
ALTER TABLE mentions DROP COLUMN told_url;
