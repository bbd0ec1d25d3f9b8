-- Values of variables of rules, and what they change in verdicts; maintenance that hosts are found by.

CREATE TABLE variable_value (
    source TEXT NOT NULL,
    source_id TEXT NOT NULL,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    set_by TEXT NOT NULL,
    set_at BIGINT NOT NULL,
    position BIGINT NOT NULL,
    PRIMARY KEY (source, source_id, name)
);
COMMENT ON TABLE variable_value IS 'The values that people have set for variables of rules, as they stand now.';
COMMENT ON COLUMN variable_value.source IS 'ORGANISATION, GROUP or HOST';
COMMENT ON COLUMN variable_value.source_id IS 'the group or host; empty for the organisation';
COMMENT ON COLUMN variable_value.name IS 'the variable';
COMMENT ON COLUMN variable_value.value IS 'its value';
COMMENT ON COLUMN variable_value.set_by IS 'who set it, as they were called then';
COMMENT ON COLUMN variable_value.set_at IS 'when';
COMMENT ON COLUMN variable_value.position IS 'of the event by which it was set';
CREATE INDEX variable_value_by_name ON variable_value (name);

ALTER TABLE host_rule_state ADD COLUMN variables TEXT NOT NULL DEFAULT '';
COMMENT ON COLUMN host_rule_state.variables IS 'JSON: the variables of the rule that had a value of the organisation, a group or the host; empty where there is none';

ALTER TABLE group_host ADD COLUMN maintenance_until BIGINT;
COMMENT ON COLUMN group_host.maintenance_until IS 'when the maintenance ends by itself';
ALTER TABLE host_group ADD COLUMN maintenance_until BIGINT;
COMMENT ON COLUMN host_group.maintenance_until IS 'when the maintenance ends by itself';
