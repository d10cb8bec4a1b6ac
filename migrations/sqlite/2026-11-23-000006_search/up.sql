-- Search tokens, in two indexes: the rarity of a word decides its weight, and public weights must
-- not depend on drafts. Tokens are made by src/text; the tokenizer `ascii` only splits them at
-- spaces. The tables are contentless: they hold only the posting lists.
CREATE VIRTUAL TABLE search_published USING fts5 (
    stem, title, body, impact,
    tokenize = 'ascii', content = '', contentless_delete = 1, prefix = '2 3'
);
CREATE VIRTUAL TABLE search_unpublished USING fts5 (
    stem, title, body, impact,
    tokenize = 'ascii', content = '', contentless_delete = 1, prefix = '2 3'
);

-- The ranking's data of each article, and the version of the analyser that made it.
CREATE TABLE search_documents (
    article_id INTEGER PRIMARY KEY NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
    published BOOLEAN NOT NULL,
    analyser INTEGER NOT NULL,
    lang TEXT NOT NULL,
    words BLOB NOT NULL
);
CREATE INDEX search_documents_by_analyser ON search_documents (analyser, article_id);

-- The number of articles and words in each index. Each total is spread over several rows, by
-- article id, so that writers rarely wait for each other.
CREATE TABLE search_totals (
    published BOOLEAN NOT NULL,
    lang TEXT NOT NULL,
    shard INTEGER NOT NULL,
    documents BIGINT NOT NULL,
    words BIGINT NOT NULL,
    PRIMARY KEY (published, lang, shard)
);
