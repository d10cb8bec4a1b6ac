DROP INDEX article_credits_by_update;
DROP INDEX article_credits_by_title;
DROP INDEX article_credits_by_name;
DROP TRIGGER articles_repeated_on_credits;
ALTER TABLE article_credits DROP COLUMN updated_at;
ALTER TABLE article_credits DROP COLUMN title_sort;
ALTER TABLE article_credits DROP COLUMN featured;
ALTER TABLE article_credits DROP COLUMN lang;
CREATE INDEX article_credits_by_name ON article_credits (name_key, published_at, article_id);
