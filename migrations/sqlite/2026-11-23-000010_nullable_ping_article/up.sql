-- A ping outlives its article until its receiver has been notified of the deletion. SQLite can't
-- drop a NOT NULL constraint, so the table is rebuilt. The job queue is rebuilt too, since its jobs
-- refer to the table.
CREATE TABLE web_jobs_kept AS SELECT * FROM web_jobs;
DROP TABLE web_jobs;
CREATE TABLE pings_anew (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    article_id BIGINT REFERENCES articles (id) ON DELETE CASCADE,
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
INSERT INTO pings_anew SELECT * FROM pings;
DROP TABLE pings;
ALTER TABLE pings_anew RENAME TO pings;
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
INSERT INTO web_jobs SELECT * FROM web_jobs_kept;
DROP TABLE web_jobs_kept;
CREATE INDEX web_jobs_by_due_at ON web_jobs (due_at, id);

-- The delivery log is read newest first.
CREATE INDEX pings_of_article ON pings (article_id, id);
