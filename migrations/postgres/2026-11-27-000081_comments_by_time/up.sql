-- Comments are ordered by their times: imported ones are older than their ids tell.
-- path: for each comment from the root down, its time and its id, each as eight big-endian bytes. The time
-- is in microseconds since 1970 plus 2^62, so that times before 1970 sort, too.
-- root_path: the path of the first comment of the thread.
DROP INDEX comments_by_newest;
ALTER TABLE comments DROP COLUMN root_id;
WITH RECURSIVE steps AS (
    SELECT id, parent_id,
        int8send((EXTRACT(EPOCH FROM created_at) * 1000000)::BIGINT + 4611686018427387904) || int8send(id)
        AS step
    FROM comments
), tree (id, path) AS (
    SELECT id, step FROM steps WHERE parent_id IS NULL
    UNION ALL
    SELECT steps.id, tree.path || steps.step FROM steps JOIN tree ON steps.parent_id = tree.id
)
UPDATE comments SET path = tree.path FROM tree WHERE tree.id = comments.id;
ALTER TABLE comments ADD COLUMN root_path BYTEA GENERATED ALWAYS AS (substr(path, 1, 16)) STORED NOT NULL;
CREATE INDEX comments_by_newest ON comments (article_id, listed, root_path DESC, path);
DROP INDEX comments_by_article;
DROP INDEX comments_by_article_status;
DROP INDEX comments_by_status;
DROP INDEX comments_by_email;
CREATE INDEX comments_by_time ON comments (created_at, id);
CREATE INDEX comments_by_article ON comments (article_id, created_at, id);
CREATE INDEX comments_by_article_status ON comments (article_id, status, created_at, id);
CREATE INDEX comments_by_status ON comments (status, created_at, id);
CREATE INDEX comments_by_email ON comments (author_email, created_at, id);
