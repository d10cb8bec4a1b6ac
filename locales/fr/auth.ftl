# Problems of sessions and tokens.

unauthenticated-title = Connexion requise
unauthenticated-detail = Cette requête exige un jeton d’accès ; connectez-vous, puis envoyez le jeton dans l’en-tête Authorization après le mot Bearer.
invalid-token-title = Jeton d’accès non valide
invalid-token-detail = Le jeton d’accès est incorrect, expiré ou révoqué ; obtenez-en un nouveau avec le jeton de renouvellement, ou reconnectez-vous.
invalid-credentials-title = Identifiants incorrects
invalid-credentials-detail = L’adresse e-mail ou le mot de passe est incorrect ; vérifiez-les, puis réessayez.
refresh-token-invalid-title = Jeton de renouvellement non valide
refresh-token-invalid-detail = Le jeton de renouvellement est incorrect, expiré ou révoqué ; reconnectez-vous.
refresh-token-reused-title = Jeton de renouvellement déjà utilisé
refresh-token-reused-detail = Ce jeton de renouvellement avait déjà servi, et toute la session a été révoquée pour protéger le compte ; reconnectez-vous.
