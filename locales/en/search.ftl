# Problems of search.

empty-query-title = Nothing to search for
empty-query-detail = The query holds no word; type at least one.
negative-query-title = Only exclusions
negative-query-detail = The query only says what to leave out; add a word that is to be found.
