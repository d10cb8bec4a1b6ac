-- lang: the language of the text; NULL if unknown.
-- edit_token_hash: the SHA-256 of the token by which the author edits or deletes the comment until
-- editable_until. Both are NULL for a comment that its author can't change.
ALTER TABLE comments
    ADD COLUMN lang TEXT,
    ADD COLUMN edit_token_hash BYTEA,
    ADD COLUMN editable_until TIMESTAMPTZ;
-- A filled honeypot field is another reason to hold a comment.
ALTER TABLE comments DROP CONSTRAINT comments_held_for_check;
ALTER TABLE comments ADD CONSTRAINT comments_held_for_check CHECK (
    held_for IN ('moderation', 'first_time', 'links', 'words', 'blocked_words', 'trap')
);
-- edit_minutes: the time for which authors may edit and delete their comments.
ALTER TABLE comment_settings ADD COLUMN edit_minutes INTEGER NOT NULL DEFAULT 10;
