-- Who follows a scan and comes back knows whether it has changed.

ALTER TABLE scan ADD COLUMN changed_position BIGINT NOT NULL DEFAULT 0;
COMMENT ON COLUMN scan.changed_position IS 'of the newest event that changed it';
