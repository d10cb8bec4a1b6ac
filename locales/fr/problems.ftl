# Textes de « title » et « detail » dans application/problem+json.
# -title : sans point final ; -detail : une phrase complète.
# {$reason} dans invalid-parameter-detail est une phrase complète avec son point (un message de violations.ftl) ;
# dans malformed-json-detail, c’est le texte brut de l’analyseur, sans point.
# {$limit} compte des octets et {$seconds} des secondes : les passer comme nombres, non comme chaînes, pour l’accord du pluriel.

## La requête

bad-request-title = Requête incorrecte
bad-request-detail = Cette requête n’a pas pu être comprise ; vérifiez sa rédaction, puis renvoyez-la.
malformed-json-title = JSON mal formé
malformed-json-detail = Le corps de la requête n’est pas du JSON valide ; corrigez-le, puis renvoyez-le : { $reason }
malformed-cursor-title = Curseur mal formé
malformed-cursor-detail = Le curseur de page est endommagé ou provient d’une autre liste ; renvoyez une valeur next ou prev telle que vous l’avez reçue, ou repartez de la première page.
unknown-parameter-title = Paramètre inconnu
unknown-parameter-detail = Le paramètre « { $name } » n’est pas connu ici. { $reason }
invalid-parameter-title = Paramètre non valide
invalid-parameter-detail = La valeur du paramètre « { $name } » n’est pas acceptée. { $reason }
invalid-header-title = En-tête non valide
invalid-header-detail = La valeur de l’en-tête « { $name } » n’est pas acceptée. { $reason }
method-not-allowed-title = Méthode non autorisée
method-not-allowed-detail = Cette ressource n’accepte pas { $method } ; les méthodes possibles figurent dans l’en-tête Allow.
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
unprocessable-more = La vérification s’est arrêtée là ; il peut y avoir d’autres erreurs.

## Connexion et droits

forbidden-title = Droits insuffisants
forbidden-detail = Vos droits ne permettent pas cette requête ; elle exige le rôle « { $role } » ou un rôle supérieur.

## Introuvable

not-found-title = Ressource introuvable
not-found-detail = Aucune ressource ne se trouve à cette adresse ; vérifiez le chemin et l’identifiant.

## Écriture sans risque

idempotency-key-reused-title = Clé d’idempotence déjà utilisée
idempotency-key-reused-detail = Cette clé d’idempotence a déjà servi pour une autre requête ; envoyez une nouvelle clé avec chaque nouvelle requête.
idempotency-key-invalid-title = Clé d’idempotence non valide
idempotency-key-invalid-detail = La valeur de l’en-tête Idempotency-Key n’est pas valide ; envoyez un texte court et unique, par exemple un UUID.
precondition-failed-title = Modifié depuis sa lecture
precondition-failed-detail =
    { $current ->
        [read] L’état actuel ne correspond pas à la condition envoyée ; relisez la ressource sans condition.
       *[other] Cette ressource a changé depuis que vous l’avez lue, votre modification n’a donc pas été enregistrée, et elle en est maintenant à la version { $current } ; relisez-la, refaites votre modification, puis renvoyez-la.
    }
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
