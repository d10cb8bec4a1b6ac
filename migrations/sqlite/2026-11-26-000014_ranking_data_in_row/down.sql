-- PostgreSQL's alone: SQLite has no rows set aside. Kept in step, so that both count the same.
SELECT 1;
