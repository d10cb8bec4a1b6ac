-- What the ranking reads of an article stays in its row as long as a page holds it. Set aside, as
-- anything above 2 KB is by default, it takes four reads in place of one, for each of a thousand
-- articles. What was written before moves when it is written again, or by VACUUM FULL.
ALTER TABLE search_documents SET (toast_tuple_target = 8160);
