CREATE TABLE vault_key (
    -- The master keys that belong to this database. A process with another key must not seal anything here:
    -- what it sealed could be opened by nobody else. The keys themselves are in files beside the processes.
    key_id        TEXT    PRIMARY KEY,  -- as vault_secret.key_id: a hash of the key
    registered_at INTEGER NOT NULL      -- microseconds since 1970-01-01T00:00:00Z
) STRICT, WITHOUT ROWID;
