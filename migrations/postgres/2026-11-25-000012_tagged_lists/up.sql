-- The columns that lists of a tag's articles sort and filter by are copied to article_tags, so that
-- each list is one index range. The program sets them on insert, a trigger on update.
ALTER TABLE article_tags
    ADD COLUMN lang TEXT COLLATE "C" NOT NULL DEFAULT '',
    ADD COLUMN featured BOOLEAN NOT NULL DEFAULT FALSE,
    ADD COLUMN title_sort BYTEA NOT NULL DEFAULT '',
    ADD COLUMN updated_at TIMESTAMPTZ NOT NULL DEFAULT 'epoch';

-- The copied columns don't change the public content, so they invalidate no cache tag.
DROP TRIGGER changes_of_article_tags ON article_tags;
CREATE TRIGGER changes_of_article_tags
    AFTER INSERT OR DELETE OR UPDATE OF article_id, tag_id, position, published_at ON article_tags
    FOR EACH ROW EXECUTE FUNCTION changes_of_article_tags();

UPDATE article_tags
    SET lang = a.lang, featured = a.featured, title_sort = a.title_sort, updated_at = a.updated_at
    FROM articles AS a WHERE a.id = article_id;
CREATE FUNCTION articles_repeated_on_tags() RETURNS trigger
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    UPDATE article_tags
    SET lang = NEW.lang, featured = NEW.featured, title_sort = NEW.title_sort,
        updated_at = NEW.updated_at
    WHERE article_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER articles_repeated_on_tags
    AFTER UPDATE OF lang, featured, title_sort, updated_at ON articles
    FOR EACH ROW
    WHEN ((OLD.lang, OLD.featured, OLD.title_sort, OLD.updated_at)
        IS DISTINCT FROM (NEW.lang, NEW.featured, NEW.title_sort, NEW.updated_at))
    EXECUTE FUNCTION articles_repeated_on_tags();

-- After their sort key, the indexes hold the columns of filters: rows that don't match are skipped
-- in the index, without a read of the article.
DROP INDEX article_tags_by_tag;
CREATE INDEX article_tags_by_tag
    ON article_tags (tag_id, published_at, article_id, lang, featured);
CREATE INDEX article_tags_by_title
    ON article_tags (tag_id, title_sort, article_id, lang, featured)
    WHERE published_at IS NOT NULL;
CREATE INDEX article_tags_by_update
    ON article_tags (tag_id, updated_at, article_id, lang, featured)
    WHERE published_at IS NOT NULL;
DROP INDEX articles_by_listing;
CREATE INDEX articles_by_listing
    ON articles (status, listed_at, id, featured, lang, author_id, updated_at);
DROP INDEX articles_by_updated_at;
CREATE INDEX articles_by_updated_at
    ON articles (status, updated_at, id, featured, lang, author_id, listed_at);
DROP INDEX articles_by_title;
CREATE INDEX articles_by_title
    ON articles (status, title_sort, id, featured, lang, author_id, listed_at, updated_at);

-- Articles that override the site's comment settings.
CREATE INDEX article_comment_settings_by_comments ON article_comment_settings (comments);
CREATE INDEX article_comment_settings_by_age ON article_comment_settings (close_comments_after_days)
    WHERE close_comments_after_days IS NOT NULL;
