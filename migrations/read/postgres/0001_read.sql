-- The read tables: everything here is derived from the log and can be thrown away and built anew.
-- Times are microseconds since 1970-01-01T00:00:00Z, ids are UUIDs as text, hashes are 64 hex digits,
-- columns that hold JSON say so.

CREATE TABLE projection (
    name TEXT NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    position BIGINT NOT NULL
);
COMMENT ON TABLE projection IS 'How far each projection has come. It moves in the transaction that writes the rows, and only from the position that the writer has seen, so that of two writers one is refused.';
COMMENT ON COLUMN projection.name IS 'the name of the projection';
COMMENT ON COLUMN projection.version IS 'of its code; another version builds its tables anew';
COMMENT ON COLUMN projection.position IS 'of the last event that its tables hold';

CREATE TABLE host (
    host_id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    environment TEXT NOT NULL,
    description TEXT NOT NULL,
    tags TEXT NOT NULL,
    connection TEXT NOT NULL,
    credential_id TEXT,
    trusted_keys TEXT NOT NULL,
    status TEXT NOT NULL,
    registered_at BIGINT NOT NULL,
    facts TEXT,
    facts_at BIGINT,
    latest_scan_id TEXT,
    active_scan_id TEXT,
    changed_at BIGINT NOT NULL
);
COMMENT ON TABLE host IS 'Machines under watch, and those that were taken out of it.';
COMMENT ON COLUMN host.host_id IS 'the host';
COMMENT ON COLUMN host.name IS 'unique within its environment while active';
COMMENT ON COLUMN host.environment IS 'production, staging, ...';
COMMENT ON COLUMN host.description IS 'free text';
COMMENT ON COLUMN host.tags IS 'JSON list of text';
COMMENT ON COLUMN host.connection IS 'JSON: how it is reached';
COMMENT ON COLUMN host.credential_id IS 'its own credential, if it has one';
COMMENT ON COLUMN host.trusted_keys IS 'JSON list: SSH host keys that are trusted';
COMMENT ON COLUMN host.status IS 'active or removed';
COMMENT ON COLUMN host.registered_at IS 'when it was registered';
COMMENT ON COLUMN host.facts IS 'JSON: what the newest completed scan learned of it';
COMMENT ON COLUMN host.facts_at IS 'when that scan ended';
COMMENT ON COLUMN host.latest_scan_id IS 'the newest scan, whatever came of it';
COMMENT ON COLUMN host.active_scan_id IS 'the scan that is requested or running';
COMMENT ON COLUMN host.changed_at IS 'when anything in this row last changed';
CREATE INDEX host_by_name ON host (name, host_id);

CREATE TABLE credential (
    credential_id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    description TEXT NOT NULL,
    username TEXT NOT NULL,
    method TEXT NOT NULL,
    key_facts TEXT,
    is_default BIGINT NOT NULL,
    removed BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL
);
COMMENT ON TABLE credential IS 'Stored ways to log in, without their secrets.';
COMMENT ON COLUMN credential.credential_id IS 'the credential';
COMMENT ON COLUMN credential.name IS 'unique among those that are not removed';
COMMENT ON COLUMN credential.description IS 'free text';
COMMENT ON COLUMN credential.username IS 'the account on the hosts';
COMMENT ON COLUMN credential.method IS 'PASSWORD, KEY, KEY_AND_PASSWORD or AGENT';
COMMENT ON COLUMN credential.key_facts IS 'JSON: algorithm, bits and fingerprint of the key';
COMMENT ON COLUMN credential.is_default IS '1: hosts without one of their own use it';
COMMENT ON COLUMN credential.removed IS '1: thrown away';
COMMENT ON COLUMN credential.created_at IS 'when it was made';
COMMENT ON COLUMN credential.changed_at IS 'when it was last changed';

CREATE TABLE user_account (
    user_id TEXT NOT NULL PRIMARY KEY,
    username TEXT NOT NULL,
    username_key TEXT NOT NULL UNIQUE,
    role TEXT NOT NULL,
    disabled BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    last_log_in_at BIGINT
);
COMMENT ON TABLE user_account IS 'People who may log in.';
COMMENT ON COLUMN user_account.user_id IS 'the user';
COMMENT ON COLUMN user_account.username IS 'the name to log in with, as it was typed';
COMMENT ON COLUMN user_account.username_key IS 'the name in lower case';
COMMENT ON COLUMN user_account.role IS 'viewer, auditor, ops_lead, security_admin or admin';
COMMENT ON COLUMN user_account.disabled IS '1: may not log in';
COMMENT ON COLUMN user_account.created_at IS 'when it was made';
COMMENT ON COLUMN user_account.last_log_in_at IS 'when it last logged in';

CREATE TABLE token (
    token_id TEXT NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT,
    revoked_at BIGINT
);
COMMENT ON TABLE token IS 'Bearer tokens for automation, without their secrets.';
COMMENT ON COLUMN token.token_id IS 'the token';
COMMENT ON COLUMN token.user_id IS 'whose it is';
COMMENT ON COLUMN token.name IS 'what it is for';
COMMENT ON COLUMN token.role IS 'what it may do, at most what its owner may';
COMMENT ON COLUMN token.created_at IS 'when it was made';
COMMENT ON COLUMN token.expires_at IS 'when it stops working';
COMMENT ON COLUMN token.revoked_at IS 'when it was revoked';

CREATE TABLE preference (
    user_id TEXT NOT NULL,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (user_id, name)
);
COMMENT ON TABLE preference IS 'What people prefer in the user interface.';
COMMENT ON COLUMN preference.user_id IS 'who';
COMMENT ON COLUMN preference.name IS 'color_scheme, density, time_zone or motion';
COMMENT ON COLUMN preference.value IS 'one of the values of that name';

CREATE TABLE catalogue (
    catalogue TEXT NOT NULL PRIMARY KEY,
    pack TEXT NOT NULL,
    content TEXT NOT NULL,
    rule_count BIGINT NOT NULL,
    published_at BIGINT NOT NULL
);
COMMENT ON TABLE catalogue IS 'Published lists of rules; scans name the one that they were judged by.';
COMMENT ON COLUMN catalogue.catalogue IS 'the hash of the list';
COMMENT ON COLUMN catalogue.pack IS 'the name of the pack';
COMMENT ON COLUMN catalogue.content IS 'the hash of the blob with the texts of all rules';
COMMENT ON COLUMN catalogue.rule_count IS 'how many rules it has';
COMMENT ON COLUMN catalogue.published_at IS 'when it was published';

CREATE TABLE rule (
    rule TEXT NOT NULL PRIMARY KEY,
    catalogue TEXT NOT NULL,
    title TEXT NOT NULL,
    description TEXT NOT NULL,
    rationale TEXT NOT NULL,
    severity BIGINT NOT NULL,
    category TEXT NOT NULL,
    tags TEXT NOT NULL,
    platforms TEXT NOT NULL,
    methods TEXT NOT NULL,
    refs TEXT NOT NULL,
    text TEXT NOT NULL,
    hash TEXT NOT NULL
);
COMMENT ON TABLE rule IS 'Every rule in the form of the newest catalogue that holds it.';
COMMENT ON COLUMN rule.rule IS 'the id of the rule';
COMMENT ON COLUMN rule.catalogue IS 'the newest catalogue that holds it';
COMMENT ON COLUMN rule.title IS 'one line';
COMMENT ON COLUMN rule.description IS 'what is judged';
COMMENT ON COLUMN rule.rationale IS 'why it matters';
COMMENT ON COLUMN rule.severity IS '1 low, 2 medium, 3 high, 4 critical';
COMMENT ON COLUMN rule.category IS 'ssh, kernel, ...';
COMMENT ON COLUMN rule.tags IS 'JSON list of text';
COMMENT ON COLUMN rule.platforms IS 'JSON list of text';
COMMENT ON COLUMN rule.methods IS 'JSON list of the check methods';
COMMENT ON COLUMN rule.refs IS 'JSON list: framework, benchmark, control, version';
COMMENT ON COLUMN rule.text IS 'the rule file';
COMMENT ON COLUMN rule.hash IS 'the SHA-256 of the text';

CREATE TABLE rule_reference (
    rule TEXT NOT NULL,
    framework TEXT NOT NULL,
    benchmark TEXT NOT NULL,
    control TEXT NOT NULL,
    PRIMARY KEY (rule, framework, benchmark, control)
);
COMMENT ON TABLE rule_reference IS 'Where rules stand in benchmarks and catalogues of controls.';
COMMENT ON COLUMN rule_reference.rule IS 'the id of the rule';
COMMENT ON COLUMN rule_reference.framework IS 'cis, stig, nist_800_53, ...';
COMMENT ON COLUMN rule_reference.benchmark IS 'debian12, ...; empty for frameworks without';
COMMENT ON COLUMN rule_reference.control IS 'the section or control';

CREATE TABLE scan (
    scan_id TEXT NOT NULL PRIMARY KEY,
    host_id TEXT NOT NULL,
    status TEXT NOT NULL,
    cause TEXT NOT NULL,
    selection TEXT NOT NULL,
    requested_by TEXT NOT NULL,
    requested_at BIGINT NOT NULL,
    position BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    started_at BIGINT,
    finished_at BIGINT,
    attempt BIGINT NOT NULL,
    worker TEXT,
    failure_reason TEXT,
    failure_detail TEXT,
    pass BIGINT,
    fail BIGINT,
    error BIGINT,
    not_applicable BIGINT,
    manual BIGINT,
    catalogue TEXT,
    results TEXT,
    evidence_root TEXT,
    facts TEXT,
    cost TEXT,
    transitions TEXT
);
COMMENT ON TABLE scan IS 'Every scan that was ever asked for.';
COMMENT ON COLUMN scan.scan_id IS 'the scan';
COMMENT ON COLUMN scan.host_id IS 'its host';
COMMENT ON COLUMN scan.status IS 'requested, started, completed, failed or cancelled';
COMMENT ON COLUMN scan.cause IS 'what set it off: ON_DEMAND, REGISTRATION, ...';
COMMENT ON COLUMN scan.selection IS 'JSON: which rules were asked for';
COMMENT ON COLUMN scan.requested_by IS 'JSON: who asked';
COMMENT ON COLUMN scan.requested_at IS 'when it was asked for';
COMMENT ON COLUMN scan.position IS 'of the event that asked for it';
COMMENT ON COLUMN scan.changed_at IS 'of the newest event';
COMMENT ON COLUMN scan.started_at IS 'when the newest attempt began';
COMMENT ON COLUMN scan.finished_at IS 'when it ended';
COMMENT ON COLUMN scan.attempt IS 'how often a worker has taken it up';
COMMENT ON COLUMN scan.worker IS 'the worker of the newest attempt';
COMMENT ON COLUMN scan.failure_reason IS 'one of a closed list, for failed scans';
COMMENT ON COLUMN scan.failure_detail IS 'the words for a person';
COMMENT ON COLUMN scan.pass IS 'rules that passed';
COMMENT ON COLUMN scan.fail IS 'rules that failed';
COMMENT ON COLUMN scan.error IS 'rules of which it could not be told';
COMMENT ON COLUMN scan.not_applicable IS 'rules that do not concern the host';
COMMENT ON COLUMN scan.manual IS 'rules that a person has to judge';
COMMENT ON COLUMN scan.catalogue IS 'the rules that it was judged by';
COMMENT ON COLUMN scan.results IS 'the hash of the blob with all results';
COMMENT ON COLUMN scan.evidence_root IS 'the Merkle root over the evidence';
COMMENT ON COLUMN scan.facts IS 'JSON: what was learned of the host';
COMMENT ON COLUMN scan.cost IS 'JSON: round trips, bytes, CPU, time';
COMMENT ON COLUMN scan.transitions IS 'JSON list: verdicts that changed';
CREATE INDEX scan_by_host ON scan (host_id, position);
CREATE INDEX scan_by_position ON scan (position);

CREATE TABLE host_scan (
    host_id TEXT NOT NULL,
    position BIGINT NOT NULL,
    recorded_at BIGINT NOT NULL,
    scan_id TEXT NOT NULL,
    catalogue TEXT NOT NULL,
    results TEXT NOT NULL,
    complete BIGINT NOT NULL,
    PRIMARY KEY (host_id, position)
);
COMMENT ON TABLE host_scan IS 'Completed scans of each host in the order of the log: the one before an instant is what was known then.';
COMMENT ON COLUMN host_scan.host_id IS 'the host';
COMMENT ON COLUMN host_scan.position IS 'of the event that completed the scan';
COMMENT ON COLUMN host_scan.recorded_at IS 'when that event was written';
COMMENT ON COLUMN host_scan.scan_id IS 'the scan';
COMMENT ON COLUMN host_scan.catalogue IS 'the rules that it was judged by';
COMMENT ON COLUMN host_scan.results IS 'the hash of the blob with all results';
COMMENT ON COLUMN host_scan.complete IS '1: every rule of the catalogue was judged';

CREATE TABLE host_rule_state (
    host_id TEXT NOT NULL,
    rule TEXT NOT NULL,
    verdict TEXT NOT NULL,
    severity BIGINT NOT NULL,
    reason TEXT NOT NULL,
    expected TEXT,
    actual TEXT,
    evidence TEXT NOT NULL,
    since BIGINT NOT NULL,
    checked_at BIGINT NOT NULL,
    scan_id TEXT NOT NULL,
    PRIMARY KEY (host_id, rule)
);
COMMENT ON TABLE host_rule_state IS 'What is known of each rule on each host now.';
COMMENT ON COLUMN host_rule_state.host_id IS 'the host';
COMMENT ON COLUMN host_rule_state.rule IS 'the rule';
COMMENT ON COLUMN host_rule_state.verdict IS 'pass, fail, error, not_applicable or manual';
COMMENT ON COLUMN host_rule_state.severity IS '1 low, 2 medium, 3 high, 4 critical';
COMMENT ON COLUMN host_rule_state.reason IS 'why, in words';
COMMENT ON COLUMN host_rule_state.expected IS 'what the rule demands';
COMMENT ON COLUMN host_rule_state.actual IS 'what the host has';
COMMENT ON COLUMN host_rule_state.evidence IS 'the hash of the blob that the verdict rests on';
COMMENT ON COLUMN host_rule_state.since IS 'when the verdict was first this one without a break';
COMMENT ON COLUMN host_rule_state.checked_at IS 'when it was last looked at';
COMMENT ON COLUMN host_rule_state.scan_id IS 'by which scan';
CREATE INDEX host_rule_state_by_rule ON host_rule_state (rule, verdict);

CREATE TABLE host_posture (
    host_id TEXT NOT NULL PRIMARY KEY,
    scan_id TEXT NOT NULL,
    observed_at BIGINT NOT NULL,
    pass BIGINT NOT NULL,
    fail BIGINT NOT NULL,
    error BIGINT NOT NULL,
    not_applicable BIGINT NOT NULL,
    manual BIGINT NOT NULL,
    score DOUBLE PRECISION,
    coverage DOUBLE PRECISION
);
COMMENT ON TABLE host_posture IS 'The verdicts of each host, counted.';
COMMENT ON COLUMN host_posture.host_id IS 'the host';
COMMENT ON COLUMN host_posture.scan_id IS 'the newest completed scan';
COMMENT ON COLUMN host_posture.observed_at IS 'when it ended';
COMMENT ON COLUMN host_posture.pass IS 'rules that pass';
COMMENT ON COLUMN host_posture.fail IS 'rules that fail';
COMMENT ON COLUMN host_posture.error IS 'rules of which it could not be told';
COMMENT ON COLUMN host_posture.not_applicable IS 'rules that do not concern the host';
COMMENT ON COLUMN host_posture.manual IS 'rules that a person has to judge';
COMMENT ON COLUMN host_posture.score IS 'passed among judged, 0 to 1; nothing when none was judged';
COMMENT ON COLUMN host_posture.coverage IS 'judged among applicable, 0 to 1';

CREATE TABLE activity (
    position BIGINT NOT NULL PRIMARY KEY,
    occurred_at BIGINT NOT NULL,
    kind TEXT NOT NULL,
    severity TEXT NOT NULL,
    title TEXT NOT NULL,
    actor TEXT NOT NULL,
    host_id TEXT,
    scan_id TEXT
);
COMMENT ON TABLE activity IS 'What happened, in words for people.';
COMMENT ON COLUMN activity.position IS 'of the event';
COMMENT ON COLUMN activity.occurred_at IS 'when it was written to the log';
COMMENT ON COLUMN activity.kind IS 'SCAN, HOST, CREDENTIAL, USER, RULES or SESSION';
COMMENT ON COLUMN activity.severity IS 'INFO, WARNING or ERROR';
COMMENT ON COLUMN activity.title IS 'one line';
COMMENT ON COLUMN activity.actor IS 'JSON: who';
COMMENT ON COLUMN activity.host_id IS 'the host that it concerns';
COMMENT ON COLUMN activity.scan_id IS 'the scan that it concerns';
CREATE INDEX activity_by_host ON activity (host_id, position);

CREATE TABLE audit (
    position BIGINT NOT NULL PRIMARY KEY,
    recorded_at BIGINT NOT NULL,
    action TEXT NOT NULL,
    subject_kind TEXT NOT NULL,
    subject_key TEXT NOT NULL,
    actor_kind TEXT NOT NULL,
    actor_id TEXT NOT NULL,
    actor_label TEXT NOT NULL,
    actor_address TEXT,
    changes TEXT NOT NULL,
    body TEXT NOT NULL,
    correlation TEXT NOT NULL,
    command TEXT NOT NULL
);
COMMENT ON TABLE audit IS 'Every event: who did what, from where, and what changed.';
COMMENT ON COLUMN audit.position IS 'of the event';
COMMENT ON COLUMN audit.recorded_at IS 'when it was written to the log';
COMMENT ON COLUMN audit.action IS 'the stored type: host.registered.v1';
COMMENT ON COLUMN audit.subject_kind IS 'the kind of the stream';
COMMENT ON COLUMN audit.subject_key IS 'the key of the stream';
COMMENT ON COLUMN audit.actor_kind IS 'USER, TOKEN, SYSTEM or ANONYMOUS';
COMMENT ON COLUMN audit.actor_id IS 'the id of the user, token or part of the product';
COMMENT ON COLUMN audit.actor_label IS 'its name at that time';
COMMENT ON COLUMN audit.actor_address IS 'the network address that it came from';
COMMENT ON COLUMN audit.changes IS 'JSON list: field, before, after';
COMMENT ON COLUMN audit.body IS 'JSON: the event';
COMMENT ON COLUMN audit.correlation IS 'shared by everything that one request set in motion';
COMMENT ON COLUMN audit.command IS 'the command that was decided';
CREATE INDEX audit_by_actor ON audit (actor_id, position);
CREATE INDEX audit_by_action ON audit (action, position);
CREATE INDEX audit_by_subject ON audit (subject_kind, subject_key, position);

CREATE TABLE audit_host (
    host_id TEXT NOT NULL,
    position BIGINT NOT NULL,
    PRIMARY KEY (host_id, position)
);
COMMENT ON TABLE audit_host IS 'The hosts that each event concerns.';
COMMENT ON COLUMN audit_host.host_id IS 'the host';
COMMENT ON COLUMN audit_host.position IS 'of the event';
