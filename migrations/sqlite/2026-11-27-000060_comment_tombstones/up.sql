-- A hidden comment no longer hides its replies: readers see a tombstone in its place.
-- shown: it is approved.
-- listed: readers see it or its tombstone, which stays while a reply below it is shown.
DROP TRIGGER changes_of_new_comments;
DROP TRIGGER changes_of_comments;
DROP TRIGGER changes_of_gone_comments;
ALTER TABLE comments ADD COLUMN listed BOOLEAN NOT NULL DEFAULT 0;
-- Replies that a hidden comment hid must not appear by themselves. They wait for a moderator.
UPDATE comments SET status = 'pending' WHERE status = 'approved' AND NOT shown;
UPDATE comments SET listed = 1 WHERE shown;
DROP INDEX comments_by_oldest;
DROP INDEX comments_by_newest;
CREATE INDEX comments_by_oldest ON comments (article_id, listed, path);
CREATE INDEX comments_by_newest ON comments (article_id, listed, root_id DESC, path);

CREATE TRIGGER changes_of_new_comments AFTER INSERT ON comments WHEN NEW.listed
BEGIN
    INSERT INTO changes (touched) VALUES ('discussion-' || NEW.article_id);
END;

CREATE TRIGGER changes_of_comments AFTER UPDATE ON comments WHEN OLD.listed OR NEW.listed
BEGIN
    INSERT INTO changes (touched) VALUES ('discussion-' || NEW.article_id);
END;

CREATE TRIGGER changes_of_gone_comments AFTER DELETE ON comments WHEN OLD.listed
BEGIN
    INSERT INTO changes (touched) VALUES ('discussion-' || OLD.article_id);
END;
