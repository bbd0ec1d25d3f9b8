-- Rules of the organisation's own, and trials of them.

CREATE TABLE rule_pack (
    -- Packs of rules that people have uploaded.
    pack_id    TEXT    NOT NULL PRIMARY KEY,  -- the pack
    name       TEXT    NOT NULL,              -- unique while active
    status     TEXT    NOT NULL,              -- active or removed
    enabled    INTEGER,                       -- the version that counts; nothing when none does
    enabled_at INTEGER,                       -- since when
    latest     INTEGER NOT NULL,              -- the newest version; 0 before the first
    created_at INTEGER NOT NULL,              -- when it was made
    changed_at INTEGER NOT NULL               -- when it was last changed
) STRICT;

CREATE TABLE rule_pack_version (
    -- Every version that was ever uploaded.
    pack_id      TEXT    NOT NULL,  -- the pack
    version      INTEGER NOT NULL,  -- its number, from 1
    note         TEXT    NOT NULL,  -- what is new in it
    files        TEXT    NOT NULL,  -- the hash of the blob with the files
    content      TEXT    NOT NULL,  -- the hash of the blob with what its rules say
    rule_set     TEXT    NOT NULL,  -- the hash over all rules
    rule_count   INTEGER NOT NULL,  -- how many rules it has
    script_count INTEGER NOT NULL,  -- how many of them bring a script
    uploaded_by  TEXT    NOT NULL,  -- JSON: who
    uploaded_at  INTEGER NOT NULL,  -- when
    voucher      TEXT,              -- JSON: what speaks for its scripts
    trusted_by   TEXT,              -- JSON: who said so
    trusted_at   INTEGER,           -- when
    PRIMARY KEY (pack_id, version)
) STRICT;

CREATE TABLE rule_pack_rule (
    -- The rules of every version.
    rule     TEXT    NOT NULL,  -- the id of the rule
    pack_id  TEXT    NOT NULL,  -- the pack
    version  INTEGER NOT NULL,  -- the version
    PRIMARY KEY (rule, pack_id, version)
) STRICT;

-- JSON: the version of a rule pack that the scan tries; nothing for scans that count.
ALTER TABLE scan ADD COLUMN trial TEXT;
-- The pack and the number of that version, as pack/number.
ALTER TABLE scan ADD COLUMN trial_key TEXT;
CREATE INDEX scan_by_trial ON scan (trial_key, position);
