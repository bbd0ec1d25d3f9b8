-- The read tables: everything here is derived from the log and can be thrown away and built anew.
-- Times are microseconds since 1970-01-01T00:00:00Z, ids are UUIDs as text, hashes are 64 hex digits,
-- columns that hold JSON say so.

CREATE TABLE projection (
    -- How far each projection has come. It moves in the transaction that writes the rows, and only from
    -- the position that the writer has seen, so that of two writers one is refused.
    name     TEXT    NOT NULL PRIMARY KEY,  -- the name of the projection
    version  INTEGER NOT NULL,              -- of its code; another version builds its tables anew
    position INTEGER NOT NULL               -- of the last event that its tables hold
) STRICT;

CREATE TABLE host (
    -- Machines under watch, and those that were taken out of it.
    host_id        TEXT    NOT NULL PRIMARY KEY,  -- the host
    name           TEXT    NOT NULL,              -- unique within its environment while active
    environment    TEXT    NOT NULL,              -- production, staging, ...
    description    TEXT    NOT NULL,              -- free text
    tags           TEXT    NOT NULL,              -- JSON list of text
    connection     TEXT    NOT NULL,              -- JSON: how it is reached
    credential_id  TEXT,                          -- its own credential, if it has one
    trusted_keys   TEXT    NOT NULL,              -- JSON list: SSH host keys that are trusted
    status         TEXT    NOT NULL,              -- active or removed
    registered_at  INTEGER NOT NULL,              -- when it was registered
    facts          TEXT,                          -- JSON: what the newest completed scan learned of it
    facts_at       INTEGER,                       -- when that scan ended
    latest_scan_id TEXT,                          -- the newest scan, whatever came of it
    active_scan_id TEXT,                          -- the scan that is requested or running
    changed_at     INTEGER NOT NULL               -- when anything in this row last changed
) STRICT;
CREATE INDEX host_by_name ON host (name, host_id);

CREATE TABLE credential (
    -- Stored ways to log in, without their secrets.
    credential_id TEXT    NOT NULL PRIMARY KEY,  -- the credential
    name          TEXT    NOT NULL,              -- unique among those that are not removed
    description   TEXT    NOT NULL,              -- free text
    username      TEXT    NOT NULL,              -- the account on the hosts
    method        TEXT    NOT NULL,              -- PASSWORD, KEY, KEY_AND_PASSWORD or AGENT
    key_facts     TEXT,                          -- JSON: algorithm, bits and fingerprint of the key
    is_default    INTEGER NOT NULL,              -- 1: hosts without one of their own use it
    removed       INTEGER NOT NULL,              -- 1: thrown away
    created_at    INTEGER NOT NULL,              -- when it was made
    changed_at    INTEGER NOT NULL               -- when it was last changed
) STRICT;

CREATE TABLE user_account (
    -- People who may log in.
    user_id        TEXT    NOT NULL PRIMARY KEY,  -- the user
    username       TEXT    NOT NULL,              -- the name to log in with, as it was typed
    username_key   TEXT    NOT NULL UNIQUE,       -- the name in lower case
    role           TEXT    NOT NULL,              -- viewer, auditor, ops_lead, security_admin or admin
    disabled       INTEGER NOT NULL,              -- 1: may not log in
    created_at     INTEGER NOT NULL,              -- when it was made
    last_log_in_at INTEGER                        -- when it last logged in
) STRICT;

CREATE TABLE token (
    -- Bearer tokens for automation, without their secrets.
    token_id   TEXT    NOT NULL PRIMARY KEY,  -- the token
    user_id    TEXT    NOT NULL,              -- whose it is
    name       TEXT    NOT NULL,              -- what it is for
    role       TEXT    NOT NULL,              -- what it may do, at most what its owner may
    created_at INTEGER NOT NULL,              -- when it was made
    expires_at INTEGER,                       -- when it stops working
    revoked_at INTEGER                        -- when it was revoked
) STRICT;

CREATE TABLE preference (
    -- What people prefer in the user interface.
    user_id TEXT NOT NULL,  -- who
    name    TEXT NOT NULL,  -- color_scheme, density, time_zone or motion
    value   TEXT NOT NULL,  -- one of the values of that name
    PRIMARY KEY (user_id, name)
) STRICT;

CREATE TABLE catalogue (
    -- Published lists of rules; scans name the one that they were judged by.
    catalogue    TEXT    NOT NULL PRIMARY KEY,  -- the hash of the list
    pack         TEXT    NOT NULL,              -- the name of the pack
    content      TEXT    NOT NULL,              -- the hash of the blob with the texts of all rules
    rule_count   INTEGER NOT NULL,              -- how many rules it has
    published_at INTEGER NOT NULL               -- when it was published
) STRICT;

CREATE TABLE rule (
    -- Every rule in the form of the newest catalogue that holds it.
    rule        TEXT    NOT NULL PRIMARY KEY,  -- the id of the rule
    catalogue   TEXT    NOT NULL,              -- the newest catalogue that holds it
    title       TEXT    NOT NULL,              -- one line
    description TEXT    NOT NULL,              -- what is judged
    rationale   TEXT    NOT NULL,              -- why it matters
    severity    INTEGER NOT NULL,              -- 1 low, 2 medium, 3 high, 4 critical
    category    TEXT    NOT NULL,              -- ssh, kernel, ...
    tags        TEXT    NOT NULL,              -- JSON list of text
    platforms   TEXT    NOT NULL,              -- JSON list of text
    methods     TEXT    NOT NULL,              -- JSON list of the check methods
    refs        TEXT    NOT NULL,              -- JSON list: framework, benchmark, control, version
    text        TEXT    NOT NULL,              -- the rule file
    hash        TEXT    NOT NULL               -- the SHA-256 of the text
) STRICT;

CREATE TABLE rule_reference (
    -- Where rules stand in benchmarks and catalogues of controls.
    rule      TEXT NOT NULL,  -- the id of the rule
    framework TEXT NOT NULL,  -- cis, stig, nist_800_53, ...
    benchmark TEXT NOT NULL,  -- debian12, ...; empty for frameworks without
    control   TEXT NOT NULL,  -- the section or control
    PRIMARY KEY (rule, framework, benchmark, control)
) STRICT;

CREATE TABLE scan (
    -- Every scan that was ever asked for.
    scan_id        TEXT    NOT NULL PRIMARY KEY,  -- the scan
    host_id        TEXT    NOT NULL,              -- its host
    status         TEXT    NOT NULL,              -- requested, started, completed, failed or cancelled
    cause          TEXT    NOT NULL,              -- what set it off: ON_DEMAND, REGISTRATION, ...
    selection      TEXT    NOT NULL,              -- JSON: which rules were asked for
    requested_by   TEXT    NOT NULL,              -- JSON: who asked
    requested_at   INTEGER NOT NULL,              -- when it was asked for
    position       INTEGER NOT NULL,              -- of the event that asked for it
    changed_at     INTEGER NOT NULL,              -- of the newest event
    started_at     INTEGER,                       -- when the newest attempt began
    finished_at    INTEGER,                       -- when it ended
    attempt        INTEGER NOT NULL,              -- how often a worker has taken it up
    worker         TEXT,                          -- the worker of the newest attempt
    failure_reason TEXT,                          -- one of a closed list, for failed scans
    failure_detail TEXT,                          -- the words for a person
    pass           INTEGER,                       -- rules that passed
    fail           INTEGER,                       -- rules that failed
    error          INTEGER,                       -- rules of which it could not be told
    not_applicable INTEGER,                       -- rules that do not concern the host
    manual         INTEGER,                       -- rules that a person has to judge
    catalogue      TEXT,                          -- the rules that it was judged by
    results        TEXT,                          -- the hash of the blob with all results
    evidence_root  TEXT,                          -- the Merkle root over the evidence
    facts          TEXT,                          -- JSON: what was learned of the host
    cost           TEXT,                          -- JSON: round trips, bytes, CPU, time
    transitions    TEXT                           -- JSON list: verdicts that changed
) STRICT;
CREATE INDEX scan_by_host ON scan (host_id, position);
CREATE INDEX scan_by_position ON scan (position);

CREATE TABLE host_scan (
    -- Completed scans of each host in the order of the log: the one before an instant is what was known then.
    host_id     TEXT    NOT NULL,  -- the host
    position    INTEGER NOT NULL,  -- of the event that completed the scan
    recorded_at INTEGER NOT NULL,  -- when that event was written
    scan_id     TEXT    NOT NULL,  -- the scan
    catalogue   TEXT    NOT NULL,  -- the rules that it was judged by
    results     TEXT    NOT NULL,  -- the hash of the blob with all results
    complete    INTEGER NOT NULL,  -- 1: every rule of the catalogue was judged
    PRIMARY KEY (host_id, position)
) STRICT;

CREATE TABLE host_rule_state (
    -- What is known of each rule on each host now.
    host_id    TEXT    NOT NULL,  -- the host
    rule       TEXT    NOT NULL,  -- the rule
    verdict    TEXT    NOT NULL,  -- pass, fail, error, not_applicable or manual
    severity   INTEGER NOT NULL,  -- 1 low, 2 medium, 3 high, 4 critical
    reason     TEXT    NOT NULL,  -- why, in words
    expected   TEXT,              -- what the rule demands
    actual     TEXT,              -- what the host has
    evidence   TEXT    NOT NULL,  -- the hash of the blob that the verdict rests on
    since      INTEGER NOT NULL,  -- when the verdict was first this one without a break
    checked_at INTEGER NOT NULL,  -- when it was last looked at
    scan_id    TEXT    NOT NULL,  -- by which scan
    PRIMARY KEY (host_id, rule)
) STRICT;
CREATE INDEX host_rule_state_by_rule ON host_rule_state (rule, verdict);

CREATE TABLE host_posture (
    -- The verdicts of each host, counted.
    host_id        TEXT    NOT NULL PRIMARY KEY,  -- the host
    scan_id        TEXT    NOT NULL,              -- the newest completed scan
    observed_at    INTEGER NOT NULL,              -- when it ended
    pass           INTEGER NOT NULL,              -- rules that pass
    fail           INTEGER NOT NULL,              -- rules that fail
    error          INTEGER NOT NULL,              -- rules of which it could not be told
    not_applicable INTEGER NOT NULL,              -- rules that do not concern the host
    manual         INTEGER NOT NULL,              -- rules that a person has to judge
    score          REAL,                          -- passed among judged, 0 to 1; nothing when none was judged
    coverage       REAL                           -- judged among applicable, 0 to 1
) STRICT;

CREATE TABLE activity (
    -- What happened, in words for people.
    position    INTEGER NOT NULL PRIMARY KEY,  -- of the event
    occurred_at INTEGER NOT NULL,              -- when it was written to the log
    kind        TEXT    NOT NULL,              -- SCAN, HOST, CREDENTIAL, USER, RULES or SESSION
    severity    TEXT    NOT NULL,              -- INFO, WARNING or ERROR
    title       TEXT    NOT NULL,              -- one line
    actor       TEXT    NOT NULL,              -- JSON: who
    host_id     TEXT,                          -- the host that it concerns
    scan_id     TEXT                           -- the scan that it concerns
) STRICT;
CREATE INDEX activity_by_host ON activity (host_id, position);

CREATE TABLE audit (
    -- Every event: who did what, from where, and what changed.
    position      INTEGER NOT NULL PRIMARY KEY,  -- of the event
    recorded_at   INTEGER NOT NULL,              -- when it was written to the log
    action        TEXT    NOT NULL,              -- the stored type: host.registered.v1
    subject_kind  TEXT    NOT NULL,              -- the kind of the stream
    subject_key   TEXT    NOT NULL,              -- the key of the stream
    actor_kind    TEXT    NOT NULL,              -- USER, TOKEN, SYSTEM or ANONYMOUS
    actor_id      TEXT    NOT NULL,              -- the id of the user, token or part of the product
    actor_label   TEXT    NOT NULL,              -- its name at that time
    actor_address TEXT,                          -- the network address that it came from
    changes       TEXT    NOT NULL,              -- JSON list: field, before, after
    body          TEXT    NOT NULL,              -- JSON: the event
    correlation   TEXT    NOT NULL,              -- shared by everything that one request set in motion
    command       TEXT    NOT NULL               -- the command that was decided
) STRICT;
CREATE INDEX audit_by_actor ON audit (actor_id, position);
CREATE INDEX audit_by_action ON audit (action, position);
CREATE INDEX audit_by_subject ON audit (subject_kind, subject_key, position);

CREATE TABLE audit_host (
    -- The hosts that each event concerns.
    host_id  TEXT    NOT NULL,  -- the host
    position INTEGER NOT NULL,  -- of the event
    PRIMARY KEY (host_id, position)
) STRICT;
