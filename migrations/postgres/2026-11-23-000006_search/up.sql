-- What is searched for, in two indexes: how rare a word is decides its weight, and the weights that
-- readers see must not depend on drafts. Lexemes come ready from src/text; the database's own parser
-- and dictionaries are never used. The letter a lexeme begins with names its field: see
-- src/store/search/tsquery.rs.
CREATE TABLE search_published (
    article_id BIGINT PRIMARY KEY REFERENCES articles (id) ON DELETE CASCADE,
    words TSVECTOR NOT NULL
);
CREATE INDEX search_published_by_word ON search_published USING gin (words);
CREATE TABLE search_unpublished (
    article_id BIGINT PRIMARY KEY REFERENCES articles (id) ON DELETE CASCADE,
    words TSVECTOR NOT NULL
);
CREATE INDEX search_unpublished_by_word ON search_unpublished USING gin (words);

-- What the ranking reads of an article, and which version of the analyser wrote it. Hashes don't
-- compress: trying would cost every search its time.
CREATE TABLE search_documents (
    article_id BIGINT PRIMARY KEY REFERENCES articles (id) ON DELETE CASCADE,
    published BOOLEAN NOT NULL,
    analyser INTEGER NOT NULL,
    lang TEXT COLLATE "C" NOT NULL,
    words BYTEA NOT NULL
);
ALTER TABLE search_documents ALTER COLUMN words SET STORAGE EXTERNAL;
CREATE INDEX search_documents_by_analyser ON search_documents (analyser, article_id);

-- How many articles and words each index holds. Several rows for each, by the article's number, so
-- that two writers seldom wait for the same one.
CREATE TABLE search_totals (
    published BOOLEAN NOT NULL,
    lang TEXT COLLATE "C" NOT NULL,
    shard INTEGER NOT NULL,
    documents BIGINT NOT NULL,
    words BIGINT NOT NULL,
    PRIMARY KEY (published, lang, shard)
);
