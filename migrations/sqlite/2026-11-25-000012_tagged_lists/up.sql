-- The columns that lists of a tag's articles sort and filter by are copied to article_tags, so that
-- each list is one index range. The program sets them on insert, a trigger on update.
ALTER TABLE article_tags ADD COLUMN lang TEXT NOT NULL DEFAULT '';
ALTER TABLE article_tags ADD COLUMN featured BOOLEAN NOT NULL DEFAULT 0;
ALTER TABLE article_tags ADD COLUMN title_sort BLOB NOT NULL DEFAULT x'';
ALTER TABLE article_tags ADD COLUMN updated_at BIGINT NOT NULL DEFAULT 0;

-- The copied columns don't change the public content, so they invalidate no cache tag.
DROP TRIGGER changes_of_article_tags;
CREATE TRIGGER changes_of_article_tags
AFTER UPDATE OF article_id, tag_id, position, published_at ON article_tags
WHEN OLD.published_at IS NOT NULL OR NEW.published_at IS NOT NULL
BEGIN
    INSERT INTO changes (touched) VALUES
        ('article-' || NEW.article_id), ('tagged-' || OLD.tag_id), ('tagged-' || NEW.tag_id);
END;

UPDATE article_tags SET (lang, featured, title_sort, updated_at) = (
    SELECT lang, featured, title_sort, updated_at FROM articles WHERE id = article_id
);
CREATE TRIGGER articles_repeated_on_tags
AFTER UPDATE OF lang, featured, title_sort, updated_at ON articles
WHEN OLD.lang IS NOT NEW.lang OR OLD.featured IS NOT NEW.featured
    OR OLD.title_sort IS NOT NEW.title_sort OR OLD.updated_at IS NOT NEW.updated_at
BEGIN
    UPDATE article_tags
    SET lang = NEW.lang, featured = NEW.featured, title_sort = NEW.title_sort,
        updated_at = NEW.updated_at
    WHERE article_id = NEW.id;
END;

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

-- A larger hash table writes a large transaction in fewer segments, so fewer have to be merged.
INSERT INTO search_published (search_published, rank) VALUES ('hashsize', 8388608);
INSERT INTO search_unpublished (search_unpublished, rank) VALUES ('hashsize', 8388608);
