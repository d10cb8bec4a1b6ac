# Problems of search.

empty-query-title = Rien à rechercher
empty-query-detail = La recherche ne contient aucun mot ; saisissez-en au moins un.
negative-query-title = Uniquement des exclusions
negative-query-detail = La recherche ne dit que ce qu’il faut écarter ; ajoutez un mot à trouver.
