-- What a scan keeps for judging again, what surrounded it, and the history of each rule on each host.

ALTER TABLE scan ADD COLUMN stored_facts TEXT;      -- the hash of the blob with what was collected
ALTER TABLE scan ADD COLUMN context TEXT;           -- JSON: what surrounded it, as it was then
ALTER TABLE scan ADD COLUMN collection_times TEXT;  -- JSON list: collectors that took their time

CREATE TABLE rule_interval (
    -- From when to when a rule was judged in the same way on a host, on the same observations.
    host_id  TEXT    NOT NULL,  -- the host
    rule     TEXT    NOT NULL,  -- the rule
    position INTEGER NOT NULL,  -- of the event of the scan that found it first
    verdict  TEXT    NOT NULL,  -- pass, fail, error, not_applicable or manual
    evidence TEXT    NOT NULL,  -- the hash of the blob that the verdict rests on
    scan_id  TEXT    NOT NULL,  -- the scan that found it first
    began_at INTEGER NOT NULL,  -- when that scan ended
    ended_at INTEGER,           -- when the scan ended that found something else; nothing while it holds
    PRIMARY KEY (host_id, rule, position)
) STRICT;
CREATE INDEX rule_interval_open ON rule_interval (host_id) WHERE ended_at IS NULL;
