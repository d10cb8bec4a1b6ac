-- What a mention that is known already was last told to link to, while that is not verified: anybody
-- may tell of it anew, under whatever address the article has.
ALTER TABLE mentions ADD COLUMN told_url TEXT;

-- All mentions of an article, newest first, for moderators.
CREATE INDEX mentions_by_article ON mentions (article_id, id);
