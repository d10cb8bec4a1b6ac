# Problems of mentions.

malformed-form-title = Formulaire mal formé
malformed-form-detail = Le formulaire dans le corps de la requête est illisible ; corrigez-le puis renvoyez-le : { $reason }
mention-source-invalid-title = Source non acceptée
mention-source-invalid-detail = La source manque, ou n’est pas une adresse http ou https complète que ce serveur consulte ; envoyez l’adresse de la page qui contient le lien.
mention-target-invalid-title = Cible non acceptée
mention-target-invalid-detail = La cible manque, ou n’est pas une adresse http ou https complète ; envoyez l’adresse vers laquelle pointe la source.
mention-same-address-title = Source et cible identiques
mention-same-address-detail = La source et la cible sont la même adresse ; envoyez l’adresse d’une autre page qui pointe vers la cible.
mention-source-own-title = Source sur ce site
mention-source-own-detail = La source est une page de ce site même ; les liens internes ne sont pas acceptés comme mentions.
mention-source-denied-title = Source refusée
mention-source-denied-detail = Les mentions de cet article par cette source ne sont pas acceptées.
mention-target-foreign-title = Cible sur un autre site
mention-target-foreign-detail = La cible n’est pas sur ce site ; envoyez la mention au site où elle se trouve.
mention-target-not-article-title = La cible n’est pas un article
mention-target-not-article-detail = La cible est sur ce site mais n’est pas l’adresse d’un article ; seuls les articles acceptent des mentions.
mention-target-not-found-title = Cible introuvable
mention-target-not-found-detail = Il n’y a pas d’article à l’adresse de la cible ; vérifiez qu’elle est exacte.
pings-closed-title = Mentions fermées
pings-closed-detail = Cet article n’accepte pas de nouvelles mentions d’autres sites, ou n’en accepte plus.
mention-not-found-title = Mention introuvable
mention-not-found-detail = Il n’y a pas de mention avec cet identifiant ; vérifiez qu’il est exact.
