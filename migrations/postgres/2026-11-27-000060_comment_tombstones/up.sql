-- A hidden comment no longer hides its replies: readers see a tombstone in its place.
-- shown: it is approved.
-- listed: readers see it or its tombstone, which stays while a reply below it is shown.
DROP TRIGGER changes_of_comments ON comments;
ALTER TABLE comments ADD COLUMN listed BOOLEAN NOT NULL DEFAULT FALSE;
-- Replies that a hidden comment hid must not appear by themselves. They wait for a moderator.
UPDATE comments SET status = 'pending' WHERE status = 'approved' AND NOT shown;
UPDATE comments SET listed = TRUE WHERE shown;
DROP INDEX comments_by_oldest;
DROP INDEX comments_by_newest;
CREATE INDEX comments_by_oldest ON comments (article_id, listed, path);
CREATE INDEX comments_by_newest ON comments (article_id, listed, root_id DESC, path);

CREATE OR REPLACE FUNCTION changes_of_comments() RETURNS trigger
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    IF (TG_OP <> 'INSERT' AND OLD.listed) OR (TG_OP <> 'DELETE' AND NEW.listed) THEN
        INSERT INTO changes (touched)
        VALUES ('discussion-' || coalesce(NEW.article_id, OLD.article_id));
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER changes_of_comments AFTER INSERT OR UPDATE OR DELETE ON comments
    FOR EACH ROW EXECUTE FUNCTION changes_of_comments();
