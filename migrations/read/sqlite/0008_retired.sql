-- Which rules count, and from when to when others did not.

CREATE TABLE rule_force (
    -- What each rule that was ever listed stands on. A rule counts while it is shipped or in an enabled pack.
    rule    TEXT    NOT NULL PRIMARY KEY,  -- the rule
    name    TEXT    NOT NULL,              -- the set that listed it last: openwatch, the name of a folder
    shipped INTEGER NOT NULL,              -- 1: processes are started with it
    pack_id TEXT,                          -- the pack whose enabled version holds it
    counted INTEGER NOT NULL               -- 1: it counts or did; 0: somebody recorded a scan by rules of his own
) STRICT;
CREATE INDEX rule_force_by_pack ON rule_force (pack_id);

CREATE TABLE rule_retirement (
    -- From when to when a rule that had counted did not.
    rule          TEXT    NOT NULL,  -- the rule
    from_position INTEGER NOT NULL,  -- of the event by which it went
    from_at       INTEGER NOT NULL,  -- when that was written to the log
    to_position   INTEGER,           -- of the event by which it came back; nothing while it is retired
    to_at         INTEGER,           -- when that was written to the log
    PRIMARY KEY (rule, from_position)
) STRICT;

ALTER TABLE host_rule_state ADD COLUMN retired INTEGER NOT NULL DEFAULT 0;  -- 1: the rule counts no more
CREATE INDEX host_rule_state_retired ON host_rule_state (rule) WHERE retired = 1;

ALTER TABLE rule ADD COLUMN shipped INTEGER NOT NULL DEFAULT 0;  -- 1: of the rule base, which alone says what it says
