-- The log and what must be written in one transaction with it. Times are microseconds since
-- 1970-01-01T00:00:00Z. docs/reference/log-format.md describes every byte of an event.

CREATE TABLE log_head (
    -- The end of the log; exactly one row. Whoever appends changes it.
    id            INTEGER PRIMARY KEY CHECK (id = 1),
    position      INTEGER NOT NULL,  -- of the last event; 0 while the log is empty
    tree_frontier BLOB    NOT NULL,  -- right edge of the Merkle tree (RFC 6962), largest subtree first, 32 bytes each
    epoch         INTEGER NOT NULL   -- grows when a backup is restored: cursors of before are void
) STRICT;

INSERT INTO log_head (id, position, tree_frontier, epoch) VALUES (1, 0, x'', 1);

CREATE TABLE event_type (
    -- The stored names of events. A name never changes its meaning.
    type_id INTEGER PRIMARY KEY,
    name    TEXT NOT NULL UNIQUE     -- without the version: scan.requested
) STRICT;

CREATE TABLE stream (
    -- One row for every aggregate that has events: a host, a scan, a user.
    stream_id INTEGER PRIMARY KEY,
    kind      TEXT NOT NULL,         -- host, scan, user, …
    key       TEXT NOT NULL,         -- mostly a UUID
    UNIQUE (kind, key)
) STRICT;

CREATE TABLE stream_head (
    -- The end of every stream; the check of the expected version happens here.
    stream_id     INTEGER PRIMARY KEY,  -- -> stream
    version       INTEGER NOT NULL,     -- how many events the stream has
    last_position INTEGER NOT NULL      -- of the last one; event.prev_position leads on from there
) STRICT;

CREATE TABLE event (
    -- The log itself: positions 1..n without gaps, in the order of commit. Rows are never changed,
    -- except that metadata or body may be erased for good: then the commitment takes their place.
    position            INTEGER PRIMARY KEY,
    stream_id           INTEGER NOT NULL,  -- -> stream
    stream_version      INTEGER NOT NULL,  -- 1.. within the stream
    prev_position       INTEGER NOT NULL,  -- of the event before in this stream, 0 for the first
    type_id             INTEGER NOT NULL,  -- -> event_type
    schema_version      INTEGER NOT NULL,  -- version of the stored form of this type
    recorded_at         INTEGER NOT NULL,  -- when it was written down; a clock is data, never order
    metadata            BLOB,              -- CBOR: actor, correlation, causation, command, hosts
    metadata_salt       BLOB,              -- 16 random bytes
    metadata_commitment BLOB,              -- only after erasure: SHA-256(salt, metadata)
    body                BLOB,              -- CBOR with integer keys
    body_salt           BLOB,              -- 16 random bytes
    body_commitment     BLOB,              -- only after erasure: SHA-256(salt, body)
    leaf                BLOB NOT NULL      -- leaf hash of the Merkle tree, 32 bytes
) STRICT;

CREATE TABLE command_log (
    -- Every command that became events, so that a repeated command gets the first answer.
    command_id     BLOB PRIMARY KEY,  -- UUID, 16 bytes
    stream_id      INTEGER NOT NULL,  -- -> stream
    first_position INTEGER NOT NULL,
    event_count    INTEGER NOT NULL,
    recorded_at    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE unique_claim (
    -- Values that at most one stream may hold: the name of a host, the running scan of a host.
    scope     TEXT    NOT NULL,  -- host_name, active_scan, …
    value     TEXT    NOT NULL,
    stream_id INTEGER NOT NULL,  -- -> stream, the holder
    PRIMARY KEY (scope, value)
) STRICT, WITHOUT ROWID;

CREATE TABLE work_lease (
    -- Who works on what, by the clock of the database. A row outlives its lease so that the fence only grows.
    kind       TEXT    NOT NULL,  -- scan, reactor, …
    key        TEXT    NOT NULL,
    owner      TEXT    NOT NULL,  -- the process and worker that took it
    fence      INTEGER NOT NULL,  -- grows with every take-over
    expires_at INTEGER NOT NULL,  -- 0 once given back
    PRIMARY KEY (kind, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE blob (
    -- Content by its hash: evidence, catalogues. Events hold the hash.
    hash  BLOB    PRIMARY KEY,   -- SHA-256 of the content as it was given
    codec INTEGER NOT NULL,      -- 0 as it is, 1 Zstandard
    size  INTEGER NOT NULL,      -- bytes of the content as it was given
    bytes BLOB    NOT NULL
) STRICT;

CREATE TABLE vault_secret (
    -- Secrets for logging in to hosts, sealed with AES-256-GCM; the key is not in this database.
    record     TEXT PRIMARY KEY,  -- whose secret: credential/<uuid>
    key_id     TEXT NOT NULL,     -- which master key sealed it
    nonce      BLOB NOT NULL,     -- 12 bytes
    ciphertext BLOB NOT NULL      -- with the tag at its end
) STRICT;

CREATE TABLE user_password (
    -- Password hashes; beside the log so that they can be thrown away.
    user_id TEXT PRIMARY KEY,  -- UUID
    hash    TEXT NOT NULL      -- PHC string (Argon2id)
) STRICT, WITHOUT ROWID;

CREATE TABLE session_secret (
    -- Logged-in browsers. Only hashes of secrets are kept.
    session_id      TEXT    PRIMARY KEY,   -- UUID
    token_hash      BLOB    NOT NULL UNIQUE,  -- SHA-256 of the cookie value
    user_id         TEXT    NOT NULL,      -- UUID
    created_at      INTEGER NOT NULL,
    last_seen_at    INTEGER NOT NULL,
    idle_expires_at INTEGER NOT NULL,      -- ends here without use
    expires_at      INTEGER NOT NULL       -- ends here whatever happens
) STRICT, WITHOUT ROWID;

CREATE TABLE token_secret (
    -- Bearer tokens of automation. Only hashes of secrets are kept.
    token_id     TEXT    PRIMARY KEY,      -- UUID
    token_hash   BLOB    NOT NULL UNIQUE,  -- SHA-256 of the token
    user_id      TEXT    NOT NULL,         -- UUID of whose token it is
    created_at   INTEGER NOT NULL,
    last_used_at INTEGER,                  -- NULL before the first use
    expires_at   INTEGER                   -- NULL: never
) STRICT, WITHOUT ROWID;

CREATE VIEW event_readable AS
    -- The log with names in place of numbers.
    SELECT e.position, s.kind, s.key, e.stream_version,
           t.name || '.v' || e.schema_version AS type,
           strftime('%Y-%m-%dT%H:%M:%fZ', e.recorded_at / 1000000.0, 'unixepoch') AS recorded_at,
           e.metadata, e.body, lower(hex(e.leaf)) AS leaf
    FROM event e
    JOIN stream s ON s.stream_id = e.stream_id
    JOIN event_type t ON t.type_id = e.type_id;
