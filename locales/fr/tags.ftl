# Problems of tags.

tag-not-found-title = Étiquette introuvable
tag-not-found-detail = Aucune étiquette ne porte cet identifiant ou ce slug ; vérifiez qu’il est exact, ou cherchez-la dans la liste des étiquettes.
tag-exists-title = Étiquette déjà existante
tag-exists-detail = Il existe déjà une étiquette identique à « { $name } » ou qui n’en diffère que par la graphie ; utilisez-la ou choisissez un autre nom.
tag-merge-itself-title = Fusion d’une étiquette avec elle-même
tag-merge-itself-detail = Une étiquette ne peut pas être fusionnée avec elle-même ; indiquez dans le champ into l’identifiant d’une autre étiquette.
