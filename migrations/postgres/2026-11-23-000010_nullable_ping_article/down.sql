DROP INDEX pings_of_article;
DELETE FROM pings WHERE article_id IS NULL;
ALTER TABLE pings ALTER COLUMN article_id SET NOT NULL;
