-- Who follows a scan and comes back knows whether it has changed.

ALTER TABLE scan ADD COLUMN changed_position INTEGER NOT NULL DEFAULT 0;  -- of the newest event that changed it
