-- lang: the language of the text; NULL if unknown.
-- edit_token_hash: the SHA-256 of the token by which the author edits or deletes the comment until
-- editable_until. Both are NULL for a comment that its author can't change.
ALTER TABLE comments ADD COLUMN lang TEXT;
ALTER TABLE comments ADD COLUMN edit_token_hash BLOB;
ALTER TABLE comments ADD COLUMN editable_until BIGINT;
-- A filled honeypot field is another reason to hold a comment. SQLite can't alter a check, so the
-- column is made anew.
ALTER TABLE comments ADD COLUMN hold_reason TEXT CHECK (
    hold_reason IN ('moderation', 'first_time', 'links', 'words', 'blocked_words', 'trap')
);
UPDATE comments SET hold_reason = held_for WHERE held_for IS NOT NULL;
ALTER TABLE comments DROP COLUMN held_for;
ALTER TABLE comments RENAME COLUMN hold_reason TO held_for;
-- edit_minutes: the time for which authors may edit and delete their comments.
ALTER TABLE comment_settings ADD COLUMN edit_minutes INTEGER NOT NULL DEFAULT 10;
