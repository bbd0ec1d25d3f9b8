//! Where running scans are: messages that may be lost, never events. Within the process by broadcast,
//! between processes on `PostgreSQL` by NOTIFY, the newest of each scan four times a second.

use std::collections::HashMap;
use std::time::Duration;

use domain::port::ScanProgress;
use serde::{Deserialize, Serialize};
use sqlx::postgres::PgConnectOptions;
use tokio::sync::{broadcast, mpsc};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::head::single;
use crate::store::Store;

/// The channel of progress.
pub(crate) const CHANNEL: &str = "openwatch_progress";
/// How many messages a slow subscriber may lag behind before it loses the oldest.
const CAPACITY: usize = 1024;
/// The time between two messages of one scan to other processes.
const PAUSE: Duration = Duration::from_millis(250);

/// The hub of this process.
#[derive(Clone)]
pub(crate) struct Telemetry {
    node: Uuid,
    here: broadcast::Sender<ScanProgress>,
    outbound: Option<mpsc::Sender<ScanProgress>>,
}

/// What goes over the wire; a process ignores what it said itself.
#[derive(Serialize, Deserialize)]
struct Message {
    node: Uuid,
    progress: ScanProgress,
}

impl Telemetry {
    pub(crate) fn new(node: Uuid, outbound: Option<mpsc::Sender<ScanProgress>>) -> Self {
        Self {
            node,
            here: broadcast::Sender::new(CAPACITY),
            outbound,
        }
    }

    /// A message of another process.
    pub(crate) fn receive(&self, payload: &str) {
        if let Ok(message) = serde_json::from_str::<Message>(payload)
            && message.node != self.node
        {
            self.here.send(message.progress).ok();
        }
    }

    fn publish(&self, progress: ScanProgress) {
        if let Some(outbound) = &self.outbound {
            outbound.try_send(progress.clone()).ok();
        }
        self.here.send(progress).ok();
    }
}

/// Sends the newest progress of each scan to the other processes.
pub(crate) async fn send(
    node: Uuid,
    mut queue: mpsc::Receiver<ScanProgress>,
    options: PgConnectOptions,
    stop: CancellationToken,
) {
    let pool = single(options);
    let mut newest = HashMap::new();
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            progress = queue.recv() => match progress {
                Some(progress) => newest.insert(progress.scan, progress),
                None => return,
            },
        };
        while let Ok(progress) = queue.try_recv() {
            newest.insert(progress.scan, progress);
        }
        for (_, progress) in newest.drain() {
            let Ok(payload) = serde_json::to_string(&Message { node, progress }) else {
                continue;
            };
            let notify = sqlx::query("SELECT pg_notify($1, $2)")
                .bind(CHANNEL)
                .bind(payload);
            if let Err(error) = notify.execute(&pool).await {
                tracing::debug!(%error, "progress is not sent to other processes");
            }
        }
        tokio::time::sleep(PAUSE).await;
    }
}

impl Store {
    /// Tells everybody where a scan is. Never waits and never fails: progress may be lost.
    pub fn publish_progress(&self, progress: ScanProgress) {
        self.telemetry().publish(progress);
    }

    /// Progress from now on, of all processes.
    pub fn progress(&self) -> broadcast::Receiver<ScanProgress> {
        self.telemetry().here.subscribe()
    }
}
