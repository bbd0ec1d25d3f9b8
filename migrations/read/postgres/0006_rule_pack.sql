-- Rules of the organisation's own, and trials of them.

CREATE TABLE rule_pack (
    pack_id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    status TEXT NOT NULL,
    enabled BIGINT,
    enabled_at BIGINT,
    latest BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL
);
COMMENT ON TABLE rule_pack IS 'Packs of rules that people have uploaded.';
COMMENT ON COLUMN rule_pack.pack_id IS 'the pack';
COMMENT ON COLUMN rule_pack.name IS 'unique while active';
COMMENT ON COLUMN rule_pack.status IS 'active or removed';
COMMENT ON COLUMN rule_pack.enabled IS 'the version that counts; nothing when none does';
COMMENT ON COLUMN rule_pack.enabled_at IS 'since when';
COMMENT ON COLUMN rule_pack.latest IS 'the newest version; 0 before the first';
COMMENT ON COLUMN rule_pack.created_at IS 'when it was made';
COMMENT ON COLUMN rule_pack.changed_at IS 'when it was last changed';

CREATE TABLE rule_pack_version (
    pack_id TEXT NOT NULL,
    version BIGINT NOT NULL,
    note TEXT NOT NULL,
    files TEXT NOT NULL,
    content TEXT NOT NULL,
    rule_set TEXT NOT NULL,
    rule_count BIGINT NOT NULL,
    script_count BIGINT NOT NULL,
    uploaded_by TEXT NOT NULL,
    uploaded_at BIGINT NOT NULL,
    voucher TEXT,
    trusted_by TEXT,
    trusted_at BIGINT,
    PRIMARY KEY (pack_id, version)
);
COMMENT ON TABLE rule_pack_version IS 'Every version that was ever uploaded.';
COMMENT ON COLUMN rule_pack_version.pack_id IS 'the pack';
COMMENT ON COLUMN rule_pack_version.version IS 'its number, from 1';
COMMENT ON COLUMN rule_pack_version.note IS 'what is new in it';
COMMENT ON COLUMN rule_pack_version.files IS 'the hash of the blob with the files';
COMMENT ON COLUMN rule_pack_version.content IS 'the hash of the blob with what its rules say';
COMMENT ON COLUMN rule_pack_version.rule_set IS 'the hash over all rules';
COMMENT ON COLUMN rule_pack_version.rule_count IS 'how many rules it has';
COMMENT ON COLUMN rule_pack_version.script_count IS 'how many of them bring a script';
COMMENT ON COLUMN rule_pack_version.uploaded_by IS 'JSON: who';
COMMENT ON COLUMN rule_pack_version.uploaded_at IS 'when';
COMMENT ON COLUMN rule_pack_version.voucher IS 'JSON: what speaks for its scripts';
COMMENT ON COLUMN rule_pack_version.trusted_by IS 'JSON: who said so';
COMMENT ON COLUMN rule_pack_version.trusted_at IS 'when';

CREATE TABLE rule_pack_rule (
    rule TEXT NOT NULL,
    pack_id TEXT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (rule, pack_id, version)
);
COMMENT ON TABLE rule_pack_rule IS 'The rules of every version.';
COMMENT ON COLUMN rule_pack_rule.rule IS 'the id of the rule';
COMMENT ON COLUMN rule_pack_rule.pack_id IS 'the pack';
COMMENT ON COLUMN rule_pack_rule.version IS 'the version';

ALTER TABLE scan ADD COLUMN trial TEXT;
COMMENT ON COLUMN scan.trial IS 'JSON: the version of a rule pack that the scan tries; nothing for scans that count';
ALTER TABLE scan ADD COLUMN trial_key TEXT;
COMMENT ON COLUMN scan.trial_key IS 'the pack and the number of that version, as pack/number';
CREATE INDEX scan_by_trial ON scan (trial_key, position);
