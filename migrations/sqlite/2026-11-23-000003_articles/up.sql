-- The long texts are last: a list without them never reads their overflow pages. listed_at is
-- published_at, or else created_at: the sort column of lists, never NULL.
CREATE TABLE articles (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    slug TEXT NOT NULL,
    slug_key TEXT NOT NULL UNIQUE,
    title TEXT NOT NULL,
    title_sort BLOB NOT NULL,
    subtitle TEXT,
    excerpt TEXT NOT NULL,
    excerpt_derived BOOLEAN NOT NULL,
    lang TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('draft', 'scheduled', 'published', 'archived', 'trashed')),
    trashed_from TEXT CHECK (trashed_from IN ('draft', 'scheduled', 'published', 'archived')),
    published_at BIGINT,
    listed_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    version BIGINT NOT NULL DEFAULT 1,
    author_id BIGINT REFERENCES users (id) ON DELETE SET NULL,
    credits TEXT NOT NULL,
    source_url TEXT,
    canonical_url TEXT,
    cover TEXT,
    featured BOOLEAN NOT NULL DEFAULT 0,
    seo TEXT NOT NULL,
    metadata TEXT NOT NULL,
    word_count INTEGER NOT NULL,
    reading_minutes INTEGER NOT NULL,
    comment_count BIGINT NOT NULL DEFAULT 0,
    mention_count BIGINT NOT NULL DEFAULT 0,
    body_format TEXT NOT NULL CHECK (body_format IN ('markdown', 'html')),
    body TEXT NOT NULL,
    html TEXT NOT NULL,
    CHECK ((status = 'trashed') = (trashed_from IS NOT NULL)),
    CHECK (status NOT IN ('published', 'scheduled') OR published_at IS NOT NULL)
);
CREATE INDEX articles_by_listing ON articles (status, listed_at, id);
CREATE INDEX articles_by_updated_at ON articles (status, updated_at, id);
CREATE INDEX articles_by_title ON articles (status, title_sort, id);
CREATE INDEX articles_by_lang ON articles (status, lang, listed_at, id);
CREATE INDEX articles_by_author ON articles (author_id, listed_at, id);

-- published_at is a copy, set only while the article is published. So the newest articles of a tag
-- are one index range.
CREATE TABLE article_tags (
    article_id BIGINT NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
    tag_id BIGINT NOT NULL REFERENCES tags (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    published_at BIGINT,
    PRIMARY KEY (article_id, tag_id)
);
CREATE INDEX article_tags_by_tag ON article_tags (tag_id, published_at, article_id);

CREATE TABLE article_credits (
    article_id BIGINT NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
    name_key TEXT NOT NULL,
    PRIMARY KEY (article_id, name_key)
);
CREATE INDEX article_credits_by_name ON article_credits (name_key, article_id);

CREATE TABLE article_slug_history (
    slug_key TEXT PRIMARY KEY NOT NULL,
    article_id BIGINT NOT NULL REFERENCES articles (id) ON DELETE CASCADE
);
CREATE INDEX article_slug_history_by_article ON article_slug_history (article_id);

CREATE TABLE article_revisions (
    article_id BIGINT NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
    number BIGINT NOT NULL,
    editor_id BIGINT REFERENCES users (id) ON DELETE SET NULL,
    created_at BIGINT NOT NULL,
    snapshot TEXT NOT NULL,
    PRIMARY KEY (article_id, number)
);
CREATE INDEX article_revisions_by_editor ON article_revisions (editor_id);
