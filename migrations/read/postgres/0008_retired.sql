-- Which rules count, and from when to when others did not.

CREATE TABLE rule_force (
    rule TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    shipped BIGINT NOT NULL,
    pack_id TEXT,
    counted BIGINT NOT NULL
);
COMMENT ON TABLE rule_force IS 'What each rule that was ever listed stands on. A rule counts while it is shipped or in an enabled pack.';
COMMENT ON COLUMN rule_force.rule IS 'the rule';
COMMENT ON COLUMN rule_force.name IS 'the set that listed it last: openwatch, the name of a folder';
COMMENT ON COLUMN rule_force.shipped IS '1: processes are started with it';
COMMENT ON COLUMN rule_force.pack_id IS 'the pack whose enabled version holds it';
COMMENT ON COLUMN rule_force.counted IS '1: it counts or did; 0: somebody recorded a scan by rules of his own';
CREATE INDEX rule_force_by_pack ON rule_force (pack_id);

CREATE TABLE rule_retirement (
    rule TEXT NOT NULL,
    from_position BIGINT NOT NULL,
    from_at BIGINT NOT NULL,
    to_position BIGINT,
    to_at BIGINT,
    PRIMARY KEY (rule, from_position)
);
COMMENT ON TABLE rule_retirement IS 'From when to when a rule that had counted did not.';
COMMENT ON COLUMN rule_retirement.rule IS 'the rule';
COMMENT ON COLUMN rule_retirement.from_position IS 'of the event by which it went';
COMMENT ON COLUMN rule_retirement.from_at IS 'when that was written to the log';
COMMENT ON COLUMN rule_retirement.to_position IS 'of the event by which it came back; nothing while it is retired';
COMMENT ON COLUMN rule_retirement.to_at IS 'when that was written to the log';

ALTER TABLE host_rule_state ADD COLUMN retired BIGINT NOT NULL DEFAULT 0;
COMMENT ON COLUMN host_rule_state.retired IS '1: the rule counts no more';
CREATE INDEX host_rule_state_retired ON host_rule_state (rule) WHERE retired = 1;

ALTER TABLE rule ADD COLUMN shipped BIGINT NOT NULL DEFAULT 0;
COMMENT ON COLUMN rule.shipped IS '1: of the rule base, which alone says what it says';
