ALTER TABLE mentions DROP COLUMN told_url;
