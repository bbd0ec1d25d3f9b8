-- The log and what must be written in one transaction with it. Times are microseconds since
-- 1970-01-01T00:00:00Z. docs/reference/log-format.md describes every byte of an event.

CREATE TABLE log_head (
    id            SMALLINT PRIMARY KEY CHECK (id = 1),
    position      BIGINT NOT NULL,
    tree_frontier BYTEA  NOT NULL,
    epoch         BIGINT NOT NULL
) WITH (fillfactor = 10);
COMMENT ON TABLE log_head IS 'The end of the log; exactly one row. Whoever appends locks it first: that makes the order of commit the order of positions.';
COMMENT ON COLUMN log_head.position IS 'of the last event; 0 while the log is empty';
COMMENT ON COLUMN log_head.tree_frontier IS 'right edge of the Merkle tree (RFC 6962), largest subtree first, 32 bytes each';
COMMENT ON COLUMN log_head.epoch IS 'grows when a backup is restored: cursors of before are void';

INSERT INTO log_head (id, position, tree_frontier, epoch) VALUES (1, 0, '', 1);

CREATE TABLE event_type (
    type_id INTEGER GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name    TEXT NOT NULL UNIQUE
);
COMMENT ON TABLE event_type IS 'The stored names of events, without the version. A name never changes its meaning.';

CREATE TABLE stream (
    stream_id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind      TEXT NOT NULL,
    key       TEXT NOT NULL,
    UNIQUE (kind, key)
);
COMMENT ON TABLE stream IS 'One row for every aggregate that has events: a host, a scan, a user.';
COMMENT ON COLUMN stream.kind IS 'host, scan, user, …';
COMMENT ON COLUMN stream.key IS 'mostly a UUID';

CREATE TABLE event (
    position            BIGINT PRIMARY KEY,
    stream_id           BIGINT NOT NULL,
    stream_version      BIGINT NOT NULL,
    type_id             INTEGER NOT NULL,
    schema_version      SMALLINT NOT NULL,
    recorded_at         BIGINT NOT NULL,
    metadata            BYTEA,
    metadata_salt       BYTEA,
    metadata_commitment BYTEA,
    body                BYTEA,
    body_salt           BYTEA,
    body_commitment     BYTEA,
    leaf                BYTEA NOT NULL,
    UNIQUE (stream_id, stream_version)
);
COMMENT ON TABLE event IS 'The log itself: positions 1..n without gaps, in the order of commit. Rows are never changed, except that metadata or body may be erased for good: then the commitment takes their place.';
COMMENT ON COLUMN event.stream_id IS '-> stream';
COMMENT ON COLUMN event.stream_version IS '1.. within the stream';
COMMENT ON COLUMN event.type_id IS '-> event_type';
COMMENT ON COLUMN event.schema_version IS 'version of the stored form of this type';
COMMENT ON COLUMN event.recorded_at IS 'when it was written down; a clock is data, never order';
COMMENT ON COLUMN event.metadata IS 'CBOR: actor, correlation, causation, command, hosts';
COMMENT ON COLUMN event.metadata_salt IS '16 random bytes';
COMMENT ON COLUMN event.metadata_commitment IS 'only after erasure: SHA-256(salt, metadata)';
COMMENT ON COLUMN event.body IS 'CBOR with integer keys';
COMMENT ON COLUMN event.body_salt IS '16 random bytes';
COMMENT ON COLUMN event.body_commitment IS 'only after erasure: SHA-256(salt, body)';
COMMENT ON COLUMN event.leaf IS 'leaf hash of the Merkle tree, 32 bytes';

CREATE TABLE command_log (
    command_id     BYTEA PRIMARY KEY,
    stream_id      BIGINT NOT NULL,
    first_position BIGINT NOT NULL,
    event_count    BIGINT NOT NULL,
    recorded_at    BIGINT NOT NULL
);
COMMENT ON TABLE command_log IS 'Every command that became events, so that a repeated command gets the first answer.';
COMMENT ON COLUMN command_log.command_id IS 'UUID, 16 bytes';
COMMENT ON COLUMN command_log.stream_id IS '-> stream';

CREATE TABLE unique_claim (
    scope     TEXT   NOT NULL,
    value     TEXT   NOT NULL,
    stream_id BIGINT NOT NULL,
    PRIMARY KEY (scope, value)
);
COMMENT ON TABLE unique_claim IS 'Values that at most one stream may hold: the name of a host, the running scan of a host.';
COMMENT ON COLUMN unique_claim.scope IS 'host_name, active_scan, …';
COMMENT ON COLUMN unique_claim.stream_id IS '-> stream, the holder';

CREATE TABLE work_lease (
    kind       TEXT   NOT NULL,
    key        TEXT   NOT NULL,
    owner      TEXT   NOT NULL,
    fence      BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (kind, key)
);
COMMENT ON TABLE work_lease IS 'Who works on what, by the clock of the database. A row outlives its lease so that the fence only grows.';
COMMENT ON COLUMN work_lease.kind IS 'scan, reactor, …';
COMMENT ON COLUMN work_lease.owner IS 'the process and worker that took it';
COMMENT ON COLUMN work_lease.fence IS 'grows with every take-over';
COMMENT ON COLUMN work_lease.expires_at IS '0 once given back';

CREATE TABLE blob (
    hash  BYTEA    PRIMARY KEY,
    codec BIGINT   NOT NULL,
    size  BIGINT   NOT NULL,
    bytes BYTEA    NOT NULL
);
ALTER TABLE blob ALTER COLUMN bytes SET STORAGE EXTERNAL;
COMMENT ON TABLE blob IS 'Content by its hash: evidence, catalogues. Events hold the hash.';
COMMENT ON COLUMN blob.hash IS 'SHA-256 of the content as it was given';
COMMENT ON COLUMN blob.codec IS '0 as it is, 1 Zstandard';
COMMENT ON COLUMN blob.size IS 'bytes of the content as it was given';

CREATE TABLE vault_secret (
    record     TEXT  PRIMARY KEY,
    key_id     TEXT  NOT NULL,
    nonce      BYTEA NOT NULL,
    ciphertext BYTEA NOT NULL
);
COMMENT ON TABLE vault_secret IS 'Secrets for logging in to hosts, sealed with AES-256-GCM; the key is not in this database.';
COMMENT ON COLUMN vault_secret.record IS 'whose secret: credential/<uuid>';
COMMENT ON COLUMN vault_secret.key_id IS 'which master key sealed it';
COMMENT ON COLUMN vault_secret.ciphertext IS 'with the tag at its end';

CREATE TABLE user_password (
    user_id TEXT PRIMARY KEY,
    hash    TEXT NOT NULL
);
COMMENT ON TABLE user_password IS 'Password hashes (PHC strings, Argon2id); beside the log so that they can be thrown away.';

CREATE TABLE session_secret (
    session_id      TEXT   PRIMARY KEY,
    token_hash      BYTEA  NOT NULL UNIQUE,
    user_id         TEXT   NOT NULL,
    created_at      BIGINT NOT NULL,
    last_seen_at    BIGINT NOT NULL,
    idle_expires_at BIGINT NOT NULL,
    expires_at      BIGINT NOT NULL
);
COMMENT ON TABLE session_secret IS 'Logged-in browsers. Only hashes of secrets are kept.';
COMMENT ON COLUMN session_secret.token_hash IS 'SHA-256 of the cookie value';
COMMENT ON COLUMN session_secret.idle_expires_at IS 'ends here without use';
COMMENT ON COLUMN session_secret.expires_at IS 'ends here whatever happens';

CREATE TABLE token_secret (
    token_id     TEXT   PRIMARY KEY,
    token_hash   BYTEA  NOT NULL UNIQUE,
    user_id      TEXT   NOT NULL,
    created_at   BIGINT NOT NULL,
    last_used_at BIGINT,
    expires_at   BIGINT
);
COMMENT ON TABLE token_secret IS 'Bearer tokens of automation. Only hashes of secrets are kept.';
COMMENT ON COLUMN token_secret.token_hash IS 'SHA-256 of the token';
COMMENT ON COLUMN token_secret.last_used_at IS 'NULL before the first use';
COMMENT ON COLUMN token_secret.expires_at IS 'NULL: never';

CREATE VIEW event_readable AS
    SELECT e.position, s.kind, s.key, e.stream_version,
           t.name || '.v' || e.schema_version AS type,
           to_timestamp(e.recorded_at / 1000000.0) AS recorded_at,
           e.metadata, e.body, encode(e.leaf, 'hex') AS leaf
    FROM event e
    JOIN stream s ON s.stream_id = e.stream_id
    JOIN event_type t ON t.type_id = e.type_id;
COMMENT ON VIEW event_readable IS 'The log with names in place of numbers.';

-- What a batch has to know before it is decided: the head, the streams, the commands and the claims
-- that it names. Locks the head first, so that nothing changes until the transaction ends. VOLATILE:
-- each statement looks anew, after the lock is held.
CREATE FUNCTION log_facts(p_kinds TEXT[], p_keys TEXT[], p_commands BYTEA[], p_scopes TEXT[], p_values TEXT[])
RETURNS TABLE (what INTEGER, text_1 TEXT, text_2 TEXT, text_3 TEXT, text_4 TEXT, bytes_1 BYTEA, number_1 BIGINT, number_2 BIGINT)
LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    RETURN QUERY SELECT 0, NULL::TEXT, NULL::TEXT, NULL::TEXT, NULL::TEXT, h.tree_frontier, h.position, 0::BIGINT
        FROM log_head h WHERE h.id = 1 FOR UPDATE;
    RETURN QUERY SELECT 1, s.kind, s.key, NULL::TEXT, NULL::TEXT, NULL::BYTEA,
            (SELECT max(e.stream_version) FROM event e WHERE e.stream_id = s.stream_id), 0::BIGINT
        FROM unnest(p_kinds, p_keys) AS wanted(kind, key)
        JOIN stream s ON s.kind = wanted.kind AND s.key = wanted.key;
    RETURN QUERY SELECT 2, s.kind, s.key, NULL::TEXT, NULL::TEXT, c.command_id, c.first_position, c.event_count
        FROM unnest(p_commands) AS wanted(command_id)
        JOIN command_log c ON c.command_id = wanted.command_id
        JOIN stream s ON s.stream_id = c.stream_id;
    RETURN QUERY SELECT 3, s.kind, s.key, u.scope, u.value, NULL::BYTEA, 0::BIGINT, 0::BIGINT
        FROM unnest(p_scopes, p_values) AS wanted(scope, value)
        JOIN unique_claim u ON u.scope = wanted.scope AND u.value = wanted.value
        JOIN stream s ON s.stream_id = u.stream_id;
END $$;

-- Writes a batch that was decided under the lock of the head, and moves the head.
CREATE FUNCTION log_write(
    p_old_position BIGINT, p_new_position BIGINT, p_frontier BYTEA, p_recorded_at BIGINT,
    p_new_kinds TEXT[], p_new_keys TEXT[],
    p_position BIGINT[], p_kind TEXT[], p_key TEXT[], p_stream_version BIGINT[], p_type_id INTEGER[], p_schema_version SMALLINT[],
    p_metadata BYTEA[], p_metadata_salt BYTEA[], p_body BYTEA[], p_body_salt BYTEA[], p_leaf BYTEA[],
    p_command BYTEA[], p_command_kind TEXT[], p_command_key TEXT[], p_command_first BIGINT[], p_command_count BIGINT[],
    p_released_scope TEXT[], p_released_value TEXT[],
    p_taken_scope TEXT[], p_taken_value TEXT[], p_taken_kind TEXT[], p_taken_key TEXT[])
RETURNS BOOLEAN LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    written BIGINT;
BEGIN
    UPDATE log_head SET position = p_new_position, tree_frontier = p_frontier WHERE id = 1 AND position = p_old_position;
    IF NOT FOUND THEN
        RETURN FALSE;
    END IF;
    INSERT INTO stream (kind, key) SELECT * FROM unnest(p_new_kinds, p_new_keys);
    INSERT INTO event (position, stream_id, stream_version, type_id, schema_version, recorded_at,
            metadata, metadata_salt, body, body_salt, leaf)
        SELECT e.position, s.stream_id, e.stream_version, e.type_id, e.schema_version, p_recorded_at,
            e.metadata, e.metadata_salt, e.body, e.body_salt, e.leaf
        FROM unnest(p_position, p_kind, p_key, p_stream_version, p_type_id, p_schema_version, p_metadata,
            p_metadata_salt, p_body, p_body_salt, p_leaf)
            AS e(position, kind, key, stream_version, type_id, schema_version, metadata, metadata_salt, body, body_salt, leaf)
        JOIN stream s ON s.kind = e.kind AND s.key = e.key;
    GET DIAGNOSTICS written = ROW_COUNT;
    IF written <> cardinality(p_position) THEN
        RAISE EXCEPTION 'the log lost a stream while appending';
    END IF;
    INSERT INTO command_log (command_id, stream_id, first_position, event_count, recorded_at)
        SELECT c.command_id, s.stream_id, c.first_position, c.event_count, p_recorded_at
        FROM unnest(p_command, p_command_kind, p_command_key, p_command_first, p_command_count)
            AS c(command_id, kind, key, first_position, event_count)
        JOIN stream s ON s.kind = c.kind AND s.key = c.key;
    IF cardinality(p_released_scope) > 0 THEN
        DELETE FROM unique_claim u USING unnest(p_released_scope, p_released_value) AS r(scope, value)
            WHERE u.scope = r.scope AND u.value = r.value;
    END IF;
    IF cardinality(p_taken_scope) > 0 THEN
        INSERT INTO unique_claim (scope, value, stream_id)
            SELECT t.scope, t.value, s.stream_id
            FROM unnest(p_taken_scope, p_taken_value, p_taken_kind, p_taken_key) AS t(scope, value, kind, key)
            JOIN stream s ON s.kind = t.kind AND s.key = t.key;
    END IF;
    RETURN TRUE;
END $$;
