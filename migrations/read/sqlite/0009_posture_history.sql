-- What the verdicts of each host added up to at any instant, and which hosts were under watch then.

CREATE TABLE host_watch (
    -- From when to when each host was under watch.
    host_id       TEXT    NOT NULL,  -- the host
    from_position INTEGER NOT NULL,  -- of the event by which it came under watch
    from_at       INTEGER NOT NULL,  -- when that was written to the log
    to_position   INTEGER,           -- of the event by which it was taken out; nothing while it is under watch
    to_at         INTEGER,           -- when that was written to the log
    PRIMARY KEY (host_id, from_position)
) STRICT;

CREATE TABLE posture_history (
    -- From when to when the verdicts of a host added up to the same. What changes nothing writes nothing.
    host_id        TEXT    NOT NULL,  -- the host
    framework      TEXT    NOT NULL,  -- cis, stig, nist_800_53, ...; empty for all rules
    from_position  INTEGER NOT NULL,  -- of the event by which they came to this
    from_at        INTEGER NOT NULL,  -- when that was written to the log
    to_position    INTEGER,           -- of the event by which they came to something else; nothing while they stand
    to_at          INTEGER,           -- when that was written to the log
    pass           INTEGER NOT NULL,  -- rules that pass
    fail           INTEGER NOT NULL,  -- rules that fail
    error          INTEGER NOT NULL,  -- rules of which it could not be told
    not_applicable INTEGER NOT NULL,  -- rules that do not concern the host
    manual         INTEGER NOT NULL,  -- rules that a person has to judge
    PRIMARY KEY (host_id, framework, from_position)
) STRICT;
CREATE INDEX posture_history_by_time ON posture_history (host_id, framework, from_at);
CREATE INDEX posture_history_open ON posture_history (host_id, framework) WHERE to_position IS NULL;
CREATE INDEX host_watch_by_time ON host_watch (from_at);
CREATE INDEX group_member_by_time ON group_member (group_id, from_at);
