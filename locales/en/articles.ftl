# Problems of articles.

article-not-found-title = Article not found
article-not-found-detail = There is no article with this id or slug; check that it is right.
revision-not-found-title = Revision not found
revision-not-found-detail = This article has no revision with this number; its list of revisions shows the valid numbers.
illegal-transition-title = Action not allowed in this state
illegal-transition-detail = The action “{ $action }” cannot be applied to an article whose status is “{ $from }”; move it to a status that allows this first.
slug-taken-title = Slug already in use
slug-taken-detail =
    { $state ->
        [present] The slug “{ $slug }” belongs to “{ $name }” (id { $id }); choose another, or leave the field out and the server will make one.
        [former] The slug “{ $slug }” is a former slug of “{ $name }” (id { $id }) and redirects there; choose another, or let an editor release it among the former slugs.
        [trash] The slug “{ $slug }” belongs to “{ $name }” (id { $id }), which is in the trash; choose another, or change the slug of that one after restoring it.
       *[hidden] The slug “{ $slug }” is already in use; choose another, or leave the field out and the server will make one.
    }
former-slug-not-found-title = Former slug not found
former-slug-not-found-detail = This slug is no former slug of the resource; its list of former slugs shows them.
article-in-trash-title = Article in the trash
article-in-trash-detail = This article is in the trash; restore it first, then repeat the request.
