-- Makes the benchmark's archive in PostgreSQL ten times as large, in minutes instead of hours. Each
-- article is copied nine times, with other slugs and later times. Texts, tags and bylines are the same.
--
--   psql "$DATABASE_URL" -f benches/load/grow.sql
--   cargo bench --bench load -- --database "$DATABASE_URL" --articles 1000000 --tags 3000
--
-- (With 50,000 tags, the rarest are in none of 100,000 articles. The first 3,000 are in some.)
--
-- Triggers and checks are disabled meanwhile, which takes a superuser. So no instance may run.

SET session_replication_role = replica;
SET maintenance_work_mem = '1GB';
SET synchronous_commit = off;
DROP INDEX search_published_by_word;

DO $$
DECLARE
    size bigint := (SELECT max(id) FROM articles);
    pace interval := (SELECT (max(published_at) - min(published_at)) / (count(*) - 1) * count(*) FROM articles);
BEGIN
    FOR k IN 1..9 LOOP
        INSERT INTO articles
            SELECT id + k * size, slug || '-' || k, slug_key || '-' || k, title, title_sort, subtitle,
                excerpt, excerpt_derived, lang, status, trashed_from, published_at + k * pace,
                listed_at + k * pace, created_at + k * pace, updated_at + k * pace, version, author_id,
                credits, source_url, canonical_url, cover, featured, seo, metadata, word_count,
                reading_minutes, comment_count, mention_count, body_format, body, html
            FROM articles WHERE id <= size;
        INSERT INTO article_tags
                (article_id, tag_id, position, published_at, lang, featured, title_sort, updated_at)
            SELECT article_id + k * size, tag_id, position, published_at + k * pace, lang, featured,
                title_sort, updated_at + k * pace
            FROM article_tags WHERE article_id <= size;
        INSERT INTO article_credits
                (article_id, name_key, published_at, lang, featured, title_sort, updated_at)
            SELECT article_id + k * size, name_key, published_at + k * pace, lang, featured, title_sort,
                updated_at + k * pace
            FROM article_credits WHERE article_id <= size;
        INSERT INTO search_published (article_id, words)
            SELECT article_id + k * size, words FROM search_published WHERE article_id <= size;
        INSERT INTO search_documents (article_id, published, analyser, lang, words)
            SELECT article_id + k * size, published, analyser, lang, words
            FROM search_documents WHERE article_id <= size;
        RAISE NOTICE '% of 10', k + 1;
    END LOOP;
    PERFORM setval(pg_get_serial_sequence('articles', 'id'), 10 * size);
END $$;

UPDATE tags SET article_count = 10 * article_count;
UPDATE article_totals SET total = 10 * total;
UPDATE search_totals SET documents = 10 * documents, words = 10 * words;
CREATE INDEX search_published_by_word ON search_published USING gin (words);
VACUUM ANALYZE;
