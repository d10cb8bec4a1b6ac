-- Changes of the public content in commit order, as cache tags (src/domain/cache_tag.rs). Triggers
-- insert them, so no writer can forget them, in this program or another. Drafts change nothing
-- public.
-- transaction_id is for PostgreSQL, where rows are numbered before the commit.
CREATE TABLE changes (
    seq INTEGER PRIMARY KEY NOT NULL,
    transaction_id BIGINT NOT NULL DEFAULT 0,
    touched TEXT NOT NULL
);

CREATE TRIGGER changes_of_new_articles AFTER INSERT ON articles
WHEN NEW.status = 'published'
BEGIN
    INSERT INTO changes (touched) VALUES ('article-' || NEW.id), ('articles'), ('updates');
END;

CREATE TRIGGER changes_of_articles AFTER UPDATE ON articles
WHEN OLD.status = 'published' OR NEW.status = 'published'
BEGIN
    INSERT INTO changes (touched) VALUES ('article-' || NEW.id);
END;

-- The columns that lists sort and filter by: they decide an article's place in lists.
CREATE TRIGGER changes_of_places AFTER UPDATE ON articles
WHEN (OLD.status = 'published' OR NEW.status = 'published') AND (
    OLD.status IS NOT NEW.status OR OLD.listed_at IS NOT NEW.listed_at
    OR OLD.published_at IS NOT NEW.published_at OR OLD.title_sort IS NOT NEW.title_sort
    OR OLD.lang IS NOT NEW.lang OR OLD.featured IS NOT NEW.featured
    OR OLD.author_id IS NOT NEW.author_id OR OLD.credits IS NOT NEW.credits
)
BEGIN
    INSERT INTO changes (touched) VALUES ('articles');
    INSERT INTO changes (touched)
        SELECT 'tagged-' || tag_id FROM article_tags WHERE article_id = NEW.id;
END;

CREATE TRIGGER changes_of_update_times AFTER UPDATE ON articles
WHEN (OLD.status = 'published' OR NEW.status = 'published')
    AND (OLD.updated_at IS NOT NEW.updated_at OR OLD.status IS NOT NEW.status)
BEGIN
    INSERT INTO changes (touched) VALUES ('updates');
END;

CREATE TRIGGER changes_of_gone_articles AFTER DELETE ON articles
WHEN OLD.status = 'published'
BEGIN
    INSERT INTO changes (touched) VALUES ('article-' || OLD.id), ('articles'), ('updates');
END;

-- article_tags.published_at is NULL for an article that isn't published.
CREATE TRIGGER changes_of_new_article_tags AFTER INSERT ON article_tags
WHEN NEW.published_at IS NOT NULL
BEGIN
    INSERT INTO changes (touched) VALUES ('article-' || NEW.article_id), ('tagged-' || NEW.tag_id);
END;

CREATE TRIGGER changes_of_article_tags AFTER UPDATE ON article_tags
WHEN OLD.published_at IS NOT NULL OR NEW.published_at IS NOT NULL
BEGIN
    INSERT INTO changes (touched) VALUES
        ('article-' || NEW.article_id), ('tagged-' || OLD.tag_id), ('tagged-' || NEW.tag_id);
END;

CREATE TRIGGER changes_of_gone_article_tags AFTER DELETE ON article_tags
WHEN OLD.published_at IS NOT NULL
BEGIN
    INSERT INTO changes (touched) VALUES ('article-' || OLD.article_id), ('tagged-' || OLD.tag_id);
END;

CREATE TRIGGER changes_of_new_tags AFTER INSERT ON tags
WHEN NEW.listed
BEGIN
    INSERT INTO changes (touched) VALUES ('tag-' || NEW.id), ('tags');
END;

CREATE TRIGGER changes_of_tags AFTER UPDATE ON tags
WHEN OLD.listed OR NEW.listed
BEGIN
    INSERT INTO changes (touched) VALUES ('tag-' || NEW.id), ('tags');
END;

CREATE TRIGGER changes_of_gone_tags AFTER DELETE ON tags
WHEN OLD.listed
BEGIN
    INSERT INTO changes (touched) VALUES ('tag-' || OLD.id), ('tags');
END;

-- The tags of former slugs.
CREATE TRIGGER changes_of_new_tag_slugs AFTER INSERT ON tag_slug_history
BEGIN
    INSERT INTO changes (touched) VALUES ('tag-' || NEW.tag_id);
END;

CREATE TRIGGER changes_of_tag_slugs AFTER UPDATE ON tag_slug_history
BEGIN
    INSERT INTO changes (touched) VALUES ('tag-' || OLD.tag_id), ('tag-' || NEW.tag_id);
END;

CREATE TRIGGER changes_of_gone_tag_slugs AFTER DELETE ON tag_slug_history
BEGIN
    INSERT INTO changes (touched) VALUES ('tag-' || OLD.tag_id);
END;

CREATE TRIGGER changes_of_new_article_settings AFTER INSERT ON article_comment_settings
BEGIN
    INSERT INTO changes (touched) VALUES ('article-' || NEW.article_id);
END;

CREATE TRIGGER changes_of_article_settings AFTER UPDATE ON article_comment_settings
BEGIN
    INSERT INTO changes (touched) VALUES ('article-' || NEW.article_id);
END;

CREATE TRIGGER changes_of_gone_article_settings AFTER DELETE ON article_comment_settings
BEGIN
    INSERT INTO changes (touched) VALUES ('article-' || OLD.article_id);
END;

-- The comments that readers see. Those that await moderation invalidate nothing.
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

CREATE TRIGGER changes_of_new_mentions AFTER INSERT ON mentions
WHEN NEW.status = 'approved' AND NEW.verified_at IS NOT NULL
BEGIN
    INSERT INTO changes (touched) VALUES ('discussion-' || NEW.article_id);
END;

CREATE TRIGGER changes_of_mentions AFTER UPDATE ON mentions
WHEN (OLD.status = 'approved' AND OLD.verified_at IS NOT NULL)
    OR (NEW.status = 'approved' AND NEW.verified_at IS NOT NULL)
BEGIN
    INSERT INTO changes (touched) VALUES ('discussion-' || NEW.article_id);
END;

CREATE TRIGGER changes_of_gone_mentions AFTER DELETE ON mentions
WHEN OLD.status = 'approved' AND OLD.verified_at IS NOT NULL
BEGIN
    INSERT INTO changes (touched) VALUES ('discussion-' || OLD.article_id);
END;

CREATE TRIGGER changes_of_settings AFTER UPDATE ON comment_settings
BEGIN
    INSERT INTO changes (touched) VALUES ('settings');
END;

-- The newest articles of a byline are one index range, like those of a tag.
ALTER TABLE article_credits ADD COLUMN published_at BIGINT;
UPDATE article_credits SET published_at = (
    SELECT published_at FROM articles WHERE id = article_id AND status = 'published'
);
DROP INDEX article_credits_by_name;
CREATE INDEX article_credits_by_name ON article_credits (name_key, published_at, article_id);

-- The number of published articles, so that no query counts them.
CREATE TABLE article_totals (
    status TEXT PRIMARY KEY NOT NULL,
    total BIGINT NOT NULL CHECK (total >= 0)
);
INSERT INTO article_totals SELECT 'published', COUNT(*) FROM articles WHERE status = 'published';

CREATE TRIGGER article_totals_of_new AFTER INSERT ON articles WHEN NEW.status = 'published'
BEGIN
    UPDATE article_totals SET total = total + 1 WHERE status = 'published';
END;

CREATE TRIGGER article_totals_of_moved AFTER UPDATE OF status ON articles
WHEN (OLD.status = 'published') <> (NEW.status = 'published')
BEGIN
    UPDATE article_totals
    SET total = total + (NEW.status = 'published') - (OLD.status = 'published')
    WHERE status = 'published';
END;

CREATE TRIGGER article_totals_of_gone AFTER DELETE ON articles WHEN OLD.status = 'published'
BEGIN
    UPDATE article_totals SET total = total - 1 WHERE status = 'published';
END;
