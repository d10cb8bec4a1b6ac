-- protocol: the protocol of the last request. kind: the relation of the page to the article, by its
-- microformats.
ALTER TABLE mentions RENAME COLUMN kind TO protocol;
ALTER TABLE mentions RENAME CONSTRAINT mentions_kind_check TO mentions_protocol_check;
ALTER TABLE mentions ADD COLUMN kind TEXT NOT NULL DEFAULT 'mention'
    CHECK (kind IN ('mention', 'reply', 'like', 'repost', 'bookmark', 'rsvp'));
-- The answer of an RSVP.
ALTER TABLE mentions ADD COLUMN rsvp TEXT CHECK (rsvp IN ('yes', 'no', 'maybe', 'interested'));
-- The URL of the author's photo.
ALTER TABLE mentions ADD COLUMN author_photo TEXT;
-- The status of the delivery, as the API names it.
ALTER TABLE pings RENAME COLUMN state TO status;
ALTER TABLE pings RENAME CONSTRAINT pings_state_check TO pings_status_check;
-- One vocabulary of reasons: a denied request is an HTTP error of the other site, and a refused
-- address is one that is never fetched.
UPDATE pings SET reason = 'endpoint_denied' WHERE reason = 'endpoint_refused';
UPDATE pings SET reason = 'target_denied' WHERE reason = 'target_refused';
UPDATE mentions SET reason = 'address_refused' WHERE reason = 'source_refused';
