-- Groups: which hosts are in them and were, what is to be reached, what is in maintenance.

CREATE TABLE host_group (
    group_id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    description TEXT NOT NULL,
    color TEXT NOT NULL,
    rule TEXT,
    target TEXT,
    maintenance TEXT,
    maintenance_since BIGINT,
    status TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL
);
COMMENT ON TABLE host_group IS 'Groups of hosts, and those that were dissolved.';
COMMENT ON COLUMN host_group.group_id IS 'the group';
COMMENT ON COLUMN host_group.name IS 'unique among groups that are active';
COMMENT ON COLUMN host_group.description IS 'free text';
COMMENT ON COLUMN host_group.color IS 'GRAY, RED, ...';
COMMENT ON COLUMN host_group.rule IS 'JSON: which hosts are members; nothing where people choose them';
COMMENT ON COLUMN host_group.target IS 'JSON: the score that its hosts have to reach';
COMMENT ON COLUMN host_group.maintenance IS 'JSON: reason and end of a maintenance that nobody has ended';
COMMENT ON COLUMN host_group.maintenance_since IS 'when that began';
COMMENT ON COLUMN host_group.status IS 'active or removed';
COMMENT ON COLUMN host_group.created_at IS 'when it was made';
COMMENT ON COLUMN host_group.changed_at IS 'when anything in this row last changed';

CREATE TABLE group_choice (
    group_id TEXT NOT NULL,
    host_id TEXT NOT NULL,
    PRIMARY KEY (group_id, host_id)
);
COMMENT ON TABLE group_choice IS 'The hosts that people have chosen for groups, also while those have a rule.';
COMMENT ON COLUMN group_choice.group_id IS 'the group';
COMMENT ON COLUMN group_choice.host_id IS 'the host';
CREATE INDEX group_choice_by_host ON group_choice (host_id);

CREATE TABLE group_member (
    group_id TEXT NOT NULL,
    host_id TEXT NOT NULL,
    from_position BIGINT NOT NULL,
    from_at BIGINT NOT NULL,
    to_position BIGINT,
    to_at BIGINT,
    PRIMARY KEY (group_id, host_id, from_position)
);
COMMENT ON TABLE group_member IS 'Which host was in which group from when to when: from a position on, and before another.';
COMMENT ON COLUMN group_member.group_id IS 'the group';
COMMENT ON COLUMN group_member.host_id IS 'the host';
COMMENT ON COLUMN group_member.from_position IS 'of the event by which it came in';
COMMENT ON COLUMN group_member.from_at IS 'when that was written to the log';
COMMENT ON COLUMN group_member.to_position IS 'of the event by which it went out; nothing while it is in';
COMMENT ON COLUMN group_member.to_at IS 'when that was written to the log';
CREATE INDEX group_member_by_host ON group_member (host_id, to_position);
CREATE INDEX group_member_by_from ON group_member (from_position, host_id);
CREATE INDEX group_member_by_to ON group_member (to_position, host_id);

CREATE TABLE group_host (
    host_id TEXT NOT NULL PRIMARY KEY,
    active BIGINT NOT NULL,
    name TEXT NOT NULL,
    environment TEXT NOT NULL,
    tags TEXT NOT NULL,
    os_id TEXT,
    os_version TEXT,
    target TEXT,
    maintenance TEXT,
    maintenance_since BIGINT
);
COMMENT ON TABLE group_host IS 'What the rules of groups look at in a host, and what the host says for itself.';
COMMENT ON COLUMN group_host.host_id IS 'the host';
COMMENT ON COLUMN group_host.active IS '1: under watch';
COMMENT ON COLUMN group_host.name IS 'its name';
COMMENT ON COLUMN group_host.environment IS 'production, staging, ...';
COMMENT ON COLUMN group_host.tags IS 'JSON list of text';
COMMENT ON COLUMN group_host.os_id IS 'ID of os-release, once a scan has completed';
COMMENT ON COLUMN group_host.os_version IS 'VERSION_ID of os-release';
COMMENT ON COLUMN group_host.target IS 'JSON: the score that it has to reach';
COMMENT ON COLUMN group_host.maintenance IS 'JSON: reason and end of a maintenance that nobody has ended';
COMMENT ON COLUMN group_host.maintenance_since IS 'when that began';
CREATE INDEX group_host_by_environment ON group_host (environment);
CREATE INDEX group_host_by_os ON group_host (os_id, os_version);

CREATE TABLE host_target (
    host_id TEXT NOT NULL,
    framework TEXT NOT NULL,
    percent BIGINT NOT NULL,
    source TEXT NOT NULL,
    group_id TEXT,
    PRIMARY KEY (host_id, framework)
);
COMMENT ON TABLE host_target IS 'The target that counts for each host under watch, and where it comes from.';
COMMENT ON COLUMN host_target.host_id IS 'the host';
COMMENT ON COLUMN host_target.framework IS 'cis, stig, ...; empty for all rules and for every framework that has no row';
COMMENT ON COLUMN host_target.percent IS 'the score to reach, 1 to 100';
COMMENT ON COLUMN host_target.source IS 'HOST, GROUP or ORGANISATION';
COMMENT ON COLUMN host_target.group_id IS 'the group, when it is of one';

CREATE TABLE organisation (
    name TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
);
COMMENT ON TABLE organisation IS 'What holds for the whole organisation.';
COMMENT ON COLUMN organisation.name IS 'the setting: target';
COMMENT ON COLUMN organisation.value IS 'JSON';

-- Activity of a group, and changes of hosts in the order of the log.
ALTER TABLE activity ADD COLUMN group_id TEXT;
COMMENT ON COLUMN activity.group_id IS 'the group that it concerns';
CREATE INDEX activity_by_group ON activity (group_id, position);
CREATE INDEX audit_host_by_position ON audit_host (position, host_id);
