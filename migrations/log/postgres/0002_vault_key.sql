CREATE TABLE vault_key (
    key_id        TEXT   PRIMARY KEY,
    registered_at BIGINT NOT NULL
);
COMMENT ON TABLE vault_key IS 'The master keys that belong to this database. A process with another key must not seal anything here: what it sealed could be opened by nobody else. The keys themselves are in files beside the processes.';
COMMENT ON COLUMN vault_key.key_id IS 'as vault_secret.key_id: a hash of the key';
COMMENT ON COLUMN vault_key.registered_at IS 'microseconds since 1970-01-01T00:00:00Z';
