# Texts for "title" and "detail" in application/problem+json.
# -title has no final full stop; -detail is a whole sentence.
# {$reason} in invalid-parameter-detail is a whole sentence with its full stop (one of the invalid-* messages below);
# in malformed-json-detail it is the parser's own text, with no full stop.
# {$limit} in size errors counts bytes, {$seconds} counts seconds: pass both as numbers, not strings, so that plurals come out right.

## The request

bad-request-title = Bad request
bad-request-detail = This request could not be understood; check how it is written and send it again.
malformed-json-title = Malformed JSON
malformed-json-detail = The request body is not valid JSON; correct it and send it again: { $reason }
malformed-cursor-title = Malformed cursor
malformed-cursor-detail = The page cursor is damaged or belongs to another list; send a next or prev value exactly as you received it, or start from the first page.
empty-query-title = Nothing to search for
empty-query-detail = The query holds no word; type at least one.
negative-query-title = Only exclusions
negative-query-detail = The query only says what to leave out; add a word that is to be found.
unknown-parameter-title = Unknown parameter
unknown-parameter-detail = The parameter “{ $name }” is not known here; remove it or check its spelling.
invalid-parameter-title = Invalid parameter
invalid-parameter-detail = The value of the parameter “{ $name }” is not accepted. { $reason }
method-not-allowed-title = Method not allowed
method-not-allowed-detail = This resource does not support { $method }; the methods it supports are listed in the Allow header.
not-acceptable-title = No acceptable format
not-acceptable-detail = The server cannot answer in any of the formats named in the Accept header; add application/json to it.
request-timeout-title = Request timed out
request-timeout-detail =
    { $seconds ->
        [one] The whole request did not arrive within { $seconds } second; check the connection and send it again.
       *[other] The whole request did not arrive within { $seconds } seconds; check the connection and send it again.
    }
content-too-large-title = Request body too large
content-too-large-detail = The request body is larger than the limit of { $limit } bytes; send less content.
uri-too-long-title = Request address too long
uri-too-long-detail = The request address is longer than the limit of { $limit } bytes; use fewer parameters or shorter values.
head-too-large-title = Request head too large
head-too-large-detail = The headers of this request are too many or too long; send fewer or shorter ones.
unsupported-media-type-title = Unsupported media type
unsupported-media-type-detail = This kind of content is not supported here; set the Content-Type header to { $expected } and send the body in that format.
encoded-body-title = Compressed or encoded body
encoded-body-detail = The server does not accept a body sent with Content-Encoding; send it uncompressed and without that header.
unprocessable-title = Invalid data
unprocessable-detail = The data did not pass validation; the errors list names each rejected field and the reason.

## Signing in and permissions

unauthenticated-title = Sign-in required
unauthenticated-detail = This request needs an access token; sign in, then send the token in the Authorization header after the word Bearer.
invalid-token-title = Invalid access token
invalid-token-detail = The access token is malformed, expired or revoked; get a new one with your refresh token, or sign in again.
invalid-credentials-title = Wrong email or password
invalid-credentials-detail = The email or the password is not correct; check both and try again.
account-suspended-title = Account suspended
account-suspended-detail = This account is suspended and cannot be used to sign in; ask a site administrator to reactivate it.
forbidden-title = Insufficient permissions
forbidden-detail = Your permissions do not cover this request; it needs the role “{ $role }” or a higher one.
refresh-token-invalid-title = Invalid refresh token
refresh-token-invalid-detail = The refresh token is malformed, expired or revoked; sign in again.
refresh-token-reused-title = Refresh token already used
refresh-token-reused-detail = This refresh token had already been used, so the whole session was revoked to protect the account; sign in again.
login-required-title = Sign in to comment
login-required-detail = Only signed-in users can comment on this site; sign in, then send the access token in the Authorization header after the word Bearer.

## What does not exist

not-found-title = Resource not found
not-found-detail = There is no resource at this address; check the path and the id.
article-not-found-title = Article not found
article-not-found-detail = There is no article with this id or slug; check that it is right.
tag-not-found-title = Tag not found
tag-not-found-detail = There is no tag with this id or slug; check that it is right, or look for it in the tag list.
user-not-found-title = User not found
user-not-found-detail = There is no user with this id; check that it is right, or look for the user in the user list.
revision-not-found-title = Revision not found
revision-not-found-detail = This article has no revision with this number; its list of revisions shows the valid numbers.
comment-not-found-title = Comment not found
comment-not-found-detail = There is no comment with this id; check that it is right, or look for it in the list of comments.
settings-not-found-title = No settings of its own
settings-not-found-detail = This article has no comment settings of its own and follows those of the site; create them with PUT if it should differ.

## Conflicts

conflict-title = Conflict with the current state
conflict-detail = This request conflicts with the current state of the resource; fetch its latest version and try again.
illegal-transition-title = Action not allowed in this state
illegal-transition-detail = The action “{ $action }” cannot be applied to an article whose status is “{ $from }”; move it to a status that allows this first.
slug-taken-title = Slug already in use
slug-taken-detail = The slug “{ $slug }” is already in use; choose another, or leave the field out and the server will make one.
tag-exists-title = Tag already exists
tag-exists-detail = A tag already exists that matches “{ $name }” or differs from it only in spelling; use that tag or choose another name.
email-taken-title = Email already registered
email-taken-detail = An account is already registered with this email; use another address or edit the existing account.
last-admin-title = Last administrator
last-admin-detail = This is the last active administrator and cannot be deleted, suspended or given a lower role; appoint another administrator first.
comment-repeated-title = Comment already posted
comment-repeated-detail = You have already said exactly this under this article; it is there, or it waits for a moderator. There is no need to send it again.
tag-merge-itself-title = Tag merged into itself
tag-merge-itself-detail = A tag cannot be merged into itself; put the id of another tag in the into field.
article-in-trash-title = Article in the trash
article-in-trash-detail = This article is in the trash; restore it first, then repeat the request.
comments-closed-title = Comments closed
comments-closed-detail =
    { $reason ->
        [site] Comments are closed on this site, so the comment was not saved; an administrator can open them in the comment settings.
        [age] Comments on this article closed because of its age, so the comment was not saved; editors can reopen them in the comment settings.
        [unpublished] This article is not published, so it takes no comments; the comment was not saved.
       *[article] Comments on this article are closed, so the comment was not saved; editors can reopen them in the comment settings.
    }

## Mentions

malformed-form-title = Malformed form
malformed-form-detail = The form in the request body can’t be read; correct it and send it again: { $reason }
mention-source-invalid-title = Source not accepted
mention-source-invalid-detail = The source is missing, or is not a full http or https address that this server goes to; send the address of the page that links.
mention-target-invalid-title = Target not accepted
mention-target-invalid-detail = The target is missing, or is not a full http or https address; send the address that the source links to.
mention-same-address-title = Source and target are the same
mention-same-address-detail = The source and the target are the same address; send the address of another page that links to the target.
mention-source-own-title = Source on this site
mention-source-own-detail = The source is an article of this very site; links within the site are not taken as mentions.
mention-source-denied-title = Source denied
mention-source-denied-detail = Mentions of this article from this source are not taken in.
mention-target-foreign-title = Target on another site
mention-target-foreign-detail = The target is not on this site; send the mention to the site that it is on.
mention-target-not-article-title = Target not an article
mention-target-not-article-detail = The target is on this site but is not the address of an article; only articles take mentions.
mention-target-not-found-title = Target not found
mention-target-not-found-detail = There is no article at the address of the target; check that it is right.
pings-closed-title = Mentions closed
pings-closed-detail = This article does not take mentions from other sites, or no longer does.
mention-not-found-title = Mention not found
mention-not-found-detail = There is no mention with this id; check that it is right.

## Safe writing

idempotency-key-reused-title = Idempotency key reused
idempotency-key-reused-detail = This idempotency key was already used with a different request; send a new key with each new request.
idempotency-key-invalid-title = Invalid idempotency key
idempotency-key-invalid-detail = The value of the Idempotency-Key header is not valid; send a short unique text such as a UUID.
precondition-failed-title = Changed since it was read
precondition-failed-detail = This resource was changed after you read it, so your change was not saved, and it is at version { $current } now; fetch it again, reapply your change and resend.
precondition-required-title = If-Match header required
precondition-required-detail = A change needs the If-Match header; send in it the ETag you received when reading, or an asterisk to write whatever the version.

## The server

too-many-requests-title = Too many requests
too-many-requests-detail =
    { $seconds ->
        [one] You have sent too many requests in a short time; try again in { $seconds } second.
       *[other] You have sent too many requests in a short time; try again in { $seconds } seconds.
    }
internal-title = Server error
internal-detail = Something unexpected went wrong on the server; try again, and if it happens again give the request id to the server’s administrator.
unavailable-title = Temporarily unavailable
unavailable-detail = The service is temporarily unavailable; try again after the delay given in the Retry-After header.
storage-full-title = Storage full
storage-full-detail = The change was not saved because the server’s storage is full; tell the server’s administrator, and try again once there is room.
not-implemented-title = Not available
not-implemented-detail = This feature is not available in this release; see the OpenAPI document for what is.

## Field validation

invalid-required = This field is required.
invalid-unknown-field = This field is not known; remove it or check its spelling.
invalid-read-only = This field is read-only; do not send it.
invalid-wrong-type = The value has the wrong type; expected: { $expected }.
invalid-too-long = The text is too long; maximum length in characters: { $max }.
invalid-too-short = The text is too short; minimum length in characters: { $min }.
invalid-too-many = There are too many items; maximum: { $max }.
invalid-out-of-range = The value must be at least { $min } and at most { $max }.
invalid-not-one-of = The value is not one of those accepted: { $allowed }.
invalid-nul-character = The text must not contain the NUL character (U+0000).
invalid-invalid-lang = The language tag is not valid; use a BCP 47 tag such as ar or ar-LY.
invalid-invalid-url = The URL is not valid; send a full address that begins with https or http.
invalid-invalid-email = The email address is not valid.
invalid-invalid-slug = The slug is not valid; use only letters, digits and hyphens.
invalid-invalid-time = The time is not valid; send it in RFC 3339 form, such as 2030-01-31T09:00:00Z.
invalid-invalid-format = The value does not have the right format.
invalid-duplicate = This value is a duplicate.
invalid-weak-password = The password is too weak; choose a longer one that is hard to guess.
invalid-unknown-tag = There is no tag named “{ $name }”, and your role may not create tags.
invalid-unknown-comment = There is no such comment to answer under this article.
invalid-empty = This field must not be empty.
invalid-too-deep = There are too many levels of nesting; maximum: { $max }.
invalid-too-large = The value is too large; maximum size in bytes: { $max }.
invalid-must-be-null-or-positive = The value must be null or a whole number greater than zero.
invalid-not-an-object = The value must be a JSON object.
invalid-end-before-start = The end must come after the start.
