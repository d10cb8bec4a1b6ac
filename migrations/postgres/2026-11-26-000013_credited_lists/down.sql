DROP INDEX article_credits_by_update;
DROP INDEX article_credits_by_title;
DROP INDEX article_credits_by_name;
DROP TRIGGER articles_repeated_on_credits ON articles;
DROP FUNCTION articles_repeated_on_credits;
ALTER TABLE article_credits
    DROP COLUMN updated_at, DROP COLUMN title_sort, DROP COLUMN featured, DROP COLUMN lang;
CREATE INDEX article_credits_by_name ON article_credits (name_key, published_at, article_id);
