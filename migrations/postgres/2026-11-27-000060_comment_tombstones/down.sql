DROP TRIGGER changes_of_comments ON comments;
-- A hidden comment hides its replies again.
UPDATE comments SET shown = FALSE WHERE shown AND EXISTS (
    SELECT 1 FROM comments AS above
    WHERE above.article_id = comments.article_id AND NOT above.shown
        AND length(above.path) < length(comments.path)
        AND substr(comments.path, 1, length(above.path)) = above.path
);
UPDATE articles SET comment_count = (
    SELECT COUNT(*) FROM comments WHERE comments.article_id = articles.id AND comments.shown
) WHERE id IN (SELECT article_id FROM comments);
DROP INDEX comments_by_oldest;
DROP INDEX comments_by_newest;
ALTER TABLE comments DROP COLUMN listed;
CREATE INDEX comments_by_oldest ON comments (article_id, shown, path);
CREATE INDEX comments_by_newest ON comments (article_id, shown, root_id DESC, path);

CREATE OR REPLACE FUNCTION changes_of_comments() RETURNS trigger
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    IF (TG_OP <> 'INSERT' AND OLD.shown) OR (TG_OP <> 'DELETE' AND NEW.shown) THEN
        INSERT INTO changes (touched)
        VALUES ('discussion-' || coalesce(NEW.article_id, OLD.article_id));
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER changes_of_comments AFTER INSERT OR UPDATE OR DELETE ON comments
    FOR EACH ROW EXECUTE FUNCTION changes_of_comments();
