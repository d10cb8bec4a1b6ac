-- A ping outlives its article while the site it went to has not been told that the article is gone.
ALTER TABLE pings ALTER COLUMN article_id DROP NOT NULL;

-- The delivery log is read newest first.
CREATE INDEX pings_of_article ON pings (article_id, id);
