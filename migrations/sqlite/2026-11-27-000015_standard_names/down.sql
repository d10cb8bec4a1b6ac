ALTER TABLE comments RENAME COLUMN is_staff TO newsroom;
DROP INDEX comments_by_client_data_expiry;
ALTER TABLE comments RENAME COLUMN client_data_expires_at TO traces_until;
CREATE INDEX comments_by_traces ON comments (traces_until);
ALTER TABLE mentions RENAME COLUMN pending_target_url TO told_url;
ALTER TABLE host_rate_limits RENAME TO web_turns;
