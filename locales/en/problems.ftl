# Texts for "title" and "detail" in application/problem+json.
# -title has no final full stop; -detail is a whole sentence.
# {$reason} in invalid-parameter-detail, unknown-parameter-detail and invalid-header-detail is a whole sentence with its full stop (one of violations.ftl);
# in malformed-json-detail it is the parser's own text, with no full stop.
# {$limit} in size errors counts bytes, {$seconds} counts seconds: pass both as numbers, not strings, so that plurals come out right.

## The request

bad-request-title = Bad request
bad-request-detail = This request could not be understood; check how it is written and send it again.
malformed-json-title = Malformed JSON
malformed-json-detail = The request body is not valid JSON; correct it and send it again: { $reason }
malformed-cursor-title = Malformed cursor
malformed-cursor-detail = The page cursor is damaged or belongs to another list; send a next or prev value exactly as you received it, or start from the first page.
unknown-parameter-title = Unknown parameter
unknown-parameter-detail = The parameter “{ $name }” is not known here. { $reason }
invalid-parameter-title = Invalid parameter
invalid-parameter-detail = The value of the parameter “{ $name }” is not accepted. { $reason }
invalid-header-title = Invalid header
invalid-header-detail = The value of the header “{ $name }” is not accepted. { $reason }
method-not-allowed-title = Method not allowed
method-not-allowed-detail = This resource does not support { $method }; the methods it supports are listed in the Allow header.
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
unprocessable-more = The check ended here; there may be more violations.

## Signing in and permissions

forbidden-title = Insufficient permissions
forbidden-detail = Your permissions do not cover this request; it needs the role “{ $role }” or a higher one.

## Not found

not-found-title = Resource not found
not-found-detail = There is no resource at this address; check the path and the id.

## Safe writing

idempotency-key-reused-title = Idempotency key reused
idempotency-key-reused-detail = This idempotency key was already used with a different request; send a new key with each new request.
idempotency-key-invalid-title = Invalid idempotency key
idempotency-key-invalid-detail = The value of the Idempotency-Key header is not valid; send a short unique text such as a UUID.
precondition-failed-title = Changed since it was read
precondition-failed-detail =
    { $current ->
        [read] The current state does not match the condition that this request sent; fetch it again without the condition.
       *[other] This resource was changed after you read it, so your change was not saved, and it is at version { $current } now; fetch it again, reapply your change and resend.
    }
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
