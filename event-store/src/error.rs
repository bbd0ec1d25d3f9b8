//! What can go wrong with the store, one enum for each boundary.

use std::path::PathBuf;
use std::sync::Arc;

use domain::event::{DecodeError, Position, StreamId};

use crate::url::BadUrl;

/// The store could not read or write.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database refused or could not be reached.
    #[error("the database failed")]
    Database(#[source] Arc<sqlx::Error>),
    /// A stored event cannot be read.
    #[error("the event at position {position} cannot be read")]
    Decode {
        /// Where it is.
        position: Position,
        /// What the decoder met.
        source: DecodeError,
    },
    /// A stored value does not have the shape that was asked for.
    #[error("column {column}: {problem}")]
    Column {
        /// The name of the column.
        column: String,
        /// What is wrong.
        problem: String,
    },
    /// An event exceeds the cap; what is that big belongs into a blob.
    #[error("the event {name} has {size} bytes; at most {limit} are allowed")]
    EventTooLarge {
        /// The stored name.
        name: String,
        /// Bytes of body and metadata.
        size: usize,
        /// The cap.
        limit: usize,
    },
    /// The name of a stream, an event or a claim is too long or holds a NUL.
    #[error("not a name that can be stored: {name:?}")]
    BadName {
        /// What was given, cut.
        name: String,
    },
    /// The id of a command was used before, for a stream of another kind.
    #[error("the command id was used before, for {stream}")]
    CommandReused {
        /// The stream of the first use.
        stream: StreamId,
    },
    /// A blob does not have the hash that it is stored under.
    #[error("the blob {hash} is damaged")]
    DamagedBlob {
        /// The hash that was asked for.
        hash: domain::digest::Digest,
    },
    /// A write that must happen exactly once did not; nothing was written.
    #[error("the database did not do what it was told: {what}")]
    Inconsistent {
        /// What was expected.
        what: &'static str,
    },
    /// No random bytes were to be had.
    #[error("the system gives no random bytes")]
    Random(#[source] getrandom::Error),
    /// The store is closed.
    #[error("the store is closed")]
    Closed,
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(Arc::new(error))
    }
}

impl StoreError {
    /// Whether the same may be tried again: the connection is gone, or others were in the way.
    pub(crate) fn is_worth_a_retry(&self) -> bool {
        let Self::Database(error) = self else {
            return false;
        };
        match error.as_ref() {
            sqlx::Error::Io(_) | sqlx::Error::Tls(_) | sqlx::Error::Protocol(_) => true,
            // PostgreSQL: 57P, the server ends the session; 08, the connection; 25P03, the session idled
            // inside a transaction; 40, rolled back for another; 55P03, a lock was not to be had;
            // 53300, too many connections. SQLite: 5, busy.
            sqlx::Error::Database(refused) => refused.code().is_some_and(|code| {
                code == "5"
                    || code == "25P03"
                    || code == "55P03"
                    || code == "53300"
                    || (code.len() == 5
                        && ["57P", "08", "40"]
                            .iter()
                            .any(|class| code.starts_with(class)))
            }),
            _ => false,
        }
    }

    /// Whether the values of a statement are to blame, so that the neighbours of a batch need not suffer.
    pub(crate) fn is_about_data(&self) -> bool {
        let Self::Database(error) = self else {
            return false;
        };
        // PostgreSQL: class 22, data; class 23, constraints; 54, limits. SQLite: 18, too big; 19, a
        // constraint; 20, a type.
        error
            .as_database_error()
            .and_then(sqlx::error::DatabaseError::code)
            .is_some_and(|code| match code.parse::<u32>() {
                Ok(number) if code.len() != 5 => matches!(number & 0xff, 18..=20),
                _ => ["22", "23", "54"]
                    .iter()
                    .any(|class| code.starts_with(class)),
            })
    }

    /// The same error for the next one who has to hear it.
    pub(crate) fn again(&self) -> Self {
        match self {
            Self::Database(error) => Self::Database(Arc::clone(error)),
            Self::Inconsistent { what } => Self::Inconsistent { what },
            _ => Self::Closed,
        }
    }
}

/// Events were not appended.
#[derive(Debug, thiserror::Error)]
pub enum AppendError {
    /// The stream is not at the expected version.
    #[error("{stream} is at version {actual}, not at {expected}")]
    Conflict {
        /// The stream.
        stream: StreamId,
        /// What was expected.
        expected: u64,
        /// What is there.
        actual: u64,
    },
    /// Another stream holds a value that must be unique.
    #[error("{scope} {value:?} is held by {holder}")]
    ClaimTaken {
        /// What kind of value.
        scope: String,
        /// The value.
        value: String,
        /// Who holds it.
        holder: StreamId,
    },
    /// A stream that was only looked at has moved on.
    #[error("{stream} has changed in the meantime")]
    GuardFailed {
        /// The stream.
        stream: StreamId,
    },
    /// The store failed.
    #[error("the events could not be appended")]
    Store(#[from] StoreError),
}

/// A command was not carried out.
#[derive(Debug, thiserror::Error)]
pub enum ExecuteError<E: std::error::Error + 'static> {
    /// The aggregate refuses.
    #[error("the command is refused")]
    Refused(#[source] E),
    /// Another stream holds a value that must be unique.
    #[error("{scope} {value:?} is held by {holder}")]
    ClaimTaken {
        /// What kind of value.
        scope: String,
        /// The value.
        value: String,
        /// Who holds it.
        holder: StreamId,
    },
    /// A stream that the decision was based on has moved on.
    #[error("{stream} has changed in the meantime")]
    GuardFailed {
        /// The stream.
        stream: StreamId,
    },
    /// Others were faster again and again.
    #[error("the stream is changed by others all the time")]
    Contended,
    /// The store failed.
    #[error("the command could not be carried out")]
    Store(#[from] StoreError),
}

/// The schema could not be brought up to date.
#[derive(Debug, thiserror::Error)]
pub enum MigrateError {
    /// The database was used by a newer build.
    #[error("the schema {set} is at version {found}, newer than {known} that this build knows")]
    NewerSchema {
        /// Which set of tables.
        set: String,
        /// What the database has.
        found: i64,
        /// What this build knows.
        known: i64,
    },
    /// An applied migration is not the one that this build carries.
    #[error("migration {version} of the schema {set} was changed after it was applied")]
    Changed {
        /// Which set of tables.
        set: String,
        /// The number of the migration.
        version: i64,
    },
    /// A migration failed and was rolled back.
    #[error("migration {version} of the schema {set} failed")]
    Failed {
        /// Which set of tables.
        set: String,
        /// The number of the migration.
        version: i64,
        /// What the database said.
        source: StoreError,
    },
    /// The database failed outside a migration.
    #[error("the state of the schema cannot be read")]
    Store(#[from] StoreError),
}

/// The store could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The address of the database makes no sense.
    #[error("the address of the database cannot be used")]
    BadUrl(#[from] BadUrl),
    /// The database does not answer or refuses the log-in.
    #[error("the database {url} cannot be reached")]
    Unreachable {
        /// The address without its password.
        url: String,
        /// What the driver said.
        source: StoreError,
    },
    /// The file of the database cannot be created or written.
    #[error("the folder of {path} cannot be written")]
    FolderNotWritable {
        /// The file of the database.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The database was used by a newer build.
    #[error("the schema {set} is at version {found}, newer than {known} that this build knows")]
    NewerSchema {
        /// Which set of tables.
        set: String,
        /// What the database has.
        found: i64,
        /// What this build knows.
        known: i64,
    },
    /// The schema could not be brought up to date.
    #[error("the schema cannot be brought up to date")]
    Migration(#[source] MigrateError),
    /// The `SQLite` library in this build can corrupt a database (fixed in 3.51.3).
    #[error("SQLite {found} is too old; 3.51.3 or newer is needed")]
    SqliteTooOld {
        /// The version of the library.
        found: String,
    },
    /// The database failed.
    #[error("the store cannot be opened")]
    Store(#[from] StoreError),
}

impl From<MigrateError> for OpenError {
    fn from(error: MigrateError) -> Self {
        match error {
            MigrateError::NewerSchema { set, found, known } => {
                Self::NewerSchema { set, found, known }
            }
            other => Self::Migration(other),
        }
    }
}
