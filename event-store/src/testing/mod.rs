//! For tests, of this crate and of others: databases that vanish, a clock that is moved by hand, ids
//! that count. Behind the feature `testing`; never part of the product.

#![expect(
    clippy::expect_used,
    clippy::missing_panics_doc,
    reason = "a test that has no database cannot go on"
)]

mod postgres;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use domain::id::Ids;
use domain::time::{Clock, Timestamp};
use tempfile::TempDir;
use uuid::Uuid;

use crate::db::Engine;
use crate::store::{Store, StoreOptions};
use crate::url::DatabaseUrl;

pub use postgres::database as postgres_database;

/// A clock that stands still until it is moved.
#[derive(Debug)]
pub struct ManualClock(AtomicI64);

impl ManualClock {
    /// A clock that shows 2026-01-15T10:00:00Z.
    pub fn new() -> Self {
        Self(AtomicI64::new(1_768_471_200_000_000))
    }

    /// Moves the clock.
    pub fn advance(&self, span: std::time::Duration) {
        let micros = i64::try_from(span.as_micros()).unwrap_or(i64::MAX);
        self.0.fetch_add(micros, Ordering::Relaxed);
    }
}

impl Default for ManualClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.0.load(Ordering::Relaxed))
    }
}

/// Ids that count upwards from a seed; different seeds never meet.
#[derive(Debug)]
pub struct CountingIds {
    seed: u64,
    next: AtomicU64,
}

impl CountingIds {
    /// Ids of one seed.
    pub const fn new(seed: u64) -> Self {
        Self {
            seed,
            next: AtomicU64::new(1),
        }
    }
}

impl Ids for CountingIds {
    fn next(&self) -> Uuid {
        Uuid::from_u64_pair(self.seed, self.next.fetch_add(1, Ordering::Relaxed))
    }
}

/// A database of its own for one test.
#[derive(Debug)]
pub struct TestDatabase {
    url: String,
    folder: Option<TempDir>,
}

impl TestDatabase {
    /// A file in a temporary folder, or a database of the private server.
    pub async fn new(engine: Engine) -> Self {
        match engine {
            Engine::Sqlite => {
                let folder = TempDir::new().expect("a temporary folder");
                let url = format!("sqlite://{}", folder.path().join("openwatch.db").display());
                Self {
                    url,
                    folder: Some(folder),
                }
            }
            Engine::Postgres => Self {
                url: postgres_database().await,
                folder: None,
            },
        }
    }

    /// Its address.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The file of an `SQLite` database.
    pub fn path(&self) -> Option<std::path::PathBuf> {
        Some(self.folder.as_ref()?.path().join("openwatch.db"))
    }

    /// Options with a clock that stands still and ids that count.
    pub fn options(&self) -> StoreOptions {
        let url: DatabaseUrl = self.url.parse().expect("an address");
        StoreOptions::new(
            url,
            Arc::new(ManualClock::new()),
            Arc::new(CountingIds::new(0)),
        )
    }

    /// A copy of it as a backup would restore it. No store may be open meanwhile.
    pub async fn copy(&self) -> Self {
        let Some(path) = self.path() else {
            return Self {
                url: postgres::copy(&self.url).await,
                folder: None,
            };
        };
        let copy = Self::new(Engine::Sqlite).await;
        std::fs::copy(path, copy.path().expect("a file")).expect("a copy of the file");
        copy
    }

    /// Opens a store on it; more than one may be open on `PostgreSQL`.
    pub async fn open(&self) -> Store {
        Store::open(self.options()).await.expect("the store opens")
    }

    /// Opens a store on `PostgreSQL` beside another, as a second process would, whose ids never meet those of the first.
    pub async fn open_again(&self) -> Store {
        let mut options = self.options();
        options.ids = Arc::new(CountingIds::new(1));
        Store::open(options).await.expect("the store opens")
    }
}
