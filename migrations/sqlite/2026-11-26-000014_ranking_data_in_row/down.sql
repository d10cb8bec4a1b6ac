-- For PostgreSQL only: SQLite has no TOAST. This keeps the versions of both databases the same.
SELECT 1;
