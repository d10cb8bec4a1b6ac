DROP INDEX comments_by_email;
DROP INDEX comments_by_status;
DROP INDEX comments_by_article_status;
DROP INDEX comments_by_article;
DROP INDEX comments_by_time;
DROP INDEX comments_by_newest;
ALTER TABLE comments DROP COLUMN root_path;
ALTER TABLE comments ADD COLUMN root_id BIGINT NOT NULL DEFAULT 0;
WITH RECURSIVE tree (id, root_id, hex) AS (
    SELECT id, id, printf('%016x', id) FROM comments WHERE parent_id IS NULL
    UNION ALL
    SELECT below.id, tree.root_id, tree.hex || printf('%016x', below.id)
    FROM comments AS below JOIN tree ON below.parent_id = tree.id
)
UPDATE comments SET path = unhex(tree.hex), root_id = tree.root_id FROM tree WHERE tree.id = comments.id;
CREATE INDEX comments_by_newest ON comments (article_id, listed, root_id DESC, path);
CREATE INDEX comments_by_article ON comments (article_id, id);
CREATE INDEX comments_by_article_status ON comments (article_id, status, id);
CREATE INDEX comments_by_status ON comments (status, id);
CREATE INDEX comments_by_email ON comments (author_email, id);
