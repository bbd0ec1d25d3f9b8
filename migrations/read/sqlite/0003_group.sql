-- Groups: which hosts are in them and were, what is to be reached, what is in maintenance.

CREATE TABLE host_group (
    -- Groups of hosts, and those that were dissolved.
    group_id          TEXT    NOT NULL PRIMARY KEY,  -- the group
    name              TEXT    NOT NULL,              -- unique among groups that are active
    description       TEXT    NOT NULL,              -- free text
    color             TEXT    NOT NULL,              -- GRAY, RED, ...
    rule              TEXT,                          -- JSON: which hosts are members; nothing where people choose them
    target            TEXT,                          -- JSON: the score that its hosts have to reach
    maintenance       TEXT,                          -- JSON: reason and end of a maintenance that nobody has ended
    maintenance_since INTEGER,                       -- when that began
    status            TEXT    NOT NULL,              -- active or removed
    created_at        INTEGER NOT NULL,              -- when it was made
    changed_at        INTEGER NOT NULL               -- when anything in this row last changed
) STRICT;

CREATE TABLE group_choice (
    -- The hosts that people have chosen for groups, also while those have a rule.
    group_id TEXT    NOT NULL,  -- the group
    host_id  TEXT    NOT NULL,  -- the host
    PRIMARY KEY (group_id, host_id)
) STRICT;
CREATE INDEX group_choice_by_host ON group_choice (host_id);

CREATE TABLE group_member (
    -- Which host was in which group from when to when: from a position on, and before another.
    group_id      TEXT    NOT NULL,  -- the group
    host_id       TEXT    NOT NULL,  -- the host
    from_position INTEGER NOT NULL,  -- of the event by which it came in
    from_at       INTEGER NOT NULL,  -- when that was written to the log
    to_position   INTEGER,           -- of the event by which it went out; nothing while it is in
    to_at         INTEGER,           -- when that was written to the log
    PRIMARY KEY (group_id, host_id, from_position)
) STRICT;
CREATE INDEX group_member_by_host ON group_member (host_id, to_position);
CREATE INDEX group_member_by_from ON group_member (from_position, host_id);
CREATE INDEX group_member_by_to ON group_member (to_position, host_id);

CREATE TABLE group_host (
    -- What the rules of groups look at in a host, and what the host says for itself.
    host_id           TEXT    NOT NULL PRIMARY KEY,  -- the host
    active            INTEGER NOT NULL,              -- 1: under watch
    name              TEXT    NOT NULL,              -- its name
    environment       TEXT    NOT NULL,              -- production, staging, ...
    tags              TEXT    NOT NULL,              -- JSON list of text
    os_id             TEXT,                          -- ID of os-release, once a scan has completed
    os_version        TEXT,                          -- VERSION_ID of os-release
    target            TEXT,                          -- JSON: the score that it has to reach
    maintenance       TEXT,                          -- JSON: reason and end of a maintenance that nobody has ended
    maintenance_since INTEGER                        -- when that began
) STRICT;
CREATE INDEX group_host_by_environment ON group_host (environment);
CREATE INDEX group_host_by_os ON group_host (os_id, os_version);

CREATE TABLE host_target (
    -- The target that counts for each host under watch, and where it comes from.
    host_id   TEXT    NOT NULL,  -- the host
    framework TEXT    NOT NULL,  -- cis, stig, ...; empty for all rules and for every framework that has no row
    percent   INTEGER NOT NULL,  -- the score to reach, 1 to 100
    source    TEXT    NOT NULL,  -- HOST, GROUP or ORGANISATION
    group_id  TEXT,              -- the group, when it is of one
    PRIMARY KEY (host_id, framework)
) STRICT;

CREATE TABLE organisation (
    -- What holds for the whole organisation.
    name  TEXT    NOT NULL PRIMARY KEY,  -- the setting: target
    value TEXT    NOT NULL               -- JSON
) STRICT;

-- Activity of a group, and changes of hosts in the order of the log.
ALTER TABLE activity ADD COLUMN group_id TEXT;  -- the group that it concerns
CREATE INDEX activity_by_group ON activity (group_id, position);
CREATE INDEX audit_host_by_position ON audit_host (position, host_id);
