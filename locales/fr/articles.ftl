# Problems of articles.

article-not-found-title = Article introuvable
article-not-found-detail = Aucun article ne porte cet identifiant ou ce slug ; vérifiez qu’il est exact.
revision-not-found-title = Révision introuvable
revision-not-found-detail = Cet article n’a pas de révision portant ce numéro ; la liste de ses révisions donne les numéros valables.
illegal-transition-title = Action impossible dans cet état
illegal-transition-detail = L’action « { $action } » ne peut pas s’appliquer à un article dont l’état est « { $from } » ; faites-le d’abord passer à un état qui la permet.
slug-taken-title = Slug déjà pris
slug-taken-detail =
    { $state ->
        [present] Le slug « { $slug } » appartient à « { $name } » (identifiant { $id }) ; choisissez-en un autre, ou omettez ce champ et le serveur en formera un.
        [former] Le slug « { $slug } » est un ancien slug de « { $name } » (identifiant { $id }), vers lequel il redirige ; choisissez-en un autre, ou faites-le libérer par un rédacteur parmi les anciens slugs.
        [trash] Le slug « { $slug } » appartient à « { $name } » (identifiant { $id }), qui est dans la corbeille ; choisissez-en un autre, ou restaurez cet élément pour changer son slug.
       *[hidden] Le slug « { $slug } » est déjà pris ; choisissez-en un autre, ou omettez ce champ et le serveur en formera un.
    }
former-slug-not-found-title = Ancien slug introuvable
former-slug-not-found-detail = Ce slug n’est pas un ancien slug de la ressource ; la liste de ses anciens slugs les donne.
article-in-trash-title = Article dans la corbeille
article-in-trash-detail = Cet article est dans la corbeille ; restaurez-le d’abord, puis répétez la requête.
