DROP TABLE search_totals;
DROP TABLE search_documents;
DROP TABLE search_unpublished;
DROP TABLE search_published;
