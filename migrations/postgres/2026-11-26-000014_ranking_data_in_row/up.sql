-- The ranking's data stays in its row if it fits on a page. By default, PostgreSQL moves values
-- above 2 KB out of the row (TOAST), which takes four reads instead of one, for each of a thousand
-- articles. Existing values move when they are rewritten, or by VACUUM FULL.
ALTER TABLE search_documents SET (toast_tuple_target = 8160);
