CREATE TABLE log_fold (
    name     TEXT   NOT NULL,
    version  BIGINT NOT NULL,
    position BIGINT NOT NULL,
    state    BYTEA  NOT NULL,
    PRIMARY KEY (name, version)
);
COMMENT ON TABLE log_fold IS 'What somebody has folded of the log, so that the next start goes on from there. Can be thrown away.';
COMMENT ON COLUMN log_fold.name IS 'who folds';
COMMENT ON COLUMN log_fold.version IS 'of the code: another one begins anew';
COMMENT ON COLUMN log_fold.position IS 'of the last event in it';
COMMENT ON COLUMN log_fold.state IS 'what it came to';
