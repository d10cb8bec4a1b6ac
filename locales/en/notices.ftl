# The notice under an article about its comments and mentions.
# "Mentions" stands for trackbacks, pingbacks and webmentions together.

comments-open-pings-open =
    { $requires ->
        [login] Signed-in users can comment on this article. Mentions from other sites are welcome too: write about this article on yours and link back to it.
       *[other] We’d be glad to read your comment, and mentions from other sites are welcome too: write about this article on yours and link back to it.
    }
comments-open-pings-closed =
    { $requires ->
        [login] Signed-in users can comment on this article. It does not take mentions from other sites.
       *[other] We’d be glad to read your comment on this article. It does not take mentions from other sites.
    }
comments-closed-pings-open = Comments are closed on this article, but mentions from other sites are open: write about it on your own site, link back to it, and your mention will reach us.
comments-closed-pings-closed = This article takes neither comments nor mentions from other sites. Thank you for reading.

# These sentences follow the notice while comments are open.
comments-require-name-email = Please give your name and your email address, which is not shown.
comments-moderated-first-time = Your first comment appears once a moderator has read it.
comments-moderated-all = Comments appear once a moderator has read them.
