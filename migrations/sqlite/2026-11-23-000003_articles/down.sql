DROP TABLE article_revisions;
DROP TABLE article_slug_history;
DROP TABLE article_credits;
DROP TABLE article_tags;
DROP TABLE articles;
