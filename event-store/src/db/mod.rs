//! One face for both databases: the same SQL text with `$1`, `$2`, … and the same values. Knows no table.

mod conn;
mod many;
mod postgres;
mod sqlite;

use std::sync::Arc;

use domain::time::Timestamp;
use sqlx::postgres::PgPool;

pub(crate) use conn::Conn;
pub(crate) use postgres::connect_options;

use crate::error::{OpenError, StoreError};
use crate::row::Row;
use crate::url::DatabaseUrl;
use crate::value::Value;

/// Which database it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// `SQLite`, in this process.
    Sqlite,
    /// `PostgreSQL`, 15 or newer.
    Postgres,
}

/// The database. Cheap to clone.
#[derive(Clone)]
pub struct Db {
    inner: Inner,
}

#[derive(Clone)]
enum Inner {
    Sqlite(Arc<sqlite::Sqlite>),
    Postgres(PgPool),
}

/// A transaction that writes. Dropped without [`Tx::commit`], it is rolled back.
///
/// On `SQLite` there is one at a time, and the appender waits for it: keep it short.
pub struct Tx {
    inner: TxInner,
}

enum TxInner {
    Sqlite(sqlite::Write),
    Postgres(sqlx::Transaction<'static, sqlx::Postgres>),
}

impl Db {
    /// Connects; creates the file on `SQLite`. Does not touch the schema.
    pub async fn open(url: &DatabaseUrl) -> Result<Self, OpenError> {
        let inner = match url {
            DatabaseUrl::Sqlite(path) => Inner::Sqlite(Arc::new(sqlite::Sqlite::open(path).await?)),
            DatabaseUrl::Postgres(options) => {
                let pool =
                    postgres::open(options)
                        .await
                        .map_err(|error| OpenError::Unreachable {
                            url: url.to_string(),
                            source: error.into(),
                        })?;
                Inner::Postgres(pool)
            }
        };
        Ok(Self { inner })
    }

    /// Which database it is.
    pub const fn engine(&self) -> Engine {
        match self.inner {
            Inner::Sqlite(_) => Engine::Sqlite,
            Inner::Postgres(_) => Engine::Postgres,
        }
    }

    /// Reads all rows. On `SQLite` a statement that writes is refused here.
    pub async fn fetch_all(&self, sql: &str, params: &[Value]) -> Result<Vec<Row>, StoreError> {
        match &self.inner {
            Inner::Sqlite(sqlite) => sqlite.read(sql, params).await,
            Inner::Postgres(pool) => {
                let mut connection = pool.acquire().await?;
                Conn::Postgres(&mut connection).fetch_all(sql, params).await
            }
        }
    }

    /// Reads the first row, if there is one.
    pub async fn fetch_optional(
        &self,
        sql: &str,
        params: &[Value],
    ) -> Result<Option<Row>, StoreError> {
        Ok(self.fetch_all(sql, params).await?.into_iter().next())
    }

    /// Begins to write.
    pub async fn begin(&self) -> Result<Tx, StoreError> {
        let inner = match &self.inner {
            Inner::Sqlite(sqlite) => TxInner::Sqlite(sqlite::Sqlite::begin(sqlite).await?),
            Inner::Postgres(pool) => TxInner::Postgres(pool.begin().await?),
        };
        Ok(Tx { inner })
    }

    /// The clock of the database: the one that all processes share.
    pub async fn now(&self) -> Result<Timestamp, StoreError> {
        let sql = format!("SELECT {} AS now", self.now_sql());
        self.fetch_optional(&sql, &[])
            .await?
            .ok_or(StoreError::Inconsistent {
                what: "tell the time",
            })?
            .get("now")
    }

    /// The expression for the clock of the database in microseconds.
    pub const fn now_sql(&self) -> &'static str {
        match self.engine() {
            Engine::Sqlite => "CAST(round(unixepoch('subsec') * 1000) AS INTEGER) * 1000",
            Engine::Postgres => "(extract(epoch FROM clock_timestamp()) * 1000000)::BIGINT",
        }
    }

    /// Closes the connections.
    pub(crate) async fn close(&self) {
        match &self.inner {
            Inner::Sqlite(sqlite) => sqlite.close().await,
            Inner::Postgres(pool) => pool.close().await,
        }
    }
}

impl std::fmt::Debug for Db {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Db({:?})", self.engine())
    }
}

impl Tx {
    pub(crate) fn conn(&mut self) -> Conn<'_> {
        match &mut self.inner {
            TxInner::Sqlite(write) => Conn::Sqlite(write.connection()),
            TxInner::Postgres(transaction) => Conn::Postgres(transaction),
        }
    }

    /// Which database it is.
    pub const fn engine(&self) -> Engine {
        match self.inner {
            TxInner::Sqlite(_) => Engine::Sqlite,
            TxInner::Postgres(_) => Engine::Postgres,
        }
    }

    /// Reads all rows, with what this transaction wrote.
    pub async fn fetch_all(&mut self, sql: &str, params: &[Value]) -> Result<Vec<Row>, StoreError> {
        self.conn().fetch_all(sql, params).await
    }

    /// Reads the first row, if there is one.
    pub async fn fetch_optional(
        &mut self,
        sql: &str,
        params: &[Value],
    ) -> Result<Option<Row>, StoreError> {
        Ok(self.fetch_all(sql, params).await?.into_iter().next())
    }

    /// Carries a statement out and says how many rows it touched.
    pub async fn execute(&mut self, sql: &str, params: &[Value]) -> Result<u64, StoreError> {
        self.conn().execute(sql, params).await
    }

    /// Carries one statement out for every set of parameters and says how many rows were touched.
    pub async fn execute_many(
        &mut self,
        sql: &str,
        rows: &[Vec<Value>],
    ) -> Result<u64, StoreError> {
        self.conn().execute_many(sql, rows).await
    }

    /// Carries out a text of several statements without parameters.
    pub(crate) async fn execute_script(&mut self, sql: &str) -> Result<(), StoreError> {
        self.conn().execute_script(sql).await
    }

    /// Makes everything durable at once.
    pub async fn commit(self) -> Result<(), StoreError> {
        match self.inner {
            TxInner::Sqlite(write) => write.commit().await,
            TxInner::Postgres(transaction) => Ok(transaction.commit().await?),
        }
    }
}
