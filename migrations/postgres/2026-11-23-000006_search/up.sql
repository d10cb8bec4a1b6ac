-- Search tokens, in two indexes: the rarity of a word decides its weight, and public weights must
-- not depend on drafts. Lexemes are made by src/text; the database's parser and dictionaries are
-- never used. A lexeme's first letter names its field, see src/store/search/tsquery.rs.
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

-- The ranking's data of each article, and the version of the analyser that made it. Hashes don't
-- compress, and the attempt would slow each search.
CREATE TABLE search_documents (
    article_id BIGINT PRIMARY KEY REFERENCES articles (id) ON DELETE CASCADE,
    published BOOLEAN NOT NULL,
    analyser INTEGER NOT NULL,
    lang TEXT COLLATE "C" NOT NULL,
    words BYTEA NOT NULL
);
ALTER TABLE search_documents ALTER COLUMN words SET STORAGE EXTERNAL;
CREATE INDEX search_documents_by_analyser ON search_documents (analyser, article_id);

-- The number of articles and words in each index. Each total is spread over several rows, by
-- article id, so that writers rarely wait for each other.
CREATE TABLE search_totals (
    published BOOLEAN NOT NULL,
    lang TEXT COLLATE "C" NOT NULL,
    shard INTEGER NOT NULL,
    documents BIGINT NOT NULL,
    words BIGINT NOT NULL,
    PRIMARY KEY (published, lang, shard)
);
