# Violations of single fields, in "errors" of a problem.

invalid-required = This field is required.
invalid-unknown-field = This field is not known; remove it or check its spelling.
invalid-unknown-parameter =
    { $count ->
        [0] This operation takes no parameters; remove it.
       *[other] Remove it or check its spelling; known here: { $known }.
    }
invalid-read-only = This field is read-only; do not send it.
invalid-wrong-type = The value has the wrong type; expected: { $expected }.
invalid-too-long = The text is too long; maximum length in characters: { $max }.
invalid-too-short = The text is too short; minimum length in characters: { $min }.
invalid-too-many = There are too many items; maximum: { $max }.
invalid-out-of-range =
    { $bounds ->
        [min] The value must be at least { $min }.
        [max] The value must be at most { $max }.
       *[both] The value must be at least { $min } and at most { $max }.
    }
invalid-not-one-of = The value is not one of those accepted: { $allowed }.
invalid-nul-character = The text must not contain the NUL character (U+0000).
invalid-invalid-lang = The language tag is not valid; use a BCP 47 tag such as ar or ar-LY.
invalid-invalid-url = The URL is not valid; send a full address that begins with https or http, without user name and password.
invalid-invalid-email = The email address is not valid.
invalid-invalid-slug = The slug is not valid; use only letters, digits and hyphens.
invalid-invalid-time = The time is not valid; send it in RFC 3339 form, such as 2030-01-31T09:00:00Z.
invalid-invalid-entity-tag = Send the ETag exactly as you received it, with its quotation marks, or an asterisk.
invalid-invalid-format = The value does not have the right format.
invalid-duplicate = This value is a duplicate.
invalid-repeated-name = This name occurs twice in its object; send each name once.
invalid-inexact-number = This number is too large or has too many digits to be stored exactly; round it, or send it as a string.
invalid-weak-password = The password is too weak; choose a longer one that is hard to guess.
invalid-unknown-tag =
    { $by ->
        [id] There is no tag with the id { $name }.
       *[name] There is no tag named “{ $name }”, and your role may not create tags.
    }
invalid-unknown-comment = There is no such comment to answer under this article.
invalid-empty = This field must not be empty.
invalid-too-deep = There are too many levels of nesting; maximum: { $max }.
invalid-too-large = The value is too large; maximum size in bytes: { $max }.
