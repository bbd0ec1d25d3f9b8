//! Copies of a log in `SQLite`: how one is made while the log is written to, and how a file becomes one that can be
//! moved. What becomes of the files is for others to say.

use std::path::{Path, PathBuf};
use std::time::Duration;

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode};
use sqlx::{ConnectOptions as _, Connection as _};

/// How long a lock of another process is waited for.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// A file that cannot be copied or moved.
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    /// Another process has it open.
    #[error("{} is in use: stop the server and the workers first", path.display())]
    InUse {
        /// The file.
        path: PathBuf,
        /// What the database said.
        source: sqlx::Error,
    },
    /// The database failed.
    #[error("{} cannot be read as a database", path.display())]
    Database {
        /// The file.
        path: PathBuf,
        /// What it said.
        source: sqlx::Error,
    },
}

/// Writes what the database holds at this moment into an empty file, without holding up anybody.
pub async fn back_up(database: &Path, into: &Path) -> Result<(), CopyError> {
    let fault = |source| CopyError::Database {
        path: database.to_owned(),
        source,
    };
    let mut connection = open(database).await.map_err(fault)?;
    sqlx::query("VACUUM INTO ?1")
        .bind(into.display().to_string())
        .execute(&mut connection)
        .await
        .map_err(fault)?;
    connection.close().await.map_err(fault)
}

/// Makes the file the whole database, without anything beside it, so that it can be moved. Refused while another
/// process has it open.
pub async fn settle(database: &Path) -> Result<(), CopyError> {
    let path = || database.to_owned();
    let mut connection = open(database).await.map_err(|source| CopyError::Database {
        path: path(),
        source,
    })?;
    sqlx::query("PRAGMA journal_mode = DELETE")
        .execute(&mut connection)
        .await
        .map_err(|source| CopyError::InUse {
            path: path(),
            source,
        })?;
    let closed = connection.close().await;
    closed.map_err(|source| CopyError::Database {
        path: path(),
        source,
    })
}

async fn open(database: &Path) -> Result<SqliteConnection, sqlx::Error> {
    SqliteConnectOptions::new()
        .filename(database)
        .busy_timeout(BUSY_TIMEOUT)
        .journal_mode(SqliteJournalMode::Wal)
        .connect()
        .await
}
