//! The durable end of the log as this process knows it: moved by its own appends at once, by those of
//! other processes through a nudge and a poll. The log is the delivery; a lost nudge costs half a second.

use std::sync::Arc;
use std::time::Duration;

use domain::causes::in_full;
use domain::event::Position;
use sqlx::Executor as _;
use sqlx::postgres::{PgConnectOptions, PgListener, PgPool, PgPoolOptions};
use tokio::sync::{Notify, watch};
use tokio_util::sync::CancellationToken;

use crate::db::Db;
use crate::error::StoreError;
use crate::telemetry::{CHANNEL as PROGRESS, Telemetry};

/// The channel of nudges. The payload is empty: whoever is nudged reads the log.
const CHANNEL: &str = "openwatch_log";
/// The least time between two nudges; every one takes a lock of the whole server.
const NUDGE_PAUSE: Duration = Duration::from_millis(20);
/// How often the head is read without a nudge.
const POLL: Duration = Duration::from_millis(500);
/// The pause before the listener connects again.
const RECONNECT: Duration = Duration::from_millis(500);

/// The watched head.
#[derive(Clone)]
pub(crate) struct Head {
    position: Arc<watch::Sender<Position>>,
    moved_here: Arc<Notify>,
    look: Arc<Notify>,
}

impl Head {
    pub(crate) fn new(position: Position) -> Self {
        Self {
            position: Arc::new(watch::Sender::new(position)),
            moved_here: Arc::new(Notify::new()),
            look: Arc::new(Notify::new()),
        }
    }

    pub(crate) fn subscribe(&self) -> watch::Receiver<Position> {
        self.position.subscribe()
    }

    /// This process has appended up to the position.
    pub(crate) fn advance(&self, position: Position) {
        if self.observe(position) {
            self.moved_here.notify_one();
        }
    }

    /// The log is known to reach the position.
    fn observe(&self, position: Position) -> bool {
        self.position.send_if_modified(|known| {
            let moved = position > *known;
            if moved {
                *known = position;
            }
            moved
        })
    }

    /// Reads the head now and then, and whenever told to look.
    pub(crate) async fn poll(self, db: Db, stop: CancellationToken) {
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                () = self.look.notified() => {}
                () = tokio::time::sleep(POLL) => {}
            }
            match read(&db).await {
                Ok(position) => {
                    self.observe(position);
                }
                Err(error) => tracing::warn!(
                    error = in_full(&error),
                    "the head of the log cannot be read"
                ),
            }
        }
    }

    /// Tells other processes that the log has moved, at most once in a while.
    pub(crate) async fn nudge(self, options: PgConnectOptions, stop: CancellationToken) {
        let pool = single(options);
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                () = self.moved_here.notified() => {}
            }
            if let Err(error) = pool.execute("NOTIFY openwatch_log").await {
                tracing::warn!(%error, "other processes cannot be nudged; they poll");
            }
            tokio::time::sleep(NUDGE_PAUSE).await;
        }
    }

    /// Listens for nudges and for the progress of scans. Whenever the connection was lost, a nudge may
    /// have been lost with it, so the head is read at once.
    pub(crate) async fn listen(
        self,
        options: PgConnectOptions,
        telemetry: Telemetry,
        stop: CancellationToken,
    ) {
        let pool = single(options);
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                ended = self.listen_once(&pool, &telemetry) => {
                    if let Err(error) = ended {
                        tracing::warn!(%error, "the listener is cut off and connects again");
                    }
                }
            }
            self.look.notify_one();
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(RECONNECT) => {}
            }
        }
    }

    async fn listen_once(&self, pool: &PgPool, telemetry: &Telemetry) -> Result<(), sqlx::Error> {
        let mut listener = PgListener::connect_with(pool).await?;
        listener.listen_all([CHANNEL, PROGRESS]).await?;
        self.look.notify_one();
        while let Some(message) = listener.try_recv().await? {
            if message.channel() == CHANNEL {
                self.look.notify_one();
            } else {
                telemetry.receive(message.payload());
            }
        }
        Ok(())
    }
}

/// A connection of its own that comes back by itself.
pub(crate) fn single(options: PgConnectOptions) -> PgPool {
    PgPoolOptions::new()
        .max_connections(1)
        .idle_timeout(None)
        .max_lifetime(None)
        .connect_lazy_with(options)
}

/// The position of the last event.
pub(crate) async fn read(db: &Db) -> Result<Position, StoreError> {
    db.fetch_optional("SELECT position FROM log_head WHERE id = 1", &[])
        .await?
        .ok_or(StoreError::Inconsistent {
            what: "show the head of the log",
        })?
        .get("position")
}
