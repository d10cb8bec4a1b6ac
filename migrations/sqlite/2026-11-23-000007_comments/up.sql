-- Comments of readers. path orders an article's comments as a tree: the ids from the root down,
-- each as eight big-endian bytes. So the order of paths is the order of the conversation.
-- shown: it and all comments above it are approved. Readers see it, and articles count it.
-- fingerprint: a hash of author and text, to detect a repeated comment.
-- traces_until: the time at which the client's address and user agent are deleted. NULL afterwards.
-- The long texts are last.
CREATE TABLE comments (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    article_id BIGINT NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
    parent_id BIGINT REFERENCES comments (id) ON DELETE CASCADE,
    root_id BIGINT NOT NULL DEFAULT 0,
    depth INTEGER NOT NULL CHECK (depth BETWEEN 1 AND 10),
    path BLOB NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('pending', 'approved', 'spam', 'trash')),
    shown BOOLEAN NOT NULL,
    held_for TEXT CHECK (held_for IN ('moderation', 'first_time', 'links', 'words', 'blocked_words')),
    user_id BIGINT REFERENCES users (id) ON DELETE SET NULL,
    newsroom BOOLEAN NOT NULL,
    author_name TEXT,
    author_email TEXT,
    author_url TEXT,
    fingerprint TEXT,
    client_address TEXT,
    user_agent TEXT,
    traces_until BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    version BIGINT NOT NULL DEFAULT 1,
    body TEXT NOT NULL,
    html TEXT NOT NULL,
    CHECK (NOT shown OR status = 'approved'),
    CHECK ((parent_id IS NULL) = (depth = 1))
);
CREATE INDEX comments_by_oldest ON comments (article_id, shown, path);
CREATE INDEX comments_by_newest ON comments (article_id, shown, root_id DESC, path);
CREATE INDEX comments_by_article ON comments (article_id, id);
CREATE INDEX comments_by_article_status ON comments (article_id, status, id);
CREATE INDEX comments_by_status ON comments (status, id);
CREATE INDEX comments_by_email ON comments (author_email, id);
CREATE INDEX comments_by_user ON comments (user_id, id);
CREATE INDEX comments_by_parent ON comments (parent_id, status);
CREATE INDEX comments_by_fingerprint ON comments (article_id, fingerprint);
CREATE INDEX comments_by_traces ON comments (traces_until);

-- The pause between comments, by client address and by email address, shared by all instances.
CREATE TABLE comment_throttles (
    subject TEXT PRIMARY KEY NOT NULL,
    blocked_until BIGINT NOT NULL
);
CREATE INDEX comment_throttles_by_time ON comment_throttles (blocked_until);

-- The stored response has status 202 (held for moderation) instead of 201 (created).
ALTER TABLE idempotency_keys ADD COLUMN accepted BOOLEAN NOT NULL DEFAULT 0;
