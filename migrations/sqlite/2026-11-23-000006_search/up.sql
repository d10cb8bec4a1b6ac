-- What is searched for, in two indexes: how rare a word is decides its weight, and the weights that
-- readers see must not depend on drafts. Tokens come ready from src/text; `ascii` only parts them at
-- the spaces. Contentless: the words are stored once, as a list of where they occur.
CREATE VIRTUAL TABLE search_published USING fts5 (
    stem, title, body, impact,
    tokenize = 'ascii', content = '', contentless_delete = 1, prefix = '2 3'
);
CREATE VIRTUAL TABLE search_unpublished USING fts5 (
    stem, title, body, impact,
    tokenize = 'ascii', content = '', contentless_delete = 1, prefix = '2 3'
);

-- What the ranking reads of an article, and which version of the analyser wrote it.
CREATE TABLE search_documents (
    article_id INTEGER PRIMARY KEY NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
    published BOOLEAN NOT NULL,
    analyser INTEGER NOT NULL,
    lang TEXT NOT NULL,
    words BLOB NOT NULL
);
CREATE INDEX search_documents_by_analyser ON search_documents (analyser, article_id);

-- How many articles and words each index holds. Several rows for each, by the article's number, so
-- that two writers seldom wait for the same one.
CREATE TABLE search_totals (
    published BOOLEAN NOT NULL,
    lang TEXT NOT NULL,
    shard INTEGER NOT NULL,
    documents BIGINT NOT NULL,
    words BIGINT NOT NULL,
    PRIMARY KEY (published, lang, shard)
);
