DROP INDEX article_comment_settings_by_age;
DROP INDEX article_comment_settings_by_comments;
DROP INDEX articles_by_title;
CREATE INDEX articles_by_title ON articles (status, title_sort, id);
DROP INDEX articles_by_updated_at;
CREATE INDEX articles_by_updated_at ON articles (status, updated_at, id);
DROP INDEX articles_by_listing;
CREATE INDEX articles_by_listing ON articles (status, listed_at, id);
DROP INDEX article_tags_by_update;
DROP INDEX article_tags_by_title;
DROP INDEX article_tags_by_tag;
DROP TRIGGER articles_repeated_on_tags ON articles;
DROP FUNCTION articles_repeated_on_tags;
ALTER TABLE article_tags
    DROP COLUMN updated_at, DROP COLUMN title_sort, DROP COLUMN featured, DROP COLUMN lang;
CREATE INDEX article_tags_by_tag ON article_tags (tag_id, published_at, article_id);
DROP TRIGGER changes_of_article_tags ON article_tags;
CREATE TRIGGER changes_of_article_tags AFTER INSERT OR UPDATE OR DELETE ON article_tags
    FOR EACH ROW EXECUTE FUNCTION changes_of_article_tags();
