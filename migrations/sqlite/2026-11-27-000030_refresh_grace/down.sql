DROP INDEX refresh_tokens_by_salted_use;
ALTER TABLE refresh_tokens DROP COLUMN successor_salt;
