# Violations of single fields, in "errors" of a problem.

invalid-required = Ce champ est obligatoire.
invalid-unknown-field = Ce champ n’est pas connu ; retirez-le ou vérifiez son orthographe.
invalid-unknown-parameter =
    { $count ->
        [0] Cette opération ne prend aucun paramètre ; retirez-le.
       *[other] Retirez-le ou vérifiez son orthographe ; paramètres connus ici : { $known }.
    }
invalid-read-only = Ce champ est en lecture seule ; ne l’envoyez pas.
invalid-wrong-type = La valeur n’est pas du bon type ; type attendu : { $expected }.
invalid-too-long = Le texte est trop long ; longueur maximale en caractères : { $max }.
invalid-too-short = Le texte est trop court ; longueur minimale en caractères : { $min }.
invalid-too-many = Les éléments sont trop nombreux ; maximum : { $max }.
invalid-out-of-range =
    { $bounds ->
        [min] La valeur doit être d’au moins { $min }.
        [max] La valeur doit être d’au plus { $max }.
       *[both] La valeur doit être d’au moins { $min } et d’au plus { $max }.
    }
invalid-not-one-of = La valeur ne fait pas partie de celles qui sont acceptées : { $allowed }.
invalid-nul-character = Le texte ne doit pas contenir le caractère nul (U+0000).
invalid-invalid-lang = Le code de langue n’est pas valide ; employez un code BCP 47 tel que ar ou ar-LY.
invalid-invalid-url = L’URL n’est pas valide ; envoyez une adresse complète commençant par https ou http, sans nom d’utilisateur ni mot de passe.
invalid-invalid-email = L’adresse e-mail n’est pas valide.
invalid-invalid-slug = Le slug n’est pas valide ; employez seulement des lettres, des chiffres et des traits d’union.
invalid-invalid-time = L’heure n’est pas valide ; envoyez-la au format RFC 3339, par exemple 2030-01-31T09:00:00Z.
invalid-invalid-entity-tag = Envoyez l’ETag tel que vous l’avez reçu, avec ses guillemets, ou un astérisque.
invalid-invalid-format = La valeur n’a pas le bon format.
invalid-duplicate = Cette valeur est en double.
invalid-repeated-name = Ce nom figure deux fois dans son objet ; n’envoyez chaque nom qu’une fois.
invalid-inexact-number = Ce nombre est trop grand ou a trop de chiffres pour être conservé exactement ; arrondissez-le ou envoyez-le comme texte.
invalid-weak-password = Le mot de passe est trop faible ; choisissez-en un plus long et difficile à deviner.
invalid-unknown-tag =
    { $by ->
        [id] Aucune étiquette n’a l’identifiant { $name }.
       *[name] Aucune étiquette ne s’appelle « { $name } », et votre rôle ne permet pas d’en créer.
    }
invalid-unknown-comment = Sous cet article, il n’y a pas de commentaire portant cet identifiant auquel répondre.
invalid-empty = Ce champ ne doit pas être vide.
invalid-too-deep = Les niveaux d’imbrication sont trop nombreux ; maximum : { $max }.
invalid-too-large = La valeur est trop volumineuse ; taille maximale en octets : { $max }.
