-- A used refresh token and this salt give its successor, for as long as another tab may ask for it. The
-- sweeper then deletes the salt.
ALTER TABLE refresh_tokens ADD COLUMN successor_salt TEXT;
CREATE INDEX refresh_tokens_by_salted_use ON refresh_tokens (used_at) WHERE successor_salt IS NOT NULL;
