-- Values of variables of rules, and what they change in verdicts; maintenance that hosts are found by.

CREATE TABLE variable_value (
    -- The values that people have set for variables of rules, as they stand now.
    source    TEXT    NOT NULL,  -- ORGANISATION, GROUP or HOST
    source_id TEXT    NOT NULL,  -- the group or host; empty for the organisation
    name      TEXT    NOT NULL,  -- the variable
    value     TEXT    NOT NULL,  -- its value
    set_by    TEXT    NOT NULL,  -- who set it, as they were called then
    set_at    INTEGER NOT NULL,  -- when
    position  INTEGER NOT NULL,  -- of the event by which it was set
    PRIMARY KEY (source, source_id, name)
) STRICT;
CREATE INDEX variable_value_by_name ON variable_value (name);

-- JSON: the variables of the rule that had a value of the organisation, a group or the host; empty where there is none
ALTER TABLE host_rule_state ADD COLUMN variables TEXT NOT NULL DEFAULT '';

ALTER TABLE group_host ADD COLUMN maintenance_until INTEGER;  -- when the maintenance ends by itself
ALTER TABLE host_group ADD COLUMN maintenance_until INTEGER;  -- when the maintenance ends by itself
