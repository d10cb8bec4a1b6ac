-- The same columns are copied to article_credits, for lists of an author's articles.
ALTER TABLE article_credits
    ADD COLUMN lang TEXT COLLATE "C" NOT NULL DEFAULT '',
    ADD COLUMN featured BOOLEAN NOT NULL DEFAULT FALSE,
    ADD COLUMN title_sort BYTEA NOT NULL DEFAULT '',
    ADD COLUMN updated_at TIMESTAMPTZ NOT NULL DEFAULT 'epoch';
UPDATE article_credits
    SET lang = a.lang, featured = a.featured, title_sort = a.title_sort, updated_at = a.updated_at
    FROM articles AS a WHERE a.id = article_id;
CREATE FUNCTION articles_repeated_on_credits() RETURNS trigger
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    UPDATE article_credits
    SET lang = NEW.lang, featured = NEW.featured, title_sort = NEW.title_sort,
        updated_at = NEW.updated_at
    WHERE article_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER articles_repeated_on_credits
    AFTER UPDATE OF lang, featured, title_sort, updated_at ON articles
    FOR EACH ROW
    WHEN ((OLD.lang, OLD.featured, OLD.title_sort, OLD.updated_at)
        IS DISTINCT FROM (NEW.lang, NEW.featured, NEW.title_sort, NEW.updated_at))
    EXECUTE FUNCTION articles_repeated_on_credits();
DROP INDEX article_credits_by_name;
CREATE INDEX article_credits_by_name
    ON article_credits (name_key, published_at, article_id, lang, featured);
CREATE INDEX article_credits_by_title
    ON article_credits (name_key, title_sort, article_id, lang, featured)
    WHERE published_at IS NOT NULL;
CREATE INDEX article_credits_by_update
    ON article_credits (name_key, updated_at, article_id, lang, featured)
    WHERE published_at IS NOT NULL;
