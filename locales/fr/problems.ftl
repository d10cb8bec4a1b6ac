# Textes de « title » et « detail » dans application/problem+json.
# -title : sans point final ; -detail : une phrase complète.
# {$reason} dans invalid-parameter-detail est une phrase complète avec son point (l’un des messages invalid-* ci-dessous) ;
# dans malformed-json-detail, c’est le texte brut de l’analyseur, sans point.
# {$limit} compte des octets et {$seconds} des secondes : les passer comme nombres, non comme chaînes, pour l’accord du pluriel.

## La requête

bad-request-title = Requête incorrecte
bad-request-detail = Cette requête n’a pas pu être comprise ; vérifiez sa rédaction, puis renvoyez-la.
malformed-json-title = JSON mal formé
malformed-json-detail = Le corps de la requête n’est pas du JSON valide ; corrigez-le, puis renvoyez-le : { $reason }
malformed-cursor-title = Curseur mal formé
malformed-cursor-detail = Le curseur de page est endommagé ou provient d’une autre liste ; renvoyez une valeur next ou prev telle que vous l’avez reçue, ou repartez de la première page.
empty-query-title = Rien à rechercher
empty-query-detail = La recherche ne contient aucun mot ; saisissez-en au moins un.
negative-query-title = Uniquement des exclusions
negative-query-detail = La recherche ne dit que ce qu’il faut écarter ; ajoutez un mot à trouver.
unknown-parameter-title = Paramètre inconnu
unknown-parameter-detail = Le paramètre « { $name } » n’est pas connu ici ; retirez-le ou vérifiez son orthographe.
invalid-parameter-title = Paramètre non valide
invalid-parameter-detail = La valeur du paramètre « { $name } » n’est pas acceptée. { $reason }
method-not-allowed-title = Méthode non autorisée
method-not-allowed-detail = Cette ressource n’accepte pas { $method } ; les méthodes possibles figurent dans l’en-tête Allow.
not-acceptable-title = Aucun format acceptable
not-acceptable-detail = Le serveur ne peut répondre dans aucun des formats cités par l’en-tête Accept ; ajoutez-y application/json.
request-timeout-title = Délai de la requête dépassé
request-timeout-detail =
    { $seconds ->
        [one] La requête n’est pas arrivée en entier en { $seconds } seconde ; vérifiez la connexion, puis renvoyez-la.
       *[other] La requête n’est pas arrivée en entier en { $seconds } secondes ; vérifiez la connexion, puis renvoyez-la.
    }
content-too-large-title = Corps de requête trop volumineux
content-too-large-detail = Le corps de la requête dépasse la limite de { $limit } octets ; envoyez un contenu plus court.
uri-too-long-title = Adresse de requête trop longue
uri-too-long-detail = L’adresse de la requête dépasse la limite de { $limit } octets ; employez moins de paramètres ou des valeurs plus courtes.
head-too-large-title = En-têtes de requête trop volumineux
head-too-large-detail = Les en-têtes de cette requête sont trop nombreux ou trop longs ; envoyez-en moins ou raccourcissez-les.
unsupported-media-type-title = Type de contenu non pris en charge
unsupported-media-type-detail = Ce type de contenu n’est pas pris en charge ici ; donnez à l’en-tête Content-Type la valeur { $expected } et envoyez le corps dans ce format.
encoded-body-title = Corps compressé ou encodé
encoded-body-detail = Le serveur n’accepte pas de corps accompagné de Content-Encoding ; envoyez-le sans compression et sans cet en-tête.
unprocessable-title = Données non valides
unprocessable-detail = Les données n’ont pas passé la validation ; la liste errors indique chaque champ refusé et le motif du refus.

## Connexion et droits

unauthenticated-title = Connexion requise
unauthenticated-detail = Cette requête exige un jeton d’accès ; connectez-vous, puis envoyez le jeton dans l’en-tête Authorization après le mot Bearer.
invalid-token-title = Jeton d’accès non valide
invalid-token-detail = Le jeton d’accès est incorrect, expiré ou révoqué ; obtenez-en un nouveau avec le jeton de renouvellement, ou reconnectez-vous.
invalid-credentials-title = Identifiants incorrects
invalid-credentials-detail = L’adresse e-mail ou le mot de passe est incorrect ; vérifiez-les, puis réessayez.
account-suspended-title = Compte suspendu
account-suspended-detail = Ce compte est suspendu et ne permet plus de se connecter ; demandez sa réactivation à un administrateur du site.
forbidden-title = Droits insuffisants
forbidden-detail = Vos droits ne permettent pas cette requête ; elle exige le rôle « { $role } » ou un rôle supérieur.
refresh-token-invalid-title = Jeton de renouvellement non valide
refresh-token-invalid-detail = Le jeton de renouvellement est incorrect, expiré ou révoqué ; reconnectez-vous.
refresh-token-reused-title = Jeton de renouvellement déjà utilisé
refresh-token-reused-detail = Ce jeton de renouvellement avait déjà servi, et toute la session a été révoquée pour protéger le compte ; reconnectez-vous.
login-required-title = Connexion requise pour commenter
login-required-detail = Seules les personnes connectées peuvent commenter sur ce site ; connectez-vous, puis envoyez le jeton d’accès dans l’en-tête Authorization après le mot Bearer.

## Ce qui n’existe pas

not-found-title = Ressource introuvable
not-found-detail = Aucune ressource ne se trouve à cette adresse ; vérifiez le chemin et l’identifiant.
article-not-found-title = Article introuvable
article-not-found-detail = Aucun article ne porte cet identifiant ou ce slug ; vérifiez qu’il est exact.
tag-not-found-title = Étiquette introuvable
tag-not-found-detail = Aucune étiquette ne porte cet identifiant ou ce slug ; vérifiez qu’il est exact, ou cherchez-la dans la liste des étiquettes.
user-not-found-title = Utilisateur introuvable
user-not-found-detail = Aucun utilisateur ne porte cet identifiant ; vérifiez qu’il est exact, ou cherchez-le dans la liste des utilisateurs.
revision-not-found-title = Révision introuvable
revision-not-found-detail = Cet article n’a pas de révision portant ce numéro ; la liste de ses révisions donne les numéros valables.
comment-not-found-title = Commentaire introuvable
comment-not-found-detail = Aucun commentaire ne porte cet identifiant ; vérifiez qu’il est exact, ou cherchez-le dans la liste des commentaires.
settings-not-found-title = Pas de réglages propres à l’article
settings-not-found-detail = Cet article n’a pas de réglages de commentaires propres et suit ceux du site ; créez-les avec PUT s’il doit s’en écarter.

## Conflits

conflict-title = Conflit avec l’état actuel
conflict-detail = Cette requête est en conflit avec l’état actuel de la ressource ; récupérez sa dernière version, puis réessayez.
illegal-transition-title = Action impossible dans cet état
illegal-transition-detail = L’action « { $action } » ne peut pas s’appliquer à un article dont l’état est « { $from } » ; faites-le d’abord passer à un état qui la permet.
slug-taken-title = Slug déjà pris
slug-taken-detail = Le slug « { $slug } » est déjà pris ; choisissez-en un autre, ou omettez ce champ et le serveur en formera un.
tag-exists-title = Étiquette déjà existante
tag-exists-detail = Il existe déjà une étiquette identique à « { $name } » ou qui n’en diffère que par la graphie ; utilisez-la ou choisissez un autre nom.
email-taken-title = Adresse e-mail déjà enregistrée
email-taken-detail = Un compte est déjà enregistré avec cette adresse e-mail ; indiquez-en une autre ou modifiez le compte existant.
last-admin-title = Dernier administrateur
last-admin-detail = Ce compte est le dernier administrateur actif et ne peut être ni supprimé, ni suspendu, ni rétrogradé ; nommez d’abord un autre administrateur.
comment-repeated-title = Commentaire déjà envoyé
comment-repeated-detail = Vous avez déjà envoyé exactement ce commentaire sous cet article ; il est publié ou attend d’être relu. Inutile de l’envoyer de nouveau.
tag-merge-itself-title = Fusion d’une étiquette avec elle-même
tag-merge-itself-detail = Une étiquette ne peut pas être fusionnée avec elle-même ; indiquez dans le champ into l’identifiant d’une autre étiquette.
article-in-trash-title = Article dans la corbeille
article-in-trash-detail = Cet article est dans la corbeille ; restaurez-le d’abord, puis répétez la requête.
comments-closed-title = Commentaires fermés
comments-closed-detail =
    { $reason ->
        [site] Les commentaires sont fermés sur ce site et le vôtre n’a pas été enregistré ; un administrateur peut les ouvrir dans les réglages des commentaires.
        [age] Les commentaires de cet article sont fermés en raison de son ancienneté et le vôtre n’a pas été enregistré ; la rédaction peut les rouvrir dans les réglages des commentaires.
        [unpublished] Cet article n’est pas publié et ne reçoit pas de commentaires ; le vôtre n’a pas été enregistré.
       *[article] Les commentaires de cet article sont fermés et le vôtre n’a pas été enregistré ; la rédaction peut les rouvrir dans les réglages des commentaires.
    }

## Mentions

malformed-form-title = Formulaire mal formé
malformed-form-detail = Le formulaire dans le corps de la requête est illisible ; corrigez-le puis renvoyez-le : { $reason }
mention-source-invalid-title = Source non acceptée
mention-source-invalid-detail = La source manque, ou n’est pas une adresse http ou https complète que ce serveur consulte ; envoyez l’adresse de la page qui contient le lien.
mention-target-invalid-title = Cible non acceptée
mention-target-invalid-detail = La cible manque, ou n’est pas une adresse http ou https complète ; envoyez l’adresse vers laquelle pointe la source.
mention-same-address-title = Source et cible identiques
mention-same-address-detail = La source et la cible sont la même adresse ; envoyez l’adresse d’une autre page qui pointe vers la cible.
mention-source-own-title = Source sur ce site
mention-source-own-detail = La source est un article de ce site même ; les liens internes ne sont pas acceptés comme mentions.
mention-source-denied-title = Source refusée
mention-source-denied-detail = Les mentions de cet article par cette source ne sont pas acceptées.
mention-target-foreign-title = Cible sur un autre site
mention-target-foreign-detail = La cible n’est pas sur ce site ; envoyez la mention au site où elle se trouve.
mention-target-not-article-title = La cible n’est pas un article
mention-target-not-article-detail = La cible est sur ce site mais n’est pas l’adresse d’un article ; seuls les articles acceptent des mentions.
mention-target-not-found-title = Cible introuvable
mention-target-not-found-detail = Il n’y a pas d’article à l’adresse de la cible ; vérifiez qu’elle est exacte.
pings-closed-title = Mentions fermées
pings-closed-detail = Cet article n’accepte pas de mentions d’autres sites, ou n’en accepte plus.
mention-not-found-title = Mention introuvable
mention-not-found-detail = Il n’y a pas de mention avec cet identifiant ; vérifiez qu’il est exact.

## Écriture sans risque

idempotency-key-reused-title = Clé d’idempotence déjà utilisée
idempotency-key-reused-detail = Cette clé d’idempotence a déjà servi pour une autre requête ; envoyez une nouvelle clé avec chaque nouvelle requête.
idempotency-key-invalid-title = Clé d’idempotence non valide
idempotency-key-invalid-detail = La valeur de l’en-tête Idempotency-Key n’est pas valide ; envoyez un texte court et unique, par exemple un UUID.
precondition-failed-title = Modifié depuis sa lecture
precondition-failed-detail = Cette ressource a changé depuis que vous l’avez lue, votre modification n’a donc pas été enregistrée, et elle en est maintenant à la version { $current } ; relisez-la, refaites votre modification, puis renvoyez-la.
precondition-required-title = En-tête If-Match requis
precondition-required-detail = Toute modification exige l’en-tête If-Match ; envoyez-y l’ETag reçu à la lecture, ou un astérisque pour écrire quelle que soit la version.

## Le serveur

too-many-requests-title = Trop de requêtes
too-many-requests-detail =
    { $seconds ->
        [one] Vous avez envoyé trop de requêtes en peu de temps ; réessayez dans { $seconds } seconde.
       *[other] Vous avez envoyé trop de requêtes en peu de temps ; réessayez dans { $seconds } secondes.
    }
internal-title = Erreur du serveur
internal-detail = Une erreur inattendue s’est produite sur le serveur ; réessayez et, si elle se répète, communiquez l’identifiant de la requête à l’administrateur du serveur.
unavailable-title = Service momentanément indisponible
unavailable-detail = Le service est momentanément indisponible ; réessayez après le délai indiqué par l’en-tête Retry-After.
storage-full-title = Espace de stockage plein
storage-full-detail = La modification n’a pas été enregistrée, car l’espace de stockage du serveur est plein ; prévenez l’administrateur du serveur et réessayez quand il y aura de la place.
not-implemented-title = Fonction non disponible
not-implemented-detail = Cette fonction n’est pas disponible dans cette version ; consultez le document OpenAPI pour savoir ce qui l’est.

## Validation des champs

invalid-required = Ce champ est obligatoire.
invalid-unknown-field = Ce champ n’est pas connu ; retirez-le ou vérifiez son orthographe.
invalid-read-only = Ce champ est en lecture seule ; ne l’envoyez pas.
invalid-wrong-type = La valeur n’est pas du bon type ; type attendu : { $expected }.
invalid-too-long = Le texte est trop long ; longueur maximale en caractères : { $max }.
invalid-too-short = Le texte est trop court ; longueur minimale en caractères : { $min }.
invalid-too-many = Les éléments sont trop nombreux ; maximum : { $max }.
invalid-out-of-range = La valeur doit être d’au moins { $min } et d’au plus { $max }.
invalid-not-one-of = La valeur ne fait pas partie de celles qui sont acceptées : { $allowed }.
invalid-nul-character = Le texte ne doit pas contenir le caractère nul (U+0000).
invalid-invalid-lang = Le code de langue n’est pas valide ; employez un code BCP 47 tel que ar ou ar-LY.
invalid-invalid-url = L’URL n’est pas valide ; envoyez une adresse complète commençant par https ou http.
invalid-invalid-email = L’adresse e-mail n’est pas valide.
invalid-invalid-slug = Le slug n’est pas valide ; employez seulement des lettres, des chiffres et des traits d’union.
invalid-invalid-time = L’heure n’est pas valide ; envoyez-la au format RFC 3339, par exemple 2030-01-31T09:00:00Z.
invalid-invalid-format = La valeur n’a pas le bon format.
invalid-duplicate = Cette valeur est en double.
invalid-weak-password = Le mot de passe est trop faible ; choisissez-en un plus long et difficile à deviner.
invalid-unknown-tag = Aucune étiquette ne s’appelle « { $name } », et votre rôle ne permet pas d’en créer.
invalid-unknown-comment = Sous cet article, il n’y a pas de commentaire portant cet identifiant auquel répondre.
invalid-empty = Ce champ ne doit pas être vide.
invalid-too-deep = Les niveaux d’imbrication sont trop nombreux ; maximum : { $max }.
invalid-too-large = La valeur est trop volumineuse ; taille maximale en octets : { $max }.
invalid-must-be-null-or-positive = La valeur doit être null ou un nombre entier supérieur à zéro.
invalid-not-an-object = La valeur doit être un objet JSON.
invalid-end-before-start = La fin doit venir après le début.
