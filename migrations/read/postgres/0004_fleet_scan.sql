-- Fleet scans: one request for many hosts, and what becomes of each of them.

CREATE TABLE fleet_scan (
    fleet_scan_id TEXT NOT NULL PRIMARY KEY,
    status TEXT NOT NULL,
    choice TEXT NOT NULL,
    selection TEXT NOT NULL,
    limits TEXT NOT NULL,
    retry_of TEXT,
    requested_by TEXT NOT NULL,
    requested_at BIGINT NOT NULL,
    finished_at BIGINT,
    position BIGINT NOT NULL,
    changed_position BIGINT NOT NULL,
    host_count BIGINT NOT NULL,
    waiting BIGINT NOT NULL,
    running BIGINT NOT NULL,
    completed BIGINT NOT NULL,
    failed BIGINT NOT NULL,
    skipped BIGINT NOT NULL,
    cancelled BIGINT NOT NULL
);
COMMENT ON TABLE fleet_scan IS 'Every scan of many hosts that was ever asked for.';
COMMENT ON COLUMN fleet_scan.fleet_scan_id IS 'the fleet scan';
COMMENT ON COLUMN fleet_scan.status IS 'running, completed or cancelled';
COMMENT ON COLUMN fleet_scan.choice IS 'JSON: how the hosts were chosen';
COMMENT ON COLUMN fleet_scan.selection IS 'JSON: which rules were asked for';
COMMENT ON COLUMN fleet_scan.limits IS 'JSON: how much at a time, how often';
COMMENT ON COLUMN fleet_scan.retry_of IS 'the fleet scan whose failed hosts are tried again';
COMMENT ON COLUMN fleet_scan.requested_by IS 'JSON: who asked';
COMMENT ON COLUMN fleet_scan.requested_at IS 'when it was asked for';
COMMENT ON COLUMN fleet_scan.finished_at IS 'when it ended';
COMMENT ON COLUMN fleet_scan.position IS 'of the event that asked for it';
COMMENT ON COLUMN fleet_scan.changed_position IS 'of the newest event that changed it or one of its hosts';
COMMENT ON COLUMN fleet_scan.host_count IS 'how many hosts it has';
COMMENT ON COLUMN fleet_scan.waiting IS 'hosts whose turn has not come, or comes again';
COMMENT ON COLUMN fleet_scan.running IS 'hosts that are scanned now';
COMMENT ON COLUMN fleet_scan.completed IS 'hosts with verdicts';
COMMENT ON COLUMN fleet_scan.failed IS 'hosts without, after the last attempt';
COMMENT ON COLUMN fleet_scan.skipped IS 'hosts that were not tried';
COMMENT ON COLUMN fleet_scan.cancelled IS 'hosts that were called off';
CREATE INDEX fleet_scan_by_position ON fleet_scan (position);
CREATE INDEX fleet_scan_by_change ON fleet_scan (changed_position);
CREATE INDEX fleet_scan_by_parent ON fleet_scan (retry_of);

CREATE TABLE fleet_scan_host (
    fleet_scan_id TEXT NOT NULL,
    host_id TEXT NOT NULL,
    ordinal BIGINT NOT NULL,
    state TEXT NOT NULL,
    scan_id TEXT,
    attempts BIGINT NOT NULL,
    reason TEXT,
    detail TEXT,
    retry_at BIGINT,
    changed_at BIGINT NOT NULL,
    PRIMARY KEY (fleet_scan_id, host_id)
);
COMMENT ON TABLE fleet_scan_host IS 'What becomes of each host of a fleet scan.';
COMMENT ON COLUMN fleet_scan_host.fleet_scan_id IS 'the fleet scan';
COMMENT ON COLUMN fleet_scan_host.host_id IS 'the host';
COMMENT ON COLUMN fleet_scan_host.ordinal IS 'its place in the order, from 1';
COMMENT ON COLUMN fleet_scan_host.state IS 'waiting, running, completed, failed, skipped or cancelled';
COMMENT ON COLUMN fleet_scan_host.scan_id IS 'its newest scan';
COMMENT ON COLUMN fleet_scan_host.attempts IS 'how many scans of it were asked for or attached';
COMMENT ON COLUMN fleet_scan_host.reason IS 'why the newest attempt failed or why it was skipped, of a closed list';
COMMENT ON COLUMN fleet_scan_host.detail IS 'the words for a person';
COMMENT ON COLUMN fleet_scan_host.retry_at IS 'when it is tried again';
COMMENT ON COLUMN fleet_scan_host.changed_at IS 'when anything in this row last changed';
CREATE INDEX fleet_scan_host_by_order ON fleet_scan_host (fleet_scan_id, state, ordinal);
CREATE INDEX fleet_scan_host_by_scan ON fleet_scan_host (scan_id);

-- What a scan and a line of the activity belong to.
ALTER TABLE scan ADD COLUMN fleet_scan_id TEXT;
COMMENT ON COLUMN scan.fleet_scan_id IS 'the fleet scan that asked for it';
ALTER TABLE activity ADD COLUMN fleet_scan_id TEXT;
COMMENT ON COLUMN activity.fleet_scan_id IS 'the fleet scan that it concerns';
