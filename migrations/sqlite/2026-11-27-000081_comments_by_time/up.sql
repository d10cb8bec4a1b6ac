-- Comments are ordered by their times: imported ones are older than their ids tell.
-- path: for each comment from the root down, its time and its id, each as eight big-endian bytes. The time
-- is in microseconds since 1970 plus 2^62, so that times before 1970 sort, too.
-- root_path: the path of the first comment of the thread.
DROP INDEX comments_by_newest;
ALTER TABLE comments DROP COLUMN root_id;
WITH RECURSIVE tree (id, hex) AS (
    SELECT id, printf('%016x%016x', created_at + 4611686018427387904, id)
    FROM comments WHERE parent_id IS NULL
    UNION ALL
    SELECT below.id,
        tree.hex || printf('%016x%016x', below.created_at + 4611686018427387904, below.id)
    FROM comments AS below JOIN tree ON below.parent_id = tree.id
)
UPDATE comments SET path = unhex(tree.hex) FROM tree WHERE tree.id = comments.id;
ALTER TABLE comments ADD COLUMN root_path BLOB GENERATED ALWAYS AS (coalesce(substr(path, 1, 16), x'')) VIRTUAL NOT NULL;
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
