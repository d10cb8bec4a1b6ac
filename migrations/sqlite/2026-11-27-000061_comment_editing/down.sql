ALTER TABLE comment_settings DROP COLUMN edit_minutes;
ALTER TABLE comments ADD COLUMN hold_reason TEXT CHECK (
    hold_reason IN ('moderation', 'first_time', 'links', 'words', 'blocked_words')
);
UPDATE comments SET hold_reason = CASE held_for WHEN 'trap' THEN 'blocked_words' ELSE held_for END
    WHERE held_for IS NOT NULL;
ALTER TABLE comments DROP COLUMN held_for;
ALTER TABLE comments RENAME COLUMN hold_reason TO held_for;
ALTER TABLE comments DROP COLUMN editable_until;
ALTER TABLE comments DROP COLUMN edit_token_hash;
ALTER TABLE comments DROP COLUMN lang;
