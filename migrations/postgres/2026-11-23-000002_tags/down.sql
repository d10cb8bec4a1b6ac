DROP TABLE tag_slug_history;
DROP TABLE tags;
