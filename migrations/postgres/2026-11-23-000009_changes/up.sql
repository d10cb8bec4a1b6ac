-- Changes of the public content, as cache tags (src/domain/cache_tag.rs). Triggers insert them, so
-- no writer can forget them, in this program or another. Drafts change nothing public.
-- transaction_id: rows are numbered before the commit, so listeners must read them by transaction.
CREATE TABLE changes (
    seq BIGSERIAL PRIMARY KEY,
    transaction_id BIGINT NOT NULL DEFAULT pg_current_xact_id()::text::bigint,
    touched TEXT NOT NULL
);
CREATE INDEX changes_by_transaction ON changes (transaction_id);

-- Wakes the listeners, which read the table. All schemas of a database share the channel.
CREATE FUNCTION changes_announce() RETURNS trigger
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    PERFORM pg_notify('maqal_changes', TG_TABLE_SCHEMA);
    RETURN NULL;
END $$;
CREATE TRIGGER changes_announced AFTER INSERT ON changes
    FOR EACH STATEMENT EXECUTE FUNCTION changes_announce();

CREATE FUNCTION changes_of_articles() RETURNS trigger
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    was boolean := TG_OP <> 'INSERT' AND OLD.status = 'published';
    is_now boolean := TG_OP <> 'DELETE' AND NEW.status = 'published';
BEGIN
    IF NOT was AND NOT is_now THEN
        RETURN NULL;
    END IF;
    IF TG_OP <> 'UPDATE' THEN
        INSERT INTO changes (touched)
        VALUES ('article-' || coalesce(NEW.id, OLD.id)), ('articles'), ('updates');
        RETURN NULL;
    END IF;
    INSERT INTO changes (touched) VALUES ('article-' || NEW.id);
    IF was <> is_now OR OLD.updated_at IS DISTINCT FROM NEW.updated_at THEN
        INSERT INTO changes (touched) VALUES ('updates');
    END IF;
    -- The columns that lists sort and filter by: they decide an article's place in lists.
    IF (OLD.status, OLD.listed_at, OLD.published_at, OLD.title_sort, OLD.lang, OLD.featured,
            OLD.author_id, OLD.credits)
        IS DISTINCT FROM (NEW.status, NEW.listed_at, NEW.published_at, NEW.title_sort, NEW.lang,
            NEW.featured, NEW.author_id, NEW.credits) THEN
        INSERT INTO changes (touched) VALUES ('articles');
        INSERT INTO changes (touched)
            SELECT 'tagged-' || tag_id FROM article_tags WHERE article_id = NEW.id;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER changes_of_articles AFTER INSERT OR UPDATE OR DELETE ON articles
    FOR EACH ROW EXECUTE FUNCTION changes_of_articles();

-- article_tags.published_at is NULL for an article that isn't published.
CREATE FUNCTION changes_of_article_tags() RETURNS trigger
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    IF TG_OP <> 'INSERT' AND OLD.published_at IS NOT NULL THEN
        INSERT INTO changes (touched)
        VALUES ('article-' || OLD.article_id), ('tagged-' || OLD.tag_id);
    END IF;
    IF TG_OP <> 'DELETE' AND NEW.published_at IS NOT NULL THEN
        INSERT INTO changes (touched)
        VALUES ('article-' || NEW.article_id), ('tagged-' || NEW.tag_id);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER changes_of_article_tags AFTER INSERT OR UPDATE OR DELETE ON article_tags
    FOR EACH ROW EXECUTE FUNCTION changes_of_article_tags();

CREATE FUNCTION changes_of_tags() RETURNS trigger
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    IF (TG_OP <> 'INSERT' AND OLD.listed) OR (TG_OP <> 'DELETE' AND NEW.listed) THEN
        INSERT INTO changes (touched) VALUES ('tag-' || coalesce(NEW.id, OLD.id)), ('tags');
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER changes_of_tags AFTER INSERT OR UPDATE OR DELETE ON tags
    FOR EACH ROW EXECUTE FUNCTION changes_of_tags();

-- The tags of former slugs.
CREATE FUNCTION changes_of_tag_slugs() RETURNS trigger
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        INSERT INTO changes (touched) VALUES ('tag-' || OLD.tag_id);
    END IF;
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO changes (touched) VALUES ('tag-' || NEW.tag_id);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER changes_of_tag_slugs AFTER INSERT OR UPDATE OR DELETE ON tag_slug_history
    FOR EACH ROW EXECUTE FUNCTION changes_of_tag_slugs();

CREATE FUNCTION changes_of_article_settings() RETURNS trigger
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    INSERT INTO changes (touched)
    VALUES ('article-' || coalesce(NEW.article_id, OLD.article_id));
    RETURN NULL;
END $$;
CREATE TRIGGER changes_of_article_settings AFTER INSERT OR UPDATE OR DELETE
    ON article_comment_settings FOR EACH ROW EXECUTE FUNCTION changes_of_article_settings();

-- The comments that readers see. Those that await moderation invalidate nothing.
CREATE FUNCTION changes_of_comments() RETURNS trigger
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

CREATE FUNCTION changes_of_mentions() RETURNS trigger
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    IF (TG_OP <> 'INSERT' AND OLD.status = 'approved' AND OLD.verified_at IS NOT NULL)
            OR (TG_OP <> 'DELETE' AND NEW.status = 'approved' AND NEW.verified_at IS NOT NULL) THEN
        INSERT INTO changes (touched)
        VALUES ('discussion-' || coalesce(NEW.article_id, OLD.article_id));
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER changes_of_mentions AFTER INSERT OR UPDATE OR DELETE ON mentions
    FOR EACH ROW EXECUTE FUNCTION changes_of_mentions();

CREATE FUNCTION changes_of_settings() RETURNS trigger
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    INSERT INTO changes (touched) VALUES ('settings');
    RETURN NULL;
END $$;
CREATE TRIGGER changes_of_settings AFTER UPDATE ON comment_settings
    FOR EACH ROW EXECUTE FUNCTION changes_of_settings();

-- The newest articles of a byline are one index range, like those of a tag.
ALTER TABLE article_credits ADD COLUMN published_at TIMESTAMPTZ;
UPDATE article_credits SET published_at = articles.published_at
    FROM articles WHERE articles.id = article_id AND articles.status = 'published';
DROP INDEX article_credits_by_name;
CREATE INDEX article_credits_by_name ON article_credits (name_key, published_at, article_id);

-- The number of published articles, so that no query counts them.
CREATE TABLE article_totals (
    status TEXT PRIMARY KEY,
    total BIGINT NOT NULL CHECK (total >= 0)
);
INSERT INTO article_totals SELECT 'published', COUNT(*) FROM articles WHERE status = 'published';

CREATE FUNCTION article_totals_count() RETURNS trigger
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    was boolean := TG_OP <> 'INSERT' AND OLD.status = 'published';
    is_now boolean := TG_OP <> 'DELETE' AND NEW.status = 'published';
BEGIN
    IF was <> is_now THEN
        UPDATE article_totals SET total = total + is_now::int - was::int WHERE status = 'published';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER article_totals_counted AFTER INSERT OR UPDATE OF status OR DELETE ON articles
    FOR EACH ROW EXECUTE FUNCTION article_totals_count();
