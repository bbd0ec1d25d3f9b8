//! `SQLite`: one connection writes and checkpoints, several read. A gate stops readers for the moment in
//! which the write-ahead log is emptied; without it, readers that overlap let it grow without end.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use sqlx::pool::PoolConnection;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqlitePool, SqlitePoolOptions,
    SqliteSynchronous,
};
use sqlx::{Row as _, Sqlite as Driver, Transaction};
use tokio::sync::{Mutex, RwLock};

use super::Conn;
use crate::error::{OpenError, StoreError};
use crate::row::Row;
use crate::value::Value;

/// Readers beside the one writer.
const READERS: u32 = 6;
/// How long a statement waits for a lock of another process. To be late is better than to lose what was to be written.
const BUSY_TIMEOUT: Duration = Duration::from_secs(30);
/// How long a transaction waits for those before it in this process.
const TURN_TIMEOUT: Duration = Duration::from_hours(1);
/// Growth of the write-ahead log after which its pages are copied into the database.
const CHECKPOINT_STEP: u64 = 4 << 20;
/// Size of the write-ahead log at which it is emptied; half of what the file may ever reach.
const WAL_LIMIT: u64 = 64 << 20;
/// How long the writer waits for readers before it lets the log grow on and tries again later.
const GATE_TIMEOUT: Duration = Duration::from_secs(2);
/// The first version without the corruption of a write-ahead log that is reset during a checkpoint.
const OLDEST_SAFE: [u32; 3] = [3, 51, 3];

pub(super) struct Sqlite {
    readers: SqlitePool,
    /// One connection, which those who write have in turn.
    writer: SqlitePool,
    gate: RwLock<()>,
    wal: PathBuf,
    /// The size of the write-ahead log at which the next checkpoint is due.
    checkpoint_at: Mutex<u64>,
}

/// The writing connection inside a transaction. Dropped, it is rolled back at once, not with the next
/// use of the connection: another process waits for the lock.
pub(super) struct Write {
    transaction: Transaction<'static, Driver>,
    database: Arc<Sqlite>,
}

impl Sqlite {
    pub(super) async fn open(path: &Path) -> Result<Self, OpenError> {
        create(path).map_err(|source| OpenError::FolderNotWritable {
            path: path.to_owned(),
            source,
        })?;
        let base = SqliteConnectOptions::new()
            .filename(path)
            .busy_timeout(BUSY_TIMEOUT)
            .foreign_keys(true)
            .pragma("wal_autocheckpoint", "0")
            .pragma("mmap_size", "0")
            .statement_cache_capacity(400);
        let writing = base
            .clone()
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .pragma("cache_size", "-65536");
        let writer = pool(1)
            .acquire_timeout(TURN_TIMEOUT)
            .connect_with(writing)
            .await
            .map_err(|error| unopened(path, error))?;
        check_version(&writer).await?;
        let reading = base
            .pragma("query_only", "ON")
            .pragma("cache_size", "-16384")
            .row_buffer_size(1000);
        let readers = pool(READERS)
            .connect_with(reading)
            .await
            .map_err(|error| unopened(path, error))?;
        let mut wal = path.as_os_str().to_owned();
        wal.push("-wal");
        Ok(Self {
            readers,
            writer,
            gate: RwLock::new(()),
            wal: wal.into(),
            checkpoint_at: Mutex::new(CHECKPOINT_STEP),
        })
    }

    pub(super) async fn read(&self, sql: &str, params: &[Value]) -> Result<Vec<Row>, StoreError> {
        let mut connection = self.readers.acquire().await?;
        let _open = self.gate.read().await;
        Conn::Sqlite(&mut connection).fetch_all(sql, params).await
    }

    pub(super) async fn begin(database: &Arc<Self>) -> Result<Write, StoreError> {
        Ok(Write {
            transaction: database.writer.begin_with("BEGIN IMMEDIATE").await?,
            database: Arc::clone(database),
        })
    }

    pub(super) async fn close(&self) {
        let last = self.writer.acquire().await;
        let closed = self.writer.close();
        self.readers.close().await;
        if let Ok(mut last) = last {
            checkpoint(&mut last, "PRAGMA wal_checkpoint(TRUNCATE)")
                .await
                .ok();
        }
        closed.await;
    }

    /// Keeps the write-ahead log small. What fails here is tried again after the next commit.
    async fn checkpoint(&self) -> Result<(), StoreError> {
        let mut due = self.checkpoint_at.lock().await;
        let size = std::fs::metadata(&self.wal).map_or(0, |found| found.len());
        if size < *due {
            return Ok(());
        }
        *due = size + CHECKPOINT_STEP;
        let mut writer = self.writer.acquire().await?;
        let complete = checkpoint(&mut writer, "PRAGMA wal_checkpoint(PASSIVE)").await?;
        if size < WAL_LIMIT {
            return Ok(());
        }
        let Ok(_closed) = tokio::time::timeout(GATE_TIMEOUT, self.gate.write()).await else {
            tracing::warn!(size, "readers keep the write-ahead log from being emptied");
            return Ok(());
        };
        if checkpoint(&mut writer, "PRAGMA wal_checkpoint(TRUNCATE)").await? {
            *due = CHECKPOINT_STEP;
        } else {
            tracing::warn!(
                size,
                complete,
                "another process keeps the write-ahead log from being emptied"
            );
        }
        Ok(())
    }
}

impl Write {
    pub(super) fn connection(&mut self) -> &mut SqliteConnection {
        &mut self.transaction
    }

    pub(super) async fn commit(self) -> Result<(), StoreError> {
        self.transaction.commit().await?;
        if let Err(error) = self.database.checkpoint().await {
            tracing::warn!(%error, "the write-ahead log could not be checkpointed");
        }
        Ok(())
    }
}

/// Connections that live as long as the process: each has a cache that is worth keeping.
fn pool(connections: u32) -> SqlitePoolOptions {
    SqlitePoolOptions::new()
        .max_connections(connections)
        .test_before_acquire(false)
        .idle_timeout(None)
        .max_lifetime(None)
}

/// Whether all of the log went into the database.
async fn checkpoint(
    connection: &mut PoolConnection<Driver>,
    pragma: &'static str,
) -> Result<bool, StoreError> {
    let row = sqlx::query(pragma).fetch_one(&mut **connection).await?;
    let (busy, log, done): (i64, i64, i64) = (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
    Ok(busy == 0 && log == done)
}

/// Creates folder and file, readable by the owner alone: there are secrets in it.
fn create(path: &Path) -> std::io::Result<()> {
    if let Some(folder) = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
    {
        std::fs::create_dir_all(folder)?;
    }
    let mut options = std::fs::OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop)
}

fn unopened(path: &Path, error: sqlx::Error) -> OpenError {
    const SQLITE_READONLY: i32 = 8;
    const SQLITE_CANTOPEN: i32 = 14;
    let code = error
        .as_database_error()
        .and_then(sqlx::error::DatabaseError::code)
        .and_then(|code| code.parse::<i32>().ok())
        .map(|extended| extended & 0xff);
    if matches!(code, Some(SQLITE_READONLY | SQLITE_CANTOPEN)) {
        return OpenError::FolderNotWritable {
            path: path.to_owned(),
            source: std::io::Error::new(ErrorKind::PermissionDenied, error),
        };
    }
    OpenError::Unreachable {
        url: format!("sqlite://{}", path.display()),
        source: error.into(),
    }
}

async fn check_version(writer: &SqlitePool) -> Result<(), OpenError> {
    let found: String = sqlx::query_scalar("SELECT sqlite_version()")
        .fetch_one(writer)
        .await
        .map_err(StoreError::from)?;
    let parts = found
        .split('.')
        .map(|part| part.parse::<u32>().unwrap_or(0));
    if parts.lt(OLDEST_SAFE) {
        return Err(OpenError::SqliteTooOld { found });
    }
    Ok(())
}
