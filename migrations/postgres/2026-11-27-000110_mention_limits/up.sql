-- host, server: the host of the job's next request, without and with its port. network: the network of a mention's sender. network_rank:
-- the number of verifications of that network that waited when the job was queued.
ALTER TABLE web_jobs ADD COLUMN host TEXT;
ALTER TABLE web_jobs ADD COLUMN server TEXT;
ALTER TABLE web_jobs ADD COLUMN network TEXT;
ALTER TABLE web_jobs ADD COLUMN network_rank INTEGER NOT NULL DEFAULT 0;
UPDATE web_jobs SET host = (SELECT source_host FROM mentions WHERE mentions.id = web_jobs.mention_id)
    WHERE mention_id IS NOT NULL;

-- Verifications and outgoing work are claimed apart: first attempts first, then the networks in turn.
DROP INDEX web_jobs_by_due_at;
CREATE INDEX web_jobs_incoming ON web_jobs (attempts, network_rank, due_at, id) WHERE mention_id IS NOT NULL;
CREATE INDEX web_jobs_outgoing ON web_jobs (attempts, network_rank, due_at, id) WHERE mention_id IS NULL;
CREATE INDEX web_jobs_by_host ON web_jobs (host);
CREATE INDEX web_jobs_by_network ON web_jobs (network);
CREATE INDEX web_jobs_leased ON web_jobs (leased_until) WHERE leased_until IS NOT NULL;

-- Rejected mentions are deleted after some days. Spam stays, since its source is refused.
CREATE INDEX mentions_rejected ON mentions (updated_at, id)
    WHERE verification = 'rejected' AND status <> 'spam';

-- The rate limit of mentions by the sender's network: idle_at is the time at which none of its
-- mentions counts any more. Rows in the past are deleted.
CREATE TABLE mention_throttles (
    network TEXT PRIMARY KEY NOT NULL,
    idle_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX mention_throttles_by_time ON mention_throttles (idle_at);
