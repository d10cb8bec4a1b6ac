# Problems of users.

user-not-found-title = Utilisateur introuvable
user-not-found-detail = Aucun utilisateur ne porte cet identifiant ; vérifiez qu’il est exact, ou cherchez-le dans la liste des utilisateurs.
email-taken-title = Adresse e-mail déjà enregistrée
email-taken-detail = Un compte est déjà enregistré avec cette adresse e-mail ; indiquez-en une autre ou modifiez le compte existant.
last-admin-title = Dernier administrateur
last-admin-detail = Ce compte est le dernier administrateur actif et ne peut être ni supprimé, ni suspendu, ni rétrogradé ; nommez d’abord un autre administrateur.
