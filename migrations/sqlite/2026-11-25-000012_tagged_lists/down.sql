DROP INDEX article_comment_settings_by_age;
DROP INDEX article_comment_settings_by_comments;
INSERT INTO search_unpublished (search_unpublished, rank) VALUES ('hashsize', 1048576);
INSERT INTO search_published (search_published, rank) VALUES ('hashsize', 1048576);
DROP INDEX articles_by_title;
CREATE INDEX articles_by_title ON articles (status, title_sort, id);
DROP INDEX articles_by_updated_at;
CREATE INDEX articles_by_updated_at ON articles (status, updated_at, id);
DROP INDEX articles_by_listing;
CREATE INDEX articles_by_listing ON articles (status, listed_at, id);
DROP INDEX article_tags_by_update;
DROP INDEX article_tags_by_title;
DROP INDEX article_tags_by_tag;
DROP TRIGGER articles_repeated_on_tags;
ALTER TABLE article_tags DROP COLUMN updated_at;
ALTER TABLE article_tags DROP COLUMN title_sort;
ALTER TABLE article_tags DROP COLUMN featured;
ALTER TABLE article_tags DROP COLUMN lang;
CREATE INDEX article_tags_by_tag ON article_tags (tag_id, published_at, article_id);
DROP TRIGGER changes_of_article_tags;
CREATE TRIGGER changes_of_article_tags AFTER UPDATE ON article_tags
WHEN OLD.published_at IS NOT NULL OR NEW.published_at IS NOT NULL
BEGIN
    INSERT INTO changes (touched) VALUES
        ('article-' || NEW.article_id), ('tagged-' || OLD.tag_id), ('tagged-' || NEW.tag_id);
END;
