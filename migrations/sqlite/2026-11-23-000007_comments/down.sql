-- The articles stay, so their counts are reset.
UPDATE articles SET comment_count = 0;
ALTER TABLE idempotency_keys DROP COLUMN accepted;
DROP TABLE comment_throttles;
DROP TABLE comments;
