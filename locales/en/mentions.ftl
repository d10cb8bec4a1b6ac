# Problems of mentions.

malformed-form-title = Malformed form
malformed-form-detail = The form in the request body can’t be read; correct it and send it again: { $reason }
mention-source-invalid-title = Source not accepted
mention-source-invalid-detail = The source is missing, or is not a full http or https address that this server goes to; send the address of the page that links.
mention-target-invalid-title = Target not accepted
mention-target-invalid-detail = The target is missing, or is not a full http or https address; send the address that the source links to.
mention-same-address-title = Source and target are the same
mention-same-address-detail = The source and the target are the same address; send the address of another page that links to the target.
mention-source-own-title = Source on this site
mention-source-own-detail = The source is a page of this very site; links within the site are not taken as mentions.
mention-source-denied-title = Source denied
mention-source-denied-detail = Mentions of this article from this source are not taken in.
mention-target-foreign-title = Target on another site
mention-target-foreign-detail = The target is not on this site; send the mention to the site that it is on.
mention-target-not-article-title = Target not an article
mention-target-not-article-detail = The target is on this site but is not the address of an article; only articles take mentions.
mention-target-not-found-title = Target not found
mention-target-not-found-detail = There is no article at the address of the target; check that it is right.
pings-closed-title = Mentions closed
pings-closed-detail = This article does not take new mentions from other sites, or no longer does.
mention-not-found-title = Mention not found
mention-not-found-detail = There is no mention with this id; check that it is right.
