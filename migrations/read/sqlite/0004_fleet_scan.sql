-- Fleet scans: one request for many hosts, and what becomes of each of them.

CREATE TABLE fleet_scan (
    -- Every scan of many hosts that was ever asked for.
    fleet_scan_id    TEXT    NOT NULL PRIMARY KEY,  -- the fleet scan
    status           TEXT    NOT NULL,              -- running, completed or cancelled
    choice           TEXT    NOT NULL,              -- JSON: how the hosts were chosen
    selection        TEXT    NOT NULL,              -- JSON: which rules were asked for
    limits           TEXT    NOT NULL,              -- JSON: how much at a time, how often
    retry_of         TEXT,                          -- the fleet scan whose failed hosts are tried again
    requested_by     TEXT    NOT NULL,              -- JSON: who asked
    requested_at     INTEGER NOT NULL,              -- when it was asked for
    finished_at      INTEGER,                       -- when it ended
    position         INTEGER NOT NULL,              -- of the event that asked for it
    changed_position INTEGER NOT NULL,              -- of the newest event that changed it or one of its hosts
    host_count       INTEGER NOT NULL,              -- how many hosts it has
    waiting          INTEGER NOT NULL,              -- hosts whose turn has not come, or comes again
    running          INTEGER NOT NULL,              -- hosts that are scanned now
    completed        INTEGER NOT NULL,              -- hosts with verdicts
    failed           INTEGER NOT NULL,              -- hosts without, after the last attempt
    skipped          INTEGER NOT NULL,              -- hosts that were not tried
    cancelled        INTEGER NOT NULL               -- hosts that were called off
) STRICT;
CREATE INDEX fleet_scan_by_position ON fleet_scan (position);
CREATE INDEX fleet_scan_by_change ON fleet_scan (changed_position);
CREATE INDEX fleet_scan_by_parent ON fleet_scan (retry_of);

CREATE TABLE fleet_scan_host (
    -- What becomes of each host of a fleet scan.
    fleet_scan_id TEXT    NOT NULL,  -- the fleet scan
    host_id       TEXT    NOT NULL,  -- the host
    ordinal       INTEGER NOT NULL,  -- its place in the order, from 1
    state         TEXT    NOT NULL,  -- waiting, running, completed, failed, skipped or cancelled
    scan_id       TEXT,              -- its newest scan
    attempts      INTEGER NOT NULL,  -- how many scans of it were asked for or attached
    reason        TEXT,              -- why the newest attempt failed or why it was skipped, of a closed list
    detail        TEXT,              -- the words for a person
    retry_at      INTEGER,           -- when it is tried again
    changed_at    INTEGER NOT NULL,  -- when anything in this row last changed
    PRIMARY KEY (fleet_scan_id, host_id)
) STRICT;
CREATE INDEX fleet_scan_host_by_order ON fleet_scan_host (fleet_scan_id, state, ordinal);
CREATE INDEX fleet_scan_host_by_scan ON fleet_scan_host (scan_id);

-- What a scan and a line of the activity belong to.
ALTER TABLE scan ADD COLUMN fleet_scan_id TEXT;      -- the fleet scan that asked for it
ALTER TABLE activity ADD COLUMN fleet_scan_id TEXT;  -- the fleet scan that it concerns
