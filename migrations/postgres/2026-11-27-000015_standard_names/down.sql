ALTER TABLE comments RENAME COLUMN is_staff TO newsroom;
ALTER INDEX comments_by_client_data_expiry RENAME TO comments_by_traces;
ALTER TABLE comments RENAME COLUMN client_data_expires_at TO traces_until;
ALTER TABLE mentions RENAME COLUMN pending_target_url TO told_url;
ALTER INDEX host_rate_limits_pkey RENAME TO web_turns_pkey;
ALTER TABLE host_rate_limits RENAME TO web_turns;
