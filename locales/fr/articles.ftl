# Problems of articles.

article-not-found-title = Article introuvable
article-not-found-detail = Aucun article ne porte cet identifiant ou ce slug ; vérifiez qu’il est exact.
revision-not-found-title = Révision introuvable
revision-not-found-detail = Cet article n’a pas de révision portant ce numéro ; la liste de ses révisions donne les numéros valables.
illegal-transition-title = Action impossible dans cet état
illegal-transition-detail = L’action « { $action } » ne peut pas s’appliquer à un article dont l’état est « { $from } » ; faites-le d’abord passer à un état qui la permet.
slug-taken-title = Slug déjà pris
slug-taken-detail = Le slug « { $slug } » est déjà pris ; choisissez-en un autre, ou omettez ce champ et le serveur en formera un.
article-in-trash-title = Article dans la corbeille
article-in-trash-detail = Cet article est dans la corbeille ; restaurez-le d’abord, puis répétez la requête.
