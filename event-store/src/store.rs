//! The store as others hold it: the database, the appender and the tasks that watch the head.

use std::sync::Arc;

use domain::event::Position;
use domain::id::Ids;
use domain::time::Clock;
use tokio::sync::{mpsc, watch};
use tokio_util::sync::{CancellationToken, DropGuard};
use tokio_util::task::TaskTracker;

use crate::append::{Appender, Target};
use crate::db::{Db, connect_options};
use crate::error::{OpenError, StoreError};
use crate::head::{self, Head};
use crate::migrate;
use crate::random::{Random, SystemRandom};
use crate::telemetry::{self, Telemetry};
use crate::tree::{Frontier, TreeHead};
use crate::url::DatabaseUrl;

/// How many messages of progress may wait for the other processes.
const PROGRESS_QUEUE: usize = 256;

/// What a store is made of.
#[derive(Clone)]
pub struct StoreOptions {
    /// Where the log is.
    pub url: DatabaseUrl,
    /// Where the present comes from.
    pub clock: Arc<dyn Clock>,
    /// Where ids come from.
    pub ids: Arc<dyn Ids>,
    /// Where salts come from.
    pub random: Arc<dyn Random>,
}

impl StoreOptions {
    /// Options with the random bytes of the system.
    pub fn new(url: DatabaseUrl, clock: Arc<dyn Clock>, ids: Arc<dyn Ids>) -> Self {
        Self {
            url,
            clock,
            ids,
            random: Arc::new(SystemRandom),
        }
    }
}

/// The event store. Cheap to clone; all clones are the same store.
#[derive(Clone)]
pub struct Store {
    shared: Arc<Shared>,
}

struct Shared {
    db: Db,
    appender: Appender,
    head: Head,
    telemetry: Telemetry,
    options: StoreOptions,
    stop: CancellationToken,
    tasks: TaskTracker,
    /// Ends the tasks when the last clone goes without [`Store::close`].
    _stop_when_dropped: DropGuard,
}

impl Store {
    /// Connects, brings the tables of the log up to date and starts the appender.
    pub async fn open(options: StoreOptions) -> Result<Self, OpenError> {
        let db = Db::open(&options.url).await?;
        migrate::apply(&db, &migrate::LOG).await?;
        let head = Head::new(head::read(&db).await?);
        let stop = CancellationToken::new();
        let tasks = TaskTracker::new();
        let (target, telemetry) = match &options.url {
            DatabaseUrl::Sqlite(_) => (
                Target::Sqlite(db.clone()),
                Telemetry::new(options.ids.next(), None),
            ),
            DatabaseUrl::Postgres(url) => {
                let url = connect_options(url);
                let node = options.ids.next();
                let (outbound, queue) = mpsc::channel(PROGRESS_QUEUE);
                let telemetry = Telemetry::new(node, Some(outbound));
                tasks.spawn(telemetry::send(node, queue, url.clone(), stop.clone()));
                tasks.spawn(head.clone().nudge(url.clone(), stop.clone()));
                tasks.spawn(
                    head.clone()
                        .listen(url.clone(), telemetry.clone(), stop.clone()),
                );
                (Target::postgres(url), telemetry)
            }
        };
        tasks.spawn(head.clone().poll(db.clone(), stop.clone()));
        let clock = Arc::clone(&options.clock);
        let (appender, task) = Appender::new(target, clock, head.clone(), stop.clone());
        tasks.spawn(task);
        tasks.close();
        Ok(Self {
            shared: Arc::new(Shared {
                db,
                appender,
                head,
                telemetry,
                options,
                _stop_when_dropped: stop.clone().drop_guard(),
                stop,
                tasks,
            }),
        })
    }

    /// The database, for read models.
    pub fn db(&self) -> &Db {
        &self.shared.db
    }

    /// Where the present comes from.
    pub fn clock(&self) -> &Arc<dyn Clock> {
        &self.shared.options.clock
    }

    /// Where ids come from.
    pub fn ids(&self) -> &Arc<dyn Ids> {
        &self.shared.options.ids
    }

    /// The durable end of the log, as it moves: at once by what this process appends, soon by others.
    pub fn head(&self) -> watch::Receiver<Position> {
        self.shared.head.subscribe()
    }

    /// The epoch of the log. A cursor of another epoch is void.
    pub async fn epoch(&self) -> Result<u64, StoreError> {
        let sql = "SELECT epoch FROM log_head WHERE id = 1";
        self.db()
            .fetch_optional(sql, &[])
            .await?
            .ok_or(StoreError::Inconsistent {
                what: "show the head of the log",
            })?
            .get("epoch")
    }

    /// Makes all cursors void. To be called after a backup was restored: positions of before may now
    /// hold other events. Returns the new epoch. It is the time of now, because one backup may be restored twice, and
    /// what was followed in between is void the second time.
    pub async fn begin_epoch(&self) -> Result<u64, StoreError> {
        let mut tx = self.db().begin().await?;
        let sql = "UPDATE log_head SET epoch = CASE WHEN epoch < $1 THEN $1 ELSE epoch + 1 END WHERE id = 1";
        tx.execute(sql, &[self.clock().now().as_micros().into()])
            .await?;
        tx.commit().await?;
        self.epoch().await
    }

    /// Size and root of the Merkle tree over the log.
    pub async fn tree(&self) -> Result<TreeHead, StoreError> {
        Ok(self.frontier().await?.head())
    }

    pub(crate) async fn frontier(&self) -> Result<Frontier, StoreError> {
        let sql = "SELECT position, tree_frontier FROM log_head WHERE id = 1";
        let missing = || StoreError::Inconsistent {
            what: "keep the frontier of the tree",
        };
        let row = self
            .db()
            .fetch_optional(sql, &[])
            .await?
            .ok_or_else(missing)?;
        let bytes: Vec<u8> = row.get("tree_frontier")?;
        Frontier::from_bytes(row.get("position")?, &bytes).ok_or_else(missing)
    }

    /// Finishes what is queued and closes the connections. Other clones get [`StoreError::Closed`].
    pub async fn close(self) {
        self.shared.stop.cancel();
        self.shared.tasks.wait().await;
        self.shared.db.close().await;
    }

    pub(crate) async fn closed(&self) {
        self.shared.stop.cancelled().await;
    }

    pub(crate) fn appender(&self) -> &Appender {
        &self.shared.appender
    }

    pub(crate) fn random(&self) -> &dyn Random {
        self.shared.options.random.as_ref()
    }

    pub(crate) fn telemetry(&self) -> &Telemetry {
        &self.shared.telemetry
    }
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Store({})", self.shared.options.url)
    }
}
