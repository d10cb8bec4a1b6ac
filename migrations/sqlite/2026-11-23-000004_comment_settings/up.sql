-- The site's settings: exactly one row.
CREATE TABLE comment_settings (
    id BIGINT PRIMARY KEY NOT NULL CHECK (id = 1),
    comments TEXT NOT NULL CHECK (comments IN ('open', 'closed')),
    pings TEXT NOT NULL CHECK (pings IN ('open', 'closed')),
    close_comments_after_days INTEGER,
    close_pings_after_days INTEGER,
    moderation TEXT NOT NULL CHECK (moderation IN ('none', 'first_time', 'all')),
    require_name_email BOOLEAN NOT NULL,
    require_login BOOLEAN NOT NULL,
    max_links INTEGER NOT NULL,
    moderation_words TEXT NOT NULL,
    blocked_words TEXT NOT NULL,
    thread_depth INTEGER NOT NULL,
    comment_order TEXT NOT NULL CHECK (comment_order IN ('oldest', 'newest')),
    send_pings BOOLEAN NOT NULL,
    updated_at BIGINT NOT NULL,
    version BIGINT NOT NULL
);
INSERT INTO comment_settings VALUES
    (1, 'open', 'open', NULL, NULL, 'first_time', 1, 0, 2, '[]', '[]', 5, 'oldest', 1, 0, 1);

-- An article's overrides of the settings. NULL inherits.
CREATE TABLE article_comment_settings (
    article_id BIGINT PRIMARY KEY NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
    comments TEXT CHECK (comments IN ('open', 'closed')),
    pings TEXT CHECK (pings IN ('open', 'closed')),
    close_comments_after_days INTEGER,
    close_pings_after_days INTEGER,
    moderation TEXT CHECK (moderation IN ('none', 'first_time', 'all')),
    updated_at BIGINT NOT NULL,
    version BIGINT NOT NULL
);
