ALTER TABLE comment_settings DROP COLUMN edit_minutes;
UPDATE comments SET held_for = 'blocked_words' WHERE held_for = 'trap';
ALTER TABLE comments DROP CONSTRAINT comments_held_for_check;
ALTER TABLE comments ADD CONSTRAINT comments_held_for_check CHECK (
    held_for IN ('moderation', 'first_time', 'links', 'words', 'blocked_words')
);
ALTER TABLE comments
    DROP COLUMN editable_until,
    DROP COLUMN edit_token_hash,
    DROP COLUMN lang;
