# Ce que le lecteur voit sous un article au sujet des commentaires et des mentions.
# « Mentions » désigne ensemble rétroliens (trackbacks), pingbacks et webmentions.

comments-open-pings-open =
    { $requires ->
        [login] Les personnes connectées peuvent commenter cet article. Les mentions venues d’autres sites sont aussi les bienvenues : parlez de cet article sur le vôtre en y plaçant un lien.
       *[other] Nous lirons votre commentaire avec plaisir, et les mentions venues d’autres sites sont aussi les bienvenues : parlez de cet article sur le vôtre en y plaçant un lien.
    }
comments-open-pings-closed =
    { $requires ->
        [login] Les personnes connectées peuvent commenter cet article. Il n’accepte pas les mentions venues d’autres sites.
       *[other] Nous lirons votre commentaire avec plaisir. Cet article n’accepte pas, en revanche, les mentions venues d’autres sites.
    }
comments-closed-pings-open = Les commentaires sont fermés sous cet article, mais les mentions venues d’autres sites restent possibles : parlez-en sur le vôtre avec un lien, et votre mention nous parviendra.
comments-closed-pings-closed = Cet article n’accepte ni commentaires ni mentions venues d’autres sites. Merci de l’avoir lu.

# Ces phrases suivent l’avis tant que les commentaires sont ouverts.
comments-require-name-email = Indiquez votre nom et votre adresse e-mail, qui ne sera pas affichée.
comments-moderated-first-time = Votre premier commentaire paraît une fois relu par la modération.
comments-moderated-all = Les commentaires paraissent une fois relus par la modération.
