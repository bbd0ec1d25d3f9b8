-- What the verdicts of each host added up to at any instant, and which hosts were under watch then.

CREATE TABLE host_watch (
    host_id TEXT NOT NULL,
    from_position BIGINT NOT NULL,
    from_at BIGINT NOT NULL,
    to_position BIGINT,
    to_at BIGINT,
    PRIMARY KEY (host_id, from_position)
);
COMMENT ON TABLE host_watch IS 'From when to when each host was under watch.';
COMMENT ON COLUMN host_watch.host_id IS 'the host';
COMMENT ON COLUMN host_watch.from_position IS 'of the event by which it came under watch';
COMMENT ON COLUMN host_watch.from_at IS 'when that was written to the log';
COMMENT ON COLUMN host_watch.to_position IS 'of the event by which it was taken out; nothing while it is under watch';
COMMENT ON COLUMN host_watch.to_at IS 'when that was written to the log';

CREATE TABLE posture_history (
    host_id TEXT NOT NULL,
    framework TEXT NOT NULL,
    from_position BIGINT NOT NULL,
    from_at BIGINT NOT NULL,
    to_position BIGINT,
    to_at BIGINT,
    pass BIGINT NOT NULL,
    fail BIGINT NOT NULL,
    error BIGINT NOT NULL,
    not_applicable BIGINT NOT NULL,
    manual BIGINT NOT NULL,
    PRIMARY KEY (host_id, framework, from_position)
);
COMMENT ON TABLE posture_history IS 'From when to when the verdicts of a host added up to the same. What changes nothing writes nothing.';
COMMENT ON COLUMN posture_history.host_id IS 'the host';
COMMENT ON COLUMN posture_history.framework IS 'cis, stig, nist_800_53, ...; empty for all rules';
COMMENT ON COLUMN posture_history.from_position IS 'of the event by which they came to this';
COMMENT ON COLUMN posture_history.from_at IS 'when that was written to the log';
COMMENT ON COLUMN posture_history.to_position IS 'of the event by which they came to something else; nothing while they stand';
COMMENT ON COLUMN posture_history.to_at IS 'when that was written to the log';
COMMENT ON COLUMN posture_history.pass IS 'rules that pass';
COMMENT ON COLUMN posture_history.fail IS 'rules that fail';
COMMENT ON COLUMN posture_history.error IS 'rules of which it could not be told';
COMMENT ON COLUMN posture_history.not_applicable IS 'rules that do not concern the host';
COMMENT ON COLUMN posture_history.manual IS 'rules that a person has to judge';
CREATE INDEX posture_history_by_time ON posture_history (host_id, framework, from_at);
CREATE INDEX posture_history_open ON posture_history (host_id, framework) WHERE to_position IS NULL;
CREATE INDEX host_watch_by_time ON host_watch (from_at);
CREATE INDEX group_member_by_time ON group_member (group_id, from_at);
