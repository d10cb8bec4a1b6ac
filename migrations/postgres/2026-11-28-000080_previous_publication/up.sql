-- The dates at which scheduled articles were last published. A schedule replaces such a date when its
-- time comes, and not before.
CREATE TABLE previous_publications (
    article_id BIGINT NOT NULL PRIMARY KEY REFERENCES articles (id) ON DELETE CASCADE,
    published_at TIMESTAMPTZ NOT NULL
);
