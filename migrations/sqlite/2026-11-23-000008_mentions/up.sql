-- Links from other sites to articles. One row for each source and article, by any protocol:
-- source_key is the normalised source URL. verified_at is set if the last completed verification
-- found the link. Readers see verified and approved mentions.
CREATE TABLE mentions (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    article_id BIGINT NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK (kind IN ('webmention', 'pingback', 'trackback')),
    source_url TEXT NOT NULL,
    source_key TEXT NOT NULL,
    source_host TEXT NOT NULL,
    target_url TEXT NOT NULL,
    verification TEXT NOT NULL CHECK (verification IN ('queued', 'verified', 'rejected')),
    reason TEXT,
    status TEXT NOT NULL CHECK (status IN ('pending', 'approved', 'spam')),
    title TEXT,
    excerpt TEXT,
    author_name TEXT,
    author_url TEXT,
    published_at BIGINT,
    verified_at BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    UNIQUE (article_id, source_key)
);
CREATE INDEX mentions_of_article ON mentions (article_id, status, id);
CREATE INDEX mentions_by_status ON mentions (status, id);
CREATE INDEX mentions_by_host ON mentions (source_host, verification, status);

-- The delivery log of pings: links in articles, with the state of the notification.
CREATE TABLE pings (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    article_id BIGINT NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
    target_url TEXT NOT NULL,
    source_url TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('queued', 'delivered', 'failed', 'unsupported')),
    protocol TEXT CHECK (protocol IN ('webmention', 'pingback')),
    endpoint TEXT,
    reason TEXT,
    http_status INTEGER,
    attempts INTEGER NOT NULL DEFAULT 0,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    attempted_at BIGINT,
    delivered_at BIGINT,
    UNIQUE (article_id, target_url)
);

-- Jobs on other sites, each for one row of another table. A claimed job has a lease: when it ends,
-- another worker may claim the job. generation counts the requests for the job, so that a job that
-- is requested while it runs will run again.
CREATE TABLE web_jobs (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    mention_id BIGINT UNIQUE REFERENCES mentions (id) ON DELETE CASCADE,
    article_id BIGINT UNIQUE REFERENCES articles (id) ON DELETE CASCADE,
    ping_id BIGINT UNIQUE REFERENCES pings (id) ON DELETE CASCADE,
    due_at BIGINT NOT NULL,
    leased_until BIGINT,
    attempts INTEGER NOT NULL DEFAULT 0,
    generation BIGINT NOT NULL DEFAULT 1,
    CHECK ((mention_id IS NOT NULL) + (article_id IS NOT NULL) + (ping_id IS NOT NULL) = 1)
);
CREATE INDEX web_jobs_by_due_at ON web_jobs (due_at, id);

-- The earliest time of the next request to each host.
CREATE TABLE web_turns (
    host TEXT PRIMARY KEY NOT NULL,
    next_at BIGINT NOT NULL
);
