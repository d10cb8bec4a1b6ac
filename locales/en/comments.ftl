# Problems of comments.

login-required-title = Sign in to comment
login-required-detail = Only signed-in users can comment on this site; sign in, then send the access token in the Authorization header after the word Bearer.
comment-not-found-title = Comment not found
comment-not-found-detail = There is no comment with this id; check that it is right, or look for it in the list of comments.
edit-token-invalid-title = Edit token not valid
edit-token-invalid-detail = The token in the Edit-Token header does not belong to this comment; send the one that you received when you posted the comment.
edit-expired-title = Time for editing over
edit-expired-detail = The time in which you could edit or delete this comment is over; ask the editors to do it.
comment-repeated-title = Comment already posted
comment-repeated-detail = You have already said exactly this under this article; it is there, or it waits for a moderator. There is no need to send it again.
comments-closed-title = Comments closed
comments-closed-detail =
    { $reason ->
        [site] Comments are closed on this site, so the comment was not saved; an administrator can open them in the comment settings.
        [age] Comments on this article closed because of its age, so the comment was not saved; editors can reopen them in the comment settings.
        [unpublished] This article is not published, so it takes no comments; the comment was not saved.
       *[article] Comments on this article are closed, so the comment was not saved; editors can reopen them in the comment settings.
    }
