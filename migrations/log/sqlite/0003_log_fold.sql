CREATE TABLE log_fold (
    -- What somebody has folded of the log, so that the next start goes on from there. Can be thrown away.
    name     TEXT    NOT NULL,  -- who folds
    version  INTEGER NOT NULL,  -- of the code: another one begins anew
    position INTEGER NOT NULL,  -- of the last event in it
    state    BLOB    NOT NULL,  -- what it came to
    PRIMARY KEY (name, version)
) STRICT;
