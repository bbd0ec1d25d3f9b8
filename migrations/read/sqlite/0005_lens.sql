-- Frameworks as lenses, the history of rules, and the text that rules are found by.

-- Every control stands in rule_section as well, as the section that it is itself.
DROP TABLE rule_reference;

CREATE TABLE rule_section (
    -- The sections of frameworks that rules are in: a rule of 5.1.20 is in 5 and 5.1 too.
    rule      TEXT NOT NULL,  -- the id of the rule
    framework TEXT NOT NULL,  -- cis, stig, nist_800_53, ...
    benchmark TEXT NOT NULL,  -- debian12, ...; empty for frameworks without
    section   TEXT NOT NULL,  -- the key of the section
    PRIMARY KEY (rule, framework, benchmark, section)
) STRICT;
CREATE INDEX rule_section_by_section ON rule_section (framework, benchmark, section);

CREATE TABLE host_lens (
    -- The verdicts of each host, counted for each framework that fits it.
    host_id        TEXT    NOT NULL,  -- the host
    framework      TEXT    NOT NULL,  -- cis, stig, nist_800_53, ...
    benchmark      TEXT    NOT NULL,  -- the one that fits the host; empty for frameworks without
    pass           INTEGER NOT NULL,  -- rules that pass
    fail           INTEGER NOT NULL,  -- rules that fail
    error          INTEGER NOT NULL,  -- rules of which it could not be told
    not_applicable INTEGER NOT NULL,  -- rules that do not concern the host
    manual         INTEGER NOT NULL,  -- rules that a person has to judge
    score          REAL,              -- passed among judged, 0 to 1; nothing when none was judged
    PRIMARY KEY (host_id, framework)
) STRICT;
CREATE INDEX host_lens_by_framework ON host_lens (framework, score);

-- The benchmark that fits the host, by what its newest completed scan learned; empty when there is none.
ALTER TABLE host_posture ADD COLUMN benchmark TEXT NOT NULL DEFAULT '';

-- What a rule is found by: id, title, description, tags and controls in lower case.
ALTER TABLE rule ADD COLUMN found_by TEXT NOT NULL DEFAULT '';

CREATE TABLE rule_version (
    -- Every text that a rule ever had.
    rule         TEXT    NOT NULL,  -- the id of the rule
    position     INTEGER NOT NULL,  -- of the event that published the first catalogue with it
    published_at INTEGER NOT NULL,  -- when that was
    catalogue    TEXT    NOT NULL,  -- that catalogue
    title        TEXT    NOT NULL,  -- one line
    severity     INTEGER NOT NULL,  -- 1 low, 2 medium, 3 high, 4 critical
    text         TEXT    NOT NULL,  -- the rule file
    hash         TEXT    NOT NULL,  -- the SHA-256 of the text
    PRIMARY KEY (rule, hash)
) STRICT;
