-- The target URL of a repeated notification, until it is verified. Anyone can repeat one, with any
-- URL of the article.
ALTER TABLE mentions ADD COLUMN told_url TEXT;

-- All mentions of an article, newest first, for moderators.
CREATE INDEX mentions_by_article ON mentions (article_id, id);
