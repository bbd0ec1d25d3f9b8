//! `SQLite`: one connection writes and checkpoints, several read. A gate stops readers for the moment in
//! which the write-ahead log is emptied; without it, readers that overlap let it grow without end.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use sqlx::sqlite::{
    SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqlitePool, SqlitePoolOptions,
    SqliteSynchronous,
};
use sqlx::{ConnectOptions, Connection, Row as _};
use tokio::sync::{Mutex, OwnedMappedMutexGuard, OwnedMutexGuard, RwLock};

use super::Conn;
use crate::error::{OpenError, StoreError};
use crate::row::Row;
use crate::value::Value;

/// Readers beside the one writer.
const READERS: u32 = 6;
/// How long a statement waits for a lock of another process. To be late is better than to lose what was to be written.
const BUSY_TIMEOUT: Duration = Duration::from_secs(30);
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
    writer: Arc<Mutex<Option<Writer>>>,
    gate: RwLock<()>,
    wal: PathBuf,
}

struct Writer {
    connection: SqliteConnection,
    /// A transaction was begun and neither committed nor rolled back.
    open: bool,
    /// The size of the write-ahead log at which the next checkpoint is due.
    checkpoint_at: u64,
}

/// The writing connection inside a transaction.
pub(super) struct Write {
    writer: OwnedMappedMutexGuard<Option<Writer>, Writer>,
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
            .pragma("mmap_size", "0");
        let mut connection = base
            .clone()
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .pragma("cache_size", "-65536")
            .statement_cache_capacity(400)
            .connect()
            .await
            .map_err(|error| unopened(path, error))?;
        check_version(&mut connection).await?;
        let readers = SqlitePoolOptions::new()
            .max_connections(READERS)
            .connect_with(
                base.pragma("query_only", "ON")
                    .pragma("cache_size", "-16384")
                    .row_buffer_size(1000)
                    .statement_cache_capacity(400),
            )
            .await
            .map_err(|error| unopened(path, error))?;
        let mut wal = path.as_os_str().to_owned();
        wal.push("-wal");
        Ok(Self {
            readers,
            writer: Arc::new(Mutex::new(Some(Writer {
                connection,
                open: false,
                checkpoint_at: CHECKPOINT_STEP,
            }))),
            gate: RwLock::new(()),
            wal: wal.into(),
        })
    }

    pub(super) async fn read(&self, sql: &str, params: &[Value]) -> Result<Vec<Row>, StoreError> {
        let mut connection = self.readers.acquire().await?;
        let _open = self.gate.read().await;
        Conn::Sqlite(&mut connection).fetch_all(sql, params).await
    }

    pub(super) async fn begin(database: &Arc<Self>) -> Result<Write, StoreError> {
        let guard = Arc::clone(&database.writer).lock_owned().await;
        let mut writer =
            OwnedMutexGuard::try_map(guard, Option::as_mut).map_err(|_| StoreError::Closed)?;
        if writer.open {
            // A transaction that was dropped. When its BEGIN had failed, there is nothing to roll back.
            sqlx::query("ROLLBACK")
                .execute(&mut writer.connection)
                .await
                .ok();
        }
        writer.open = true;
        if let Err(error) = sqlx::query("BEGIN IMMEDIATE")
            .execute(&mut writer.connection)
            .await
        {
            writer.open = false;
            return Err(error.into());
        }
        Ok(Write {
            writer,
            database: Arc::clone(database),
        })
    }

    pub(super) async fn close(&self) {
        let writer = self.writer.lock().await.take();
        self.readers.close().await;
        if let Some(mut writer) = writer {
            sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)")
                .execute(&mut writer.connection)
                .await
                .ok();
            writer.connection.close().await.ok();
        }
    }

    /// Keeps the write-ahead log small. What fails here is tried again after the next commit.
    async fn checkpoint(&self, writer: &mut Writer) -> Result<(), StoreError> {
        let size = std::fs::metadata(&self.wal).map_or(0, |found| found.len());
        if size < writer.checkpoint_at {
            return Ok(());
        }
        writer.checkpoint_at = size + CHECKPOINT_STEP;
        let complete = checkpoint(&mut writer.connection, "PRAGMA wal_checkpoint(PASSIVE)").await?;
        if size < WAL_LIMIT {
            return Ok(());
        }
        let Ok(_closed) = tokio::time::timeout(GATE_TIMEOUT, self.gate.write()).await else {
            tracing::warn!(size, "readers keep the write-ahead log from being emptied");
            return Ok(());
        };
        if checkpoint(&mut writer.connection, "PRAGMA wal_checkpoint(TRUNCATE)").await? {
            writer.checkpoint_at = CHECKPOINT_STEP;
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
        &mut self.writer.connection
    }

    pub(super) async fn commit(mut self) -> Result<(), StoreError> {
        let writer = &mut *self.writer;
        sqlx::query("COMMIT")
            .execute(&mut writer.connection)
            .await?;
        writer.open = false;
        if let Err(error) = self.database.checkpoint(writer).await {
            tracing::warn!(%error, "the write-ahead log could not be checkpointed");
        }
        Ok(())
    }
}

/// Whether all of the log went into the database.
async fn checkpoint(
    connection: &mut SqliteConnection,
    pragma: &'static str,
) -> Result<bool, StoreError> {
    let row = sqlx::query(pragma).fetch_one(connection).await?;
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

async fn check_version(connection: &mut SqliteConnection) -> Result<(), OpenError> {
    let found: String = sqlx::query_scalar("SELECT sqlite_version()")
        .fetch_one(connection)
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
