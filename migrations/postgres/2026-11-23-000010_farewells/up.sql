-- A ping outlives its article while the site it went to has not been told that the article is gone.
ALTER TABLE pings ALTER COLUMN article_id DROP NOT NULL;
