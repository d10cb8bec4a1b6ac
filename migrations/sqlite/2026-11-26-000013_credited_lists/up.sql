-- The same columns are copied to article_credits, for lists of an author's articles.
ALTER TABLE article_credits ADD COLUMN lang TEXT NOT NULL DEFAULT '';
ALTER TABLE article_credits ADD COLUMN featured BOOLEAN NOT NULL DEFAULT 0;
ALTER TABLE article_credits ADD COLUMN title_sort BLOB NOT NULL DEFAULT x'';
ALTER TABLE article_credits ADD COLUMN updated_at BIGINT NOT NULL DEFAULT 0;
UPDATE article_credits SET (lang, featured, title_sort, updated_at) = (
    SELECT lang, featured, title_sort, updated_at FROM articles WHERE id = article_id
);
CREATE TRIGGER articles_repeated_on_credits
AFTER UPDATE OF lang, featured, title_sort, updated_at ON articles
WHEN OLD.lang IS NOT NEW.lang OR OLD.featured IS NOT NEW.featured
    OR OLD.title_sort IS NOT NEW.title_sort OR OLD.updated_at IS NOT NEW.updated_at
BEGIN
    UPDATE article_credits
    SET lang = NEW.lang, featured = NEW.featured, title_sort = NEW.title_sort,
        updated_at = NEW.updated_at
    WHERE article_id = NEW.id;
END;
DROP INDEX article_credits_by_name;
CREATE INDEX article_credits_by_name
    ON article_credits (name_key, published_at, article_id, lang, featured);
CREATE INDEX article_credits_by_title
    ON article_credits (name_key, title_sort, article_id, lang, featured)
    WHERE published_at IS NOT NULL;
CREATE INDEX article_credits_by_update
    ON article_credits (name_key, updated_at, article_id, lang, featured)
    WHERE published_at IS NOT NULL;
