-- version: each change of the mention increments it.
ALTER TABLE mentions ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
