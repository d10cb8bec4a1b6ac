DROP TRIGGER changes_of_new_comments;
DROP TRIGGER changes_of_comments;
DROP TRIGGER changes_of_gone_comments;
-- A hidden comment hides its replies again.
UPDATE comments SET shown = 0 WHERE shown AND EXISTS (
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

CREATE TRIGGER changes_of_new_comments AFTER INSERT ON comments WHEN NEW.shown
BEGIN
    INSERT INTO changes (touched) VALUES ('discussion-' || NEW.article_id);
END;

CREATE TRIGGER changes_of_comments AFTER UPDATE ON comments WHEN OLD.shown OR NEW.shown
BEGIN
    INSERT INTO changes (touched) VALUES ('discussion-' || NEW.article_id);
END;

CREATE TRIGGER changes_of_gone_comments AFTER DELETE ON comments WHEN OLD.shown
BEGIN
    INSERT INTO changes (touched) VALUES ('discussion-' || OLD.article_id);
END;
