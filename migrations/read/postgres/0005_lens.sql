-- Frameworks as lenses, the history of rules, and the text that rules are found by.

-- Every control stands in rule_section as well, as the section that it is itself.
DROP TABLE rule_reference;

CREATE TABLE rule_section (
    rule TEXT NOT NULL,
    framework TEXT NOT NULL,
    benchmark TEXT NOT NULL,
    section TEXT NOT NULL,
    PRIMARY KEY (rule, framework, benchmark, section)
);
CREATE INDEX rule_section_by_section ON rule_section (framework, benchmark, section);
COMMENT ON TABLE rule_section IS 'The sections of frameworks that rules are in: a rule of 5.1.20 is in 5 and 5.1 too.';
COMMENT ON COLUMN rule_section.rule IS 'the id of the rule';
COMMENT ON COLUMN rule_section.framework IS 'cis, stig, nist_800_53, ...';
COMMENT ON COLUMN rule_section.benchmark IS 'debian12, ...; empty for frameworks without';
COMMENT ON COLUMN rule_section.section IS 'the key of the section';

CREATE TABLE host_lens (
    host_id TEXT NOT NULL,
    framework TEXT NOT NULL,
    benchmark TEXT NOT NULL,
    pass BIGINT NOT NULL,
    fail BIGINT NOT NULL,
    error BIGINT NOT NULL,
    not_applicable BIGINT NOT NULL,
    manual BIGINT NOT NULL,
    score DOUBLE PRECISION,
    PRIMARY KEY (host_id, framework)
);
CREATE INDEX host_lens_by_framework ON host_lens (framework, score);
COMMENT ON TABLE host_lens IS 'The verdicts of each host, counted for each framework that fits it.';
COMMENT ON COLUMN host_lens.host_id IS 'the host';
COMMENT ON COLUMN host_lens.framework IS 'cis, stig, nist_800_53, ...';
COMMENT ON COLUMN host_lens.benchmark IS 'the one that fits the host; empty for frameworks without';
COMMENT ON COLUMN host_lens.pass IS 'rules that pass';
COMMENT ON COLUMN host_lens.fail IS 'rules that fail';
COMMENT ON COLUMN host_lens.error IS 'rules of which it could not be told';
COMMENT ON COLUMN host_lens.not_applicable IS 'rules that do not concern the host';
COMMENT ON COLUMN host_lens.manual IS 'rules that a person has to judge';
COMMENT ON COLUMN host_lens.score IS 'passed among judged, 0 to 1; nothing when none was judged';

ALTER TABLE host_posture ADD COLUMN benchmark TEXT NOT NULL DEFAULT '';
COMMENT ON COLUMN host_posture.benchmark IS 'the benchmark that fits the host, by what its newest completed scan learned; empty when there is none';

ALTER TABLE rule ADD COLUMN found_by TEXT NOT NULL DEFAULT '';
COMMENT ON COLUMN rule.found_by IS 'what it is found by: id, title, description, tags and controls in lower case';

CREATE TABLE rule_version (
    rule TEXT NOT NULL,
    position BIGINT NOT NULL,
    published_at BIGINT NOT NULL,
    catalogue TEXT NOT NULL,
    title TEXT NOT NULL,
    severity BIGINT NOT NULL,
    text TEXT NOT NULL,
    hash TEXT NOT NULL,
    PRIMARY KEY (rule, hash)
);
COMMENT ON TABLE rule_version IS 'Every text that a rule ever had.';
COMMENT ON COLUMN rule_version.rule IS 'the id of the rule';
COMMENT ON COLUMN rule_version.position IS 'of the event that published the first catalogue with it';
COMMENT ON COLUMN rule_version.published_at IS 'when that was';
COMMENT ON COLUMN rule_version.catalogue IS 'that catalogue';
COMMENT ON COLUMN rule_version.title IS 'one line';
COMMENT ON COLUMN rule_version.severity IS '1 low, 2 medium, 3 high, 4 critical';
COMMENT ON COLUMN rule_version.text IS 'the rule file';
COMMENT ON COLUMN rule_version.hash IS 'the SHA-256 of the text';
