-- A ping outlives its article until its receiver has been notified of the deletion.
ALTER TABLE pings ALTER COLUMN article_id DROP NOT NULL;

-- The delivery log is read newest first.
CREATE INDEX pings_of_article ON pings (article_id, id);
