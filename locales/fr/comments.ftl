# Problems of comments.

login-required-title = Connexion requise pour commenter
login-required-detail = Seules les personnes connectées peuvent commenter sur ce site ; connectez-vous, puis envoyez le jeton d’accès dans l’en-tête Authorization après le mot Bearer.
comment-not-found-title = Commentaire introuvable
comment-not-found-detail = Aucun commentaire ne porte cet identifiant ; vérifiez qu’il est exact, ou cherchez-le dans la liste des commentaires.
edit-token-invalid-title = Jeton de modification non valide
edit-token-invalid-detail = Le jeton de l’en-tête Edit-Token n’est pas celui de ce commentaire ; envoyez celui que vous avez reçu en publiant le commentaire.
edit-expired-title = Délai de modification écoulé
edit-expired-detail = Le délai pour modifier ou supprimer ce commentaire est écoulé ; demandez-le à la rédaction.
comment-repeated-title = Commentaire déjà envoyé
comment-repeated-detail = Vous avez déjà envoyé exactement ce commentaire sous cet article ; il est publié ou attend d’être relu. Inutile de l’envoyer de nouveau.
comments-closed-title = Commentaires fermés
comments-closed-detail =
    { $reason ->
        [site] Les commentaires sont fermés sur ce site et le vôtre n’a pas été enregistré ; un administrateur peut les ouvrir dans les réglages des commentaires.
        [age] Les commentaires de cet article sont fermés en raison de son ancienneté et le vôtre n’a pas été enregistré ; la rédaction peut les rouvrir dans les réglages des commentaires.
        [unpublished] Cet article n’est pas publié et ne reçoit pas de commentaires ; le vôtre n’a pas été enregistré.
       *[article] Les commentaires de cet article sont fermés et le vôtre n’a pas été enregistré ; la rédaction peut les rouvrir dans les réglages des commentaires.
    }
