# Problems of articles.

article-not-found-title = Article not found
article-not-found-detail = There is no article with this id or slug; check that it is right.
revision-not-found-title = Revision not found
revision-not-found-detail = This article has no revision with this number; its list of revisions shows the valid numbers.
illegal-transition-title = Action not allowed in this state
illegal-transition-detail = The action “{ $action }” cannot be applied to an article whose status is “{ $from }”; move it to a status that allows this first.
slug-taken-title = Slug already in use
slug-taken-detail = The slug “{ $slug }” is already in use; choose another, or leave the field out and the server will make one.
article-in-trash-title = Article in the trash
article-in-trash-detail = This article is in the trash; restore it first, then repeat the request.
