-- What a scan keeps for judging again, what surrounded it, and the history of each rule on each host.

ALTER TABLE scan ADD COLUMN stored_facts TEXT, ADD COLUMN context TEXT, ADD COLUMN collection_times TEXT;
COMMENT ON COLUMN scan.stored_facts IS 'the hash of the blob with what was collected';
COMMENT ON COLUMN scan.context IS 'JSON: what surrounded it, as it was then';
COMMENT ON COLUMN scan.collection_times IS 'JSON list: collectors that took their time';

CREATE TABLE rule_interval (
    host_id TEXT NOT NULL,
    rule TEXT NOT NULL,
    position BIGINT NOT NULL,
    verdict TEXT NOT NULL,
    evidence TEXT NOT NULL,
    scan_id TEXT NOT NULL,
    began_at BIGINT NOT NULL,
    ended_at BIGINT,
    PRIMARY KEY (host_id, rule, position)
);
CREATE INDEX rule_interval_open ON rule_interval (host_id) WHERE ended_at IS NULL;
COMMENT ON TABLE rule_interval IS 'From when to when a rule was judged in the same way on a host, on the same observations.';
COMMENT ON COLUMN rule_interval.host_id IS 'the host';
COMMENT ON COLUMN rule_interval.rule IS 'the rule';
COMMENT ON COLUMN rule_interval.position IS 'of the event of the scan that found it first';
COMMENT ON COLUMN rule_interval.verdict IS 'pass, fail, error, not_applicable or manual';
COMMENT ON COLUMN rule_interval.evidence IS 'the hash of the blob that the verdict rests on';
COMMENT ON COLUMN rule_interval.scan_id IS 'the scan that found it first';
COMMENT ON COLUMN rule_interval.began_at IS 'when that scan ended';
COMMENT ON COLUMN rule_interval.ended_at IS 'when the scan ended that found something else; nothing while it holds';
