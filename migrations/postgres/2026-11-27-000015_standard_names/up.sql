-- Tables and columns take the standard names. Their data stays.
-- host_rate_limits: the earliest time of the next request to each remote host.
ALTER TABLE web_turns RENAME TO host_rate_limits;
ALTER INDEX web_turns_pkey RENAME TO host_rate_limits_pkey;
-- pending_target_url: the URL of the latest notification, until it is verified.
ALTER TABLE mentions RENAME COLUMN told_url TO pending_target_url;
-- client_data_expires_at: the time at which the client's address and user agent are deleted; NULL afterwards.
ALTER TABLE comments RENAME COLUMN traces_until TO client_data_expires_at;
ALTER INDEX comments_by_traces RENAME TO comments_by_client_data_expiry;
-- is_staff: a signed-in user wrote the comment.
ALTER TABLE comments RENAME COLUMN newsroom TO is_staff;
